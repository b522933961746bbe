"""Compute the days of a recurring booking by RFC 5545. This module asks no database.

A recurrence is stored in local days and hours, and becomes instants day by day (`hours.at_local`): a booking at nine
stays at nine when the clocks change.
"""

from datetime import datetime, time

from dateutil.rrule import rrulestr

from ..enums import Pattern

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def rule(pattern, first_day):
    """Return the pattern from `first_day` on as a recurrence rule, without its end.

    The fifth Thursday of a month becomes its last one, because every month has one."""
    if pattern == Pattern.MONTHLY:
        week = (first_day.day - 1) // 7 + 1
        return f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{_DAYS[first_day.weekday()]}"
    return {
        Pattern.WEEKLY: "FREQ=WEEKLY",
        Pattern.FORTNIGHTLY: "FREQ=WEEKLY;INTERVAL=2",
        Pattern.WORKDAYS: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    }[pattern]


def days(pattern, first_day, until):
    """Return every day of the pattern from `first_day` to `until`, both included."""
    start = datetime.combine(first_day, time.min)
    occurrences = rrulestr(f"{rule(pattern, first_day)};UNTIL={until:%Y%m%d}", dtstart=start)
    return [moment.date() for moment in occurrences]
