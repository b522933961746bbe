"""Opening hours turned into instants. Pure: hours come in as a list, days and instants come out.

A weekday's hours are local time. They become instants by the zone's own rules for that date, so a space that opens at
nine opens at nine on the days the clocks change, too.
"""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

NOON = time(12)


class Stretch(NamedTuple):
    """A half-open stretch of time, [start, end), both aware."""

    start: datetime
    end: datetime

    def covers(self, start, end):
        return self.start <= start and end <= self.end


def instant(moment):
    """The same moment in UTC. Within one zone Python compares and subtracts what the clocks on the wall show, so two
    moments on either side of a change of clocks must not be left in it. Raises ValueError for a naive one."""
    if timezone.is_naive(moment):
        raise ValueError(f"{moment} is in no time zone.")
    return moment.astimezone(UTC)


def at_local(day, time):
    """The instant at which the clocks on the wall show `time` on `day`."""
    return instant(datetime.combine(day, time, tzinfo=timezone.get_default_timezone()))


def local_day(instant):
    return timezone.localtime(instant, timezone.get_default_timezone()).date()


def day_bounds(day):
    """From midnight to midnight: 23 or 25 hours on the days the clocks change."""
    midnight = datetime.min.time()
    return Stretch(at_local(day, midnight), at_local(day + timedelta(days=1), midnight))


def merged(stretches):
    """The same time in as few stretches as possible, in order."""
    whole = []
    for stretch in sorted(stretches):
        if whole and stretch.start <= whole[-1].end:
            whole[-1] = Stretch(whole[-1].start, max(whole[-1].end, stretch.end))
        else:
            whole.append(Stretch(*stretch))
    return whole


def stretches_of(hours, day):
    """When a space with these weekly `hours` is open on `day`, closures apart."""
    return merged(
        Stretch(at_local(day, row.opens), at_local(day, row.closes)) for row in hours if row.weekday == day.weekday()
    )


def without(stretches, taken):
    """`stretches` less every stretch in `taken`."""
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
    """Whether `start` is a whole number of intervals of so many minutes after the stretch in which it lies begins."""
    interval = timedelta(minutes=minutes)
    return any(stretch.start <= start < stretch.end and not (start - stretch.start) % interval for stretch in stretches)


def is_within(stretches, start, end):
    return any(stretch.covers(start, end) for stretch in stretches)
