"""Consents that people gave, each with the purpose it is for."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import ConsentPurpose
from .accounts import User


class Consent(models.Model):
    """A consent that a person gave: to what, from when, and until when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose)
    given_at = models.DateTimeField(_("given on"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="members_consent_one_current",
                violation_error_message=_("This consent is already given."),
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.get_purpose_display()}"
