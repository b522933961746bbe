"""Offering and asking for seats in a car; who drives and who sits beside him know each other once both have agreed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ...core.operations import instant, locked, refuse
from ...enums import Direction, SeatState
from ...errors import EventError
from ...models import Ride, RideSeat, RideWish
from .. import rules as ride_rules
from .ending import end_ride, end_seat, live_places, locked_rides, recount_passengers, tell_of_ride

#: What the others in the car are told when it changes.
TOLD = ("town", "meeting_point", "leaves_at")
NO_LONGER_THERE = _("This is no longer there: it was taken back meanwhile.")


@transaction.atomic
def offer_ride(*, registration, town, from_side, direction, leaves_at, seats, kilometres, meeting_point=""):
    """Offer seats in one's car, or change what one offers; passengers are told of another time or place.

    The same offer sent twice changes nothing. Raises EventError: `past`, `not_registered`, `no_address`, `passenger`,
    `below_seats`, `direction`."""
    event = _enter(registration)
    legs = Direction(direction).legs
    if any(ride_rules.legs_of(seat) & legs for seat in _seats_of(registration, SeatState.ACCEPTED)):
        raise EventError("passenger", _("You have a seat in somebody's car for this way: give it back first."))
    ride = locked_rides(registration=registration).first() or Ride(event=event, registration=registration)
    if ride.seats_taken > seats:
        raise EventError("below_seats", _("More people travel with you than that."))
    if ride.seats_taken and (ride.direction, ride.from_side) != (direction, from_side):
        raise EventError("direction", _("People count on this way: it cannot be changed any more."))
    wish = {"town": town, "meeting_point": meeting_point, "leaves_at": leaves_at}
    is_news = ride.to_confirm or any(getattr(ride, name) != wish[name] for name in TOLD)
    ride.from_side, ride.direction, ride.seats, ride.kilometres = from_side, direction, seats, kilometres
    ride.town, ride.meeting_point, ride.leaves_at, ride.to_confirm = town, meeting_point, leaves_at, False
    ride.to_side = ride_rules.side_reached(event, event.venues.all())
    ride.save()
    ride.places.filter(state=SeatState.ASKED).update(there="there" in legs, back="back" in legs)
    if is_news:
        for seat in live_places(ride):
            if seat.is_accepted:
                occasion = f"{seat.pk}:{instant(timezone.now())}"
                tell_of_ride("changed", seat.registration, event, occasion=occasion, ride=ride.pk)
    _need_no_more(registration, event, legs)
    return ride


@transaction.atomic
def withdraw_ride(*, registration):
    """Take one's offer back, also once the event is over: then it was no shared ride. Twice changes nothing."""
    event = locked(registration.event)
    for ride in locked_rides(registration=registration):
        end_ride(ride, event)


@transaction.atomic
def wish_ride(*, registration, town, side, direction):
    """Look for a seat in a car. Sent again it replaces the wish. Raises EventError as `offer_ride`, and `driver`."""
    event = _enter(registration)
    legs = Direction(direction).legs
    ride = Ride.objects.filter(registration=registration).first()
    if ride and Direction(ride.direction).legs & legs:
        raise EventError("driver", _("You offer seats for this way yourself."))
    if any(ride_rules.legs_of(seat) & legs for seat in _seats_of(registration, SeatState.ACCEPTED)):
        raise EventError("passenger", _("You have a seat for this way already."))
    wish = {"event": event, "town": town, "side": side, "direction": direction}
    return RideWish.objects.update_or_create(registration=registration, defaults=wish)[0]


@transaction.atomic
def withdraw_wish(*, registration):
    """Look for a seat no longer. Twice changes nothing."""
    locked(registration.event)
    RideWish.objects.filter(registration=registration).delete()


@transaction.atomic
def ask_seat(*, ride, registration, message=""):
    """Ask the driver for a seat, who is told. Asked twice it is one; where the driver had proposed it, both agree.

    Raises EventError: `past`, `not_registered`, `no_address`, `gone`, `own`, `declined`, `driver`, `passenger`,
    `full`."""
    event = _enter(registration)
    ride = locked_rides(pk=ride.pk, event=event).exclude(registration=None).first()
    if ride is None:
        raise EventError("gone", NO_LONGER_THERE)
    return _ask(ride, registration, event, message, from_driver=False)


@transaction.atomic
def propose_seat(*, wish, registration, message=""):
    """Propose a seat in one's car to somebody who looks for one. Raises EventError as `ask_seat`, and `no_ride`."""
    event = _enter(registration)
    ride = locked_rides(registration=registration).first()
    if ride is None:
        raise EventError("no_ride", _("Offer the seats in your car first."))
    wish = RideWish.objects.filter(pk=wish.pk, event=event).select_related("registration__user").first()
    if wish is None:
        raise EventError("gone", NO_LONGER_THERE)
    return _ask(ride, wish.registration, event, message, from_driver=True)


@transaction.atomic
def accept_seat(*, seat, by):
    """Agree, as the one who was asked: both are told who the other is. Twice changes nothing.

    Raises EventError: `past`, `not_registered`, `no_address`, `gone`, `driver`, `passenger`, `full`."""
    event = _enter(by)
    seat = _locked_seat(seat, event)
    if seat.is_accepted:
        return seat
    if not seat.is_asked or by.pk != _asked(seat).pk:
        raise EventError("gone", NO_LONGER_THERE)
    return _agree(seat, event)


