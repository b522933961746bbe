from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy

from hacktiv.common.autocompletes import SoundAutocompletes
from members.admin.permissions import NetworkPermissions

from ..core.scoping import ScopedAdmin
from ..models import PassScheme, Visit


class PassSchemeForm(forms.ModelForm):
    """Check that a shared pass names its members, and that none of them shares another pass at that time."""

    def clean(self):
        data = super().clean()
        if data.get("is_shared") and "members" in data and not self.errors:
            if data["members"]:
                self._refuse_a_second_package(data)
            else:
                self.add_error("members", gettext_lazy("Name the members who share these days."))
        return data

    def _refuse_a_second_package(self, data):
        others = PassScheme.objects.filter(is_shared=True, members__in=data["members"]).exclude(pk=self.instance.pk)
        others = others.filter(Q(ends_on=None) | Q(ends_on__gte=data["starts_on"]))
        if data["ends_on"]:
            others = others.filter(starts_on__lte=data["ends_on"])
        if other := others.first():
            words = gettext_lazy("Some of these members share “%(other)s” at that time: one such pass at a time.")
            self.add_error("members", words % {"other": other})


@admin.register(PassScheme)
class PassSchemeAdmin(SoundAutocompletes, NetworkPermissions, admin.ModelAdmin):
    """Edit the passes of the network. Its administrators may; the coordinator reads them."""

    form = PassSchemeForm
    list_display = ("name", "days", "renews", "is_shared", "code", "starts_on", "ends_on", "is_example")
    list_filter = ("is_shared", "renews", "is_example")
    search_fields = ("name", "code", "employer__name")
    filter_horizontal = ("homes",)
    autocomplete_fields = ("members",)
    fieldsets = (
        (None, {"fields": ("name", "days", "renews", "starts_on", "ends_on", "is_example")}),
        (gettext_lazy("For whom"), {"fields": ("homes", "members")}),
        (gettext_lazy("Package of an employer"), {"fields": ("is_shared", "employer")}),
        (gettext_lazy("Voucher"), {"fields": ("code", "places")}),
    )


@admin.register(Visit)
class VisitAdmin(ScopedAdmin, admin.ModelAdmin):
    """Show the visits, read only: a check-in records them."""

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
