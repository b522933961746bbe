"""The draft that is made of a running half-year each month, with what had changed in the records by then."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .projects import Period


class MonthlyDraft(models.Model):
    """The draft of one month: at most one for each half-year, whatever runs twice.

    `statements` are what the records said otherwise than the draft before, as the mail to the coordinator tells it;
    `then` says when that one was built. There may be more of them than are kept (`changes`). Beside them stands how
    many counts contradicted each other then, and when this one was asked for."""

    period = models.ForeignKey(
        Period, on_delete=models.CASCADE, related_name="monthly_drafts", verbose_name=_("half-year")
    )
    month = models.DateField(_("first day of its month"))
    made_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    then = models.DateTimeField(_("the draft before was built at"), null=True, blank=True)
    changes = models.PositiveIntegerField(_("changes since"), default=0)
    contradictions_then = models.PositiveIntegerField(_("contradictions in the draft before"), default=0)
    contradictions_now = models.PositiveIntegerField(_("contradictions in the records"), default=0)
    statements = models.JSONField(_("what had changed"), default=list, blank=True)

    class Meta:
        verbose_name = _("draft of a month")
        verbose_name_plural = _("drafts of months")
        ordering = ["-month", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "month"],
                name="reporting_monthlydraft_once",
                violation_error_message=_("The half-year has a draft of this month already."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="reporting_monthlydraft_first_day",
                violation_error_message=_("A month is named by its first day."),
            ),
        ]

    def __str__(self):
        return f"{self.period} {self.month:%Y-%m}"
