"""The days on which a row holds: from `since` to the day before `until`."""

from datetime import timedelta

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
