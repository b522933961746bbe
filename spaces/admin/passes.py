from django.contrib import admin
from django.utils.translation import gettext_lazy

from hacktiv.common.autocompletes import SoundAutocompletes

from ..models import PassScheme, Visit
from ..scoping import ScopedAdmin


@admin.register(PassScheme)
class PassSchemeAdmin(SoundAutocompletes, admin.ModelAdmin):
    """What the network agreed upon: for superusers, by Django's own permissions."""

    list_display = ("name", "days", "starts_on", "ends_on", "is_example")
    list_filter = ("is_example",)
    search_fields = ("name",)
    filter_horizontal = ("homes",)
    autocomplete_fields = ("members",)


@admin.register(Visit)
class VisitAdmin(ScopedAdmin, admin.ModelAdmin):
    """Who came from where, to be read: a visit is put on record by checking in."""

    scope = "space"
    manager_permissions = frozenset({"view"})
    list_display = ("day", "space", "home_space", "home_side", "crosses")
    list_filter = ("space", "home_side")
    list_select_related = ("space", "home_space")
    date_hierarchy = "day"
    fields = readonly_fields = ("day", "space", "side", "home_space", "home_side", "is_example")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("across the border"), boolean=True)
    def crosses(self, visit):
        return bool(visit.home_side) and visit.home_side != visit.side
