"""The admin of the organisations. Administrators of the network edit them; the coordinator reads them.

The portal registers it, with the pages of their people (`hacktiv/portal/admin/agreements.py`)."""

from modeltranslation.admin import TranslationAdmin

from hacktiv.common.admin_pages import PagesAdmin

from ..organisations.forms import OrganisationForm
from .permissions import NetworkPermissions


class OrganisationAdmin(NetworkPermissions, PagesAdmin, TranslationAdmin):
    form = OrganisationForm
    list_display = ("name", "kind", "country", "town", "website")
    list_filter = ("kind", "country")
    search_fields = ("name", "legal_name")
    prepopulated_fields = {"slug": ("name",)}
