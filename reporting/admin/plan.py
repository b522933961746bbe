"""The coordinator's tables of the plan of a project, and of what is told of it by half-year."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from ..models import (
    Activity,
    ActivityProgress,
    Communication,
    Partner,
    Period,
    ReportText,
    Spending,
    TargetGroup,
    WorkPackage,
)
from .base import CoordinatorAdmin, CoordinatorInline, OfProjectAdmin, ShownTextForm


class ActivityInline(CoordinatorInline, TranslationStackedInline):
    model = Activity
    fields = ["code", "title", "starts_on", "ends_on", "order"]


class ProgressInline(CoordinatorInline, TranslationStackedInline):
    """The progress of an activity by half-year, of the half-years of its own project."""

    model = ActivityProgress
    fields = ["period", "state", "done"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "period":
            activity = request.resolver_match.kwargs.get("object_id", "")
            own = {"project__work_packages__activities": activity} if activity.isdecimal() else {"pk": None}
            kwargs["queryset"] = Period.objects.filter(**own).select_related("project").distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(WorkPackage)
class WorkPackageAdmin(CoordinatorAdmin, TranslationAdmin):
    list_display = ["__str__", "project", "order"]
    list_filter = ["project"]
    list_select_related = ["project"]
    search_fields = ["code", "title"]
    fields = ["project", "code", "title", "summary", "order"]
    inlines = [ActivityInline]

    def get_readonly_fields(self, request, obj=None):
        return ["project"] if obj else []


@admin.register(Activity)
class ActivityAdmin(CoordinatorAdmin, TranslationAdmin):
    """Tell by half-year what was done for an activity. Activities are added to their work package."""

    list_display = ["__str__", "package", "project", "partner", "starts_on", "ends_on"]
    list_filter = ["package__project"]
    list_select_related = ["package__project", "partner"]
    search_fields = ["code", "title", "package__title"]
    fields = ["package", "code", "title", "partner", "starts_on", "ends_on", "order"]
    readonly_fields = ["package"]
    inlines = [ProgressInline]

    def has_add_permission(self, request):
        return False

    @admin.display(description=_("project"), ordering="package__project")
    def project(self, row):
        return row.package.project

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "partner":
            activity = request.resolver_match.kwargs.get("object_id", "")
            own = {"project__work_packages__activities": activity} if activity.isdecimal() else {}
            kwargs["queryset"] = Partner.objects.filter(**own).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(TargetGroup)
class TargetGroupAdmin(OfProjectAdmin, TranslationAdmin):
    list_display = ["name", "project", "period", "number_lower", "number_upper"]
    search_fields = ["name"]


@admin.register(Communication)
class CommunicationAdmin(OfProjectAdmin, TranslationAdmin):
    list_display = ["title", "where", "project", "period", "date"]
    search_fields = ["title", "where"]


@admin.register(ReportText)
class ReportTextAdmin(OfProjectAdmin, TranslationAdmin):
    form = ShownTextForm
    list_display = ["section", "project", "period"]
    list_filter = ["project", "period", "section"]
    search_fields = ["text"]


@admin.register(Spending)
class SpendingAdmin(OfProjectAdmin, admin.ModelAdmin):
    list_display = ["partner", "project", "period", "claimed", "approved", "erdf"]
    list_select_related = ["project", "partner", "period__project"]
    search_fields = ["partner__name"]
    fields = ["project", "partner", "period", "claimed", "approved", "erdf"]

    def get_readonly_fields(self, request, obj=None):
        return ["project", "partner", "period"] if obj else []
