"""What passes leave their members, and who visited whom."""

from datetime import date
from typing import NamedTuple

from django.db.models import Count

from ..enums import Country
from ..hours import day_bounds, local_day
from ..models import (
    Booking,
    PassScheme,
    Space,
    Visit,
)
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

    Days count as they are booked, whether past or to come; given back, refused or missed ones do not, nor do loans of
    equipment. `moved` is a booking left out of the count."""
    schemes = list(PassScheme.objects.valid(on).prefetch_related("homes", "members"))
    home = home_space(user, on) if schemes else None
    if home is None:
        return None
    year = period(day_bounds(date(on.year, 1, 1)).start, day_bounds(date(on.year + 1, 1, 1)).start)
    bookings = Booking.objects.live().filter(user=user, period__startswith__gte=year.lower)
    bookings = bookings.filter(period__startswith__lt=year.upper).exclude(resource__space=home)
    bookings = bookings.filter(place=None)
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


class Exchange(NamedTuple):
    """How many visits the members of one space paid to another in a year."""

    home: Space
    space: Space
    visits: int


def exchanges(year):
    """The account between the spaces: who received whose members how often, most first. Two queries."""
    counted = (
        Visit.objects.away()
        .filter(day__year=year)
        .values_list("home_space", "space")
        .annotate(visits=Count("pk"))
        .order_by("-visits", "home_space", "space")
    )
    spaces = Space.objects.in_bulk()
    return [Exchange(spaces[home], spaces[space], visits) for home, space, visits in counted]


class Crossing(NamedTuple):
    """How many visits went from one side of the border to the other, and how many distinct persons paid them."""

    home_side: str
    side: str
    visits: int
    persons: int


def crossings(year):
    """Visits across the border in a year, from Belgium and from France, none left out. One query."""
    counted = {
        (row["home_side"], row["side"]): row
        for row in Visit.objects.crossings()
        .filter(day__year=year)
        .order_by()
        .values("home_side", "side")
        .annotate(visits=Count("pk"), persons=Count("participant_number", distinct=True))
    }
    ways = ((Country.BE, Country.FR), (Country.FR, Country.BE))
    none = {"visits": 0, "persons": 0}
    rows = [(way, counted.get(way, none)) for way in ways]
    return [Crossing(Country(home), Country(side), row["visits"], row["persons"]) for (home, side), row in rows]


def years_of_visits(current):
    """The current year and those of which visits are on record, latest first."""
    known = {day.year for day in Visit.objects.dates("day", "year")}
    return sorted(known | {current}, reverse=True)
