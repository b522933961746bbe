"""Lock resources, and find what stands in the way on their units."""

from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet

from ...models import Booking, Occupancy, Resource, Space
from ...timing.periods import outside, period, with_buffer, with_journey
from ..queries.closures import closures_over


def lock_resource(pk: int) -> Resource:
    """Lock the row of the resource to the end of the transaction, and return the resource as it is now.

    Bookings, holds and closures of the resource wait for each other here.
    """
    return Resource.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=pk)


def lock_resources(resources: QuerySet[Resource]) -> list[Resource]:
    """Lock several resources, always in the same order, so that two closures never block each other."""
    return list(resources.select_for_update(of=("self",), no_key=True).select_related("space").order_by("pk"))


def lock_booking(booking: Booking) -> Booking:
    """Lock the resource of the booking, and return the booking as it is now."""
    resource = lock_resource(booking.resource_id)
    booking = Booking.objects.select_related("user").get(pk=booking.pk)
    booking.resource = resource
    return booking


def kept_for(resource: Resource, start: datetime, end: datetime) -> DateTimeTZRange:
    """Return the time that a booking or an event of [start, end) keeps of its unit.

    The time to prepare and to clear up ends where a closure begins: nobody is there then. The caller holds the lock of
    the resource.
    """
    own, kept = period(start, end), with_buffer(start, end, resource)
    for closure in closures_over(resource, kept):
        kept = outside(kept, own, closure.period)
    return kept


def place_and_reach(resource: Resource, kept: DateTimeTZRange, place: Space | None = None) -> dict[str, Any]:
    """Return the further fields of an occupancy of equipment that travels; {} for other resources.

    An event takes the equipment over at its own space.
    """
    if not resource.travels:
        return {}
    return {"place": place or resource.space, "reach": with_journey(kept, resource)}


def in_the_way(resource: Resource, start: datetime, end: datetime, place: Space | None = None) -> QuerySet[Occupancy]:
    """Return the occupancies that exclude a booking or an event of [start, end) on the same unit.

    They overlap it, or they are at another space and leave no time to travel. The caller holds the lock of the
    resource.
    """
    kept = kept_for(resource, start, end)
    barring = Q(period__overlap=kept)
    if resource.travels:
        there = place_and_reach(resource, kept, place)
        barring |= Q(place__isnull=False, reach__overlap=there["reach"]) & ~Q(place=there["place"])
    return Occupancy.objects.filter(barring)
