"""Edit the lists that the network shares. Only superusers may, by Django's own permissions."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from ..models import Feature, Organisation, Service


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin):
    list_display = ("name", "country", "town", "website")
    list_filter = ("country",)
    search_fields = ("name", "legal_name")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Service)
class ServiceAdmin(TranslationAdmin):
    list_display = ("name", "slug", "icon")
    search_fields = ("name", "slug")


@admin.register(Feature)
class FeatureAdmin(TranslationAdmin):
    list_display = ("name", "slug", "icon", "order")
    search_fields = ("name", "slug")