@transaction.atomic
def decline_seat(*, seat, by):
    """Say no, as the one who was asked; the other is told kindly. Twice changes nothing. Raises EventError `gone`."""
    event = locked(by.event)
    seat = _locked_seat(seat, event)
    if seat.state == SeatState.DECLINED:
        return seat
    if not seat.is_asked or by.pk != _asked(seat).pk:
        raise EventError("gone", NO_LONGER_THERE)
    seat.state, seat.message = SeatState.DECLINED, ""
    seat.save(update_fields=["state", "message"])
    asking = seat.ride.registration if seat.from_driver else seat.registration
    tell_of_ride("declined", asking, event, occasion=_occasion(seat), town=seat.ride.town)
    return seat


@transaction.atomic
def withdraw_seat(*, seat, by):
    """End what was asked or agreed, as one of both; the other is told. Once the event is over: they did not travel
    together after all. Raises EventError `gone`."""
    event = locked(by.event)
    seat = _locked_seat(seat, event)
    end_seat(seat, event, by_driver=seat.ride.registration_id == by.pk)


@transaction.atomic
def forget_travel(*, now=None):
    """Erase what people wrote and who travelled with whom, a week after the event; what the statistics count stays.
    The number of events."""
    limit = (now or timezone.now()) - ride_rules.TRAVEL_KEPT_FOR
    RideWish.objects.filter(event__ends_at__lte=limit).delete()
    over = Ride.objects.filter(event__ends_at__lte=limit, registration__isnull=False)
    rides = list(over.select_for_update(of=("self",), no_key=True).order_by("pk"))
    _strip(rides)
    return len({ride.event_id for ride in rides})


@transaction.atomic
def forget_travel_of(*, registrations):
    """Erase what these people, whose accounts end, wrote and with whom they travelled; the statistics stay."""
    pks = list(registrations.values_list("pk", flat=True))
    RideWish.objects.filter(registration__in=pks).delete()
    _strip(list(locked_rides(registration__in=pks).order_by("pk")))
    seats = RideSeat.objects.filter(registration__in=pks)
    seats.exclude(state=SeatState.ACCEPTED).delete()
    seats.update(registration=None, message="")


def _strip(rides):
    """Leave of these rides what the statistics count, and nothing of those that nobody shared."""
    pks = [ride.pk for ride in rides]
    RideSeat.objects.filter(ride__in=pks).delete()
    Ride.objects.filter(pk__in=pks, seats_taken=0).delete()
    Ride.objects.filter(pk__in=pks).update(
        registration=None, town="", meeting_point="", leaves_at=None, to_confirm=False
    )


def _enter(registration):
    """The event, locked, which the person comes to by what is on record now."""
    event = locked(registration.event)
    registration.refresh_from_db()
    registration.event = event
    refuse(ride_rules.refusal_to_travel(registration))
    return event


def _locked_seat(seat, event):
    ride = locked_rides(pk=seat.ride_id, event=event).first()
    found = ride and ride.places.filter(pk=seat.pk).select_related("registration__user").first()
    if not found:
        raise EventError("gone", NO_LONGER_THERE)
    found.ride = ride
    return found


def _seats_of(registration, state):
    return RideSeat.objects.filter(registration=registration, state=state).select_related("ride__registration__user")


def _asked(seat):
    """Whose answer it waits for."""
    return seat.registration if seat.from_driver else seat.ride.registration


def _occasion(seat):
    """Each asking is told, and each answer to it, once."""
    return f"{seat.pk}:{instant(seat.asked_at)}"


def _refuse_seat(ride, passenger):
    taken = _seats_of(passenger, SeatState.ACCEPTED)
    refuse(ride_rules.refusal_of_seat(ride, taken=taken, driven=Ride.objects.filter(registration=passenger).first()))


def _ask(ride, passenger, event, message, *, from_driver):
    if ride.registration_id == passenger.pk:
        raise EventError("own", _("This is your own car."))
    seat = ride.places.filter(registration=passenger).first()
    if seat and (seat.is_accepted or (seat.is_asked and seat.from_driver == from_driver)):
        return seat
    if seat:
        seat.ride, seat.registration = ride, passenger
        if seat.is_asked:
            return _agree(seat, event)
        if seat.from_driver == from_driver:
            raise EventError("declined", _("The other has declined. Look for another car, or another passenger."))
    _refuse_seat(ride, passenger)
    legs = Direction(ride.direction).legs
    seat = seat or RideSeat(ride=ride, registration=passenger)
    seat.state, seat.from_driver, seat.message = SeatState.ASKED, from_driver, message
    seat.there, seat.back, seat.asked_at = "there" in legs, "back" in legs, timezone.now()
    seat.save()
    news = "proposed" if from_driver else "asked"
    tell_of_ride(news, _asked(seat), event, occasion=_occasion(seat), seat=seat.pk)
    return seat


def _agree(seat, event):
    ride, passenger = seat.ride, seat.registration
    _refuse_seat(ride, passenger)
    seat.state = SeatState.ACCEPTED
    seat.save(update_fields=["state"])
    recount_passengers(ride)
    _need_no_more(passenger, event, ride_rules.legs_of(seat))
    for person in (ride.registration, passenger):
        tell_of_ride("agreed", person, event, occasion=seat.pk, seat=seat.pk)
    return seat


def _need_no_more(registration, event, legs):
    """Who has a way to go needs no other: the wish and what else he asked for, or was proposed, for it ends."""
    wish = RideWish.objects.filter(registration=registration).first()
    if wish and Direction(wish.direction).legs & legs:
        wish.delete()
    for other in _seats_of(registration, SeatState.ASKED):
        if ride_rules.legs_of(other) & legs:
            end_seat(other, event, by_driver=False)
