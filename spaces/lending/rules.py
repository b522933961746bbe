"""When a loan may change hands."""

from ..enums import BookingStatus
from ..timing.hours import local_day


def can_be_handed_over(booking, now):
    """From the day on which the loan begins, until it ends."""
    is_confirmed = booking.status == BookingStatus.CONFIRMED
    return is_confirmed and local_day(booking.period.lower) <= local_day(now) and now < booking.period.upper
