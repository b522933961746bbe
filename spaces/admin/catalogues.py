"""Edit the lists that the network shares. Administrators of the network may; the coordinator reads them."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from members.admin.permissions import NetworkPermissions

from ..models import Feature, Service


@admin.register(Service)
class ServiceAdmin(NetworkPermissions, TranslationAdmin):
    list_display = ("name", "slug", "icon")
    search_fields = ("name", "slug")


@admin.register(Feature)
class FeatureAdmin(NetworkPermissions, TranslationAdmin):
    list_display = ("name", "slug", "icon", "order")
    search_fields = ("name", "slug")
