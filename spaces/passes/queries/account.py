"""Who visited whom: the account between the spaces and between the two sides, over some days, the last included."""

from typing import NamedTuple

from django.db.models import Count, Q

from ...enums import Country
from ...models import Space, Visit


class Exchange(NamedTuple):
    """How many visits the members of one space paid to another, and how many distinct persons paid them."""

    home: Space
    space: Space
    visits: int
    persons: int


def exchanges(first, last):
    """The account between the spaces: who received whose members how often, most first. Two queries."""
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
    """How many visits went from one side of the border to the other, and how many distinct persons paid them."""

    home_side: str
    side: str
    visits: int
    persons: int


def crossings(first, last):
    """Visits across the border, from Belgium and from France, none left out. One query."""
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


def visits_paid(first, last, *, spaces=None):
    """The visits to another space than one's own, or across the border, latest first; of `spaces`, those that they
    received or that their members paid."""
    away = Visit.objects.away() | Visit.objects.crossings()
    visits = away.filter(day__range=(first, last)).select_related("space", "home_space", "booking")
    return visits if spaces is None else visits.filter(Q(space__in=spaces) | Q(home_space__in=spaces))


def years_of_visits(current):
    """The current year and those of which visits are on record, latest first."""
    known = {day.year for day in Visit.objects.dates("day", "year")}
    return sorted(known | {current}, reverse=True)
