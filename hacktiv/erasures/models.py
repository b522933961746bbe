"""The random keys by which erasures are remembered: no name, no address, no number of a row."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Erasable(models.Model):
    """Base of rows that a person may have erased: an account, or what a guest leaves.

    The key serves for nothing else. A copy of the row in a backup still bears it when the row itself is gone or empty.
    """

    erasure_key = models.UUIDField(
        _("erasure key"), default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )

    class Meta:
        abstract = True


class Erasure(models.Model):
    """One erasure. It is written into the journal, a file apart, as soon as it is committed."""

    key = models.UUIDField(_("erasure key"), unique=True)
    erased_at = models.DateTimeField(_("erased at"), default=timezone.now)
    is_in_journal = models.BooleanField(_("in the journal"), default=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["erased_at"]
        indexes = [
            models.Index(fields=["erased_at"], condition=Q(is_in_journal=False), name="erasures_erasure_unwritten")
        ]

    def __str__(self):
        return str(self.key)


def person_key(key: uuid.UUID) -> uuid.UUID:
    """Return the key by which is remembered that whoever stands in a guest's row was erased from everywhere.

    The row's own key stands for the row alone."""
    return uuid.uuid5(key, "person")
