"""The line for a resource that is taken: joining and leaving it, and who in it gets what comes free."""

from contextlib import suppress
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
def wait_for(*, resource, start, end, user, purpose=""):
    """Put a member in line for a resource that is taken. Asked twice, it is one wait.

    Raises BookingError as `book` does, and `free` where nothing needs waiting for, `too_many_waits`.
    """
    start, end = instant(start), instant(end)
    check_order(start, end)
    resource = lock_resource(resource.pk)
    now = timezone.now()
    check_person(user, "", as_manager=False)
    known = Wait.objects.live(now).filter(user=user, resource=resource, period=period(start, end)).first()
    if known:
        return known
    same = of_the_same_person(Booking(resource=resource, user=user, period=period(start, end)))
    check_wish(resource, start, end, user, now, as_manager=False, same=same)
    if free_units(resource, start, end).exists():
        raise BookingError("free", _("A place is free at that time: book it."))
    if Wait.objects.live(now).filter(user=user).count() >= MOST_WAITS:
        raise BookingError("too_many_waits", _("You wait for many places already: leave one of these lines first."))
    return Wait.objects.create(resource=resource, user=user, period=period(start, end), purpose=purpose)


@transaction.atomic
def leave_wait(*, wait):
    """Leave the line. Raises BookingError `booked` once a place is booked: that is cancelled, not left."""
    lock_resource(wait.resource_id)
    wait = Wait.objects.select_related("booking").filter(pk=wait.pk).first()
    if wait and wait.booking:
        raise BookingError("booked", _("A place came free meanwhile and is booked for you."), [wait.booking])
    if wait:
        wait.delete()


def serve_waits(resource, *, now=None):
    """Give what is free to who waits for it, in their order; the caller holds the resource's lock.

    Well ahead, the place is booked and the person told. Close to the beginning, and after it, the person is told that a
    place is free and books it or not; who comes next in line is told a while later. Each is told once. What stands
    against a booking of theirs (a rule, their pass, another booking) leaves them in line and lets the next one pass, as
    does another write of theirs at this very moment: waiting for it here could wait for ever.
    """
    now = now or timezone.now()
    if not (resource.is_bookable and resource.space.is_published):
        return
    for wait in _waits_with_a_free_unit(resource, now):
        if not _is_at_hand(wait.user):
            continue
        if is_booked_ahead(wait, now):
            asked = BookingRequest(
                resource=resource, start=wait.start, end=wait.end, user=wait.user, purpose=wait.purpose
            )
            with suppress(BookingError):
                book(asked=asked, by=wait.user, after_waiting=True)
        elif wait.told_at is None and _is_their_turn(resource, wait, now):
            wait.told_at = now
            wait.save(update_fields=["told_at"])
            tell_of_a_place(wait)


def _waits_with_a_free_unit(resource, now):
    """In their order; the time to clear up is left to `book`."""
    busy = Occupancy.objects.filter(unit=OuterRef("pk"), period__overlap=OuterRef(OuterRef("period")))
    free = resource.units.in_use().exclude(Exists(busy))
    begun = Q(period__startswith__lt=now + timedelta(minutes=1))
    waits = Wait.objects.live(now).filter(begun | Exists(free), resource=resource)
    return waits.select_related("user").in_line()


def _is_at_hand(user):
    """Lock the member's row, after the resource's as everywhere, unless another transaction has it: that one may wait
    for the resource."""
    rows = get_user_model().objects.select_for_update(no_key=True, skip_locked=True).filter(pk=user.pk)
    return bool(rows.values_list("pk"))


def _is_their_turn(resource, wait, now):
    """Whether they could book a unit for what is left of their time, that nobody before them was told of just now."""
    start = _begins_now(resource, wait, now)
    if wait.end - max(start, now) < timedelta(minutes=resource.min_minutes) or not wait.user.is_active:
        return False
    same = of_the_same_person(Booking(resource=resource, user=wait.user, period=period(start, wait.end)))
    try:
        check_wish(resource, start, wait.end, wait.user, now, as_manager=False, same=same)
    except BookingError:
        return False
    told = Wait.objects.live(now).filter(resource=resource, told_at__gt=now - TURN, period__overlap=wait.period)
    return free_units(resource, start, wait.end).count() > told.count()


def _begins_now(resource, wait, now):
    """When a booking of theirs may begin by now: at their own beginning or whole intervals after it."""
    interval = timedelta(minutes=resource.start_interval_minutes)
    missed = max(timedelta(), now - GRACE - wait.start)
    return wait.start - (-missed // interval) * interval


def _forget_what_comes_too_late(resource, now):
    """Where a booking must be made some time ahead, nobody waits beyond it."""
    if resource.min_notice_minutes:
        begins = now + timedelta(minutes=resource.min_notice_minutes)
        Wait.objects.live(now).filter(resource=resource, period__startswith__lt=begins).delete()


def tend_waits(*, now=None):
    """Serve who waits for what came free outside of any operation (other opening hours, the turn of the next in line),
    and forget the waits whose time is over; the number of these."""
    now = now or timezone.now()
    for pk in (
        Resource.objects.filter(waits__in=Wait.objects.live(now)).order_by("pk").distinct().values_list("pk", flat=True)
    ):
        with transaction.atomic():
            resource = lock_resource(pk)
            serve_waits(resource, now=now)
            _forget_what_comes_too_late(resource, now)
    return Wait.objects.filter(period__endswith__lte=now).delete()[0]
