"""A pass to work in the other spaces, and the visits that the bookings of the past days were."""

from datetime import date

from spaces.hours import local_day
from spaces.models import Booking, PassScheme
from spaces.operations import record_visit

SCHEME = "Pass du réseau (exemple)"
DAYS_A_YEAR = 12


def load_passes(now, today):
    PassScheme.objects.get_or_create(
        name=SCHEME, defaults={"days": DAYS_A_YEAR, "starts_on": date(today.year, 1, 1), "is_example": True}
    )
    past = Booking.objects.live().filter(is_example=True, visit=None, user__isnull=False, period__endswith__lte=now)
    for booking in past.select_related("user", "resource__space").order_by("period"):
        record_visit(booking=booking, on=local_day(booking.start))
