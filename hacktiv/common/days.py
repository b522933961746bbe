"""The days on which a row holds: from `since` to the day before `until`."""

from datetime import timedelta

from django.contrib.postgres.fields import DateRangeField
from django.db.models import F, Func, Q

#: The days of a row, for constraints.
HELD_DAYS = Func(F("since"), F("until"), function="daterange", output_field=DateRangeField())


def holds_on(day):
    """Return the filter for the rows whose days include this one; `until` is the first day after them."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


class DaysMixin:
    """The days from `since` to the day before `until` (None: without an end)."""

    @property
    def last_day(self):
        """Return the last of the days, for people to read; None without an end."""
        return self.until and self.until - timedelta(days=1)

    def holds(self, on):
        """Return True if the day is one of them."""
        return self.since is not None and self.since <= on and not (self.until and self.until <= on)
