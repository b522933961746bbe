"""Read the account between the spaces and between the two sides, as a person may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from hacktiv.common.halfyears import HalfYear, calendar_half_years
from members.core.rules import coordinates
from members.enums import Country
from members.models import User
from spaces.models import Space, Visit
from spaces.passes.queries import Crossing, Exchange, crossings, exchanges, visits_paid, years_of_visits

#: The fields of a visit that a `Choice` filters, in its order.
FIELDS = ("home_space", "space", "home_side", "side")


class Choice(NamedTuple):
    """The visits that are asked for: from one space to another, from one side to the other, or all (None)."""

    home: Space | None = None
    space: Space | None = None
    home_side: str | None = None
    side: str | None = None


@dataclass(frozen=True)
class Account:
    """The numbers of a stretch of days. True beside an exchange: the person may open the visits behind it."""

    crossings: list[Crossing]
    exchanges: list[tuple[Exchange, bool]]
    sees_all: bool
    runs_a_space: bool


def stretches(today: date) -> list[list[HalfYear]]:
    """Return the stretches to look at, latest first: each year with visits, then its half-years that have begun."""
    found = []
    for year in years_of_visits(today.year):
        whole = HalfYear(str(year), date(year, 1, 1), date(year, 12, 31))
        found.append([whole, *(half for half in calendar_half_years(whole.start, whole.end) if half.start <= today)])
    return found


def account_of(user: User, stretch: HalfYear) -> Account:
    """Return the account of a stretch, in four queries however long it is."""
    everything = coordinates(user)
    own = set(Space.objects.run_by(user).values_list("pk", flat=True))
    rows = exchanges(stretch.start, stretch.end)
    return Account(
        crossings(stretch.start, stretch.end),
        [(row, everything or not own.isdisjoint({row.home.pk, row.space.pk})) for row in rows],
        everything,
        bool(own),
    )


def choice_of(user: User, asked: Mapping[str, str]) -> Choice | None:
    """Return what a query string asks for; None where it names what is not there, or what the person may not see."""
    spaces = {space.slug: space for space in Space.objects.all()}
    names = {key: asked.get(key) or None for key in ("home", "space", "home_side", "side")}
    pairs = ((names["home"], names["space"], spaces), (names["home_side"], names["side"], set(Country.values)))
    if any((one is None) != (other is None) or not {one, other} - {None} <= set(known) for one, other, known in pairs):
        return None
    home, space = (spaces[slug] if slug else None for slug in (names["home"], names["space"]))
    choice = Choice(home, space, names["home_side"], names["side"])
    if home and space and not coordinates(user):
        own = set(Space.objects.run_by(user).values_list("pk", flat=True))
        return None if own.isdisjoint({home.pk, space.pk}) else choice
    return choice


def visits(user: User, stretch: HalfYear, choice: Choice) -> QuerySet[Visit]:
    """Return the visits asked for that the person may see: the coordinator all, managers those of their spaces."""
    own = None if coordinates(user) else Space.objects.run_by(user)
    wanted = {field: value for field, value in zip(FIELDS, choice, strict=True) if value is not None}
    return visits_paid(stretch.start, stretch.end, spaces=own).filter(**wanted)
