"""The outputs of projects, and their indicators, which are chosen on a page of their own."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from ..indicators.catalogue import PERIODS, CountedFrom, of_period, title_of
from ..models import Output, ProjectIndicator
from .base import CoordinatorAdmin, CoordinatorForm, OfProjectAdmin


class OutputForm(CoordinatorForm):
    """Choose an indicator that counts outputs, of the programming period of the project."""

    code = forms.ChoiceField(label=_("Indicator"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [
            (one.code, one.title)
            for period in PERIODS
            for one in period.indicators
            if one.counted_from == CountedFrom.OUTPUTS
        ]

    def clean(self):
        cleaned = super().clean()
        project = cleaned.get("project") or (self.instance.project if self.instance.project_id else None)
        code = cleaned.get("code")
        if project and code and code not in {one.code for one in of_period(project.programming_period).indicators}:
            words = _("%(code)s is no indicator of the programming period %(period)s.")
            period = project.get_programming_period_display()
            self.add_error("code", words % {"code": code, "period": period})
        return cleaned


@admin.register(Output)
class OutputAdmin(OfProjectAdmin, TranslationAdmin):
    form = OutputForm
    list_display = ["title", "code", "project", "period", "finished_on", "is_implemented"]
    list_filter = ["project", "code", "period"]
    search_fields = ["title"]


@admin.register(ProjectIndicator)
class ProjectIndicatorAdmin(CoordinatorAdmin, admin.ModelAdmin):
    """List the chosen indicators of all projects. They are chosen and changed on the project's own page."""

    list_display = ["named", "project", "baseline", "target", "page"]
    list_display_links = None
    list_filter = ["project"]
    list_select_related = ["project"]
    search_fields = ["code", "project__title"]
    fields = readonly_fields = ["named", "project", "baseline", "target", "changed_at"]
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("indicator"), ordering="code")
    def named(self, row):
        return title_of(row.code)

    @admin.display(description=_("chosen and changed on"))
    def page(self, row):
        address = reverse("reporting:indicators", args=[row.project.slug])
        return format_html('<a href="{}">{}</a>', address, _("Indicators"))
