from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Commented
from .projects import Period


class SectionComment(models.Model):
    """The coordinator's words on one section of a half-year's report, printed below its title."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="comments", verbose_name=_("half-year"))
    section = models.CharField(_("section"), max_length=20, choices=Commented)
    text = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("comment on a section")
        verbose_name_plural = _("comments on sections")
        ordering = ["period", "section"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "section"],
                name="reporting_sectioncomment_once",
                violation_error_message=_("This section has a comment already."),
            ),
        ]

    def __str__(self):
        return f"{self.period}: {self.get_section_display()}"
