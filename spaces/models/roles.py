"""Roles in a space, from one day to another: who manages it, and who receives people there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import DatedRole, DatedRoleQuerySet, held_once

from ..enums import Role


class SpaceRoleQuerySet(DatedRoleQuerySet):
    def of_managers(self):
        """Keep the managers' roles."""
        return self.filter(role=Role.MANAGER)


class SpaceRole(DatedRole):
    """A person's role in a space."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_roles", verbose_name=_("person")
    )
    space = models.ForeignKey("Space", on_delete=models.CASCADE, related_name="roles", verbose_name=_("space"))
    role = models.CharField(_("role"), max_length=12, choices=Role)

    objects = SpaceRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a space")
        verbose_name_plural = _("roles in spaces")
        ordering = ["space", "role", "since", "pk"]
        constraints = held_once("spaces_spacerole", "space", "role")

    def __str__(self):
        return f"{self.user} – {self.get_role_display()}, {self.space}"
