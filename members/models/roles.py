"""Roles of people, from one day to another: what those of the network, of spaces and of partners have in common."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.days import HELD_DAYS, DaysMixin, holds_on

from ..enums import NetworkRoleKind
from .accounts import User

HELD_ALREADY = _("This person has this role on these days already.")


class DatedRoleQuerySet(models.QuerySet):
    def held(self, on=None):
        """Keep the roles held on that day (default: today)."""
        return self.filter(holds_on(on or timezone.localdate()))


class DatedRole(DaysMixin, models.Model):
    """A role that a `user` holds from one day to another, given and ended by somebody, on record for good."""

    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The first day after it."))
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )

    objects = DatedRoleQuerySet.as_manager()

    class Meta:
        abstract = True


def held_once(table, *columns, message=HELD_ALREADY):
    """Return the constraints of a table of dated roles: the days are in order, and the same person holds the role that
    these columns tell once at a time."""
    return [
        models.CheckConstraint(
            condition=Q(until=None) | Q(until__gte=F("since")),
            name=f"{table}_in_order",
            violation_error_message=_("It ends after it begins."),
        ),
        ExclusionConstraint(
            name=f"{table}_once_at_a_time",
            expressions=[
                ("user", RangeOperators.EQUAL),
                *((column, RangeOperators.EQUAL) for column in columns),
                (HELD_DAYS, RangeOperators.OVERLAPS),
            ],
            violation_error_message=message,
        ),
    ]


class NetworkRole(DatedRole):
    """A person's role in the network."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="network_roles", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=13, choices=NetworkRoleKind)

    class Meta:
        verbose_name = _("role in the network")
        verbose_name_plural = _("roles in the network")
        ordering = ["role", "since", "pk"]
        constraints = held_once("members_networkrole", "role")

    def __str__(self):
        return f"{self.user} – {self.get_role_display()}"
