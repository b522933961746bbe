from django.db.models import Q

from ...models import Booking, Closure, Occupancy, Resource
from ...timing.periods import outside, period, with_buffer, with_journey


def lock_resource(pk):
    """The resource as it is now, its row locked to the transaction's end: bookings, holds and closures wait in line."""
    return Resource.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=pk)


def lock_resources(resources):
    """As `lock_resource`, in one order for everybody, so that two closures never wait for each other."""
    return list(resources.select_for_update(of=("self",), no_key=True).select_related("space").order_by("pk"))


def lock_booking(booking):
    """The booking as it is now, under its resource's lock."""
    resource = lock_resource(booking.resource_id)
    booking = Booking.objects.select_related("user").get(pk=booking.pk)
    booking.resource = resource
    return booking


def closures_over(resource, stretch):
    """The closures of the resource, or of all of its space, that overlap a period. What travels is not shut in with
    its home."""
    closed = Q(resource=resource)
    if not resource.travels:
        closed |= Q(resource=None, space=resource.space_id)
    return Closure.objects.filter(closed, period__overlap=stretch)


def kept_for(resource, start, end):
    """What a booking or an event of [start, end) keeps of its unit: where nobody can be, nothing need be prepared or
    cleared up, so that time gives way to closures. Call it under the resource's lock."""
    own, kept = period(start, end), with_buffer(start, end, resource)
    for closure in closures_over(resource, kept):
        kept = outside(kept, own, closure.period)
    return kept


def place_and_reach(resource, kept, place=None):
    """What an occupancy of equipment that travels has besides; an event takes it over at its home."""
    if not resource.travels:
        return {}
    return {"place": place or resource.space, "reach": with_journey(kept, resource)}


def in_the_way(resource, start, end, place=None):
    """The occupancies with which a booking or an event of [start, end) cannot stand on one unit: those that overlap
    it, and those at another space from which there is no time to travel. Call it under the resource's lock."""
    kept = kept_for(resource, start, end)
    barring = Q(period__overlap=kept)
    if resource.travels:
        there = place_and_reach(resource, kept, place)
        barring |= Q(place__isnull=False, reach__overlap=there["reach"]) & ~Q(place=there["place"])
    return Occupancy.objects.filter(barring)
