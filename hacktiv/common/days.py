"""The days on which a row holds: from `since` to the day before `until`."""

from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

from django.contrib.postgres.fields import DateRangeField
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: The days of a row, for constraints.
HELD_DAYS = Func(F("since"), F("until"), function="daterange", output_field=DateRangeField())

#: In place of the last day of a row that has no day.
NEVER_BEGAN = _("never began")


def holds_on(day):
    """Return the filter for the rows whose days include this one; `until` is the first day after them."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


def overlap(since, until):
    """Return the filter for the rows whose days include one from `since` to the day before `until` (None: without an
    end)."""
    lasts = Q(until=None) | Q(until__gt=since)
    return lasts & Q(since__lt=until) if until else lasts


class DaysMixin:
    """The days from `since` to the day before `until` (None: without an end)."""

    @property
    def last_day(self):
        """Return the last of the days, for people to read; None without an end."""
        return self.until and self.until - timedelta(days=1)

    @property
    def is_empty(self):
        """Return True where it ended before its first day was over: it has no day."""
        return self.since is not None and self.until is not None and self.until <= self.since

    @property
    def is_over(self):
        """Return True once the last of the days is over."""
        return self.until is not None and self.until <= timezone.localdate()

    def holds(self, on):
        """Return True if the day is one of them."""
        return self.since is not None and self.since <= on and not (self.until and self.until <= on)


def days_left(since, until, taken):
    """Return the parts of the days from `since` to the day before `until` (None: without an end) that lie on none of
    the `taken` ones, each as (since, until), by time."""
    parts = [(since, until)]
    for begins, ends in taken:
        left = []
        for first, end in parts:
            if (end is not None and begins >= end) or (ends is not None and ends <= first) or begins == ends:
                left.append((first, end))
                continue
            if first < begins:
                left.append((first, begins))
            if ends is not None and (end is None or ends < end):
                left.append((ends, end))
        parts = left
    return sorted(((first, end) for first, end in parts if first != end), key=lambda part: part[0])


class Taken(NamedTuple):
    """The days for which one of several places is taken: from `since` to the day before `until`."""

    since: date
    until: date

    def within(self, since, until):
        """Return those of the days from `since` to the day before `until`; perhaps none, in no order then."""
        return Taken(max(self.since, since), min(self.until, until))


def most_at_once(taken, since, until):
    """Return how many places at most are taken on one day from `since` to the day before `until`."""
    inside = [one.within(since, until) for one in taken]
    changes = [(day, step) for one in inside if one.since < one.until for day, step in zip(one, (1, -1), strict=True)]
    return max(accumulate(step for _day, step in sorted(changes)), default=0)


def first_day_full(taken, places, since, until):
    """Return the first day from `since` to the day before `until` on which so many places are taken; None without."""
    begins = sorted({since, *(one.since for one in taken if since < one.since)})
    days = (day for day in begins if day < until)
    return next((day for day in days if sum(one.since <= day < one.until for one in taken) >= places), None)


def first_day_with(taken, places, wanted, since, until):
    """Return the first day from `since` on from which `wanted` of so many places are free until the day before `until`;
    None without."""
    ends = sorted({since, *(one.until for one in taken if since < one.until)})
    days = (day for day in ends if day < until)
    return next((day for day in days if most_at_once(taken, day, until) + wanted <= places), None)


def without_a_place(wished, places, since, until):
    """Give so many places, from `since` to the day before `until`, to all that are wished, the first ones first; return
    the numbers (from 0) of those for which none is left on one of their days."""
    given, without = [], []
    for number, one in enumerate(wished):
        if first_day_full(given, places, *one.within(since, until)) is None:
            given.append(one)
        else:
            without.append(number)
    return without


def fewest_beyond(taken, places, since, until):
    """Return how many at least have to go so that no more than so many places are taken on any day from `since` to the
    day before `until`."""
    there, gone = [], 0
    for one in sorted(one.within(since, until) for one in taken):
        if one.since >= one.until:
            continue
        there = [end for end in there if end > one.since] + [one.until]
        if len(there) > places:
            there.remove(max(there))
            gone += 1
    return gone
