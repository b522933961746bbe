"""Pages of shared travel: offer, wish for, ask for and accept seats in a car."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.ratelimit import limit

from ..core.views import CONFLICT, own_registration
from ..errors import EventError
from ..models import Ride, RideWish
from . import operations
from . import rules as ride_rules
from .forms import RideForm, SeatMessageForm, WishForm
from .queries.distances import towns
from .queries.rides import board_of, first_name, seat_of

ASKS_RATE = "40/h"
#: The buttons on a seat: the operation of each, and the message afterwards.
ANSWERS = {
    "accept": (
        operations.accept_seat,
        gettext_lazy("It is agreed: you both have a mail that says how to reach each other."),
    ),
    "decline": (operations.decline_seat, gettext_lazy("You have declined, and the other is told kindly.")),
    "withdraw": (operations.withdraw_seat, gettext_lazy("It is taken back, and the other is told.")),
}


def _traveller(view):
    """Give the view the registration of a person who comes on site, while there is time; else lead back to its page."""

    @wraps(view)
    def of_a_traveller(request, registration, **arguments):
        refusal = ride_rules.refusal_to_travel(registration)
        if refusal:
            messages.error(request, refusal.message)
            return redirect("events:registration", token=registration.token)
        return view(request, registration, **arguments)

    return of_a_traveller


@never_cache
@require_safe
@own_registration
def travel(request, registration):
    board = board_of(registration.event, registration)
    if board is None or not board.is_for:
        return redirect("events:registration", token=registration.token)
    return render(
        request,
        "events/travel/travel.html",
        {"registration": registration, "event": registration.event, "board": board, "is_page": True},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
@_traveller
def offer_ride(request, registration):
    """Offer seats in the person's car, or change their offer."""
    ride = Ride.objects.filter(registration=registration).first()
    names = ("direction", "town", "leaves_at", "meeting_point", "seats", "kilometres")
    initial = {name: getattr(ride, name) for name in names} | {"side": ride.from_side} if ride else {}
    venues = list(registration.event.venues.all())
    form = RideForm(
        request.POST or None,
        initial={"side": registration.side, **initial},
        place=venues[0] if venues else registration.event.space,
    )
    words = {
        "title": _("Change your offer") if ride else _("Offer seats in your car"),
        "lead": _("Those who come on site read your first name, the town, the hour and the number of seats."),
        "label": _("Save") if ride else _("Offer these seats"),
    }

    def write(wish):
        operations.offer_ride(registration=registration, from_side=wish.pop("side"), **wish)
        messages.success(request, _("Your offer is on the board. Who asks for a seat reaches you by mail."))

    return _answer(request, registration, form, write, words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
@_traveller
def wish_ride(request, registration):
    """Look for a seat in a car."""
    wish = RideWish.objects.filter(registration=registration).first()
    initial = {name: getattr(wish, name) for name in ("direction", "town", "side")} if wish else {}
    form = WishForm(request.POST or None, initial={"side": registration.side, **initial})
    words = {
        "title": _("Look for a seat in a car"),
        "lead": _("Those who come on site read your first name and the town: who passes there can propose you a seat."),
        "label": _("Put it on the board"),
    }

    def write(wish):
        operations.wish_ride(registration=registration, **wish)
        messages.success(request, _("Your wish is on the board. Who has a seat for you reaches you by mail."))

    return _answer(request, registration, form, write, words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
@_traveller
def ask_seat(request, registration, pk):
    """Ask the driver of an offer for a seat."""
    rides = registration.event.rides.filter(registration__isnull=False).select_related("registration__user")
    ride = rides.filter(pk=pk).first()
    if ride is None:
        return _gone(request, registration)
    words = {
        "title": _("Ask %(name)s for a seat") % {"name": first_name(ride.registration)},
        "lead": _("Your name and your mail address are shown to the driver only once you have both agreed."),
        "label": _("Ask for the seat"),
        "ride": ride,
    }

    def write(wish):
        operations.ask_seat(ride=ride, registration=registration, **wish)
        messages.success(request, _("You have asked for the seat: the answer comes by mail."))

    return _answer(request, registration, SeatMessageForm(request.POST or None), write, words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
@_traveller
def propose_seat(request, registration, pk):
    """Propose a seat in the person's car to somebody with a wish."""
    wish = registration.event.ride_wishes.filter(pk=pk).select_related("registration__user").first()
    if wish is None:
        return _gone(request, registration)
    words = {
        "title": _("Propose %(name)s a seat") % {"name": first_name(wish.registration)},
        "lead": _("Your name and your mail address are shown to the other only once you have both agreed."),
        "label": _("Propose the seat"),
    }

    def write(answer):
        operations.propose_seat(wish=wish, registration=registration, **answer)
        messages.success(request, _("You have proposed the seat: the answer comes by mail."))

    return _answer(request, registration, SeatMessageForm(request.POST or None), write, words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def answer_seat(request, registration, pk, answer):
    """Accept, decline or withdraw a seat."""
    if request.method != "POST":
        return redirect("events:travel", token=registration.token)
    seat = seat_of(registration, pk)
    if seat is None:
        return _gone(request, registration)
    operation, done = ANSWERS[answer]
    return _once(request, registration, lambda: operation(seat=seat, by=registration), done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def withdraw_ride(request, registration):
    return _withdraw(
        request, registration, operations.withdraw_ride, _("Your offer is taken back; who counted on it is told.")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def withdraw_wish(request, registration):
    return _withdraw(request, registration, operations.withdraw_wish, _("You no longer look for a seat."))


def _withdraw(request, registration, operation, done):
    if request.method != "POST":
        return redirect("events:travel", token=registration.token)
    return _once(request, registration, lambda: operation(registration=registration), done)


def _once(request, registration, operation, done):
    try:
        operation()
    except EventError as refusal:
        messages.error(request, refusal.message)
    else:
        if done:
            messages.success(request, done)
    return redirect("events:travel", token=registration.token)


def _answer(request, registration, form, write, words):
    """Show the form; once `write` went through, go back to the board."""
    status = 200
    if request.method == "POST":
        limit(request, "events-travel", ASKS_RATE)
        if form.is_valid():
            try:
                write(dict(form.cleaned_data))
            except EventError as refusal:
                form.add_error(None, refusal.message)
                status = CONFLICT
            else:
                return redirect("events:travel", token=registration.token)
    context = {"registration": registration, "event": registration.event, "form": form, "towns": sorted(towns())}
    return render(request, "events/travel/travel_form.html", {**context, **words}, status=status)


def _gone(request, registration):
    messages.info(request, _("This is no longer there: it was taken back meanwhile."))
    return redirect("events:travel", token=registration.token)
