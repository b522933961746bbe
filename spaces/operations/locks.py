from ..models import Booking, Resource


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
