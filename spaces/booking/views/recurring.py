"""Make, show, extend and cancel recurring bookings."""

from contextlib import suppress
from datetime import date, timedelta
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hacktiv.common import dates
from hacktiv.common.ratelimit import limit
from hacktiv.site.once import sent_once

from ...core.admin_pages import say_if_not_told
from ...enums import BookingStatus, Pattern
from ...errors import BookingError
from .. import operations, queries
from ..files import series_calendar_file
from ..forms import CancelSeriesForm, ExtendForm, SeriesForm, settled
from ..rules import can_be_cancelled
from .bookings import calendar_response
from .common import BOOKINGS_AN_HOUR, Choice, carry_out, first_open, outlook_of_series, space_or_404
from .own import own_series

#: From the first day: so long a series lasts where nothing else is said, and where the resource can be booked so far.
USUAL_LENGTH = timedelta(weeks=8)


@login_required
@never_cache
def repeat(request, slug):
    """Book the same hours on several days, after showing what becomes of each day.

    The address carries the choice of the booking page.
    """
    space = space_or_404(slug, timezone.now())
    choice = Choice.of(request, space)
    if not queries.can_be_booked(space, choice.resources):
        return redirect("spaces:book", slug)
    is_new = not (choice.is_look or choice.is_to_do)
    sent = _with_usual_days(choice.sent, choice.resources) if is_new else choice.sent
    asked = SeriesForm(sent, resources=choice.resources, offered=choice.offered)
    if not asked.is_valid():
        return _repeat_page(request, space, choice.person, asked, status=200 if choice.is_look else 400)
    days = asked.days()
    day = first_open(space, days) or asked.cleaned_data["day"]
    plan = queries.free_slots(asked.cleaned_data["resource"], day, wanted=asked.units_wanted())
    if choice.is_to_do:
        drawn = partial(_repeat_page, request, space, choice.person, asked=asked)
        return carry_out(request, asked.on(plan, sent), partial(_make_series, request), drawn)
    initial = sent if is_new and sent.get("start") else settled(sent, plan)
    initial = {**initial.dict(), "skip": sent.getlist("skip")}
    return _repeat_page(request, space, choice.person, asked.on(plan, initial=initial), asked)


def _with_usual_days(sent, resources):
    """Return what is in the address, with a pattern and a last day where it names none."""
    sent = sent.copy()
    sent.setdefault("pattern", Pattern.WEEKLY.value)
    resource = next((resource for resource in resources if resource.slug == sent["resource"]), None)
    with suppress(ValueError, OverflowError):
        first = date.fromisoformat(sent["day"])
        last = first + USUAL_LENGTH
        if resource:
            last = max(first, min(last, timezone.localdate() + timedelta(days=resource.max_days_ahead)))
        sent.setdefault("until", f"{last:%Y-%m-%d}")
    return sent


def _make_series(request, form):
    wish = operations.SeriesRequest(**form.wish(), user=request.user)
    series = operations.book_series(asked=wish, by=request.user)
    days = queries.occurrences_of(series)
    booked = [row.booking for row in days if row.booking]
    is_requested = any(booking.status == BookingStatus.REQUESTED for booking in booked)
    if len(booked) < len(days):
        text = _held_in_part(len(booked)) if is_requested else _booked_in_part(len(booked))
        messages.warning(request, text % {"booked": len(booked), "all": len(days)})
        return series
    if is_requested:
        text = _("Your request is with the team: these days are held for you, and the answer comes by mail.")
    else:
        text = _("This is booked: one mail is on its way with all the days.")
    messages.success(request, text)
    return series


def _booked_in_part(count):
    return ngettext(
        "%(booked)s day of %(all)s is booked: one mail is on its way. The list says why the others are not.",
        "%(booked)s days of %(all)s are booked: one mail is on its way. The list says why the others are not.",
        count,
    )


def _held_in_part(count):
    return ngettext(
        "%(booked)s day of %(all)s is held for you: the answer comes by mail. The list says why the others are not.",
        "%(booked)s days of %(all)s are held for you: the answer comes by mail. The list says why the others are not.",
        count,
    )


