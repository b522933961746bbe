"""The admin of the organisations. Administrators of the network edit them; the coordinator reads them."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from ..models import Organisation
from .permissions import NetworkPermissions


@admin.register(Organisation)
class OrganisationAdmin(NetworkPermissions, TranslationAdmin):
    list_display = ("name", "kind", "country", "town", "website")
    list_filter = ("kind", "country")
    search_fields = ("name", "legal_name")
    prepopulated_fields = {"slug": ("name",)}
