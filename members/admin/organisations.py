"""The admin of the organisations. Administrators of the network edit them; the coordinator reads them.

The portal registers it, with the pages of their people (`hacktiv/portal/admin/agreements.py`)."""

from contextlib import suppress

from django.contrib import admin
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from hacktiv.common import dates
from hacktiv.common.admin_pages import PagesAdmin

from ..errors import MemberError
from ..organisations.forms import OrganisationForm
from ..organisations.operations import add_organisation
from .permissions import NetworkPermissions

#: So often a form is asked anew before it is refused as any other.
MOST_TRIES = 3


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
        left_out = set() if obj and obj.added_at else {"added"}
        if obj and not self.has_change_permission(request, obj):
            left_out.add("is_another")
        return [name for name in self.fields if name not in left_out]

    def add_view(self, request, form_url="", extra_context=None):
        """Ask anew where somebody adds the same at that moment: the form sees theirs then."""
        for _once_more in range(MOST_TRIES):
            with suppress(MemberError):
                return super().add_view(request, form_url, extra_context)
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            add_organisation(organisation=obj, is_another=form.cleaned_data["is_another"], by=request.user)

    @admin.display(description=gettext_lazy("added"))
    def added(self, organisation):
        """Name who added it, without a link."""
        return f"{organisation.added_by or '–'}, {dates.day(organisation.added_at, weekday=False)}"
