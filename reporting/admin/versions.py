from django.contrib import admin

from ..models import ReportVersion
from .base import CoordinatorAdmin


@admin.register(ReportVersion)
class ReportVersionAdmin(CoordinatorAdmin, admin.ModelAdmin):
    list_display = ["period", "number", "state", "progress", "built_at", "closed_at", "closed_by"]
    list_filter = ["state", "period__project"]
    list_select_related = ["period__project", "closed_by"]
    fields = ["period", "number", "state", "progress", "error", "queued_at", "built_at", "closed_at", "closed_by"]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).defer("payload")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
