"""Who may travel with whom, as sentences. Each refusal says precisely why."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from ..enums import Direction
from ..errors import EventError

#: What people wrote for a shared ride is erased so long after the event; what the statistics count stays.
TRAVEL_KEPT_FOR = timedelta(days=7)


def has_shared_travel(event):
    """Whether there is somewhere to go to, and still time for it."""
    return event.is_onsite and event.is_open


def may_travel(registration):
    return refusal_to_travel(registration) is None


def refusal_to_travel(registration):
    """Why this person neither offers nor asks for a seat in a car: an EventError, or None."""
    if not has_shared_travel(registration.event):
        return EventError("past", _("There is no shared travel for this event any more."))
    if not registration.is_confirmed or registration.is_online:
        return EventError("not_registered", _("Shared travel is for people who are registered to come on site."))
    if not registration.person_email:
        return EventError("no_address", _("Shared travel needs an e-mail address: yours is not known."))
    return None


def refusal_of_seat(ride, *, taken=(), driven=None):
    """Why a person gets no seat in a car, given the accepted seats he has and the ride he offers: an EventError, or
    None."""
    legs = Direction(ride.direction).legs
    if driven and Direction(driven.direction).legs & legs:
        return EventError("driver", _("This person drives this way already."))
    if any(legs_of(seat) & legs for seat in taken):
        return EventError("passenger", _("This person has a seat for this way already."))
    if ride.seats_left <= 0:
        return EventError("full", _("There is no free seat in this car any more."))
    return None


def legs_of(seat):
    return frozenset(leg for leg in ("there", "back") if getattr(seat, leg))


def side_reached(event, venues):
    """The side of the border where an event takes place; blank where that is not one."""
    sides = {space.country for space in venues} or {event.side or ""}
    return sides.pop() if len(sides) == 1 else ""
