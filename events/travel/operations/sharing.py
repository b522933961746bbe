"""Offer, wish for, ask for, accept and give back seats in a car.

Driver and passenger learn each other's name and address once both have agreed.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ...core.operations import instant, locked, refuse
from ...enums import Direction, SeatState
from ...errors import EventError
from ...models import Event, Registration, Ride, RideSeat, RideWish
from .. import rules as ride_rules
from .ending import end_ride, end_seat, live_places, locked_rides, recount_passengers, tell_of_ride

#: Fields of a ride whose change is told to its passengers.
TOLD = ("town", "meeting_point", "leaves_at")
NO_LONGER_THERE = _("This is no longer there: it was taken back meanwhile.")


@transaction.atomic
def offer_ride(
    *,
    registration: Registration,
    town: str,
    from_side: str,
    direction: str,
    leaves_at: time,
    seats: int,
    kilometres: int,
    meeting_point: str = "",
) -> Ride:
    """Offer seats in the person's car, or change their offer; passengers are told of another time or place.

    The same offer sent twice changes nothing. Raises EventError: `past`, `not_registered`, `no_address`, `passenger`,
    `below_seats`, `direction`."""
    event = _locked_event(registration)
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
    _end_other_requests(registration, event, legs)
    return ride


@transaction.atomic
def withdraw_ride(*, registration: Registration) -> None:
    """Delete the person's offer. After the event this says that it was no shared ride. Twice changes nothing."""
    event = locked(registration.event)
    for ride in locked_rides(registration=registration):
        end_ride(ride, event)


@transaction.atomic
def wish_ride(*, registration: Registration, town: str, side: str, direction: str) -> RideWish:
    """Keep the person's wish for a seat in a car; a second call replaces the first.

    Raises EventError: `past`, `not_registered`, `no_address`, `driver`, `passenger`."""
    event = _locked_event(registration)
    legs = Direction(direction).legs
    ride = Ride.objects.filter(registration=registration).first()
    if ride and Direction(ride.direction).legs & legs:
        raise EventError("driver", _("You offer seats for this way yourself."))
    if any(ride_rules.legs_of(seat) & legs for seat in _seats_of(registration, SeatState.ACCEPTED)):
        raise EventError("passenger", _("You have a seat for this way already."))
    wish = {"event": event, "town": town, "side": side, "direction": direction}
    return RideWish.objects.update_or_create(registration=registration, defaults=wish)[0]


@transaction.atomic
def withdraw_wish(*, registration: Registration) -> None:
    """Delete the person's wish for a seat. Twice changes nothing."""
    locked(registration.event)
    RideWish.objects.filter(registration=registration).delete()


@transaction.atomic
def ask_seat(*, ride: Ride, registration: Registration, message: str = "") -> RideSeat:
    """Ask the driver for a seat and tell them. Twice changes nothing; if the driver had proposed it, both agree.

    Raises EventError: `past`, `not_registered`, `no_address`, `gone`, `own`, `declined`, `driver`, `passenger`,
    `full`."""
    event = _locked_event(registration)
    offer = locked_rides(pk=ride.pk, event=event).exclude(registration=None).first()
    if offer is None:
        raise EventError("gone", NO_LONGER_THERE)
    return _ask(offer, registration, event, message, from_driver=False)


@transaction.atomic
def propose_seat(*, wish: RideWish, registration: Registration, message: str = "") -> RideSeat:
    """Propose a seat in the person's car to the person with this wish.

    Raises EventError as `ask_seat`, and `no_ride`."""
    event = _locked_event(registration)
    ride = locked_rides(registration=registration).first()
    if ride is None:
        raise EventError("no_ride", _("Offer the seats in your car first."))
    found = RideWish.objects.filter(pk=wish.pk, event=event).select_related("registration__user").first()
    if found is None:
        raise EventError("gone", NO_LONGER_THERE)
    return _ask(ride, found.registration, event, message, from_driver=True)


@transaction.atomic
def accept_seat(*, seat: RideSeat, by: Registration) -> RideSeat:
    """Accept a seat as the person who was asked; both are told how to reach each other. Twice changes nothing.

    Raises EventError: `past`, `not_registered`, `no_address`, `gone`, `driver`, `passenger`, `full`."""
    event = _locked_event(by)
    seat = _locked_seat(seat, event)
    if seat.is_accepted:
        return seat
    if not seat.is_asked or by.pk != _asked(seat).pk:
        raise EventError("gone", NO_LONGER_THERE)
    return _agree(seat, event)


