from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.common.admin_pages import Group as Buttons
from hacktiv.common.admin_pages import Page, PagesAdmin
from hacktiv.common.days import NEVER_BEGAN

from ..models import PartnerPerson
from ..parts.admin_pages import add_page, end_page
from ..parts.queries import begun_periods
from .base import CoordinatorAdmin


def _is_not_over(row):
    return not (row.until and row.until <= timezone.localdate())


@admin.register(PartnerPerson)
class PartnerPersonAdmin(CoordinatorAdmin, PagesAdmin):
    """Show who reads the part of which partner; coordinators open a part and end it."""

    pages = [Page("end", end_page, _("End…"), Buttons.END, is_possible=_is_not_over)]
    pages_select_related = ("user", "partner__project")
    list_display = ("user", "partner", "project", "since", "last", "given_by", "part")
    list_filter = ("partner__project",)
    list_select_related = ("user", "partner__project", "given_by")
    search_fields = ("user__last_name", "user__first_name", "user__email", "partner__name")
    ordering = ("partner__project", "partner__order", "-since", "pk")
    fields = readonly_fields = ("named", "partner", "since", "last", "given_by", "given_at", "ended_by")
    actions = None

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def add_view(self, request, form_url="", extra_context=None):
        return add_page(request, admin=self)

    @admin.display(description=_("person"))
    def named(self, row):
        """Name the person without a link: who coordinates does not open every account."""
        return f"{row.user}, {row.user.email}"

    @admin.display(description=_("project"), ordering="partner__project")
    def project(self, row):
        return row.partner.project

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(begun_periods("partner__project__"))

    @admin.display(description=_("its part"))
    def part(self, row):
        """Lead to the part in the latest half-year that has begun."""
        project = row.partner.project
        period = next(iter(project.periods.all()), None)
        if period is None:
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("reporting:parts", args=[project.slug, period.label]), period.label
        )

    @admin.display(description=_("last day"), ordering="until")
    def last(self, row):
        if row.is_empty:
            return NEVER_BEGAN
        return dates.day(row.last_day, weekday=False) if row.last_day else "–"
