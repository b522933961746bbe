"""Who came, and what becomes of the place of who did not."""

from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates

from ...enums import BookingStatus, Presence
from ...errors import BookingError
from ...models import Booking, Correction, Occupancy
from ...passes.operations import record_visit
from ...passes.operations.visits import withdraw_visit
from ...timing.hours import local_day
from ..rules import CHECK_IN_EARLY, can_be_checked_in, can_be_corrected, is_missed, kept_until
from .bookings import take_a_unit
from .locks import lock_booking
from .mail import tell_person
from .waits import serve_waits

_span = lazy(dates.span, str)


@transaction.atomic
def check_in(*, booking, by):
    """Note that the person is there, from a quarter of an hour before the beginning until the end, and put the visit on
    record. Twice is once.

    Raises BookingError `released`, `not_confirmed`, `too_early`, `over`.
    """
    booking = lock_booking(booking)
    now = timezone.now()
    if booking.status == BookingStatus.CONFIRMED and booking.checked_in_at:
        return booking
    if not can_be_checked_in(booking, now):
        raise _no_check_in(booking, now)
    booking.checked_in_at, booking.checked_in_by = now, by
    booking.save(update_fields=["checked_in_at", "checked_in_by"])
    record_visit(booking=booking, on=local_day(booking.start))
    return booking


def _no_check_in(booking, now):
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
    return BookingError("over", _("This booking no longer holds."))


@transaction.atomic
def undo_check_in(*, booking, by):
    """Take back a check-in noted by mistake, with the visit that it put on record; the correction stays on record.

    From then on the place is kept as long as one that is confirmed now. For who runs the space, until
    `CORRECTED_WITHIN` after the end. Raises BookingError `by_hand` for equipment, `not_checked_in`, `too_late`.
    """
    booking = lock_booking(booking)
    now = timezone.now()
    if booking.status != BookingStatus.CONFIRMED or not booking.checked_in_at:
        raise BookingError("not_checked_in", _("Nobody is checked in for this booking."))
    _check_correctable(booking, now)
    _put_right(booking, Presence.CHECK_IN, booking.checked_in_at, booking.checked_in_by, by)
    withdraw_visit(booking=booking)
    booking.checked_in_at = booking.checked_in_by = None
    booking.release_at = kept_until(booking.resource, booking.start, now)
    booking.save(update_fields=["checked_in_at", "checked_in_by", "release_at"])
    return booking


@transaction.atomic
def undo_no_show(*, booking, by):
    """The person was there after all: the booking holds its place again, checked in, with its visit.

    A member whose booking still runs is told. For who runs the space, up to `CORRECTED_WITHIN` after the end. Raises
    BookingError `not_a_no_show`, `too_late`, and `taken` where somebody else has had the place meanwhile.
    """
    booking = lock_booking(booking)
    now = timezone.now()
    if booking.status != BookingStatus.NO_SHOW:
        raise BookingError("not_a_no_show", _("This booking is not noted as a no-show."))
    _check_correctable(booking, now)
    _put_right(booking, Presence.NO_SHOW, booking.released_at, None, by)
    booking.status, booking.released_at = BookingStatus.CONFIRMED, None
    booking.checked_in_at, booking.checked_in_by = now, by
    booking.sequence += 1
    take_a_unit(booking)
    record_visit(booking=booking, on=local_day(booking.start))
    if now < booking.end:
        tell_person(booking, "spaces.booking_confirmed")
    return booking


def _check_correctable(booking, now):
    if booking.place_id:
        raise BookingError("by_hand", _("Equipment that is handed over is brought back: note that instead."))
    if not can_be_corrected(booking, now):
        raise BookingError("too_late", _("It is too late to put this right: what is on record stays."))


def _put_right(booking, of, noted_at, noted_by, by):
    Correction.objects.create(booking=booking, of=of, noted_at=noted_at, noted_by=noted_by, made_by=by)


def release_missed(*, now=None):
    """Give to others the places of who has not checked in in time; the number of bookings that became no-shows.

    Safe to run at any time, any number of times, by any number of workers: each booking is looked at again under its
    resource's lock. What is over by now gives nothing to anybody and mails nobody.
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
def _release(booking, now):
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
