from django.db.models import Q

from ..models import Closure, Resource
from ..periods import outside, period, with_buffer


def lock_resource(pk):
    """The resource as it is now, its row locked to the transaction's end: bookings, holds and closures wait in line."""
    return Resource.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=pk)


def lock_resources(resources):
    """As `lock_resource`, in one order for everybody, so that two closures never wait for each other."""
    return list(resources.select_for_update(of=("self",), no_key=True).select_related("space").order_by("pk"))


def closures_over(resource, stretch):
    """The closures of the resource, or of all of its space, that overlap a period."""
    return Closure.objects.filter(
        Q(resource=resource) | Q(resource=None, space=resource.space_id), period__overlap=stretch
    )


def kept_for(resource, start, end):
    """What a booking or an event of [start, end) keeps of its unit: where nobody can be, nothing need be prepared or
    cleared up, so that time gives way to closures. Call it under the resource's lock."""
    own, kept = period(start, end), with_buffer(start, end, resource)
    for closure in closures_over(resource, kept):
        kept = outside(kept, own, closure.period)
    return kept
