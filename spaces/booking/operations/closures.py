from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...errors import BookingError
from ...models import Booking, Closure, Hold, Occupancy, Resource, Space, Unit
from ...timing.hours import instant
from ...timing.periods import outside, period
from .changes import cancel_booking, is_out
from .locks import lock_resources
from .waits import serve_waits


@transaction.atomic
def close(*, space, start, end, reason, by, resource=None, cancel_bookings=False, is_example=False):
    """Close the space, or one of its resources, for [start, end).

    Bookings in the way are listed in the refusal (BookingError `bookings_in_the_way`), unless `cancel_bookings`: then
    they are cancelled and the people told why, apart from equipment that somebody has already. An event that holds a
    room is always in the way (`event_in_the_way`): it is moved or cancelled where it is run. What is over by now stays
    as it was, and stands in nobody's way. The same closure asked for twice is answered with the first one.

    Also raises `not_in_order`, `in_the_past` and `reason_needed`.
    """
    start, end = instant(start), instant(end)
    if end <= start:
        raise BookingError("not_in_order", _("The end comes after the beginning."))
    if end <= timezone.now():
        raise BookingError("in_the_past", _("This time has passed. Choose a later one."))
    if not reason.strip():
        raise BookingError("reason_needed", _("Say why it is closed: people read it."))
    # A space may have no resource whose lock would do.
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)
    stretch = period(start, end)
    closing, lent = _locked(space, resource, stretch)
    same = Closure.objects.filter(space=space, resource=resource, period=stretch, reason=reason.strip()).first()
    if same:
        return same
    taken = period(max(start, timezone.now()), end)
    _refuse_events(closing, taken)
    bookings = Booking.objects.live().filter(Q(resource__in=closing, period__overlap=taken) | lent)
    bookings = list(bookings.select_related("resource__space", "user").order_by("period"))
    if bookings and not cancel_bookings:
        raise BookingError(
            "bookings_in_the_way",
            format_lazy(_("Bookings stand in the way ({count})."), count=len(bookings)),
            bookings,
        )
    for booking in bookings:
        if is_out(booking):
            continue
        cancel_booking(booking=booking, by=by, reason=reason, as_manager=True, serve=False)
    closure = Closure.objects.create(
        space=space, resource=resource, period=stretch, reason=reason.strip(), created_by=by, is_example=is_example
    )
    # The time to prepare or to clear up that falls into the closure gives way to it.
    shorten = Occupancy.objects.filter(unit__resource__in=closing, period__overlap=taken, closure=None)
    for occupancy in shorten.select_related("booking", "hold"):
        holder = occupancy.booking or occupancy.hold
        occupancy.period = outside(occupancy.period, holder.period, taken)
        occupancy.save(update_fields=["period"])
    Occupancy.objects.bulk_create(
        Occupancy(unit=unit, period=taken, closure=closure)
        for unit in Unit.objects.in_use().filter(resource__in=closing)
    )
    # What was cancelled may have been longer than the closure, and what was kept around a booking is shorter now.
    _serve(closing)
    return closure


@transaction.atomic
def reopen(*, closure):
    """End a closure; others that overlap it go on."""
    resources = Resource.objects.filter(space=closure.space_id)
    resources = resources.filter(pk=closure.resource_id) if closure.resource_id else resources.rooted()
    opening = lock_resources(resources)
    Closure.objects.filter(pk=closure.pk).delete()
    _serve(opening)


def _locked(space, resource, stretch):
    """The resources that close, and which loans stand in the way too: what travels stays on loan while a space is
    closed, but nobody can take it over or bring it back there."""
    if resource:
        return lock_resources(Resource.objects.filter(pk=resource.pk)), Q(pk=None)
    locked = lock_resources(Resource.objects.filter(Q(space=space, travels=False) | Q(travels=True)))
    begins = Q(period__startswith__gte=stretch.lower, period__startswith__lt=stretch.upper)
    ends = Q(period__endswith__gt=stretch.lower, period__endswith__lt=stretch.upper)
    return [one for one in locked if not one.travels], Q(place=space) & (begins | ends)


def _serve(resources):
    for resource in resources:
        serve_waits(resource)


def _refuse_events(resources, stretch):
    held = Hold.objects.filter(Q(resource__in=resources), period__overlap=stretch).select_related("resource")
    held = list(held.order_by("period"))
    if held:
        raise BookingError(
            "event_in_the_way",
            format_lazy(
                _("{resource} is held for « {label} » then."), resource=held[0].resource.name, label=held[0].label
            ),
            held,
        )
