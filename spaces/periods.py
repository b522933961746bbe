"""PostgreSQL's ranges of time, half-open: [start, end)."""

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange


def period(start, end):
    """The stretch of an aware beginning and end."""
    return DateTimeTZRange(start, end)


def with_buffer(start, end, resource):
    """What a booking or an event keeps of its unit: its own time and the time to clear up."""
    return DateTimeTZRange(start, end + timedelta(minutes=resource.buffer_minutes))
