"""Roles of people in the network."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.days import HELD_DAYS, DaysMixin, holds_on

from ..enums import NetworkRoleKind
from .accounts import User


class NetworkRoleQuerySet(models.QuerySet):
    def held(self, on=None):
        """Keep the roles held on that day (default: today)."""
        return self.filter(holds_on(on or timezone.localdate()))


class NetworkRole(DaysMixin, models.Model):
    """A person's role in the network from one day to another."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="network_roles", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=13, choices=NetworkRoleKind)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The first day after it."))
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    given_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = NetworkRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in the network")
        verbose_name_plural = _("roles in the network")
        ordering = ["role", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="members_networkrole_in_order",
                violation_error_message=_("It ends after it begins."),
            ),
            ExclusionConstraint(
                name="members_networkrole_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person has this role on these days already."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.get_role_display()}"
