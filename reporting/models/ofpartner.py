"""Common parts of rows of one partner in one half-year."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .projects import OfOwnPeriod, Partner, Period, Project


class OfPartner(OfOwnPeriod):
    """Base of rows about one partner in one half-year, both of the row's own project.

    Foreign keys of two columns enforce this in the database; `clean` tells it to people.
    """

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="%(class)s_rows", verbose_name=_("project")
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="%(class)s_rows", verbose_name=_("partner")
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="%(class)s_rows", verbose_name=_("half-year")
    )

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.partner} – {self.period}"

    def clean(self):
        super().clean()
        if self.partner_id and self.project_id and self.partner.project_id != self.project_id:
            raise ValidationError(_("This partner is another project’s."))
