"""Make, show, extend and cancel recurring bookings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hacktiv.common import dates
from hacktiv.common.ratelimit import limit
from hacktiv.site.once import sent_once

from ...core import queries as core_queries
from ...errors import BookingError
from ...models import Series
from .. import operations, queries
from ..files import series_calendar_file
from ..forms import CancelSeriesForm, ExtendForm, SeriesForm
from ..rules import can_be_cancelled
from .bookings import calendar_response
from .choosing import BOOKINGS_AN_HOUR, space_or_404, with_defaults


@login_required
@never_cache
def repeat(request, slug):
    """Book the same hours on several days. The address carries the choice of the booking page."""
    space = space_or_404(slug, timezone.now())
    resources = queries.rooms_in(space)
    if not queries.can_be_booked(space, resources):
        return redirect("spaces:book", slug)
    if request.method == "POST":
        return _make_series(request, space, resources)
    form = SeriesForm(initial=with_defaults(request.GET, space, resources).dict(), resources=resources)
    return render(request, "spaces/booking/repeat.html", {"space": space, "form": form})


def _make_series(request, space, resources):
    form, series = SeriesForm(request.POST, resources=resources), None
    if form.is_valid():
        limit(request, "book", BOOKINGS_AN_HOUR)
        asked = operations.SeriesRequest(**form.wish(), user=request.user)
        series = _or_refusal(form, operations.book_series, asked=asked, by=request.user)
    if series is None:
        return render(request, "spaces/booking/repeat.html", {"space": space, "form": form}, status=first_fault(form))
    messages.success(request, _("This is booked: one mail is on its way with all the days."))
    return redirect(series)


def _or_refusal(form, operation, **wish):
    """Return the result of the operation; on a refusal add its message to the form and return None."""
    try:
        return operation(**wish)
    except BookingError as error:
        form.add_error(None, error.message)
        return None


def first_fault(form):
    """Return the status: 400 for a wrong input, 409 for a refusal of the operation, 200 without errors."""
    if not form.errors:
        return 200
    return 409 if set(form.errors) == {NON_FIELD_ERRORS} else 400


def _own_series(request, reference):
    """Return the series, for its member and for the managers of its space; else 404."""
    found = get_object_or_404(Series.objects.select_related("resource__space", "user"), reference=reference)
    if found.user != request.user and not core_queries.runs(request.user, found.resource.space):
        raise Http404
    return found


@login_required
@never_cache
@require_GET
def series(request, reference):
    return _series_page(request, _own_series(request, reference), ExtendForm())


def _series_page(request, series, extend_form):
    occurrences = queries.occurrences_of(series)
    context = {
        "series": series,
        "space": series.resource.space,
        "occurrences": occurrences,
        "is_mine": series.user == request.user,
        "can_be_cancelled": bool(_days_left(occurrences)),
        "today": timezone.localdate(),
        "extend_form": extend_form,
    }
    return render(request, "spaces/booking/series.html", context, status=first_fault(extend_form))


def _days_left(occurrences):
    """Return the days of the series that can still be cancelled."""
    now = timezone.now()
    return [row.day for row in occurrences if row.booking and can_be_cancelled(row.booking, now)]


@login_required
@require_POST
@sent_once
def series_extend(request, reference):
    series = _own_series(request, reference)
    form, extended = ExtendForm(request.POST), None
    if form.is_valid():
        limit(request, "book", BOOKINGS_AN_HOUR)
        until = form.cleaned_data["until"]
        wish = {"series": series, "until": until, "by": request.user, "as_manager": series.user != request.user}
        extended = _or_refusal(form, operations.extend_series, **wish)
    if extended is None:
        return _series_page(request, series, form)
    messages.success(request, _("It goes on to %(day)s.") % {"day": dates.day(extended.until)})
    return redirect(series)


@login_required
@require_POST
@sent_once
def series_retry(request, reference, pk):
    """Try again to book a day that was refused."""
    series = _own_series(request, reference)
    occurrence = get_object_or_404(series.occurrences, pk=pk)
    occurrence.series = series
    limit(request, "book", BOOKINGS_AN_HOUR)
    try:
        operations.retry_occurrence(occurrence=occurrence, by=request.user, as_manager=series.user != request.user)
    except BookingError as error:
        messages.error(request, f"{dates.day(occurrence.day)} – {error.message}")
    else:
        messages.success(request, _("Booked: %(booking)s.") % {"booking": dates.day(occurrence.day)})
    return redirect(series)


@login_required
@never_cache
@sent_once
def series_cancel(request, reference):
    """Cancel every day from a chosen day on."""
    series = _own_series(request, reference)
    days = _days_left(queries.occurrences_of(series))
    form = CancelSeriesForm(request.POST or None, days=days, initial={"day": days[0] if days else None})
    if request.method == "POST" and form.is_valid():
        wish = {"from_day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"], "by": request.user}
        wish["as_manager"] = series.user != request.user
        if _or_refusal(form, operations.cancel_series, series=series, **wish):
            messages.success(request, _("These days are given back."))
            return redirect(series)
    if not days:
        messages.error(request, _("Nothing of it is left to cancel from that day on."))
        return redirect(series)
    context = {"series": series, "space": series.resource.space, "form": form}
    return render(request, "spaces/booking/series_cancel.html", context, status=first_fault(form))


@login_required
@require_GET
def series_ics(request, reference):
    series = _own_series(request, reference)
    return calendar_response(series_calendar_file(queries.occurrences_of(series)), "reservations.ics")
