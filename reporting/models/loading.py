from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LoadedRow(models.Model):
    """The values that `load_network` last wrote into a row, so that it never overwrites what somebody changed since.

    `key` names the row in the network's data; `model` and `row` say where it was written. `digest` is the SHA-256 of
    the data behind the row, `values` the row's values right after the writing.
    """

    key = models.CharField(_("key"), max_length=200, unique=True)
    model = models.CharField(_("table"), max_length=100)
    row = models.CharField(_("row"), max_length=40)
    values = models.JSONField(_("values written"), encoder=DjangoJSONEncoder)
    digest = models.CharField(_("digest of the data"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded at"), default=timezone.now)

    class Meta:
        verbose_name = _("loaded row")
        verbose_name_plural = _("loaded rows")
        ordering = ["key"]

    def __str__(self):
        return self.key
