"""Tell until when the team notes of a booking that is over whether the person came."""

from __future__ import annotations

from datetime import datetime

from ...enums import BookingStatus
from ...models import Booking
from ..rules import CORRECTED_WITHIN, can_be_corrected

#: States in which a booking without equipment is or is not noted as come.
NOTED = (BookingStatus.CONFIRMED, BookingStatus.NO_SHOW)


def noted_until(booking: Booking, now: datetime) -> datetime | None:
    """Return until when the presence is noted or corrected, possibly in the past; None while the booking runs, and
    where there is nothing to note."""
    if booking.place_id or booking.status not in NOTED or now < booking.period.upper:
        return None
    return booking.period.upper + CORRECTED_WITHIN


def missed_until(booking: Booking, now: datetime) -> datetime | None:
    """Return until when the team can still note that the person came, who is noted as absent, or not at all until the
    end; None where they are noted, and where it is too late."""
    is_unnoted = booking.status == BookingStatus.CONFIRMED and not booking.checked_in_at and booking.period.upper <= now
    is_missing = is_unnoted or booking.status == BookingStatus.NO_SHOW
    return booking.period.upper + CORRECTED_WITHIN if is_missing and can_be_corrected(booking, now) else None
