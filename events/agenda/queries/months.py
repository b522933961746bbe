"""A month of events as a table of weeks, and the months that have events."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from hacktiv.common.freshness import catalogue
from spaces.timing.hours import local_day

from ...enums import EventState
from ...models import Event
from .search import DAYS_OF_A_WEEK, Period, between, month_of

#: Events shown on each day; the others are on the list of the day.
SHOWN_A_DAY = 5


class Day(NamedTuple):
    """A cell of the table. `more` counts the events that are not shown; `query` leads to the list of the day."""

    day: date
    is_in_month: bool
    events: list[Event]
    more: int
    query: str


def grid_of(month: Period) -> Period:
    """Return the whole weeks, from Monday on, that contain the month."""
    end = month.end + timedelta(days=-month.end.weekday() % DAYS_OF_A_WEEK)
    return Period(month.start - timedelta(days=month.start.weekday()), end)


def weeks_of(month: Period, events: QuerySet[Event], query: Callable[[str], str]) -> list[list[Day]]:
    """Return the weeks of the month, each of seven `Day`s; two queries.

    An event stands on each day that it lasts; one whose day is not known is left out. `query` returns the query string
    for the list of a day."""
    grid = grid_of(month)
    by_day: dict[date, list[Event]] = {}
    for event in between(events, grid).order_by("starts_at", "pk"):
        for day in _days_of(event):
            by_day.setdefault(day, []).append(event)
    days = [grid.start + timedelta(days=number) for number in range((grid.end - grid.start).days)]
    cells = [_cell(day, month, by_day.get(day, []), query) for day in days]
    return [cells[first : first + DAYS_OF_A_WEEK] for first in range(0, len(cells), DAYS_OF_A_WEEK)]


def next_day(weeks: list[list[Day]], today: date) -> date | None:
    """Return the first day from today on that has events, where days with events stand before it; else None."""
    days = [day.day for week in weeks for day in week if day.is_in_month and day.events]
    coming = [day for day in days if day >= today]
    return coming[0] if coming and coming[0] != days[0] else None


def _cell(day: date, month: Period, events: list[Event], query: Callable[[str], str]) -> Day:
    # A single further event is shown: a link to it would take as much room.
    shown = SHOWN_A_DAY + 1 if len(events) == SHOWN_A_DAY + 1 else SHOWN_A_DAY
    more = max(0, len(events) - shown)
    return Day(day, month.start <= day < month.end, events[:shown], more, query(day.isoformat()) if more else "")


def _days_of(event: Event) -> list[date]:
    if event.starts_at is None or event.ends_at is None:
        return [event.earliest] if event.earliest == event.latest else []
    # An event that ends at midnight does not stand on the next day.
    last = local_day(event.ends_at - timedelta(microseconds=1))
    return [event.earliest + timedelta(days=number) for number in range((last - event.earliest).days + 1)]


def shown_month(period: Period | None, events: QuerySet[Event]) -> Period:
    """Return the month to show: that of the period's first day, else the first in which one of these events is to
    come, else the present one."""
    if period:
        return month_of(period.start)
    today = timezone.localdate()
    coming = events.filter(ends_at__gt=timezone.now()).aggregate(first=Min("earliest"))["first"]
    return month_of(max(coming, today) if coming else today)


def months_with_events(now: datetime, *, past: bool = False) -> list[date]:
    """Return the first day of each month in which an announced event begins, the next one first, or with `past` one
    that is over, the latest first."""
    if past:
        return [
            row["month"]
            for row in reversed(_months())
            if row["is_past"] or (row["first_end"] and row["first_end"] <= now)
        ]
    return [row["month"] for row in _months() if row["last_end"] and row["last_end"] > now]


@catalogue("agenda")
def _months() -> list[dict[str, Any]]:
    """Return the months of all events, each with what tells at any moment whether one of them is still to come
    (`last_end`) or over (`first_end`, `is_past`)."""
    held = Q(state=EventState.HELD)
    months = Event.objects.visible().annotate(month=TruncMonth("earliest")).order_by("month").values("month")
    return list(
        months.annotate(
            first_end=Min("ends_at"), last_end=Max("ends_at", filter=~held), is_past=BoolOr(held | Q(ends_at=None))
        )
    )
