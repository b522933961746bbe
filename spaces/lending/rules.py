"""Tell when a loan may be handed over."""

from datetime import datetime

from ..enums import BookingStatus
from ..models import Booking
from ..timing.hours import local_day


def can_be_handed_over(booking: Booking, now: datetime) -> bool:
    """Return True for a confirmed loan from the day on which it begins until it ends."""
    is_confirmed = booking.status == BookingStatus.CONFIRMED
    return is_confirmed and local_day(booking.period.lower) <= local_day(now) and now < booking.period.upper
