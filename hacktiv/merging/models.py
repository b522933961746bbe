"""The trace of each merging, and the pairs of accounts that are of two people."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Merging(models.Model):
    """Two accounts that were made one: by whom, when, and how many rows of each table went to the one that stayed.

    No name and no address stands here: `rows` has numbers by table and column, `facts` the keys of the rows that were
    given, ended or made one, so that a merging made by mistake can be traced back. The facts leave with the person."""

    kept = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="mergings",
        verbose_name=_("account that stays"),
    )
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("merged by")
    )
    merged_at = models.DateTimeField(_("merged at"), default=timezone.now)
    rows = models.JSONField(_("rows by table"), default=dict)
    facts = models.JSONField(_("what was given, ended or made one"), default=dict)
    # Of the account that went: a backup older than the merging still has it, and an erasure must reach it there.
    gone_key = models.UUIDField(_("erasure key of the account that went"), default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("merging of two accounts")
        verbose_name_plural = _("mergings of accounts")
        ordering = ["-merged_at", "-pk"]

    def __str__(self):
        return f"{self.merged_at:%Y-%m-%d %H:%M}"

    @property
    def total(self):
        """Return how many rows went to the account that stayed."""
        return sum(max(columns.values()) for columns in self.rows.values())


class TwoPeople(models.Model):
    """Two accounts of which an administrator said that they are two people: they are not proposed again."""

    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("first account")
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("second account")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = _("accounts of two people")
        verbose_name_plural = _("accounts of two people")
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="merging_twopeople_once",
                violation_error_message=_("It is noted already that these are two people."),
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="merging_twopeople_in_order",
                violation_error_message=_("The older account is the first."),
            ),
        ]

    def __str__(self):
        return f"{self.first_id}, {self.second_id}"
