"""Rules of a booking that is made, and of who waits for one: what can be done with it, by whom, and until when."""

from datetime import date, datetime, timedelta

from members.models import User

from ...enums import BookingStatus
from ...models import Booking, Resource, Wait
from ...timing.hours import local_day

#: Before the beginning: check-in is possible from then on.
CHECK_IN_EARLY = timedelta(minutes=15)

#: Before the beginning: later than this, a free place is not booked for people who wait, as they may have other plans.
BOOKED_AHEAD = timedelta(hours=1)

#: Between the mails to two people in line: so long a free place is announced to the first of them only.
TURN = timedelta(minutes=10)

#: After the end of a booking: so long a wrong check-in or a wrong no-show can be corrected.
CORRECTED_WITHIN = timedelta(days=7)

#: In waits, for each member, over all resources.
MOST_WAITS = 20


def is_for_the_desk(booking: Booking, user: User, today: date) -> bool:
    """Return True if this person of the front desk sees to the booking: it is of today, or they made it."""
    return booking.created_by_id == user.pk or local_day(booking.start) <= today <= local_day(booking.end)


def can_be_cancelled(booking: Booking, now: datetime, *, by_manager: bool = False) -> bool:
    """Tell if the booking can be cancelled or changed.

    A member can until the deadline of the resource, a manager until the booking ends.
    """
    return booking.is_live and now < (booking.period.upper if by_manager else cancelled_until(booking))


def cancelled_until(booking: Booking) -> datetime:
    """Return until when the member may cancel. A request can be withdrawn until it begins."""
    start = booking.period.lower
    return latest_change(booking.resource, start) if booking.status == BookingStatus.CONFIRMED else start


def latest_change(resource: Resource, start: datetime) -> datetime:
    """Return until when a member may cancel or change a confirmed booking that begins at `start`."""
    return start - timedelta(minutes=resource.cancel_until_minutes)


def asks_anew(booking: Booking, *, is_moved: bool, people: int) -> bool:
    """Tell if a member's change waits for a manager, where one decides: another time or unit (`is_moved`), or more
    people than before. Fewer people, and other words on what for, ask nothing of anybody."""
    return booking.resource.needs_approval and (is_moved or people > (booking.people or 1))


def can_be_decided(booking: Booking, now: datetime) -> bool:
    return booking.status == BookingStatus.REQUESTED and now < booking.period.upper


def can_be_checked_in(booking: Booking, now: datetime) -> bool:
    """Tell if the person can be checked in now. Equipment is handed over instead."""
    start, end = booking.period.lower, booking.period.upper
    return (
        booking.place_id is None and booking.status == BookingStatus.CONFIRMED and start - CHECK_IN_EARLY <= now < end
    )


def can_be_noted(booking: Booking, now: datetime) -> bool:
    """Tell if the team can note now that the person came: as long as a wrong note could be corrected."""
    is_confirmed = booking.place_id is None and booking.status == BookingStatus.CONFIRMED
    return is_confirmed and booking.period.lower - CHECK_IN_EARLY <= now and can_be_corrected(booking, now)


def can_check_in_oneself(booking: Booking, user: User, now: datetime) -> bool:
    """Tell if the person can say that they are here: nobody has, or only the team, for their address."""
    is_new = not booking.checked_in_at or booking.can_be_taken_over_by(user)
    return is_new and can_be_checked_in(booking, now)


def can_be_corrected(booking: Booking, now: datetime) -> bool:
    """Tell if a wrong check-in or no-show can still be corrected. Equipment is brought back instead."""
    return booking.place_id is None and now < booking.period.upper + CORRECTED_WITHIN


def kept_until(resource: Resource, start: datetime, now: datetime) -> datetime | None:
    """Return until when a place confirmed at `now` is kept without check-in; None means to the end.

    Equipment that travels is always kept to the end.
    """
    if resource.release_after_minutes is None or resource.travels:
        return None
    return max(start, now) + timedelta(minutes=resource.release_after_minutes)


def is_missed(booking: Booking, now: datetime) -> bool:
    """Tell if the place is given to others now.

    Only a booking that was made with a `release_at` can be missed: the person was told of it.
    """
    return (
        booking.status == BookingStatus.CONFIRMED
        and booking.checked_in_at is None
        and booking.resource.release_after_minutes is not None
        and booking.release_at is not None
        and booking.release_at <= now
    )


def is_booked_ahead(wait: Wait, now: datetime) -> bool:
    """Tell if a place that comes free now is booked for the person who waits; otherwise they are only told of it."""
    return wait.period.lower >= now + BOOKED_AHEAD
