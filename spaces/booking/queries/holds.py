"""Find what keeps a room from being held for an event, at one time or at many."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...errors import BookingError
from ...models import Booking, Closure, Occupancy, Resource
from ...models.resources import LONGEST_BUFFER, LONGEST_JOURNEY
from ...timing.hours import Stretch
from ...timing.periods import outside, overlap, period, with_buffer, with_journey
from ..rules import closed
from .closures import closures_over

#: Around the times asked for: so far the time of another holder may lie away and still be in the way.
FURTHEST_REACH = timedelta(hours=LONGEST_JOURNEY, minutes=LONGEST_BUFFER)


def refusals_to_hold(
    resource: Resource, times: Sequence[Stretch], *, besides: Sequence[str] = ()
) -> list[BookingError | None]:
    """Return for each of the times why the resource cannot be held then, or None; at most four queries.

    `besides` names an owner for each of the times, whose own hold is left out of account then. The answer may be old by
    the time of the hold itself, which asks again under the lock of the resource."""
    if not times:
        return []
    whole = DateTimeTZRange(
        min(time.start for time in times) - FURTHEST_REACH, max(time.end for time in times) + FURTHEST_REACH
    )
    closures = list(closures_over(resource, whole))
    occupied = Occupancy.objects.filter(unit__resource=resource, period__overlap=whole)
    rows = list(occupied.select_related("booking", "closure", "hold").order_by("period", "pk"))
    own = [key_of_hold(owner, resource) for owner in besides] or [""] * len(times)
    return [
        refusal_to_hold(
            resource,
            _in_the_way(resource, [row for row in rows if not (row.hold and row.hold.key == key)], closures, time),
        )
        for time, key in zip(times, own, strict=True)
    ]


def key_of_hold(owner: str, resource: Resource) -> str:
    """Return the key of the hold that an owner, such as an event, has on one of its resources."""
    return f"{owner}:{resource.pk}"


def refusal_to_hold(resource: Resource, in_the_way: Iterable[Occupancy]) -> BookingError | None:
    """Return the refusal that names what stands in the way: a closure, else the first hold, else bookings; None for
    nothing."""
    occupancies = list(in_the_way)
    closure = next((row.closure for row in occupancies if row.closure), None)
    if closure:
        return closed(resource, closure)
    holds = list({row.hold_id: row.hold for row in occupancies if row.hold}.values())
    if holds:
        return BookingError(
            "taken",
            format_lazy(_("{resource} is held for « {label} » then."), resource=resource.name, label=holds[0].label),
            holds,
        )
    bookings = {row.booking_id for row in occupancies if row.booking_id}
    if bookings:
        return BookingError(
            "taken",
            format_lazy(
                _("{resource} is booked at that time (bookings in the way: {count})."),
                resource=resource.name,
                count=len(bookings),
            ),
            Booking.objects.filter(pk__in=bookings).select_related("resource", "user"),
        )
    return None


def _in_the_way(
    resource: Resource, rows: Iterable[Occupancy], closures: Iterable[Closure], time: Stretch
) -> list[Occupancy]:
    """Return those of the rows that exclude an event at that time, as `operations.locks.in_the_way` finds them."""
    own, kept = period(*time), with_buffer(time.start, time.end, resource)
    for closure in closures:
        if overlap(kept, closure.period):
            kept = outside(kept, own, closure.period)
    reach = with_journey(kept, resource) if resource.travels else None
    return [
        row
        for row in rows
        if overlap(kept, row.period)
        or (reach and row.reach and row.place_id != resource.space_id and overlap(reach, row.reach))
    ]
