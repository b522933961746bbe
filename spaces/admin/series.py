from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from hacktiv.common import dates

from ..booking.forms import CancelSeriesForm, ExtendForm
from ..booking.operations import cancel_series, extend_series, retry_occurrence
from ..booking.queries import occurrences_of
from ..booking.rules import can_be_cancelled
from ..core.admin_pages import form_page
from ..core.scoping import ScopedAdmin, ScopedInline
from ..enums import LIVE_BOOKINGS, BookingState
from ..errors import BookingError
from ..models import Occurrence, Series


class OccurrenceInline(ScopedInline, admin.TabularInline):
    model = Occurrence
    manager_permissions = frozenset({"view"})
    fields = readonly_fields = ("when", "status", "again")
    extra = 0
    template = "admin/rows.html"
    verbose_name_plural = gettext_lazy("All its days")

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
        return occurrence.booking.state.label if occurrence.booking else occurrence.refusal_in_words

    @admin.display(description=gettext_lazy("Try again"))
    def again(self, occurrence):
        """A button of the form around, which is sent elsewhere."""
        if occurrence.booking or occurrence.day < timezone.localdate():
            return ""
        return format_html(
            '<button class="button" type="submit" formaction="{}">{}<span class="visually-hidden">, {}</span></button>',
            reverse("admin:spaces_series_retry", args=[occurrence.series_id, occurrence.pk]),
            _("Try again"),
            dates.day(occurrence.day),
        )


@admin.register(Series)
class SeriesAdmin(ScopedAdmin, admin.ModelAdmin):
    """What recurs: made by « book for somebody », extended, cancelled from a day on, refused days tried again. Each day
    alone is the booking that it is."""

    scope = "resource__space"
    manager_permissions = frozenset({"view"})
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

    # --- pages ---

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<int:series_id>/extend/", view(self.extend_view), name="spaces_series_extend"),
            path("<int:series_id>/cancel/", view(self.cancel_view), name="spaces_series_cancel"),
            path("<int:series_id>/retry/<int:pk>/", view(require_POST(self.retry_view)), name="spaces_series_retry"),
        ]
        return [*own, *super().get_urls()]

    def _series(self, request, pk):
        series = self.get_object(request, str(pk))
        if series is None or not self.has_view_permission(request, series):
            raise Http404
        return series

    def _to_its_page(self, series):
        return redirect("admin:spaces_series_change", series.pk)

    def extend_view(self, request, series_id):
        """The same days on to a later one."""
        series = self._series(request, series_id)
        form = ExtendForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            wish = {"until": form.cleaned_data["until"], "by": request.user, "as_manager": True}
            try:
                extended = extend_series(series=series, **wish)
            except BookingError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("It goes on to %(day)s.") % {"day": dates.day(extended.until)})
                return self._to_its_page(series)
        return self._ask(request, form, series, _("Go on longer"), _("Extend"))

    def cancel_view(self, request, series_id):
        """Give back every day from one on."""
        series, now = self._series(request, series_id), timezone.now()
        days = [
            row.day
            for row in occurrences_of(series)
            if row.booking and can_be_cancelled(row.booking, now, by_manager=True)
        ]
        if not days:
            messages.error(request, _("Nothing of it is left to cancel from that day on."))
            return self._to_its_page(series)
        form = CancelSeriesForm(request.POST or None, days=days, initial={"day": days[0]})
        if request.method == "POST" and form.is_valid():
            wish = {"from_day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"], "by": request.user}
            try:
                cancel_series(series=series, as_manager=True, **wish)
            except BookingError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("These days are given back."))
                return self._to_its_page(series)
        return self._ask(request, form, series, _("Cancel from a day on"), _("Cancel the bookings"))

    def retry_view(self, request, series_id, pk):
        """Try once more to book a day that was refused."""
        series = self._series(request, series_id)
        occurrence = get_object_or_404(series.occurrences, pk=pk)
        day = dates.day(occurrence.day)
        try:
            retry_occurrence(occurrence=occurrence, by=request.user, as_manager=True)
        except BookingError as error:
            messages.error(request, f"{day} – {error.message}")
        else:
            messages.success(request, _("Booked: %(booking)s.") % {"booking": day})
        return self._to_its_page(series)

    def _ask(self, request, form, series, title, submit):
        status = 400 if form.errors else 200
        lead = f"{series.person_name}, {series.resource.name}, {series.in_words}"
        back = reverse("admin:spaces_series_change", args=[series.pk])
        return form_page(request, self, form, title=title, submit=submit, status=status, lead=lead, back_url=back)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        rows = occurrences_of(obj)
        now = timezone.now()
        context |= {
            "waiting": [row.booking for row in rows if row.booking and row.booking.state == BookingState.REQUESTED],
            "can_cancel": any(row.booking and can_be_cancelled(row.booking, now, by_manager=True) for row in rows),
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        refused = sum(1 for row in rows if row.booking is None)
        if refused and request.method == "GET":
            text = ngettext("%(count)s day could not be had.", "%(count)s days could not be had.", refused)
            messages.warning(request, text % {"count": refused})
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)
