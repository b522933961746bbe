"""Reckon the figures of counted actions and of deliverables."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count as CountOf
from django.db.models import Q

from events.models import Participation

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


def named_persons(shares: dict[str, list[Placed]]) -> Named:
    """Count the different persons on the named lists of each share, in one query.

    Who is known by name alone is not told apart over several lists."""
    filters = {}
    for when, actions in shares.items():
        lists = [(action.thing.pk, action.attendance) for action in actions if action.attendance]
        filters[when] = [event for event, attendance in lists if attendance.named]
        filters[f"{when}_proven"] = [event for event, attendance in lists if attendance.named and attendance.checked]
    if not filters:
        return {}
    numbers = Participation.objects.aggregate(
        **{
            name: CountOf("participant_number", distinct=True, filter=Q(event_id__in=event_ids, is_by_name=False))
            for name, event_ids in filters.items()
        }
    )
    return {when: (numbers[when], numbers[f"{when}_proven"]) for when in shares}


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
