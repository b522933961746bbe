"""Half-years: of the calendar, or counted from a day. Both ends belong to them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class HalfYear:
    label: str
    start: date
    end: date


def calendar_half_year(day: date) -> HalfYear:
    """January to June is S1, July to December S2, with the year: S2-2020."""
    if day.month <= 6:
        return HalfYear(f"S1-{day.year}", date(day.year, 1, 1), date(day.year, 6, 30))
    return HalfYear(f"S2-{day.year}", date(day.year, 7, 1), date(day.year, 12, 31))


def calendar_half_years(start: date, end: date) -> list[HalfYear]:
    """The whole half-years of the calendar that `start` to `end` touches, in order."""
    found = []
    day = start
    while day <= end:
        found.append(calendar_half_year(day))
        day = found[-1].end + timedelta(days=1)
    return found


def half_years_from(start: date, end: date) -> list[HalfYear]:
    """S1, S2, … of six months each from `start`; the last ends on `end`.

    Each begins on the day of the month of `start`, or on the month's last day where it is shorter (31 August, 28
    February, 31 August): counted from the first start, so that a short month does not shift those after it.
    """
    found: list[HalfYear] = []
    first = start
    while first <= end:
        following = add_months(start, 6 * (len(found) + 1))
        found.append(HalfYear(f"S{len(found) + 1}", first, min(following - timedelta(days=1), end)))
        first = following
    return found


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))
