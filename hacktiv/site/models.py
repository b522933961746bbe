"""The forms that were carried out, each kept for as long as it may arrive again."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SentForm(models.Model):
    """A form that was carried out. It names no person: the fingerprint of what was sent cannot be read back."""

    fingerprint = models.CharField(_("fingerprint"), max_length=64, primary_key=True)
    outcome = models.JSONField(_("outcome"), default=dict)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)

    class Meta:
        verbose_name = _("form that was carried out")
        verbose_name_plural = _("forms that were carried out")

    def __str__(self):
        return self.fingerprint
