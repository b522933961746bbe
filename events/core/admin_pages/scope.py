"""Events that a person sees in the admin.

Managers see the events of their spaces, the coordinator those of the network, facilitators and administrators all.
"""

from django.db.models import Q

from members.core.rules import administers, coordinates, facilitates
from spaces.core.scoping import ScopedAdmin, run_space_ids, runs_or_coordinates

#: The people beyond who runs an event to whom some of its pages open.
PARTNERS, COORDINATION = "partners", "coordination"


class EventScopedAdmin(ScopedAdmin):
    """A ScopedAdmin that shows the coordinator the rows without a space. `scope` leads to the event's space."""

    def of_spaces(self, request, queryset, spaces):
        mine = Q(**{f"{self.scope}__in": spaces})
        if coordinates(request.user):
            mine |= Q(**{f"{self.scope}__isnull": True})
        return queryset.filter(mine)

    def runs(self, request, event):
        """Return whether the person runs this event, without asking the database again."""
        if event.space_id is None:
            return coordinates(request.user) or facilitates(request.user)
        runs_all = administers(request.user) or self.may_in_network("change", request)
        return runs_all or event.space_id in run_space_ids(request)

    def may_enter(self, request):
        return runs_or_coordinates(request)


class ReadOnlyInline:
    """Rows to read under their event. The event's admin class has checked the reader."""

    template = "admin/rows.html"
    extra = 0
    can_delete = False

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission
