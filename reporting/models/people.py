"""The people of a partner: who may read the partner's own part of a project."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.days import HELD_DAYS, DaysMixin, holds_on
from members.models import User

from .projects import Partner


class PartnerPersonQuerySet(models.QuerySet):
    def held(self, on=None):
        """Keep the rows that hold on that day (default: today)."""
        return self.filter(holds_on(on or timezone.localdate()))


class PartnerPerson(DaysMixin, models.Model):
    """A person who reads the part of one partner of a project, from one day to another."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="people", verbose_name=_("partner"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="partner_roles", verbose_name=_("person"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The first day after it."))
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    given_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = PartnerPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of a partner")
        verbose_name_plural = _("people of partners")
        ordering = ["partner", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="reporting_partnerperson_in_order",
                violation_error_message=_("It ends after it begins."),
            ),
            ExclusionConstraint(
                name="reporting_partnerperson_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("partner", RangeOperators.EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person has this role on these days already."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.partner}"
