"""Join and leave the waiting list of a resource that is taken, and give places that come free to the people in it."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...errors import BookingError
from ...models import Booking, Occupancy, Resource, Wait
from ...timing.hours import instant
from ...timing.periods import period
from ..rules import GRACE, MOST_WAITS, TURN, is_booked_ahead
from .bookings import BookingRequest, book, check_order, check_person, check_wish, of_the_same_person
from .free import free_units
from .locks import lock_resource
from .mail import tell_of_a_place


@transaction.atomic
def wait_for(
    *, resource: Resource, start: datetime, end: datetime, user: User, people: int | None = None, purpose: str = ""
) -> Wait:
    """Put a member, who comes with others if `people` says so, on the waiting list of a resource that is taken. A
    second request returns the first wait.

    Raises BookingError as `book` does, `free` when a place is free, and `too_many_waits`.
    """
    start, end = instant(start), instant(end)
    check_order(start, end)
    resource = lock_resource(resource.pk)
    now = timezone.now()
    check_person(user, "", as_manager=False)
    known = Wait.objects.live(now).filter(user=user, resource=resource, period=period(start, end)).first()
    if known:
        return known
    wished = Booking(resource=resource, user=user, period=period(start, end), people=people)
    check_wish(wished, now, as_manager=False, same=of_the_same_person(wished))
    if free_units(resource, start, end).exists():
        raise BookingError("free", _("A place is free at that time: book it."))
    if Wait.objects.live(now).filter(user=user).count() >= MOST_WAITS:
        raise BookingError("too_many_waits", _("You wait for many places already: leave one of these lines first."))
    wish = {"people": people, "purpose": purpose}
    return Wait.objects.create(resource=resource, user=user, period=period(start, end), **wish)


@transaction.atomic
def leave_wait(*, wait: Wait) -> None:
    """Leave the waiting list. Raises BookingError `booked` once a place is booked: it must be cancelled instead."""
    lock_resource(wait.resource_id)
    found = Wait.objects.select_related("booking").filter(pk=wait.pk).first()
    if found and found.booking:
        raise BookingError("booked", _("A place came free meanwhile and is booked for you."), [found.booking])
    if found:
        found.delete()


def serve_waits(resource: Resource, *, now: datetime | None = None) -> None:
    """Give free places to the people on the waiting list, in their order. The caller holds the lock of the resource.

    Earlier than `BOOKED_AHEAD` before the beginning, the place is booked and the person told. Later, the person is told
    that a place is free, and books it or not; the next person is told after `TURN`. Each person is told once.

    If something stands against the booking (a rule, the person's pass, another booking), the person stays in line and
    the next one is served. The same happens if another transaction locks the person's row: to wait for it here could
    end in a deadlock.
    """
    now = now or timezone.now()
    if not (resource.is_bookable and resource.space.is_published):
        return
    for wait in _waits_with_a_free_unit(resource, now):
        if not _is_at_hand(wait.user):
            continue
        if is_booked_ahead(wait, now):
            asked = BookingRequest(
                resource=resource,
                start=wait.start,
                end=wait.end,
                user=wait.user,
                people=wait.people,
                purpose=wait.purpose,
            )
            with suppress(BookingError):
                book(asked=asked, by=wait.user, after_waiting=True)
        elif wait.told_at is None and _is_their_turn(resource, wait, now):
            wait.told_at = now
            wait.save(update_fields=["told_at"])
            tell_of_a_place(wait)


def _waits_with_a_free_unit(resource: Resource, now: datetime) -> QuerySet[Wait]:
    """Return the waits for which a unit may be free, in the order of the line. `book` checks the time to clear up."""
    busy = Occupancy.objects.filter(unit=OuterRef("pk"), period__overlap=OuterRef(OuterRef("period")))
    free = resource.units.in_use().exclude(Exists(busy))
    begun = Q(period__startswith__lt=now + timedelta(minutes=1))
    waits = Wait.objects.live(now).filter(begun | Exists(free), resource=resource)
    return waits.select_related("user").in_line()


def _is_at_hand(user: User) -> bool:
    """Lock the member's row, after the resource's as everywhere. Return False if another transaction has the lock.

    That transaction may wait for the resource, so this one must not wait for it.
    """
    rows = get_user_model().objects.select_for_update(no_key=True, skip_locked=True).filter(pk=user.pk)
    return bool(rows.values_list("pk"))


def _is_their_turn(resource: Resource, wait: Wait, now: datetime) -> bool:
    """Tell if the person could book a unit for the rest of their time that nobody was told of within `TURN`."""
    start = _begins_now(resource, wait, now)
    if wait.end - max(start, now) < timedelta(minutes=resource.min_minutes) or not wait.user.is_active:
        return False
    wished = Booking(resource=resource, user=wait.user, period=period(start, wait.end), people=wait.people)
    try:
        check_wish(wished, now, as_manager=False, same=of_the_same_person(wished))
    except BookingError:
        return False
    told = Wait.objects.live(now).filter(resource=resource, told_at__gt=now - TURN, period__overlap=wait.period)
    return free_units(resource, start, wait.end).count() > told.count()


def _begins_now(resource: Resource, wait: Wait, now: datetime) -> datetime:
    """Return when the person's booking may begin now: at the beginning they asked for, or whole intervals after it."""
    interval = timedelta(minutes=resource.start_interval_minutes)
    missed = max(timedelta(), now - GRACE - wait.start)
    return wait.start - (-missed // interval) * interval


def _forget_what_comes_too_late(resource: Resource, now: datetime) -> None:
    """Delete the waits that begin sooner than the resource can be booked."""
    if resource.min_notice_minutes:
        begins = now + timedelta(minutes=resource.min_notice_minutes)
        Wait.objects.live(now).filter(resource=resource, period__startswith__lt=begins).delete()


def tend_waits(*, now: datetime | None = None) -> int:
    """Serve the waiting lists, delete the waits whose time is over, and return the number of deleted waits.

    Needed for places that come free without an operation: new opening hours, or the turn of the next person in line.
    """
    now = now or timezone.now()
    for pk in (
        Resource.objects.filter(waits__in=Wait.objects.live(now)).order_by("pk").distinct().values_list("pk", flat=True)
    ):
        with transaction.atomic():
            resource = lock_resource(pk)
            serve_waits(resource, now=now)
            _forget_what_comes_too_late(resource, now)
    return Wait.objects.filter(period__endswith__lte=now).delete()[0]