def _repeat_page(request, space, person, form, asked=None, *, status=200, error=None, **context):
    """Show the form, and each day as it would be now where the hours of a day could be offered."""
    context |= {"space": space, "form": form, "plan": form.plan, "action": request.path, "error": error}
    if asked:
        if error:  # it may tell of what the person has booked meanwhile
            person = queries.person_of(request.user)
        context |= outlook_of_series(form, asked, person)
    return render(request, "spaces/booking/repeat.html", context, status=status)


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


@never_cache
@require_GET
@own_series
def series(request, series, is_mine, by):
    return _series_page(request, series, ExtendForm(), is_mine=is_mine)


def _series_page(request, series, extend_form, *, is_mine):
    occurrences = queries.occurrences_of(series)
    context = {
        "series": series,
        "space": series.resource.space,
        "occurrences": occurrences,
        "is_mine": is_mine,
        "can_be_extended": bool(series.user) or not is_mine,
        "can_be_cancelled": bool(_days_left(occurrences)),
        "of_guest": _of_guest(series, occurrences) if is_mine else None,
        "can_be_taken_over": series.can_be_taken_over_by(request.user),
        "today": timezone.localdate(),
        "extend_form": extend_form,
    }
    return render(request, "spaces/booking/series.html", context, status=first_fault(extend_form))


def _of_guest(series, occurrences):
    """Return the first booking that was made for the guest's address with the series, or None."""
    bookings = [row.booking for row in occurrences if row.booking]
    return next((one for one in bookings if one.guest_email and one.guest_email == series.guest_email), None)


def _days_left(occurrences):
    """Return the days of the series that can still be cancelled."""
    now = timezone.now()
    return [row.day for row in occurrences if row.booking and can_be_cancelled(row.booking, now)]


@require_POST
@sent_once
@own_series
def series_extend(request, series, is_mine, by):
    form, extended = ExtendForm(request.POST), None
    if form.is_valid():
        limit(request, "book", BOOKINGS_AN_HOUR)
        until = form.cleaned_data["until"]
        wish = {"series": series, "until": until, "by": by, "as_manager": not is_mine}
        extended = _or_refusal(form, operations.extend_series, **wish)
    if extended is None:
        return _series_page(request, series, form, is_mine=is_mine)
    messages.success(request, _("It goes on to %(day)s.") % {"day": dates.day(extended.until)})
    say_if_not_told(request, series)
    return redirect(series)


@require_POST
@sent_once
@own_series
def series_retry(request, series, is_mine, by, pk):
    """Try again to book a day that was refused."""
    occurrence = get_object_or_404(series.occurrences, pk=pk)
    occurrence.series = series
    limit(request, "book", BOOKINGS_AN_HOUR)
    try:
        operations.retry_occurrence(occurrence=occurrence, by=by, as_manager=not is_mine)
    except BookingError as error:
        messages.error(request, f"{dates.day(occurrence.day)} – {error.message}")
    else:
        messages.success(request, _("Booked: %(booking)s.") % {"booking": dates.day(occurrence.day)})
        say_if_not_told(request, series)
    return redirect(series)


@never_cache
@sent_once
@own_series
def series_cancel(request, series, is_mine, by):
    """Cancel every day from a chosen day on."""
    days = _days_left(queries.occurrences_of(series))
    form = CancelSeriesForm(request.POST or None, days=days, initial={"day": days[0] if days else None})
    if request.method == "POST" and form.is_valid():
        wish = {"from_day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"], "by": by}
        wish["as_manager"] = not is_mine
        if _or_refusal(form, operations.cancel_series, series=series, **wish):
            messages.success(request, _("These days are given back."))
            say_if_not_told(request, series)
            return redirect(series)
    if not days:
        messages.error(request, _("Nothing of it is left to cancel from that day on."))
        return redirect(series)
    context = {"series": series, "space": series.resource.space, "form": form}
    return render(request, "spaces/booking/series_cancel.html", context, status=first_fault(form))


@require_GET
@own_series
def series_ics(request, series, is_mine, by):
    return calendar_response(series_calendar_file(queries.occurrences_of(series)), "reservations.ics")
