"""Check people in, correct a check-in, and give the places of absent people to others."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hacktiv.common import dates
from members.models import User

from ...enums import BookingStatus, Presence
from ...errors import BookingError
from ...models import Booking, Correction, Occupancy
from ...passes.operations import record_visit
from ...timing.hours import local_day
from ..rules import (
    CHECK_IN_EARLY,
    CORRECTED_WITHIN,
    can_be_checked_in,
    can_be_corrected,
    can_be_noted,
    is_missed,
    kept_until,
)
from .bookings import take_units
from .changes import take_over, take_presence_back
from .locks import lock_booking
from .mail import tell_person
from .waits import serve_waits

_span = lazy(dates.span, str)


@transaction.atomic
def check_in(*, booking: Booking, by: User | None, by_team: bool = False) -> Booking:
    """Note that the person is there and record the visit. A second check-in changes nothing.

    Who checks in by themselves for a booking that was made for their address takes it over (`take_over`), also after
    the team has checked them in: only then is their visit recorded.

    Possible from `CHECK_IN_EARLY` before the beginning until the end, `by_team` until `CORRECTED_WITHIN` after it.
    Raises BookingError `released`, `not_confirmed`, `too_early`, `over`, and `by_hand` for equipment.
    """
    booking = lock_booking(booking)
    now = timezone.now()
    if by and booking.can_be_taken_over_by(by) and can_be_checked_in(booking, now):
        booking = take_over(booking=booking, user=by)
    if booking.status == BookingStatus.CONFIRMED and booking.checked_in_at:
        return booking
    if not (can_be_noted(booking, now) if by_team else can_be_checked_in(booking, now)):
        raise _no_check_in(booking, now)
    booking.checked_in_at, booking.checked_in_by = now, by
    booking.save(update_fields=["checked_in_at", "checked_in_by"])
    record_visit(booking=booking, on=local_day(booking.start))
    return booking


def _no_check_in(booking: Booking, now: datetime) -> BookingError:
    if booking.status == BookingStatus.NO_SHOW:
        return BookingError("released", _("Nobody had checked in by then, so the place was given to others."))
    if booking.place_id:
        return BookingError("by_hand", _("Equipment is handed over, by the team of the space."))
    if booking.status == BookingStatus.REQUESTED and now < booking.end:
        return BookingError("not_confirmed", _("This request still waits for the team’s answer."))
    if booking.status == BookingStatus.CONFIRMED and now < booking.start - CHECK_IN_EARLY:
        opens = booking.start - CHECK_IN_EARLY
        return BookingError(
            "too_early",
            format_lazy(_("Check-in is possible: {when}."), when=_span(opens, booking.end)),
        )
    if booking.status != BookingStatus.CONFIRMED:
        return BookingError("over", _("This booking no longer holds."))
    if can_be_noted(booking, now):
        still = _("This booking is over. If you were there, tell the team: they can still note it.")
        return BookingError("over", still)
    days = CORRECTED_WITHIN.days
    message = ngettext_lazy(
        "It is too late to note who came: that is possible until {days} day after the end.",
        "It is too late to note who came: that is possible until {days} days after the end.",
        days,
    )
    return BookingError("over", format_lazy(message, days=days))


@transaction.atomic
def undo_check_in(*, booking: Booking, by: User | None) -> Booking:
    """Take back a check-in noted by mistake and its visit, and record the correction.

    The place is kept from now on as if the booking were confirmed now. Managers may do this until `CORRECTED_WITHIN`
    after the end. Raises BookingError `by_hand` for equipment, `not_checked_in`, `too_late`.
    """
    booking = lock_booking(booking)
    now = timezone.now()
    if booking.status != BookingStatus.CONFIRMED or not booking.checked_in_at:
        raise BookingError("not_checked_in", _("Nobody is checked in for this booking."))
    _check_correctable(booking, now)
    take_presence_back(booking, by)
    booking.release_at = kept_until(booking.resource, booking.start, now)
    booking.save(update_fields=["checked_in_at", "checked_in_by", "release_at"])
    return booking


@transaction.atomic
def undo_no_show(*, booking: Booking, by: User | None) -> Booking:
    """Correct a no-show of a person who was there: the booking holds its place again, checked in, with its visit.

    The person is told while the booking still runs. Managers may do this until `CORRECTED_WITHIN` after the end. Raises
    BookingError `by_hand` for equipment, `not_a_no_show`, `too_late`, and `taken` if somebody else has the place now.
    """
    booking = lock_booking(booking)
    now = timezone.now()
    if booking.status != BookingStatus.NO_SHOW:
        raise BookingError("not_a_no_show", _("This booking is not noted as a no-show."))
    _check_correctable(booking, now)
    Correction.objects.create(booking=booking, of=Presence.NO_SHOW, noted_at=booking.released_at, made_by=by)
    booking.status, booking.released_at = BookingStatus.CONFIRMED, None
    booking.checked_in_at, booking.checked_in_by = now, by
    booking.sequence += 1
    take_units(booking)
    record_visit(booking=booking, on=local_day(booking.start))
    if now < booking.end:
        tell_person(booking, "spaces.booking_confirmed")
    return booking


def _check_correctable(booking: Booking, now: datetime) -> None:
    if booking.place_id:
        raise BookingError("by_hand", _("Equipment that is handed over is brought back: note that instead."))
    if not can_be_corrected(booking, now):
        raise BookingError("too_late", _("It is too late to put this right: what is on record stays."))


def release_missed(*, now: datetime | None = None) -> int:
    """Give the places of people who did not check in in time to others, and return the number of no-shows.

    Safe to run at any time, repeatedly and by several workers: each booking is read again under the lock of its
    resource. A booking that is over becomes a no-show too, but frees no place and mails nobody.
    """
    now = now or timezone.now()
    missed = Booking.objects.filter(
        status=BookingStatus.CONFIRMED,
        checked_in_at=None,
        release_at__lte=now,
        resource__release_after_minutes__isnull=False,
    )
    return sum(_release(booking, now) for booking in missed.order_by("resource_id", "pk"))


@transaction.atomic
def _release(booking: Booking, now: datetime) -> bool:
    booking = lock_booking(booking)
    if not is_missed(booking, now):
        return False
    booking.status = BookingStatus.NO_SHOW
    booking.sequence += 1
    booking.released_at = now if now < booking.end else None
    booking.save(update_fields=["status", "sequence", "released_at"])
    Occupancy.objects.filter(booking=booking).delete()
    if booking.released_at:
        tell_person(booking, "spaces.booking_released")
        serve_waits(booking.resource, now=now)
    return True
