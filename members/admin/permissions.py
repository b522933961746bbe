"""Rights over people, and over what is common to all spaces."""

from ..core.rules import administers, network_roles
from ..enums import NetworkRoleKind


def may_remove_factor(user, person):
    """Return True for superusers, and for who administers the network, but not of those who administer it too."""
    return user.is_active and (user.is_superuser or (administers(user) and not administers(person)))


class NetworkPermissions:
    """Open what is common to all spaces to who administers the network; the coordinator, and others whom the class
    names in `read_by`, read it.

    Mix in before an admin class or an inline."""

    read_by = frozenset({NetworkRoleKind.COORDINATOR})

    def _may(self, permission, request):
        reads = permission == "view" and self.read_by & network_roles(request.user)
        return administers(request.user) or bool(reads)

    def opens(self, request, page, obj=None):
        """Return True if a page of ours opens to the signed-in person."""
        return administers(request.user)

    def has_module_permission(self, request):
        return self._may("view", request)

    def has_view_permission(self, request, obj=None):
        return self._may("view", request)

    def has_add_permission(self, request, obj=None):
        return self._may("add", request)

    def has_change_permission(self, request, obj=None):
        return self._may("change", request)

    def has_delete_permission(self, request, obj=None):
        return self._may("delete", request)
