"""Who sees which events in the admin: a manager his spaces', the coordinator the network's own, a superuser all."""

from django.db.models import Q

from members.rules import coordinates
from spaces.core.scoping import ScopedAdmin, run_space_ids, runs_a_space


class EventScopedAdmin(ScopedAdmin):
    """As ScopedAdmin; what belongs to no space is the coordinator's. `scope` ends at the event's space."""

    def in_scope(self, request, queryset):
        if request.user.is_superuser:
            return queryset
        mine = Q(**{f"{self.scope}__in": run_space_ids(request)})
        if coordinates(request.user):
            mine |= Q(**{f"{self.scope}__isnull": True})
        return queryset.filter(mine)

    def may_enter(self, request):
        return runs_a_space(request) or coordinates(request.user)


class ReadOnlyInline:
    """Rows to be read under their event, whose admin class has checked who reads."""

    template = "admin/rows.html"
    extra = 0
    can_delete = False

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission
