"""Show, move and cancel a booking, and check in."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hacktiv.common.admin_pages import say_who_is_not_told
from members.models import User

from ...enums import BookingStatus
from ...errors import BookingError
from ...models import Booking, Resource
from ...passes.queries import gives_day_back, pass_balance
from ...timing.hours import local_day
from .. import operations, queries
from ..files import calendar_file
from ..forms import CancelForm, CheckInForm, MoveForm, is_a_look, settled
from ..rules import can_be_cancelled, can_be_checked_in, can_check_in_oneself, cancelled_until
from .common import carry_out, outlook_of
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
        "balance": _balance_of(booking) if is_mine else None,
    }
    return render(request, "spaces/booking/booking.html", context)


def _balance_of(booking):
    """Return the balance of which the booking has taken a day, or None: at home, or with no pass."""
    if not (booking.user and booking.is_live) or booking.place:
        return None
    balance = pass_balance(booking.user, local_day(booking.start))
    return balance if balance and balance.counts(booking.space) else None


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
    day_back = booking.is_live and gives_day_back(booking)
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
            done = _("The booking is cancelled, and the day of the pass comes back.")
            messages.success(request, done if day_back else _("The booking is cancelled."))
            say_who_is_not_told(request, [] if booking.person_email else [booking.person_name])
        return redirect(booking)
    context = {"booking": booking, "space": booking.space, "form": form, "day_back": day_back}
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
    resources = Resource.objects.filter(pk=resource.pk).select_related("space", "plan")
    is_sent = request.method == "POST"
    sent = _with_own_time(request.POST if is_sent else request.GET, booking)
    page = MovePage(request, booking, by, as_manager=not is_mine)
    day_form = MoveForm(sent, resources=resources, booking=booking)
    if not day_form.is_valid():
        return page.drawn(day_form, status=200 if is_sent and is_a_look(sent) else 400)
    day = day_form.cleaned_data["day"]
    plan = queries.free_slots(resource, day, besides=booking, wanted=booking.unit_count)
    if is_sent and not is_a_look(sent):
        return carry_out(request, day_form.on(plan, sent), page.move, page.drawn)
    is_other_day = "day" in request.GET and "start" not in request.GET
    initial = (settled(sent, plan) if is_sent or is_other_day else sent).dict()
    return page.drawn(day_form.on(plan, initial=initial))


def _with_own_time(sent, booking):
    """Return what was sent, completed by the booking's own day and hours."""
    start, end = timezone.localtime(booking.start), timezone.localtime(booking.end)
    sent = sent.copy()
    sent["resource"] = booking.resource.slug
    for name, own in (("day", f"{start:%Y-%m-%d}"), ("start", f"{start:%H:%M}"), ("end", f"{end:%H:%M}")):
        if name not in sent:
            sent[name] = own
    return sent


@dataclass(frozen=True)
class MovePage:
    """The page on which a booking is moved, by its person or `as_manager`."""

    request: HttpRequest
    booking: Booking
    by: User | None
    as_manager: bool

    def move(self, form):
        """Move the booking to what the form says."""
        start, end = form.stretch()
        wish = {"unit": form.cleaned_data.get("unit"), "by": self.by, "as_manager": self.as_manager}
        moved = operations.move_booking(booking=self.booking, start=start, end=end, **wish)
        if moved.sequence == self.booking.sequence:
            messages.info(self.request, _("You have changed nothing: the booking stays as it is."))
            return moved
        if moved.status == BookingStatus.REQUESTED:
            text = _("The new time is with the team: the place is held, and the answer comes by mail.")
        else:
            text = _("The booking is moved: the new time is on its way by mail.")
        messages.success(self.request, text)
        return moved

    def drawn(self, form, *, status=200, error=None, **context):
        plan = form.plan
        context |= {"booking": self.booking, "space": self.booking.resource.space, "form": form, "plan": plan}
        context |= {"error": error, "action": self.request.path}
        if plan:
            person = queries.person_of(self.booking.user, moved=self.booking, by_manager=self.as_manager)
            context |= outlook_of(form, person, error, moved=self.booking)
        return render(self.request, "spaces/booking/move.html", context, status=status)


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
