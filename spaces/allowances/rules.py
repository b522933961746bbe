"""Count what a membership includes in its space in a calendar month. This module asks no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hacktiv.common import dates

from ..enums import MonthUnit
from ..memberships.rules import Access, Held, Standing
from ..places.rules import duration
from ..timing.hours import Stretch, day_bounds, local_day

MINUTE, INSTANT = timedelta(minutes=1), timedelta(microseconds=1)


@dataclass(frozen=True)
class Allowance:
    """The share of a month, begun on the day `month`, that the membership `held` includes in its space, and what of the
    bookings that count, `booked`, uses it. Days, or minutes where hours are included.

    Bookings of one day take one day together, however short they are. Hours are those of each booking, in real time on
    the nights on which the clocks change. A booking over the end of the month counts in both months."""

    held: Held
    month: date
    booked: tuple[Stretch, ...] = ()

    @property
    def begins_anew(self) -> date:
        """Return the first day of the next month."""
        return self.month + relativedelta(months=1)

    @property
    def bounds(self) -> Stretch:
        return Stretch(day_bounds(self.month).start, day_bounds(self.begins_anew).start)

    @property
    def is_of_days(self) -> bool:
        return self.held.unit == MonthUnit.DAYS

    @property
    def amount(self) -> int:
        """Return how much is included."""
        included = self.held.included or 0
        return included if self.is_of_days else included * 60

    @property
    def used(self) -> int:
        return self._sum(self.booked)

    @property
    def left(self) -> int:
        return max(self.amount - self.used, 0)

    @property
    def beyond(self) -> int:
        """Return how much is booked beyond what is included."""
        return max(self.used - self.amount, 0)

    def takes(self, start: datetime, end: datetime) -> int:
        """Return how much one more booking takes."""
        return self._sum((*self.booked, Stretch(start, end))) - self.used

    def allows(self, start: datetime, end: datetime) -> bool:
        """Tell if one more booking is included. One that takes nothing always is."""
        return self.takes(start, end) <= self.left

    def in_words(self, amount: int) -> Promise:
        """Return so many days, or minutes, in words."""
        if not self.is_of_days:
            return hours_in_words(amount)
        return format_lazy(ngettext_lazy("{count} day", "{count} days", amount), count=amount)

    @property
    def left_in_words(self) -> Promise:
        """Say to the member what is left of the month, or how much they have beyond it."""
        words = _("You have {left} left in {month}, of {included} included a month")
        if self.beyond:
            words = _("You have {beyond} more than your membership includes in {month} ({included} a month)")
        return format_lazy(words, **self._words())

    @property
    def told_to_the_team(self) -> Promise:
        """Say to the team what is left of the month to the person, or how much they have beyond it."""
        words = _("{left} left in {month}, of {included} included a month")
        if self.beyond:
            words = _("{beyond} more than included in {month} ({included} a month)")
        return format_lazy(words, **self._words())

    def _words(self) -> dict[str, object]:
        return {
            "left": self.in_words(self.left),
            "beyond": self.in_words(self.beyond),
            "included": self.in_words(self.amount),
            "month": dates.month(self.month),
            "day": dates.day(self.begins_anew),
            "space": self.held.name,
        }

    def refusal(self, *, by_manager: bool) -> Promise:
        """Say why a booking is not included, and what can be done."""
        words = (
            _(
                "This person’s membership of {space} includes {included} a month. Left in {month}: {left}. "
                "Who runs the space books more all the same, by saying why."
            )
            if by_manager
            else _(
                "Your membership of {space} includes {included} a month. Left in {month}: {left}. "
                "It begins anew on {day}; if you need more, ask the team."
            )
        )
        return format_lazy(words, **self._words())

    def _sum(self, booked: Iterable[Stretch]) -> int:
        first, last = self.bounds
        within = [Stretch(max(one.start, first), min(one.end, last)) for one in booked]
        within = [one for one in within if one.start < one.end]
        if self.is_of_days:
            return len({day for one in within for day in days_of(*one)})
        return sum(-(-(one.end - one.start) // MINUTE) for one in within)


def hours_in_words(minutes: int) -> Promise:
    """Say a number of hours in hours, where `duration` would say days of whole ones."""
    hours, rest = divmod(minutes, 60)
    return duration(minutes) if rest or not hours else format_lazy(_("{hours} h"), hours=hours)


def days_of(start: datetime, end: datetime) -> list[date]:
    """Return the local days that [start, end) touches."""
    first, last = local_day(start), local_day(end - INSTANT)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def months_of(start: datetime, end: datetime) -> list[date]:
    """Return the first days of the months that [start, end) touches; that of `start` where it is empty."""
    month, last = local_day(start).replace(day=1), local_day(max(start, end - INSTANT))
    months = []
    while month <= last:
        months.append(month)
        month += relativedelta(months=1)
    return months


def allowances_of(
    standing: Standing, space: int, access: Access, start: datetime, end: datetime, booked: Iterable[Stretch]
) -> list[Allowance]:
    """Return what is included in each month of a booking in the space (primary key) of what is open to these people;
    nothing for a month without limit."""
    found = []
    for month in months_of(start, end):
        held = standing.limited_at(space, access, max(month, local_day(start)))
        if held:
            found.append(Allowance(held, month, tuple(booked)))
    return found
