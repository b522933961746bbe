"""PostgreSQL's ranges of time, half-open: [start, end)."""

from datetime import timedelta

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import DateTimeField, DurationField, Func, Value


def period(start, end):
    """The stretch of an aware beginning and end."""
    return DateTimeTZRange(start, end)


def with_buffer(start, end, resource):
    """What a booking or an event keeps of its unit: its own time and the time to clear up."""
    return DateTimeTZRange(start, end + timedelta(minutes=resource.buffer_minutes))


def with_buffer_in_sql(start, end, after):
    """The same, reckoned by the database: `after` is the expression of the resource's minutes to clear up."""
    clearing = Func(after, template="make_interval(mins => %(expressions)s)", output_field=DurationField())
    until = Func(
        Value(end, DateTimeField()),
        clearing,
        template="(%(expressions)s)",
        arg_joiner=" + ",
        output_field=DateTimeField(),
    )
    return Func(Value(start, DateTimeField()), until, function="tstzrange", output_field=DateTimeRangeField())
