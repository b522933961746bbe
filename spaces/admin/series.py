from django.contrib import admin
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from hacktiv.common import dates

from ..enums import LIVE_BOOKINGS
from ..models import Occurrence, Series
from ..scoping import ScopedAdmin, ScopedInline


class OccurrenceInline(ScopedInline, admin.TabularInline):
    model = Occurrence
    manager_permissions = frozenset({"view"})
    fields = readonly_fields = ("when", "status")
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("booking", "series")

    @admin.display(description=gettext_lazy("day"))
    def when(self, occurrence):
        if occurrence.booking is None:
            return dates.day(occurrence.day)
        url = reverse("admin:spaces_booking_change", args=[occurrence.booking_id])
        return format_html('<a href="{}">{}</a>', url, dates.day(occurrence.day))

    @admin.display(description=gettext_lazy("status"))
    def status(self, occurrence):
        return occurrence.booking.get_status_display() if occurrence.booking else occurrence.refusal_in_words


@admin.register(Series)
class SeriesAdmin(ScopedAdmin, admin.ModelAdmin):
    """What recurs, to be read: each day is confirmed, refused or cancelled as the booking that it is."""

    scope = "resource__space"
    manager_permissions = frozenset({"view"})
    list_display = ("in_words", "hours", "resource", "user", "first_day", "until", "days_had", "days_refused")
    list_filter = ("resource__space", "resource")
    list_select_related = ("resource__space", "user")
    search_fields = ("user__first_name", "user__last_name", "user__email", "purpose")
    fields = readonly_fields = ("in_words", "hours", "resource", "user", "first_day", "until", "purpose", "is_example")
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

    @admin.display(description=gettext_lazy("days booked"))
    def days_had(self, series):
        return series.had

    @admin.display(description=gettext_lazy("days refused"))
    def days_refused(self, series):
        return series.refused
