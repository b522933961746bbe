"""Tell how many members the spaces and the sides have on one day, from memberships: a state, added to nothing."""

from __future__ import annotations

from datetime import date

from django.db.models import Count as CountOf
from django.db.models import Q
from django.utils import timezone

from members.enums import Country
from spaces.enums import HELD_MEMBERSHIPS
from spaces.models import Membership

from ...models import Period, Project
from .content import MembersPart


def members(project: Project, period: Period) -> tuple[MembersPart, ...]:
    """Return the members by space, then by side, on the last day of a half-year, or today while it lasts.

    Where no membership is on record on that day, nobody counted the members: their number is unknown. Two queries.
    """
    day = min(period.ends_on, timezone.localdate())
    held = Membership.objects.filter(
        Q(until=None) | Q(until__gt=day), state__in=HELD_MEMBERSHIPS, since__lte=day, is_example=project.is_example
    )
    persons = CountOf("user", distinct=True)
    spaces = held.order_by("space__name").values_list("space__name", "space__country").annotate(persons)
    sides = dict(held.order_by().values_list("space__country").annotate(persons))
    return (
        *(MembersPart(space, side, day, number) for space, side, number in spaces),
        *(_of_side(side, day, sides) for side in Country.values),
    )


def _of_side(side: str, day: date, numbers: dict[str, int]) -> MembersPart:
    return MembersPart("", side, day, numbers.get(side, 0) if numbers else None)
