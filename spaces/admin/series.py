from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hacktiv.common import dates
from hacktiv.common.admin_pages import PagesAdmin
from members.core.rules import administers

from ..booking.admin_pages import series
from ..booking.queries import occurrences_of
from ..core.scoping import ScopedAdmin, ScopedInline, run_space_ids
from ..enums import LIVE_BOOKINGS, BookingState
from ..models import Occurrence, Series


class OccurrenceInline(ScopedInline, admin.TabularInline):
    model = Occurrence
    manager_permissions = frozenset({"view"})
    desk_permissions = frozenset({"view"})
    fields = readonly_fields = ("when", "status", "again")
    extra = 0
    template = "admin/rows.html"
    verbose_name_plural = gettext_lazy("All its days")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("booking", "series__resource")

    def get_fields(self, request, obj=None):
        """Leave out the button that opens to managers alone."""
        runs = administers(request.user) or (obj and obj.resource.space_id in run_space_ids(request))
        return [name for name in self.fields if runs or name != "again"]

    @admin.display(description=gettext_lazy("day"))
    def when(self, occurrence):
        if occurrence.booking is None:
            return dates.day(occurrence.day)
        url = reverse("admin:spaces_booking_change", args=[occurrence.booking_id])
        return format_html('<a href="{}">{}</a>', url, dates.day(occurrence.day))

    @admin.display(description=gettext_lazy("status"))
    def status(self, occurrence):
        return occurrence.booking.state.label if occurrence.booking else occurrence.refusal_in_words

    @admin.display(description=gettext_lazy("Try again"))
    def again(self, occurrence):
        """Return a button that sends the form of the page to another address."""
        if not occurrence.can_be_retried or occurrence.day < timezone.localdate():
            return ""
        return format_html(
            '<button class="button" type="submit" formaction="{}">{}<span class="visually-hidden">, {}</span></button>',
            reverse("admin:spaces_series_retry", args=[occurrence.series_id, occurrence.pk]),
            _("Try again"),
            dates.day(occurrence.day),
        )


@admin.register(Series)
class SeriesAdmin(ScopedAdmin, PagesAdmin):
    """Show recurring bookings; extend them, cancel them from a day on, try refused days again. « Book for somebody »
    makes them, and each single day is an ordinary booking."""

    pages = series.PAGES
    scope = "resource__space"
    manager_permissions = frozenset({"view"})
    desk_permissions = frozenset({"view"})
    change_form_template = "admin/spaces/series/change_form.html"
    list_display = ("in_words", "hours", "resource", "person", "first_day", "until", "days_had", "days_refused")
    list_filter = ("resource__space", "resource")
    list_select_related = ("resource__space", "user")
    search_fields = ("user__first_name", "user__last_name", "user__email", "guest_name", "guest_email", "purpose")
    fields = readonly_fields = (
        "in_words",
        "hours",
        "resource",
        "unit",
        "person",
        "person_email",
        "first_day",
        "until",
        "people",
        "purpose",
        "is_example",
    )
    inlines = (OccurrenceInline,)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        live = Q(occurrences__booking__status__in=LIVE_BOOKINGS)
        refused = Q(occurrences__booking=None, occurrences__isnull=False)
        queryset = super().get_queryset(request)
        return queryset.annotate(
            had=Count("occurrences", filter=live, distinct=True),
            refused=Count("occurrences", filter=refused, distinct=True),
        )

    @admin.display(description=gettext_lazy("how often"), ordering="pattern")
    def in_words(self, series):
        return series.in_words

    @admin.display(description=gettext_lazy("hours"), ordering="starts")
    def hours(self, series):
        return dates.hours(series.starts, series.ends)

    @admin.display(description=gettext_lazy("person"))
    def person(self, series):
        return series.person_name

    @admin.display(description=gettext_lazy("address"))
    def person_email(self, series):
        return series.person_email or "–"

    @admin.display(description=gettext_lazy("days booked"))
    def days_had(self, series):
        return series.had

    @admin.display(description=gettext_lazy("days refused"))
    def days_refused(self, series):
        return series.refused

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        rows = occurrences_of(obj)
        waiting = [row.booking for row in rows if row.booking and row.booking.state == BookingState.REQUESTED]
        context |= {
            "waiting": waiting if self.is_in_scope(request, obj, None) else [],
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        refused = sum(1 for row in rows if row.booking is None)
        if refused and request.method == "GET":
            text = ngettext("%(count)s day could not be had.", "%(count)s days could not be had.", refused)
            messages.warning(request, text % {"count": refused})
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)
