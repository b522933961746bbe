"""The admin of the catalogue of skills."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from hacktiv.common.autocompletes import SoundAutocompletes
from hacktiv.common.languages import column, columns

from ..models import Skill, SkillCategory
from .permissions import NetworkPermissions


@admin.register(SkillCategory)
class SkillCategoryAdmin(NetworkPermissions, TranslationAdmin):
    list_display = ["name", "slug", "order"]
    list_editable = ["order"]
    search_fields = columns("name")
    prepopulated_fields = {"slug": [column("name")]}


@admin.register(Skill)
class SkillAdmin(SoundAutocompletes, NetworkPermissions, TranslationAdmin):
    list_display = ["name", "category", "slug"]
    list_filter = ["category"]
    list_select_related = ["category"]
    search_fields = [f"{name}__unaccent" for name in columns("name")]
    prepopulated_fields = {"slug": [column("name")]}
    autocomplete_fields = ["category"]
