"""What passes leave their members."""

from datetime import date
from typing import NamedTuple

from ..hours import day_bounds, local_day
from ..models import Booking, PassScheme, Space
from ..periods import period
from .people import home_space


class Balance(NamedTuple):
    """A member's days in the spaces other than `home` in a calendar year: how many the passes allow, and those that are
    booked, as (space's pk, day)."""

    year: int
    days: int
    home: Space
    booked: frozenset

    @property
    def left(self):
        return max(0, self.days - len(self.booked))

    def allows(self, space, day):
        """A second booking of one space on one day costs nothing more; nor does one's own space."""
        return space == self.home or (space.pk, day) in self.booked or self.left > 0


def pass_balance(user, on, *, moved=None):
    """What the passes valid on that day leave the member, or None where no pass is valid or he has no home space.

    Days count as they are booked, whether past or to come; given back, refused or missed ones do not. `moved` is a
    booking left out of the count."""
    schemes = list(PassScheme.objects.valid(on).prefetch_related("homes", "members"))
    home = home_space(user, on) if schemes else None
    if home is None:
        return None
    year = period(day_bounds(date(on.year, 1, 1)).start, day_bounds(date(on.year + 1, 1, 1)).start)
    bookings = Booking.objects.live().filter(user=user, period__startswith__gte=year.lower)
    bookings = bookings.filter(period__startswith__lt=year.upper).exclude(resource__space=home)
    rows = bookings.exclude(pk=moved and moved.pk).values_list("resource__space", "period")
    booked = frozenset((space, local_day(stretch.lower)) for space, stretch in rows)
    return Balance(on.year, days_of_passes(schemes, user, home), home, booked)


def days_of_passes(schemes, user, home):
    """How many days a year these schemes, with what they name prefetched, give a member of that home space."""
    return sum(
        scheme.days
        for scheme in schemes
        if (not scheme.homes.all() or home in scheme.homes.all())
        and (not scheme.members.all() or user in scheme.members.all())
    )
