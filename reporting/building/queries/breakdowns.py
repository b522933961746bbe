"""Break named participations down by what is known of the persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count as CountOf

from events.models import Participation
from hacktiv.common.bounds import ZERO, Bounds, total

from .content import BreakdownRow
from .records import Placed

#: Attributes of the breakdowns of participations, in the order of a report.
ATTRIBUTES = ("residence", "gender", "age_band", "status", "home_space")

#: Of these nobody is asked to have one: a record without is complete.
OPTIONAL = frozenset({"home_space"})

NOT_SAID = "unknown"
#: The rows that say how many records are complete.
RECORDS = "records"

#: The named participations of each event, by (attribute, value), and by (RECORDS, "complete" or "incomplete").
Named = dict[int, Counter[tuple[str, str]]]


def breakdowns(actions: Iterable[Placed], named: Named) -> tuple[BreakdownRow, ...]:
    """Return the number of named participations for each value of each attribute, from the counts of `named_values`.

    "unknown" counts participations without a value and all unnamed ones, and tells them apart. A record without a value
    stands in no other cell of that attribute; how many lack any is told at the end. Coached persons have a breakdown of
    their own: persons and participations are never mixed.
    """
    events = [action for action in actions if action.is_event]
    coaching = [action for action in actions if not action.is_event]
    counted: dict[tuple[str, str], Bounds] = {}
    for action in events:
        for cell, persons in named.get(action.thing.pk, {}).items() if action.attendance else ():
            counted[cell] = counted.get(cell, ZERO) + _made_by(action, persons)
    unnamed = total(_unnamed(action) for action in events)
    rows = []
    for attribute in ATTRIBUTES:
        known = sorted(value for by, value in counted if by == attribute and value != NOT_SAID)
        rows += [BreakdownRow(attribute, value, counted[attribute, value]) for value in known]
        silent = counted.get((attribute, NOT_SAID), ZERO)
        rows.append(BreakdownRow(attribute, NOT_SAID, silent + unnamed, silent, unnamed))
    return (*rows, *_records(events, named), *_coached(coaching))


def named_values(actions: Iterable[Placed]) -> Named:
    """Count the named participations of these actions by event, attribute and value, in one query."""
    records = (
        Participation.objects.filter(event_id__in=[action.thing.pk for action in actions if action.is_event])
        .values_list("event_id", "residence", "gender", "age_band", "status", "home_space__name")
        .annotate(number=CountOf("pk"))
        .order_by()
    )
    counted: Named = {}
    for event, *values, number in records:
        told = dict(zip(ATTRIBUTES, values, strict=True))
        is_complete = all(value or attribute in OPTIONAL for attribute, value in told.items())
        cells = [(attribute, value or NOT_SAID) for attribute, value in told.items()]
        for cell in (*cells, (RECORDS, "complete" if is_complete else "incomplete")):
            counted.setdefault(event, Counter())[cell] += number
    return counted


def _made_by(action: Placed, persons: int) -> Bounds:
    """Return the participations of so many of the persons on the list of an action, at one meeting or at several."""
    attendance = action.attendance
    if attendance is None or attendance.is_single:
        return Bounds.exactly(persons)
    at_most = action.participations.bounds.upper
    left = None if at_most is None else at_most - (attendance.named - persons)
    upper = min((bound for bound in (attendance.at_all_meetings(persons), left) if bound is not None), default=None)
    return Bounds(persons, upper)


def _unnamed(action: Placed) -> Bounds:
    """Return the number of participations of an action of persons who are not named."""
    bounds, attendance = action.participations.bounds, action.attendance
    if attendance and attendance.complete:
        return ZERO
    named = attendance.named if attendance else 0
    return Bounds(max(0, bounds.floor - named), None if bounds.upper is None else max(0, bounds.upper - named))


def _records(events: Iterable[Placed], named: Named) -> list[BreakdownRow]:
    """Return how many records on the lists lack nothing, and how many lack something; nothing without lists."""
    lists = [named[action.thing.pk] for action in events if action.attendance and action.thing.pk in named]
    told = [(value, sum(cells[RECORDS, value] for cells in lists)) for value in ("complete", "incomplete")]
    return [BreakdownRow(RECORDS, value, Bounds.exactly(number)) for value, number in told if lists]


def _coached(actions: Iterable[Placed]) -> list[BreakdownRow]:
    by_residence: dict[str, Bounds] = {}
    for action in actions:
        residence = action.coaching.residence or NOT_SAID
        by_residence[residence] = by_residence.get(residence, ZERO).union(action.persons.bounds)
    return [BreakdownRow("coached_residence", value, by_residence[value]) for value in sorted(by_residence)]
