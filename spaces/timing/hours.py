"""Turn opening hours into instants. This module asks no database: it takes hours as a list, and returns instants.

The hours of a weekday are local time. They become instants by the rules of the time zone for that date: a space that
opens at nine opens at nine on the days the clocks change, too.
"""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone

NOON = time(12)


class Stretch(NamedTuple):
    """A half-open stretch of time, [start, end). Both ends are aware."""

    start: datetime
    end: datetime


def instant(moment):
    """Return the same moment in UTC. Raises ValueError for a naive one.

    Within one zone Python compares and subtracts wall-clock times, which is wrong across a change of the clocks."""
    if timezone.is_naive(moment):
        raise ValueError(f"{moment} is in no time zone.")
    return moment.astimezone(UTC)


def at_local(day, time):
    """Return the instant at which local clocks show `time` on `day`; `time.fold` tells the second of two such hours."""
    return _at_local(day, time, time.fold)


@lru_cache(maxsize=4096)
def _at_local(day, time, fold):  # Python takes the two times for equal
    return instant(datetime.combine(day, time, tzinfo=timezone.get_default_timezone()))


def local_day(instant):
    return timezone.localtime(instant, timezone.get_default_timezone()).date()


def day_bounds(day):
    """Return the stretch from midnight to midnight: 23 or 25 hours on the days the clocks change."""
    midnight = datetime.min.time()
    return Stretch(at_local(day, midnight), at_local(day + timedelta(days=1), midnight))


def merged(stretches):
    """Join the stretches that touch or overlap; return them in order."""
    whole = []
    for stretch in sorted(stretches):
        if whole and stretch.start <= whole[-1].end:
            whole[-1] = Stretch(whole[-1].start, max(whole[-1].end, stretch.end))
        else:
            whole.append(Stretch(*stretch))
    return whole


def stretches_of(hours, day):
    """Return the stretches of `day` in which a space with these weekly `hours` is open. Closures do not count."""
    return merged(
        Stretch(at_local(day, row.opens), at_local(day, row.closes)) for row in hours if row.weekday == day.weekday()
    )


def without(stretches, taken):
    """Cut every stretch in `taken` out of `stretches`."""
    left = list(stretches)
    for hole in taken:
        left = [
            Stretch(*piece)
            for stretch in left
            for piece in ((stretch.start, min(stretch.end, hole.start)), (max(stretch.start, hole.end), stretch.end))
            if piece[0] < piece[1]
        ]
    return left


def begins_on(stretches, start, minutes):
    """Return True if `start` lies a whole number of intervals, of `minutes` each, after its stretch begins."""
    interval = timedelta(minutes=minutes)
    return any(stretch.start <= start < stretch.end and not (start - stretch.start) % interval for stretch in stretches)


def is_within(stretches, start, end):
    for begins, ends in stretches:  # noqa: SIM110 - asked for each half hour of each unit, and quicker than `any`
        if begins <= start and end <= ends:
            return True
    return False
