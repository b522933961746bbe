"""The admin of the home spaces."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from hacktiv.common import dates
from hacktiv.common.days import NEVER_BEGAN

from ..core.scoping import ScopedAdmin
from ..models import HomeSpace


@admin.register(HomeSpace)
class HomeSpaceAdmin(ScopedAdmin, admin.ModelAdmin):
    """Show managers who is at home in their spaces. Members choose their home space on their own page."""

    manager_permissions = frozenset({"view"})
    list_display = ("user", "space", "first_day", "last_day")
    list_filter = ("space",)
    search_fields = ("user__first_name", "user__last_name", "user__email")
    autocomplete_fields = ("user", "space")
    list_select_related = ("user", "space")
    readonly_fields = ("first_day", "last_day")

    def get_fields(self, request, obj=None):
        """Show whoever only reads the last day, where the form asks for the first day after it."""
        days = ("since", "until") if self.has_change_permission(request, obj) else self.readonly_fields
        return ("user", "space", *days)

    @admin.display(description=gettext_lazy("first day"), ordering="since")
    def first_day(self, home):
        return dates.day(home.since, weekday=False)

    @admin.display(description=gettext_lazy("last day"), ordering="until")
    def last_day(self, home):
        if home.is_empty:
            return NEVER_BEGAN
        return dates.day(home.last_day, weekday=False) if home.until else "–"
