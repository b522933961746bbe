"""The admin of the organisations. Administrators of the network edit them; the coordinator reads them.

The portal registers it, with the pages of their people (`hacktiv/portal/admin/agreements.py`)."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from hacktiv.common import dates
from hacktiv.common.admin_pages import PagesAdmin

from ..organisations.forms import OrganisationForm
from .permissions import NetworkPermissions


class OrganisationAdmin(NetworkPermissions, PagesAdmin, TranslationAdmin):
    form = OrganisationForm
    list_display = ("name", "kind", "country", "town", "website")
    list_filter = ("kind", "country")
    search_fields = ("name", "legal_name")
    fields = (
        *("name", "is_another", "kind", "legal_name", "country", "street", "postcode", "town", "website"),
        *("description", "slug", "added"),
    )
    readonly_fields = ("added",)
    prepopulated_fields = {"slug": ("name",)}

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if name != "added" or (obj and obj.added_at)]

    def save_model(self, request, obj, form, change):
        """Note who adds it, and when."""
        if not change:
            obj.added_by, obj.added_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("added"))
    def added(self, organisation):
        """Name who added it, without a link."""
        return f"{organisation.added_by or '–'}, {dates.day(organisation.added_at, weekday=False)}"
