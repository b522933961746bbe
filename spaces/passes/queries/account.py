"""Count the visits between the spaces and between the two sides, over some days, the last one included."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from members.enums import Country

from ...models import Booking, Space, Visit
from ...timing.hours import local_day


class Exchange(NamedTuple):
    """The number of visits from members of the space `home` to another space, and of distinct persons."""

    home: Space
    space: Space
    visits: int
    persons: int


def exchanges(first: date, last: date) -> list[Exchange]:
    """Return the visits from each home space to each other space, most first. Two queries."""
    counted = (
        Visit.objects.away()
        .filter(day__range=(first, last))
        .values_list("home_space", "space")
        .annotate(visits=Count("pk"), persons=Count("participant_number", distinct=True))
        .order_by("-visits", "home_space", "space")
    )
    spaces = Space.objects.in_bulk()
    return [Exchange(spaces[home], spaces[space], *counts) for home, space, *counts in counted]


class Crossing(NamedTuple):
    """The number of visits from one side of the border to the other, and of distinct persons."""

    home_side: str
    side: str
    visits: int
    persons: int


def crossings(first: date, last: date) -> list[Crossing]:
    """Return the visits across the border, from Belgium and from France, zero included. One query."""
    counted = {
        (row["home_side"], row["side"]): row
        for row in Visit.objects.crossings()
        .filter(day__range=(first, last))
        .order_by()
        .values("home_side", "side")
        .annotate(visits=Count("pk"), persons=Count("participant_number", distinct=True))
    }
    ways = ((Country.BE, Country.FR), (Country.FR, Country.BE))
    none = {"visits": 0, "persons": 0}
    rows = [(way, counted.get(way, none)) for way in ways]
    return [Crossing(Country(home), Country(side), row["visits"], row["persons"]) for (home, side), row in rows]


def visit_of(booking: Booking) -> Visit | None:
    """Return the visit of this booking's member there on that day, also where another booking is its own; None for a
    guest, for an erased account, and for who did not come. One query, for a member."""
    if booking.user is None:
        return None
    visits = Visit.objects.filter(participant_number=booking.user.participant_number, space=booking.resource.space_id)
    return visits.filter(Q(booking=booking) | Q(day=local_day(booking.start))).select_related("space").first()


def visits_paid(first: date, last: date, *, spaces: Iterable[Space] | None = None) -> QuerySet[Visit]:
    """Return the visits to another space than the home space, or across the border, latest first. With `spaces`, keep
    the visits that these received or that their members paid."""
    away = Visit.objects.away() | Visit.objects.crossings()
    visits = away.filter(day__range=(first, last)).select_related("space", "home_space", "booking")
    return visits if spaces is None else visits.filter(Q(space__in=spaces) | Q(home_space__in=spaces))


def years_of_visits(current: int) -> list[int]:
    """Return the current year and all years with recorded visits, latest first."""
    known = {day.year for day in Visit.objects.dates("day", "year")}
    return sorted(known | {current}, reverse=True)
