"""Passes to work in the other spaces, and the visits that the bookings of the past days were."""

from datetime import date

from members.models import User
from spaces.models import Booking, PassScheme
from spaces.passes.operations import record_visit
from spaces.timing.hours import local_day

SCHEME = "Pass du réseau (exemple)"
DAYS_A_YEAR = 12
PACKAGE = "Forfait d’un employeur (exemple)"
VOUCHER = "Bon de bienvenue (exemple)"


def load_passes(now, today):
    year = {"starts_on": date(today.year, 1, 1), "is_example": True}
    PassScheme.objects.get_or_create(name=SCHEME, defaults={"days": DAYS_A_YEAR, **year})
    package, made = PassScheme.objects.get_or_create(name=PACKAGE, defaults={"days": 10, "is_shared": True, **year})
    if made:
        package.members.set(User.objects.filter(email__endswith="@exemple.invalid").order_by("pk")[:3])
    once = {"days": 3, "renews": False, "code": f"EXEMPLE-{today.year}", "ends_on": date(today.year, 12, 31)}
    PassScheme.objects.get_or_create(name=VOUCHER, defaults=once | year)
    past = Booking.objects.live().filter(is_example=True, visit=None, user__isnull=False, place=None)
    past = past.filter(period__endswith__lte=now)
    for booking in past.select_related("user", "resource__space").order_by("period"):
        record_visit(booking=booking, on=local_day(booking.start))
