"""Reads over shared travel: the board of an event, and the rides of one person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeGuard

from django.db.models import F, Prefetch, Q, QuerySet

from ...enums import EventState, SeatState
from ...models import Event, Registration, Ride, RideSeat, RideWish
from .. import rules as ride_rules


@dataclass
class Board:
    """The shared travel of an event as one reader sees it; a reader who does not come on site sees only `number`.

    `number` counts the cars with a free seat. `rides` and `wishes` are those of the others, rides across the border
    first. `mine` and `wish` are the reader's own, `seats` their seats in other cars; `has_mine` says whether there is
    one of them."""

    number: int
    is_open: bool
    registration: Registration | None = None
    rides: list[Ride] = field(default_factory=list)
    wishes: list[RideWish] = field(default_factory=list)
    mine: Ride | None = None
    wish: RideWish | None = None
    seats: list[RideSeat] = field(default_factory=list)
    has_mine: bool = False

    @property
    def is_for(self) -> bool:
        """Return whether the reader comes on site and sees the whole board."""
        return self.registration is not None

    @property
    def others(self) -> list[Ride]:
        """Return the cars in which the reader has neither a seat nor a request."""
        return [ride for ride in self.rides if not ride.own_seat]


def board_of(event: Event, registration: Registration | None) -> Board | None:
    """Return the board for this registration (None: for a visitor); None if nobody travels to the event.

    It takes one query for a visitor and a fixed number for people who come on site."""
    if not event.is_onsite or event.starts_at is None:
        return None
    is_open = ride_rules.has_shared_travel(event)
    if not _comes(registration):
        return Board(event.rides.filter(seats_taken__lt=F("seats")).count(), is_open) if is_open else None
    rides = list(_rides(event.rides.filter(registration__isnull=False)))
    wishes = list(event.ride_wishes.select_related("registration__user"))
    seats = list(_seats(registration))
    known = {seat.ride_id: seat for seat in seats}
    mine = next((ride for ride in rides if ride.registration_id == registration.pk), None)
    for ride in rides:
        ride.own_seat = known.get(ride.pk)
    asked = {place.registration_id: place for place in mine.places.all()} if mine else {}
    reached = ride_rules.side_reached(event, event.venues.all())
    for wish in wishes:
        wish.own_seat = asked.get(wish.registration_id)
        wish.crosses = reached not in {"", wish.side}
    others = [ride for ride in rides if ride is not mine and (ride.seats_left or ride.own_seat)]
    wished = next((wish for wish in wishes if wish.registration_id == registration.pk), None)
    return Board(
        number=len([ride for ride in rides if ride.seats_left]),
        is_open=is_open,
        registration=registration,
        rides=sorted(others, key=lambda ride: not ride.crosses),
        wishes=sorted(
            (wish for wish in wishes if wish.registration_id != registration.pk), key=lambda wish: not wish.crosses
        ),
        mine=mine,
        wish=wished,
        seats=seats,
        has_mine=bool(mine or wished or seats),
    )


def notice_of(event: Event, registration: Registration | None) -> Board | None:
    """Return the board for a page that only mentions it: once nobody can share a car any more, one query tells whether
    the reader did."""
    if not _comes(registration) or not event.is_onsite or ride_rules.has_shared_travel(event):
        return board_of(event, registration)
    if event.starts_at is None:
        return None
    own = [
        model.objects.filter(registration=registration).order_by().values("pk") for model in (Ride, RideWish, RideSeat)
    ]
    return Board(0, is_open=False, registration=registration, has_mine=own[0].union(*own[1:]).exists())


def _comes(registration: Registration | None) -> TypeGuard[Registration]:
    """Return whether this person comes on site."""
    return registration is not None and registration.is_confirmed and not registration.is_online


def rides_of(registrations: Iterable[Registration]) -> list[tuple[Ride, RideSeat | None]]:
    """Return the rides of a person to events that take place, by their registrations (`core.queries.registrations_of`):
    (own offer, None) or (other's car, own accepted seat). At most one query."""
    coming: dict[int | None, Registration] = {
        one.pk: one for one in registrations if one.event.state == EventState.PUBLISHED
    }
    found: list[tuple[Ride, RideSeat | None]] = []
    for own in coming.values():
        if ride := getattr(own, "ride", None):
            ride.event = own.event
            found.append((ride, None))
    if coming:
        accepted = RideSeat.objects.filter(registration__in=coming, state=SeatState.ACCEPTED)
        for seat in accepted.select_related("ride__registration__user"):
            seat.registration = coming[seat.registration_id]
            seat.ride.event = seat.registration.event
            found.append((seat.ride, seat))
    return sorted(found, key=lambda ride_and_seat: (ride_and_seat[0].event.starts_at, ride_and_seat[0].pk))


class SharedTravel(NamedTuple):
    """Figures of one event: people in shared cars, drivers too, and kilometres of the passengers.

    The last two fields count only rides across the border."""

    people: int
    kilometres: int
    people_across: int
    kilometres_across: int


def shared_travel(event: Event) -> SharedTravel:
    """Return the figures of an event, from accepted seats; one query."""
    rides = list(event.rides.shared())
    across = [ride for ride in rides if ride.crosses]
    return SharedTravel(
        sum(ride.people for ride in rides),
        sum(ride.passenger_kilometres for ride in rides),
        sum(ride.people for ride in across),
        sum(ride.passenger_kilometres for ride in across),
    )


def seat_of(registration: Registration, pk: int) -> RideSeat | None:
    """Return the seat if this person is its driver or passenger, else None."""
    concerned = Q(registration=registration) | Q(ride__registration=registration)
    return RideSeat.objects.select_related("ride").filter(concerned, pk=pk).first()


def first_name(registration: Registration | None) -> str:
    """Return the first name, all that the board shows of a person; blank for None."""
    if registration is None:
        return ""
    if registration.user:
        return registration.user.first_name or registration.user.get_short_name()
    return registration.guest_name.split(" ")[0]


def exported(registrations: QuerySet[Registration]) -> dict[str, list[Any]]:
    """Return the shared travel under a person's registrations for the export of their own data."""
    return {
        "offers": list(
            Ride.objects.filter(registration__in=registrations).values(
                "event__slug", "direction", "town", "meeting_point", "leaves_at", "seats", "seats_taken", "kilometres"
            )
        ),
        "wishes": list(
            RideWish.objects.filter(registration__in=registrations).values(
                "event__slug", "direction", "town", "asked_at"
            )
        ),
        "seats": list(
            RideSeat.objects.filter(registration__in=registrations).values(
                "ride__event__slug", "state", "from_driver", "message", "asked_at"
            )
        ),
    }


def _rides(rides: QuerySet[Ride]) -> QuerySet[Ride]:
    """Load the drivers, and the places in the cars with their passengers."""
    places = RideSeat.objects.select_related("registration__user").exclude(registration=None)
    return rides.select_related("registration__user").prefetch_related(Prefetch("places", places))


def _seats(registration: Registration) -> QuerySet[RideSeat]:
    seats = RideSeat.objects.filter(registration=registration).select_related("ride__registration__user", "ride")
    return seats.order_by("ride__leaves_at", "pk")
