"""Search free places in all spaces, by day and by week.

Only the resources of the spaces of one page are read. So a search costs the same number of queries, and about the same
time, however many spaces there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.utils import timezone

from ...models import Resource, Space
from ...timing.hours import local_day
from ..rules import OF_THE_SPACE
from .criteria import FreeUnits, free_during, open_during, suited
from .persons import Person
from .rooms import first_photos, with_rooms
from .whereabouts import places
from .wishes import Cell, Found, ResultPage, Wanted

#: In spaces, for each page of results.
SPACES_A_PAGE = 10
#: In spaces: a network of so many stands on the map as a whole.
MOST_ON_MAP = 12
DAYS_OF_A_WEEK = 7


# --- one day ---


def by_day(wanted: Wanted, *, page: int = 1, person: Person | None = None) -> ResultPage:
    """Return a page of the spaces where the person may book something that is free all that time. Two queries, and
    those of `with_rooms`."""
    person = person or Person(timezone.now())
    open_spaces = open_during(places(wanted), wanted.day, wanted.start, wanted.end)
    free = free_during(wanted, person)
    shown = _page(open_spaces.filter(Exists(free.filter(space=OuterRef("pk")))), page)
    fill(shown.spaces, free, wanted, person)
    return shown._replace(spaces=[space for space in shown.spaces if space.found])


def _page(spaces: QuerySet[Any], number: int) -> ResultPage:
    first = (number - 1) * SPACES_A_PAGE
    found = list(spaces.values_list("pk", "minutes", "way_from")[first : first + SPACES_A_PAGE + 1])
    return ResultPage(with_ways(found[:SPACES_A_PAGE]), number, len(found) > SPACES_A_PAGE)


def with_ways(found: Iterable[tuple[int, int | None, str]]) -> list[Any]:
    """Return the spaces of these keys with their rooms, each with the `minutes` of the way and the name where it begins
    (`way_from`), or None and ""."""
    ways = {pk: way for pk, *way in found}
    spaces = with_rooms(list(ways))
    for space in spaces:
        space.minutes, space.way_from = ways[space.pk]
    return spaces


def fill(spaces: list[Any], resources: QuerySet[Any], wanted: Wanted, person: Person) -> None:
    """Set `found` of each space, without the resources that the person may not book."""
    there = resources.filter(space__in=[space.pk for space in spaces]).order_by()
    free = dict(there.values_list("pk", "free")) if spaces else {}
    for space in spaces:
        space.found = [
            Found(room, wanted.stretch, free[room.pk])
            for room in space.rooms
            if room.pk in free and person.may_book(room, *wanted.stretch)
        ]


# --- a week ---


def week_days(day: date) -> list[date]:
    """Return the seven days of the week of this day, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(DAYS_OF_A_WEEK)]


def by_week(wanted: Wanted, *, page: int = 1, person: Person | None = None) -> ResultPage:
    """Return a page of the spaces with suited resources, each with the seven days of the week. Two queries, and
    those of `with_rooms`."""
    person = person or Person(timezone.now())
    resources = suited(wanted)
    shown = _page(places(wanted).filter(Exists(resources.filter(space=OuterRef("pk")))), page)
    wishes = [replace(wanted, day=day) for day in week_days(wanted.day)]
    there = resources.filter(space__in=[space.pk for space in shown.spaces]).order_by()
    counted = there.values_list("pk", *(FreeUnits(*wish.stretch) for wish in wishes)) if shown.spaces else []
    free = {pk: counts for pk, *counts in counted}
    for space in shown.spaces:
        space.found = [
            (room, [_cell(room, wish, count, person) for wish, count in zip(wishes, free[room.pk], strict=True)])
            for room in space.rooms
            if room.pk in free
        ]
    return shown


def _cell(resource: Resource, wish: Wanted, free: int, person: Person) -> Cell:
    if wish.stretch.start < person.now and wish.day <= local_day(person.now):
        kind = "over"
    elif refusal := person.why_not(resource, *wish.stretch):
        return Cell(wish.day, "closed" if refusal in OF_THE_SPACE else "barred", None, refusal)
    else:
        kind = "free" if free >= resource.units_for(wish.people) else "taken"
    return Cell(wish.day, kind, Found(resource, wish.stretch, free) if kind == "free" else None)


# --- what is shown of a result ---


def describe(found: Iterable[Found]) -> None:
    """Read the features and the first photo (`first_photos`) of every resource of these results, in two queries."""
    prefetch_related_objects([one.resource for one in found], "features", first_photos())


def on_map(found: Iterable[Space], suggested: Sequence[Space]) -> list[Space]:
    """Return the spaces for the map, each with `is_found`: all spaces of a small network, else those of the page."""
    by_pk: dict[int, Any] = {space.pk: space for space in (suggested if len(suggested) <= MOST_ON_MAP else [])}
    by_pk |= {space.pk: space for space in found}
    for space in by_pk.values():
        space.is_found = any(_has_free(one) for one in getattr(space, "found", []))
    return list(by_pk.values())


def _has_free(one: Found | tuple[Resource, list[Cell]]) -> bool:
    """Tell if the result has a free time: always for a day, for a week if one of its days is free."""
    return isinstance(one, Found) or any(cell.found for cell in one[1])
