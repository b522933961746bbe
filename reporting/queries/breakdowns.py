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

NOT_SAID = "unknown"


#: The named participations of each event, by (attribute, value).
Named = dict[int, Counter[tuple[str, str]]]


def breakdowns(actions: Iterable[Placed], named: Named) -> tuple[BreakdownRow, ...]:
    """Return the number of named participations for each value of each attribute, from the counts of `named_values`.

    "unknown" counts participations without a value and all unnamed ones. Coached persons have a breakdown of their own:
    persons and participations are never mixed.
    """
    events = [action for action in actions if action.is_event]
    coaching = [action for action in actions if not action.is_event]
    counted: Counter[tuple[str, str]] = Counter()
    for action in events:
        if action.attendance:
            counted.update(named.get(action.thing.pk, {}))
    unnamed = total(_unnamed(action) for action in events)
    rows = []
    for attribute in ATTRIBUTES:
        known = sorted(value for by, value in counted if by == attribute and value != NOT_SAID)
        rows += [BreakdownRow(attribute, value, Bounds.exactly(counted[attribute, value])) for value in known]
        rows.append(BreakdownRow(attribute, NOT_SAID, Bounds.exactly(counted[attribute, NOT_SAID]) + unnamed))
    return (*rows, *_coached(coaching))


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
        for attribute, value in zip(ATTRIBUTES, values, strict=True):
            counted.setdefault(event, Counter())[attribute, value or NOT_SAID] += number
    return counted


def _unnamed(action: Placed) -> Bounds:
    """Return the number of participations of an action beyond the named ones."""
    bounds, named = action.participations.bounds, action.attendance.named if action.attendance else 0
    return Bounds(max(0, bounds.floor - named), None if bounds.upper is None else max(0, bounds.upper - named))


def _coached(actions: Iterable[Placed]) -> list[BreakdownRow]:
    by_residence: dict[str, Bounds] = {}
    for action in actions:
        residence = action.coaching.residence or NOT_SAID
        by_residence[residence] = by_residence.get(residence, ZERO).union(action.persons.bounds)
    return [BreakdownRow("coached_residence", value, by_residence[value]) for value in sorted(by_residence)]
