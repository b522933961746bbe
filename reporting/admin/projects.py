from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from ..core.operations import ensure_periods
from ..indicators.queries import is_bound_to_its_period
from ..models import Partner, Period, Project, ProjectDate
from .base import CoordinatorAdmin, CoordinatorForm, CoordinatorInline, ShownHighlightsForm


class PartnerInline(CoordinatorInline, admin.TabularInline):
    model = Partner
    fields = ["order", "name", "organisation", "side", "role", "total", "erdf"]


class ProjectForm(CoordinatorForm):
    """Keep the programming period of a project that reports under its indicators already."""

    def clean_programming_period(self):
        period = self.cleaned_data["programming_period"]
        if self.instance.pk and period != self.initial["programming_period"] and is_bound_to_its_period(self.instance):
            raise forms.ValidationError(
                _("The project has chosen indicators of its programming period, or counts under them: it keeps it.")
            )
        return period


@admin.register(Project)
class ProjectAdmin(CoordinatorAdmin, TranslationAdmin):
    form = ProjectForm
    list_display = ["title", "programme", "starts_on", "ends_on", "publishes_results", "is_example"]
    list_filter = ["is_example", "publishes_results"]
    search_fields = ["title", "slug", "code"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [PartnerInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        ensure_periods(project=form.instance)


@admin.register(Period)
class PeriodAdmin(CoordinatorAdmin, TranslationAdmin):
    form = ShownHighlightsForm
    list_display = ["label", "project", "starts_on", "ends_on", "reported_on"]
    list_filter = ["project"]
    list_select_related = ["project"]
    search_fields = ["label", "project__title", "project__slug"]
    fields = ["project", "label", "starts_on", "ends_on", "reported_on", "partners_until", "highlights", "shown"]
    readonly_fields = ["project", "label", "starts_on", "ends_on"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ProjectDate)
class ProjectDateAdmin(CoordinatorAdmin, TranslationAdmin):
    list_display = ["__str__", "date", "kind", "project"]
    list_filter = ["project", "kind"]
    list_select_related = ["project"]
    search_fields = ["title", "note"]
    ordering = ["-date", "-pk"]
