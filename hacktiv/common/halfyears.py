"""Half-years, of the calendar or counted from a day. Their first and last day are part of them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class HalfYear:
    """A half-year with its label. `start` and `end` are part of it."""

    label: str
    start: date
    end: date


def calendar_half_year(day: date) -> HalfYear:
    """Return the half-year of a day: S1 is January to June, S2 July to December, labelled with the year (S2-2020)."""
    if day.month <= 6:
        return HalfYear(f"S1-{day.year}", date(day.year, 1, 1), date(day.year, 6, 30))
    return HalfYear(f"S2-{day.year}", date(day.year, 7, 1), date(day.year, 12, 31))


def calendar_half_years(start: date, end: date) -> list[HalfYear]:
    """Return the whole half-years of the calendar between `start` and `end`, in order, partly covered ones too."""
    found = []
    day = start
    while day <= end:
        found.append(calendar_half_year(day))
        day = found[-1].end + timedelta(days=1)
    return found


def half_years_from(start: date, end: date) -> list[HalfYear]:
    """Return half-years of six months each from `start`, labelled S1, S2, …; the last one ends on `end`.

    Each begins on the same day of the month as `start`, or on the last day of a shorter month (31 August, 28 February,
    31 August). They are counted from the first start, so that a short month does not shift the later ones.
    """
    found: list[HalfYear] = []
    first = start
    while first <= end:
        following = add_months(start, 6 * (len(found) + 1))
        found.append(HalfYear(f"S{len(found) + 1}", first, min(following - timedelta(days=1), end)))
        first = following
    return found


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or the last day of that month if it is shorter."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))
