"""Reckon the figures of counted actions and of deliverables."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from ...core.figures import Count, Value, added, distinct_persons
from ...enums import Kind
from ...models import Deliverable
from .parts import deliverable_count
from .records import Placed

#: The figures of counted actions, in the order of a report. All but the last are of events.
FIGURES = {
    "NET-ACTIONS": Kind.EVENTS,
    "NET-PARTICIPATIONS": Kind.PARTICIPATIONS,
    "NET-PERSONS": Kind.PERSONS,
    "NET-COACHED": Kind.PERSONS,
}
COACHED, DELIVERABLES = "NET-COACHED", "NET-DELIVERABLES"

#: The different persons on the lists of each share of the actions, and on those of its lists that are proven.
Named = dict[str, tuple[int, int]]


# Persons are told apart over any number of shares by the bits of the lists on which they stand.
PERSONS_SQL = """
WITH person AS (
    SELECT bit_or(list.shares) AS shares
    FROM unnest(%(events)s::bigint[], %(shares)s::varbit[]) AS list(event, shares)
    JOIN events_participation participation ON participation.event_id = list.event
    WHERE NOT participation.is_by_name GROUP BY participation.participant_number
)
SELECT shares::text, count(*) FROM person GROUP BY shares
"""


def named_persons(shares: dict[str, list[Placed]]) -> Named:
    """Count the different persons on the named lists of each share, in one query.

    Who is known by name alone is not told apart over several lists."""
    names = [(when, is_proven) for when in shares for is_proven in (False, True)]
    bits: dict[int, int] = {}
    for place, (when, is_proven) in enumerate(names):
        for action in shares[when]:
            attendance = action.attendance
            if attendance and attendance.named and (attendance.checked or not is_proven):
                event = action.counted.event_id or 0
                bits[event] = bits.get(event, 0) | 1 << place
    numbers = dict.fromkeys(names, 0)
    if bits:
        with connection.cursor() as cursor:
            written = [f"{of_event:0{len(names)}b}" for of_event in bits.values()]
            cursor.execute(PERSONS_SQL, {"events": list(bits), "shares": written})
            for text, persons in cursor:
                for name, bit in zip(names, reversed(text), strict=True):
                    numbers[name] += persons * int(bit)
    return {when: (numbers[when, False], numbers[when, True]) for when in shares}


def counted(code: str, share: Iterable[Placed]) -> list[Placed]:
    """Return the actions of a share that a figure counts."""
    return [action for action in share if action.is_event == (code != COACHED)]


def contributions(code: str, share: Iterable[Placed]) -> list[Count]:
    """Return what each action of a share adds to a figure."""
    actions = counted(code, share)
    if FIGURES[code] == Kind.EVENTS:
        return [action.held for action in actions]
    if FIGURES[code] == Kind.PARTICIPATIONS:
        return [action.participations for action in actions]
    return [action.persons for action in actions]


def reckoned(code: str, share: Iterable[Placed], named: tuple[int, int]) -> Value:
    """Return a figure of a share of the actions. `named` says how many different persons stand on its lists, and on
    those of its lists that are proven, as `named_persons` counts them."""
    counts = contributions(code, share)
    if FIGURES[code] != Kind.PERSONS:
        return added(FIGURES[code], counts)
    everybody, proven = (0, 0) if code == COACHED else named
    return distinct_persons(counts, named=everybody, named_proven=proven)


def delivered(items: Iterable[Deliverable]) -> Value:
    """Return how many of these deliverables are delivered."""
    return added(Kind.DELIVERABLES, [deliverable_count(item) for item in items if item.delivered])
