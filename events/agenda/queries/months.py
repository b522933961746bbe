"""A month of events as a table of weeks."""

from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from spaces.timing.hours import local_day

from .search import DAYS_OF_A_WEEK, Period, between, month_of

#: So many events a day are named; the others are a link away.
SHOWN_A_DAY = 5


class Day(NamedTuple):
    day: date
    is_in_month: bool
    events: list
    more: int
    query: str  # of the list of that day


def grid_of(month):
    """The whole weeks, from Monday, that the month is in."""
    end = month.end + timedelta(days=-month.end.weekday() % DAYS_OF_A_WEEK)
    return Period(month.start - timedelta(days=month.start.weekday()), end)


def weeks_of(month, events, query):
    """The weeks, each seven `Day`s, with the events on each day they last, by their hour; of history, those of which
    the day is known. `query` gives the address of a day's list. Two queries."""
    grid = grid_of(month)
    by_day = {}
    for event in between(events, grid).order_by("starts_at", "pk"):
        for day in _days_of(event):
            by_day.setdefault(day, []).append(event)
    days = [grid.start + timedelta(days=number) for number in range((grid.end - grid.start).days)]
    cells = [_cell(day, month, by_day.get(day, []), query) for day in days]
    return [cells[first : first + DAYS_OF_A_WEEK] for first in range(0, len(cells), DAYS_OF_A_WEEK)]


def _cell(day, month, events, query):
    # One more is named rather than that it is there.
    shown = SHOWN_A_DAY + 1 if len(events) == SHOWN_A_DAY + 1 else SHOWN_A_DAY
    more = max(0, len(events) - shown)
    return Day(day, month.start <= day < month.end, events[:shown], more, query(day.isoformat()) if more else "")


def _days_of(event):
    if event.starts_at is None:
        return [event.earliest] if event.earliest == event.latest else []
    # What ends at midnight is not there on the next day.
    last = local_day(event.ends_at - timedelta(microseconds=1))
    return [event.earliest + timedelta(days=number) for number in range((last - event.earliest).days + 1)]


def shown_month(period):
    """The month that a table shows: that of the period's first day, or the present one."""
    return month_of(period.start if period else timezone.localdate())
