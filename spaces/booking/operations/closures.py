"""Close a space or a resource for some time, and open it again."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from members.models import User

from ...errors import BookingError
from ...models import Booking, Closure, Hold, Occupancy, Resource, Space, Unit
from ...timing.hours import instant
from ...timing.periods import outside, period
from ..queries.closures import waits_during
from .changes import cancel_booking, is_out
from .locks import lock_resources
from .mail import tell_of_closure
from .waits import serve_waits


@transaction.atomic
def close(
    *,
    space: Space,
    start: datetime,
    end: datetime,
    reason: str,
    by: User | None,
    resource: Resource | None = None,
    cancel_bookings: bool = False,
    seen: Collection[int] | None = None,
    is_example: bool = False,
) -> Closure:
    """Close the space, or one of its resources, for [start, end).

    With `cancel_bookings` the bookings in the way are cancelled and their people told why, except loans of equipment
    that is handed over already; of those `seen` alone (primary keys), where somebody was shown them. An event that
    holds a room must first be moved or cancelled by its organisers. Bookings and events that are over are not touched.
    Members who wait for a time in it are told, and stay in line. A second request for the same closure returns the
    first closure.

    Raises BookingError `not_in_order`, `in_the_past`, `reason_needed`, `event_in_the_way`, and without
    `cancel_bookings`, or where others than those `seen` have come, also `bookings_in_the_way`, with the bookings.
    """
    start, end, reason = _checked(start, end, reason)
    # A space may have no resource: the lock of a resource would not be enough.
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)
    stretch = period(start, end)
    closing, lent = _locked(space, resource, stretch)
    same = Closure.objects.filter(space=space, resource=resource, period=stretch, reason=reason).first()
    if same:
        return same
    taken = period(max(start, timezone.now()), end)
    _clear(closing, lent, taken, reason=reason, by=by, cancel_bookings=cancel_bookings, seen=seen)
    closure = Closure.objects.create(
        space=space, resource=resource, period=stretch, reason=reason, created_by=by, is_example=is_example
    )
    Occupancy.objects.bulk_create(
        Occupancy(unit=unit, period=taken, closure=closure)
        for unit in Unit.objects.in_use().filter(resource__in=closing)
    )
    # Cancelled bookings may have been longer than the closure, and others keep less time around them now.
    _serve(closing)
    _tell_who_waits(closure)
    return closure


@transaction.atomic
def change_closure(
    *,
    closure: Closure,
    start: datetime,
    end: datetime,
    reason: str,
    by: User | None,
    cancel_bookings: bool = False,
    seen: Collection[int] | None = None,
) -> None:
    """Give the closure other hours or another reason; what it closes stays. Time that becomes free serves who waits.

    Once it has begun only its end moves: what was closed was closed. Bookings in the way are treated as by `close`.

    Raises BookingError `over`, `begun`, and all that `close` raises.
    """
    start, end, reason = _checked(start, end, reason)
    Space.objects.select_for_update(no_key=True).get(pk=closure.space_id)
    stretch = period(start, end)
    closing, lent = _locked(closure.space, closure.resource, stretch)
    # Read under the locks: another request may have changed it, or opened again.
    current = Closure.objects.select_for_update(no_key=True).filter(pk=closure.pk).first()
    now = timezone.now()
    if current is None or current.period.upper <= now:
        raise BookingError("over", _("This closure is over."))
    if current.period.lower <= now and start != current.period.lower:
        raise BookingError("begun", _("This closure has begun: only its end and its reason can be changed."))
    taken = period(max(start, now), end)
    _clear(closing, lent, taken, reason=reason, by=by, cancel_bookings=cancel_bookings, seen=seen)
    current.period, current.reason, current.is_example = stretch, reason, False
    current.save(update_fields=["period", "reason", "is_example"])
    for occupancy in current.occupancies.all():
        begins = occupancy.period.lower if occupancy.period.lower <= now else max(start, now)
        occupancy.period = period(begins, end)
        occupancy.save(update_fields=["period"])
    _serve(closing)
    _tell_who_waits(current)


@transaction.atomic
def reopen(*, closure: Closure) -> None:
    """Delete the closure; others that overlap it stay."""
    resources = Resource.objects.filter(space=closure.space_id)
    resources = resources.filter(pk=closure.resource_id) if closure.resource_id else resources.rooted()
    opening = lock_resources(resources)
    Closure.objects.filter(pk=closure.pk).delete()
    _serve(opening)


def _checked(start: datetime, end: datetime, reason: str) -> tuple[datetime, datetime, str]:
    """Return both instants and the reason without spaces around it, or refuse what nobody can close for."""
    start, end, reason = instant(start), instant(end), reason.strip()
    if end <= start:
        raise BookingError("not_in_order", _("The end comes after the beginning."))
    if end <= timezone.now():
        raise BookingError("in_the_past", _("This time has passed. Choose a later one."))
    if not reason:
        raise BookingError("reason_needed", _("Say why it is closed: people read it."))
    return start, end, reason


def _clear(
    closing: list[Resource],
    lent: Q,
    taken: DateTimeTZRange,
    *,
    reason: str,
    by: User | None,
    cancel_bookings: bool,
    seen: Collection[int] | None,
) -> None:
    """Make room for a closure: cancel the bookings in the way if that is wished, and refuse if it is not."""
    _refuse_events(closing, taken)
    in_the_way = Booking.objects.live().filter(Q(resource__in=closing, period__overlap=taken) | lent)
    bookings = list(in_the_way.select_related("resource__space", "user").order_by("period", "pk"))
    are_known = seen is None or {booking.pk for booking in bookings} <= set(seen)
    if bookings and not (cancel_bookings and are_known):
        raise BookingError(
            "bookings_in_the_way",
            format_lazy(_("Bookings stand in the way ({count})."), count=len(bookings)),
            bookings,
        )
    for booking in bookings:
        if is_out(booking):
            continue
        cancel_booking(booking=booking, by=by, reason=reason, as_manager=True, serve=False, keep_visit=True)
    # Bookings give up the time to prepare and to clear up that falls into the closure.
    shorten = Occupancy.objects.filter(unit__resource__in=closing, period__overlap=taken, closure=None)
    for occupancy in shorten.select_related("booking", "hold"):
        holder = cast(Booking | Hold, occupancy.booking or occupancy.hold)
        occupancy.period = outside(occupancy.period, holder.period, taken)
        occupancy.save(update_fields=["period"])


def _locked(space: Space, resource: Resource | None, stretch: DateTimeTZRange) -> tuple[list[Resource], Q]:
    """Lock and return the resources that close, with a filter for the loans in the way.

    Equipment that travels stays on loan while a space is closed, but nobody can take it over or bring it back there.
    """
    if resource:
        return lock_resources(Resource.objects.filter(pk=resource.pk)), Q(pk=None)
    locked = lock_resources(Resource.objects.filter(Q(space=space, travels=False) | Q(travels=True)))
    begins = Q(period__startswith__gte=stretch.lower, period__startswith__lt=stretch.upper)
    ends = Q(period__endswith__gt=stretch.lower, period__endswith__lt=stretch.upper)
    return [one for one in locked if not one.travels], Q(place=space) & (begins | ends)


def _tell_who_waits(closure: Closure) -> None:
    """Tell the people who wait for a time that the closure takes. They stay in line, in case it opens again."""
    for wait in waits_during(closure.space, closure.resource, closure.period.lower, closure.period.upper):
        tell_of_closure(wait, closure)


def _serve(resources: Iterable[Resource]) -> None:
    for resource in resources:
        serve_waits(resource)


def _refuse_events(resources: list[Resource], stretch: DateTimeTZRange) -> None:
    holds = Hold.objects.filter(resource__in=resources, period__overlap=stretch).select_related("resource")
    held = list(holds.order_by("period", "pk"))
    if held:
        events = len({hold.key.rpartition(":")[0] for hold in held})
        raise BookingError(
            "event_in_the_way",
            ngettext_lazy(
                "An event takes place then. First move or cancel it, or give it another room; or choose another time.",
                "Events take place then. First move or cancel them, or give them other rooms; or choose another time.",
                events,
            ),
            held,
        )
