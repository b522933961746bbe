from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from ..models import Resource


def lock_resource(pk):
    """The resource as it is now, its row locked until the transaction ends: bookings, holds and closures wait in line."""
    return Resource.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=pk)


def lock_resources(resources):
    """As `lock_resource`, in one order for everybody, so that two closures never wait for each other."""
    return list(resources.select_for_update(of=("self",), no_key=True).select_related("space").order_by("pk"))


def period(start, end):
    """The half-open stretch [start, end) of an aware beginning and end."""
    return DateTimeTZRange(start, end)


def with_buffer(start, end, resource):
    """What a booking or an event keeps of its unit: its own time and the time to clear up."""
    return DateTimeTZRange(start, end + timedelta(minutes=resource.buffer_minutes))
