from django.contrib import admin
from django.utils.translation import gettext_lazy, pgettext_lazy

from hacktiv.common import dates

from ..core.scoping import ScopedAdmin
from ..models import Wait


@admin.register(Wait)
class WaitAdmin(ScopedAdmin, admin.ModelAdmin):
    """Show the waiting list, read only, in the order in which people joined."""

    #: Stands below the list behind the number of its rows.
    counted_as = pgettext_lazy("after a number", "on the waiting list")
    scope = "resource__space"
    manager_permissions = frozenset({"view"})
    desk_permissions = frozenset({"view"})
    list_display = ("when", "resource", "user", "people", "created_at", "told_at")
    list_filter = ("resource__space", "resource")
    list_select_related = ("resource__space", "user")
    fields = readonly_fields = ("when", "resource", "user", "people", "purpose", "created_at", "told_at", "booking")
    ordering = ("period", "created_at", "pk")

    def get_queryset(self, request):
        """Keep the people who still wait."""
        return super().get_queryset(request).filter(pk__in=Wait.objects.live())

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("when"), ordering="period")
    def when(self, wait):
        return dates.span(wait.start, wait.end)
