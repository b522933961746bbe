"""The long lists of a report, beside it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .versions import ReportVersion


class AnnexChunk(models.Model):
    """Some rows of a list of a version that is too long to stand in it: its payload names the `annex`.

    `rows` are JSON as they were built. A trigger keeps those of a closed version as they are."""

    version = models.ForeignKey(
        ReportVersion, on_delete=models.CASCADE, related_name="chunks", verbose_name=_("report")
    )
    annex = models.UUIDField(_("annex"))
    number = models.PositiveIntegerField(_("number"))
    rows = models.TextField(_("rows"))

    class Meta:
        verbose_name = _("part of an annex")
        verbose_name_plural = _("parts of annexes")
        constraints = [models.UniqueConstraint(fields=["annex", "number"], name="reporting_annexchunk_once")]

    def __str__(self):
        return f"{self.version} {self.number}"
