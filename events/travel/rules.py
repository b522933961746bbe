"""Rules of shared travel. Each refusal says precisely why."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from spaces.models import Space

from ..enums import Direction
from ..errors import EventError
from ..models import Event, Registration, Ride, RideSeat

#: From the end of the event on: then names and texts of shared travel are erased; the figures stay.
TRAVEL_KEPT_FOR = timedelta(days=7)


def has_shared_travel(event: Event) -> bool:
    """Return whether people travel to this event and it has not begun yet."""
    return event.is_onsite and event.is_open


def refusal_to_travel(registration: Registration) -> EventError | None:
    """Return why this person can neither offer nor ask for a seat in a car: an EventError, or None."""
    if not has_shared_travel(registration.event):
        return EventError("past", _("There is no shared travel for this event any more."))
    if not registration.is_confirmed or registration.is_online:
        return EventError("not_registered", _("Shared travel is for people who are registered to come on site."))
    if not registration.person_email:
        return EventError("no_address", _("Shared travel needs an e-mail address: yours is not known."))
    return None


def refusal_of_seat(ride: Ride, *, taken: Iterable[RideSeat] = (), driven: Ride | None = None) -> EventError | None:
    """Return why a person gets no seat in a car: an EventError, or None.

    `taken` are the person's accepted seats in other cars, `driven` is the ride that they offer."""
    legs = Direction(ride.direction).legs
    if driven and Direction(driven.direction).legs & legs:
        return EventError("driver", _("This person drives this way already."))
    if any(legs_of(seat) & legs for seat in taken):
        return EventError("passenger", _("This person has a seat for this way already."))
    if ride.seats_left <= 0:
        return EventError("full", _("There is no free seat in this car any more."))
    return None


def legs_of(seat: RideSeat) -> frozenset[str]:
    """Return the single ways of a seat: « there », « back », or both."""
    return frozenset(leg for leg in ("there", "back") if getattr(seat, leg))


def side_reached(event: Event, venues: Iterable[Space]) -> str:
    """Return the side of the border on which the event takes place; blank if it is on both sides or unknown."""
    sides = {space.country for space in venues} or {event.side or ""}
    return sides.pop() if len(sides) == 1 else ""
