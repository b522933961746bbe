"""PostgreSQL's ranges of time, half-open: [start, end)."""

from datetime import timedelta

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import DateTimeField, DurationField, Func, Value


def period(start, end):
    """The stretch of an aware beginning and end."""
    return DateTimeTZRange(start, end)


def with_buffer(start, end, resource):
    """What a booking or an event keeps of its unit: the time to prepare, its own time and the time to clear up."""
    before, after = timedelta(minutes=resource.buffer_before_minutes), timedelta(minutes=resource.buffer_minutes)
    return DateTimeTZRange(start - before, end + after)


def with_journey(kept, resource):
    """What is kept, and the time of a journey after it: two such stretches at two places do not overlap."""
    return DateTimeTZRange(kept.lower, kept.upper + timedelta(hours=resource.journey_hours))


def with_buffer_in_sql(start, end, before, after):
    """The same, reckoned by the database: `before` and `after` are expressions of the resource's minutes."""
    return Func(
        _moved(start, "-", before), _moved(end, "+", after), function="tstzrange", output_field=DateTimeRangeField()
    )


def _moved(moment, sign, minutes):
    stretch = Func(minutes, template="make_interval(mins => %(expressions)s)", output_field=DurationField())
    return Func(
        Value(moment, DateTimeField()),
        stretch,
        template="(%(expressions)s)",
        arg_joiner=f" {sign} ",
        output_field=DateTimeField(),
    )


def barred_by(held, resource, closed=()):
    """Where no new booking of the resource may stand because of what another keeps of the same unit: there its own time
    to prepare or to clear up would run into it, unless a stretch in which it is `closed` lies between. Takes stretches
    and gives a beginning and an end."""
    before, after = timedelta(minutes=resource.buffer_before_minutes), timedelta(minutes=resource.buffer_minutes)
    start = max([held.start - after, *(stretch.end for stretch in closed if stretch.end <= held.start)])
    end = min([held.end + before, *(stretch.start for stretch in closed if stretch.start >= held.end)])
    return start, end


def outside(held, own, closed):
    """What is left of `held` when `closed` begins: the time to prepare or to clear up gives way to a closure, the
    holder's `own` time, which touches no closure, stays whole."""
    start, end = held.lower, held.upper
    if closed.upper <= own.lower:
        start = max(start, closed.upper)
    if own.upper <= closed.lower:
        end = min(end, closed.lower)
    return DateTimeTZRange(start, end)
