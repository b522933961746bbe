"""Show, move and cancel a booking, and check in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hacktiv.common.ratelimit import limit

from ...enums import BookingStatus
from ...errors import BookingError
from ...models import Resource
from .. import operations, queries
from ..files import calendar_file
from ..forms import CancelForm, CheckInForm, MoveDayForm, MoveForm
from ..rules import can_be_cancelled, can_be_checked_in, can_check_in_oneself, cancelled_until
from .choosing import BOOKINGS_AN_HOUR, OFFER_INSTEAD
from .own import own_booking


@never_cache
@require_GET
@own_booking
def booking(request, booking, is_mine, by):
    now, is_out = timezone.now(), operations.is_out(booking)
    context = {
        "booking": booking,
        "space": booking.space,
        "is_mine": is_mine,
        "is_out": is_out,
        "can_be_cancelled": not is_out and can_be_cancelled(booking, now, by_manager=not is_mine),
        "cancelled_until": cancelled_until(booking),
        "can_check_in": not booking.checked_in_at and can_be_checked_in(booking, now),
        "can_be_taken_over": booking.can_be_taken_over_by(request.user),
    }
    return render(request, "spaces/booking/booking.html", context)


@never_cache
@require_POST
@own_booking
def booking_take_over(request, booking, is_mine, by):
    """Put a booking that the team made for the person's address into their account."""
    if not booking.is_for(request.user):
        raise Http404
    try:
        operations.take_over(booking=booking, user=request.user)
    except BookingError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("It is yours now, like the bookings that you make yourself."))
    return redirect(booking)


@never_cache
@own_booking
def booking_cancel(request, booking, is_mine, by):
    """Ask for confirmation, then cancel the booking."""
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.cancel_booking(
                booking=booking,
                by=by,
                reason=form.cleaned_data["reason"],
                as_manager=not is_mine,
            )
        except BookingError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The booking is cancelled."))
        return redirect(booking)
    context = {"booking": booking, "space": booking.space, "form": form}
    return render(request, "spaces/booking/booking_cancel.html", context, status=400 if form.errors else 200)


@require_GET
@own_booking
def booking_ics(request, booking, is_mine, by):
    return calendar_response(calendar_file(booking), "reservation.ics")


def calendar_response(content, name):
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@own_booking
def booking_move(request, booking, is_mine, by):
    """Move the booking to another time: choose the day, then the hours."""
    resource = booking.resource
    if not can_be_cancelled(booking, timezone.now(), by_manager=not is_mine):
        messages.error(request, _("This booking can no longer be changed."))
        return redirect(booking)
    if booking.place:
        return redirect("spaces:loan_move", booking.reference)
    resources = Resource.objects.filter(pk=resource.pk).select_related("plan")
    sent = _with_own_time(request.POST if request.method == "POST" else request.GET, booking)
    day_form = MoveDayForm(sent, resources=resources, auto_id="choice_%s")
    page = {"booking": booking, "space": resource.space, "day_form": day_form}
    if not day_form.is_valid():
        return render(request, "spaces/booking/move.html", page, status=400)
    plan = queries.free_slots(resource, day_form.cleaned_data["day"], besides=booking)
    if request.method == "POST" and "look" not in request.POST:
        form = MoveForm(sent, resources=resources, plan=plan, booking=booking)
        return _move(request, booking, {**page, "plan": plan, "form": form}, by=by, as_manager=not is_mine)
    form = MoveForm(initial=sent.dict(), resources=resources, plan=plan, booking=booking)
    return render(request, "spaces/booking/move.html", {**page, "plan": plan, "form": form})


def _with_own_time(sent, booking):
    """Return what was sent, completed by the booking's own day and hours."""
    start, end = timezone.localtime(booking.start), timezone.localtime(booking.end)
    sent = sent.copy()
    sent["resource"] = booking.resource.slug
    for name, own in (("day", f"{start:%Y-%m-%d}"), ("start", f"{start:%H:%M}"), ("end", f"{end:%H:%M}")):
        if name not in sent:
            sent[name] = own
    return sent


def _move(request, booking, page, *, by, as_manager):
    form = page["form"]
    if not form.is_valid():
        return render(request, "spaces/booking/move.html", page, status=400)
    limit(request, "book", BOOKINGS_AN_HOUR)
    start, end = form.stretch()
    wish = {"unit": form.cleaned_data.get("unit"), "as_manager": as_manager}
    try:
        moved = operations.move_booking(booking=booking, start=start, end=end, by=by, **wish)
    except BookingError as error:
        form.add_error("unit" if error.code == "unit_taken" else None, error.message)
        if error.code in OFFER_INSTEAD:
            page["offers"] = queries.next_free(booking.resource, start, end, user=booking.user, besides=booking)
        return render(request, "spaces/booking/move.html", page, status=409)
    if moved.status == BookingStatus.REQUESTED:
        messages.success(request, _("The new time is with the team: the place is held, and the answer comes by mail."))
    else:
        messages.success(request, _("The booking is moved: the new time is on its way by mail."))
    return redirect(moved)


@login_required
@never_cache
def door(request, token):
    """Show the person's bookings of today behind this door, with the button « I am here ». The door code leads here."""
    resource = get_object_or_404(Resource.objects.select_related("space"), door_token=token)
    now = timezone.now()
    bookings = queries.bookings_today(request.user, resource, now)
    form = CheckInForm(request.POST or None, bookings=bookings)
    if request.method == "POST" and form.is_valid():
        try:
            operations.check_in(booking=form.cleaned_data["booking"], by=request.user)
        except BookingError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("You are checked in. Welcome!"))
        return redirect("spaces:door", token=token)
    today = [(booking, can_check_in_oneself(booking, request.user, now)) for booking in bookings]
    context = {"resource": resource, "space": resource.space, "today": today}
    return render(request, "spaces/booking/door.html", context, status=400 if request.method == "POST" else 200)
