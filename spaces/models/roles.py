"""Roles in a space, from one day to another: who manages it, and who receives people there."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.days import HELD_DAYS, DaysMixin, holds_on

from ..enums import Role


class SpaceRoleQuerySet(models.QuerySet):
    def held(self, on=None):
        """Keep the roles held on that day (default: today)."""
        return self.filter(holds_on(on or timezone.localdate()))

    def of_managers(self):
        """Keep the managers' roles."""
        return self.filter(role=Role.MANAGER)


class SpaceRole(DaysMixin, models.Model):
    """A person's role in a space from one day to another."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_roles", verbose_name=_("person")
    )
    space = models.ForeignKey("Space", on_delete=models.CASCADE, related_name="roles", verbose_name=_("space"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
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

    objects = SpaceRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a space")
        verbose_name_plural = _("roles in spaces")
        ordering = ["space", "role", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="spaces_spacerole_in_order",
                violation_error_message=_("It ends after it begins."),
            ),
            ExclusionConstraint(
                name="spaces_spacerole_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("space", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person has this role on these days already."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.get_role_display()}, {self.space}"