@transaction.atomic
def decline_seat(*, seat: RideSeat, by: Registration) -> RideSeat:
    """Decline a seat as the person who was asked, and tell the other. Twice changes nothing.

    Raises EventError `gone`."""
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
def withdraw_seat(*, seat: RideSeat, by: Registration) -> None:
    """Delete a seat, asked for or accepted, as its driver or passenger, and tell the other.

    After the event this says that they did not travel together. Raises EventError `gone`."""
    event = locked(by.event)
    seat = _locked_seat(seat, event)
    end_seat(seat, event, by_driver=seat.ride.registration_id == by.pk)


@transaction.atomic
def forget_travel(*, now: datetime | None = None) -> int:
    """Erase names and texts of shared travel a week after the event; the figures stay. Return the number of events."""
    limit = (now or timezone.now()) - ride_rules.TRAVEL_KEPT_FOR
    RideWish.objects.filter(event__ends_at__lte=limit).delete()
    over = Ride.objects.filter(event__ends_at__lte=limit, registration__isnull=False)
    rides = list(over.select_for_update(of=("self",), no_key=True).order_by("pk"))
    _anonymise(rides)
    return len({ride.event_id for ride in rides})


@transaction.atomic
def forget_travel_of(*, registrations: QuerySet[Registration]) -> None:
    """Erase the names and texts of these people in shared travel; the figures stay."""
    pks = list(registrations.values_list("pk", flat=True))
    RideWish.objects.filter(registration__in=pks).delete()
    _anonymise(list(locked_rides(registration__in=pks).order_by("pk")))
    seats = RideSeat.objects.filter(registration__in=pks)
    seats.exclude(state=SeatState.ACCEPTED).delete()
    seats.update(registration=None, message="")


def _anonymise(rides: Iterable[Ride]) -> None:
    """Anonymise shared rides; delete the others."""
    pks = [ride.pk for ride in rides]
    RideSeat.objects.filter(ride__in=pks).delete()
    Ride.objects.filter(pk__in=pks, seats_taken=0).delete()
    Ride.objects.filter(pk__in=pks).update(
        registration=None, town="", meeting_point="", leaves_at=None, to_confirm=False
    )


def _locked_event(registration: Registration) -> Event:
    """Return the locked event, with the registration read again.

    Raises EventError: `past`, `not_registered`, `no_address`."""
    event = locked(registration.event)
    registration.refresh_from_db()
    registration.event = event
    refuse(ride_rules.refusal_to_travel(registration))
    return event


def _locked_seat(seat: RideSeat, event: Event) -> RideSeat:
    """Return the seat read again, with its locked ride. Raises EventError `gone`."""
    ride = locked_rides(pk=seat.ride_id, event=event).first()
    found = ride.places.filter(pk=seat.pk).select_related("registration__user").first() if ride else None
    if ride is None or found is None:
        raise EventError("gone", NO_LONGER_THERE)
    found.ride = ride
    return found


def _seats_of(registration: Registration, state: str) -> QuerySet[RideSeat]:
    return RideSeat.objects.filter(registration=registration, state=state).select_related("ride__registration__user")


def _asked(seat: RideSeat) -> Registration:
    """Return the person who was asked for an answer."""
    return cast(Registration, seat.registration if seat.from_driver else seat.ride.registration)


def _occasion(seat: RideSeat) -> str:
    """Return the occasion of mails about this request: each request and each answer to it is told once."""
    return f"{seat.pk}:{instant(seat.asked_at)}"


def _refuse_seat(ride: Ride, passenger: Registration) -> None:
    taken = _seats_of(passenger, SeatState.ACCEPTED)
    refuse(ride_rules.refusal_of_seat(ride, taken=taken, driven=Ride.objects.filter(registration=passenger).first()))


def _ask(ride: Ride, passenger: Registration, event: Event, message: str, *, from_driver: bool) -> RideSeat:
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


def _agree(seat: RideSeat, event: Event) -> RideSeat:
    ride, passenger = seat.ride, cast(Registration, seat.registration)
    _refuse_seat(ride, passenger)
    seat.state = SeatState.ACCEPTED
    seat.save(update_fields=["state"])
    recount_passengers(ride)
    _end_other_requests(passenger, event, ride_rules.legs_of(seat))
    for person in (ride.registration, passenger):
        tell_of_ride("agreed", person, event, occasion=seat.pk, seat=seat.pk)
    return seat


def _end_other_requests(registration: Registration, event: Event, legs: frozenset[str]) -> None:
    """End the person's wish and their other requests and proposals for these ways, now that they have a seat."""
    wish = RideWish.objects.filter(registration=registration).first()
    if wish and Direction(wish.direction).legs & legs:
        wish.delete()
    for other in _seats_of(registration, SeatState.ASKED):
        if ride_rules.legs_of(other) & legs:
            end_seat(other, event, by_driver=False)
