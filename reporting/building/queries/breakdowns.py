"""Break named participations down by what is known of the persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from django.db import connection

from hacktiv.common.bounds import ZERO, Bounds, total

from .content import BreakdownRow
from .records import Placed

#: Attributes of the breakdowns of participations, in the order of a report.
ATTRIBUTES = ("residence", "gender", "age_band", "status", "home_space")

NOT_SAID = "unknown"
#: The rows that say how many records are complete.
RECORDS = "records"

#: What a number is of: (attribute, value, None), with the key of a home space, or (RECORDS, "complete" or "incomplete",
#: None).
Cell = tuple[str, str, int | None]
#: The number of named participations by list and cell. An event of several meetings has a list of its own; those of
#: single meetings are added up by half-year (`_list_of`).
Named = dict[int, Counter[Cell]]

#: The columns of a participation by which it is counted, each with its attribute and the SQL of the value.
COLUMNS = {
    "residence": ("residence", "residence"),
    "gender": ("gender", "gender"),
    "age_band": ("age_band", "age_band"),
    "status": ("status", "status"),
    "home_space_id": ("home_space", "NULL"),
    "is_complete": (RECORDS, "CASE WHEN is_complete THEN 'complete' ELSE 'incomplete' END"),
}
NAMED_SQL = f"""
WITH record AS (
    SELECT list.list, participation.*, '' NOT IN (residence, gender, age_band, status) AS is_complete
    FROM unnest(%(events)s::bigint[], %(lists)s::bigint[]) AS list(event, list)
    JOIN events_participation participation ON participation.event_id = list.event
),
counted AS (
    SELECT list, home_space_id, count(*) AS number,
        CASE {" ".join(f"WHEN grouping({name}) = 0 THEN '{by}'" for name, (by, _) in COLUMNS.items())} END AS attribute,
        CASE {" ".join(f"WHEN grouping({name}) = 0 THEN {told}" for name, (_, told) in COLUMNS.items())} END AS value
    FROM record GROUP BY GROUPING SETS ({", ".join(f"(list, {name})" for name in COLUMNS)})
)
SELECT list, attribute, coalesce(space.name, value), space.id, number
FROM counted LEFT JOIN spaces_space space ON space.id = counted.home_space_id
"""  # noqa: S608 - the columns are ours


def breakdowns(actions: Iterable[Placed], named: Named) -> tuple[BreakdownRow, ...]:
    """Return the number of named participations for each value of each attribute, from the counts of `named_values`.

    `actions` are those of a half-year. "unknown" counts participations without a value and all unnamed ones, and tells
    them apart. A record without a value stands in no other cell of that attribute; how many lack any is told at the
    end. Coached persons have a breakdown of their own: persons and participations are never mixed.
    """
    events = [action for action in actions if action.is_event]
    coaching = [action for action in actions if not action.is_event]
    counted: dict[Cell, Bounds] = {}
    for number, action in _lists(events).items():
        for cell, persons in named.get(number, {}).items():
            counted[cell] = counted.get(cell, ZERO) + _made_by(action, persons)
    unnamed = total(_unnamed(action) for action in events)
    rows = []
    for attribute in ATTRIBUTES:
        silent = counted.pop((attribute, NOT_SAID, None), ZERO)
        known = sorted((cell for cell in counted if cell[0] == attribute), key=lambda cell: (cell[1], cell[2] or 0))
        rows += [BreakdownRow(attribute, cell[1], counted[cell], space_key=cell[2]) for cell in known]
        rows.append(BreakdownRow(attribute, NOT_SAID, silent + unnamed, silent, unnamed))
    return (*rows, *_records(events, named), *_coached(coaching))


def named_values(actions: Iterable[Placed]) -> Named:
    """Count the named participations of these actions by list, attribute and value, in one query."""
    return _counted_by(_list_of, actions)


def people_of_each(actions: Iterable[Placed]) -> dict[int, tuple[BreakdownRow, ...]]:
    """Return the breakdown of each of these actions that names people, by the key of its event, in one query."""
    actions = [action for action in actions if action.is_event]
    named = _counted_by(lambda action: action.counted.event_id or 0, actions)
    events = {action.event.pk: action for action in actions if action.event.pk in named}
    return {
        pk: tuple(row for row in breakdowns([action], {_list_of(action): named[pk]}) if row.by != RECORDS)
        for pk, action in events.items()
    }


def _counted_by(number_of: Callable[[Placed], int], actions: Iterable[Placed]) -> Named:
    """Count the named participations of actions by a number of their list, attribute and value, in one query."""
    events = [action for action in actions if action.is_event and action.takes_place and action.period_id is not None]
    counted: Named = {}
    with connection.cursor() as cursor:
        cursor.execute(
            NAMED_SQL,
            {"events": [action.counted.event_id for action in events], "lists": list(map(number_of, events))},
        )
        for number, attribute, value, space, persons in cursor:
            counted.setdefault(number, Counter())[attribute, value or NOT_SAID, space] += persons
    return counted


def _list_of(action: Placed) -> int:
    """Return the number of the list of an action: of an event of several meetings it is the event's, else the
    half-year's with the sign changed."""
    attendance, event, period = action.attendance, action.counted.event_id, action.period_id
    return -(period or 0) if attendance is None or attendance.is_single else event or 0


def _lists(events: Iterable[Placed]) -> dict[int, Placed]:
    """Return the lists of a half-year's events by number, each with an event of it."""
    return {_list_of(action): action for action in events if action.attendance}


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
    """Return how many records on the lists lack nothing, and how many lack something; nothing without lists. A record
    without a home space lacks nothing."""
    lists = [named[number] for number in _lists(events) if number in named]
    told = [(value, sum(cells[RECORDS, value, None] for cells in lists)) for value in ("complete", "incomplete")]
    return [BreakdownRow(RECORDS, value, Bounds.exactly(number)) for value, number in told if lists]


def _coached(actions: Iterable[Placed]) -> list[BreakdownRow]:
    by_residence: dict[str, Bounds] = {}
    for action in actions:
        residence = action.coaching.residence or NOT_SAID
        by_residence[residence] = by_residence.get(residence, ZERO).union(action.persons.bounds)
    return [BreakdownRow("coached_residence", value, by_residence[value]) for value in sorted(by_residence)]
