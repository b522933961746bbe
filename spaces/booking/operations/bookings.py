from contextlib import suppress
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...core.queries import home_space
from ...enums import BookingStatus, HandoverKind
from ...errors import BookingError
from ...models import Booking, Closure, Occupancy, Wait
from ...passes.operations.visits import check_pass, withdraw_visit
from ...places.rules import duration
from ...timing.hours import instant, local_day
from ...timing.periods import period
from ..rules import GRACE, MOST_WAITS, TURN, Wish, can_be_cancelled, can_be_decided, check, is_booked_ahead, kept_until
from .free import first_unit, free_units, travels_from
from .locks import closures_over, kept_for, lock_booking, lock_resource, place_and_reach
from .mail import tell_of_a_place, tell_of_new, tell_person

#: A refusal names so many units that are free.
MOST_NAMED = 8


@transaction.atomic
def book(
    *,
    resource,
    start,
    end,
    by,
    user=None,
    place=None,
    guest_name="",
    guest_email="",
    guest_language="fr",
    purpose="",
    unit=None,
    or_another=False,
    as_manager=False,
    is_example=False,
    tell=True,
    after_waiting=False,
):
    """Book one free unit of the resource for [start, end) and tell the person by mail.

    For `user`, or for a guest (a name, an address if there is one) when a manager books. `as_manager` lifts the limits
    that docs/booking.md names and needs no approval; opening hours, public holidays, closures and other bookings bind
    everybody. Equipment that travels is taken over, and brought back, at the space `place`.

    `unit`: this one and no other, unless `or_another` says that it is only preferred. Without it, the first free one.

    Without `tell` nobody is mailed: whoever books several at once tells of them in one mail. `after_waiting`: nobody
    asks now, the mail says that a place came free.

    The same booking asked for twice is answered with the first one: a double click stores nothing twice.
    Raises BookingError: a code of `rules.RULES`, or `needs_account`, `no_person`, `already_yours`, `closed`,
    `pass_used_up`, `taken`, `unit_taken` (the chosen one is, others are free).
    """
    start, end = instant(start), instant(end)
    _check_order(start, end)
    booking = Booking(
        resource=lock_resource(resource.pk),
        user=user,
        guest_name="" if user else guest_name.strip(),
        guest_email="" if user else guest_email.strip().lower(),
        guest_language=guest_language,
        place=place,
        period=period(start, end),
        purpose=purpose,
        created_by=by,
        is_example=is_example,
    )
    _check_person(user, booking.guest_name, as_manager)
    same = _of_the_same_person(booking)
    if same and (same.start, same.end, same.place) == (start, end, place) and _is_in(same, unit, or_another):
        return same
    now = timezone.now()
    _check_wish(booking.resource, start, end, user, now, as_manager, same=same, place=place)
    _confirm_or_ask(booking, by, now, as_manager)
    take_a_unit(booking, unit, or_another)
    _stop_waiting(booking)
    if tell:
        tell_of_new(booking, after_waiting=after_waiting)
    return booking


@transaction.atomic
def move_booking(*, booking, start, end, by, unit=None, place=None, as_manager=False):
    """The same booking at another time, or taken over at another space: same reference. It moves to `unit`; without one
    it keeps its own where that is free, and takes another where not. Raises as `book`, and `over` once it no longer
    holds, `lent` once somebody has the equipment."""
    start, end = instant(start), instant(end)
    _check_order(start, end)
    booking = lock_booking(booking)
    _check_live(booking, as_manager)
    now = timezone.now()
    place = place or booking.place
    if (booking.start, booking.end, booking.place) == (start, end, place) and _is_in(booking, unit):
        return booking
    if booking.place_id and booking.checked_in_at:
        raise BookingError("lent", _("It is handed over already: bring it back, and book it again."))
    booking.period, booking.place = period(start, end), place
    same = _of_the_same_person(booking)
    _check_wish(booking.resource, start, end, booking.user, now, as_manager, same=same, moved=booking, place=place)
    own = booking.occupancy.unit
    booking.occupancy.delete()
    booking.sequence += 1
    if booking.resource.needs_approval and not as_manager:
        booking.status = BookingStatus.REQUESTED
    booking.release_at = None if booking.status == BookingStatus.REQUESTED else kept_until(booking.resource, start, now)
    if booking.checked_in_at and not start <= now < end:
        withdraw_visit(booking=booking)
        booking.checked_in_at = booking.checked_in_by = None
    take_a_unit(booking, unit or own, or_another=unit is None)
    _stop_waiting(booking)
    tell_of_new(booking)
    serve_waits(booking.resource)
    return booking


@transaction.atomic
def confirm_booking(*, booking, by):
    """Say yes to a request. Raises BookingError `not_requested`; a booking that is confirmed already stays as it is."""
    booking = lock_booking(booking)
    if booking.status == BookingStatus.CONFIRMED:
        return booking
    _check_decidable(booking)
    booking.release_at = kept_until(booking.resource, booking.start, timezone.now())
    _decide(booking, BookingStatus.CONFIRMED, by)
    tell_person(booking, "spaces.booking_confirmed")
    return booking


@transaction.atomic
def refuse_booking(*, booking, by, reason):
    """Say no to a request and give its unit back. Raises BookingError `reason_needed` or `not_requested`."""
    if not reason.strip():
        raise BookingError("reason_needed", _("Tell the person why."))
    booking = lock_booking(booking)
    _check_decidable(booking)
    booking.reason = reason.strip()
    _decide(booking, BookingStatus.REFUSED, by)
    Occupancy.objects.filter(booking=booking).delete()
    tell_person(booking, "spaces.booking_refused")
    serve_waits(booking.resource)
    return booking


@transaction.atomic
def cancel_booking(*, booking, by, reason="", as_manager=False, tell=True, serve=True):
    """Give the unit back, to the first in line if somebody waits, and say so by mail. Cancelling what is cancelled
    changes nothing.

    Without `tell` nobody is mailed, as in `book`. `serve=False`: the caller takes the time himself.

    Raises BookingError `over` when the booking was refused, has begun (for a member) or has ended (for a manager), and
    `too_late` when a member is past the resource's deadline, and `lent` while somebody has the equipment.
    """
    booking = lock_booking(booking)
    if booking.status == BookingStatus.CANCELLED:
        return booking
    _check_live(booking, as_manager)
    if is_out(booking):
        raise BookingError("lent", _("It is handed over already: it must be brought back."))
    booking.reason = reason.strip()
    booking.status, booking.cancelled_by, booking.cancelled_at = BookingStatus.CANCELLED, by, timezone.now()
    booking.sequence += 1
    booking.save(update_fields=["status", "cancelled_by", "cancelled_at", "sequence", "reason"])
    Occupancy.objects.filter(booking=booking).delete()
    if tell:
        tell_person(booking, "spaces.booking_cancelled")
    if serve:
        serve_waits(booking.resource)
    return booking


# --- waiting ---


@transaction.atomic
def wait_for(*, resource, start, end, user, purpose=""):
    """Put a member in line for a resource that is taken. Asked twice, it is one wait.

    Raises BookingError as `book` does, and `free` where nothing needs waiting for, `too_many_waits`.
    """
    start, end = instant(start), instant(end)
    _check_order(start, end)
    resource = lock_resource(resource.pk)
    now = timezone.now()
    _check_person(user, "", as_manager=False)
    known = Wait.objects.live(now).filter(user=user, resource=resource, period=period(start, end)).first()
    if known:
        return known
    same = _of_the_same_person(Booking(resource=resource, user=user, period=period(start, end)))
    _check_wish(resource, start, end, user, now, as_manager=False, same=same)
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
            wish = {"start": wait.start, "end": wait.end, "user": wait.user, "by": wait.user, "purpose": wait.purpose}
            with suppress(BookingError):
                book(resource=resource, after_waiting=True, **wish)
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
    same = _of_the_same_person(Booking(resource=resource, user=wait.user, period=period(start, wait.end)))
    try:
        _check_wish(resource, start, wait.end, wait.user, now, as_manager=False, same=same)
    except BookingError:
        return False
    told = Wait.objects.live(now).filter(resource=resource, told_at__gt=now - TURN, period__overlap=wait.period)
    return free_units(resource, start, wait.end).count() > told.count()


def _begins_now(resource, wait, now):
    """When a booking of theirs may begin by now: at their own beginning or whole intervals after it."""
    interval = timedelta(minutes=resource.start_interval_minutes)
    missed = max(timedelta(), now - GRACE - wait.start)
    return wait.start - (-missed // interval) * interval


def _stop_waiting(booking):
    """Who has a place waits no more for another in that time."""
    if booking.user:
        waits = Wait.objects.filter(booking=None, user=booking.user, resource=booking.resource)
        waits.filter(period=booking.period).update(booking=booking)
        waits.filter(period__overlap=booking.period).delete()


# --- what these share ---


def is_out(booking):
    """Whether the equipment of this loan is handed over, and not brought back."""
    return bool(booking.place_id) and set(booking.handovers.values_list("kind", flat=True)) == {HandoverKind.LENT}


def _check_order(start, end):
    """Before anything is asked of the database, which knows no stretch that runs backwards."""
    if end <= start:
        raise BookingError("not_in_order", _("The end comes after the beginning."))


def _check_person(user, guest_name, as_manager):
    if user is None and not as_manager:
        raise BookingError("needs_account", _("Sign in to book."))
    if user is None and not guest_name:
        raise BookingError("no_person", _("Say who the booking is for: a member, or a guest's name."))
    if user is not None and not user.is_active:
        raise BookingError("no_person", _("This account is closed."))


def _check_wish(resource, start, end, user, now, as_manager, *, same=None, moved=None, place=None):
    """All that may stand against a booking before a unit is looked for; `same` is what the person has there already."""
    _check_rules(resource, start, end, user, now, as_manager, moved, place)
    if same and user:
        raise BookingError("already_yours", _("You already have a booking there at that time."), [same])
    _check_closures(resource, start, end, place)
    if user and not as_manager and not place:
        check_pass(user, resource, start, moved)


def _check_rules(resource, start, end, user, now, as_manager, moved=None, place=None):
    """What the rules ask for is read here, under the resource's lock: the cap counts the bookings of this resource, so
    its lock is enough. A booking that moves opens no new one."""
    wish = Wish(
        resource=resource,
        start=start,
        end=end,
        now=now,
        hours=list((place or resource.space).opening_hours.all()),
        by_manager=as_manager,
        open_to=list(resource.open_to.all()),
        home=home_space(user, local_day(start)) if user else None,
        open_bookings=0 if moved else Booking.objects.live().upcoming(now).filter(resource=resource, user=user).count(),
        place=place,
        travels_from=travels_from(resource, start, end, place, now, moved) if resource.travels and place else None,
    )
    check(wish)


def is_of(somebody):
    """The rows of the same member; of the same guest, known by address or, without one, by name."""
    if somebody.user:
        return Q(user=somebody.user)
    if somebody.guest_email:
        return Q(user=None, guest_email=somebody.guest_email)
    return Q(user=None, guest_email="", guest_name__iexact=somebody.guest_name)


def _of_the_same_person(booking):
    """Another live booking of the resource in that time by whom this one is for, or None."""
    others = Booking.objects.live().filter(is_of(booking), resource=booking.resource, period__overlap=booking.period)
    return others.exclude(pk=booking.pk).select_related("resource__space", "user").first()


def _confirm_or_ask(booking, by, now, as_manager):
    """Confirmed at once, or a request where somebody decides."""
    if booking.resource.needs_approval and not as_manager:
        booking.status = BookingStatus.REQUESTED
        return
    booking.status, booking.decided_at, booking.decided_by = BookingStatus.CONFIRMED, now, by if as_manager else None
    booking.release_at = kept_until(booking.resource, booking.start, now)


def _check_closures(resource, start, end, place=None):
    closure = closures_over(resource, period(start, end)).first()
    if place and not closure:
        changes_hands = Q(period__contains=start) | Q(period__startswith__lt=end, period__endswith__gt=end)
        closure = Closure.objects.filter(changes_hands, space=place, resource=None).select_related("space").first()
        if closure:
            _refuse_closed(place, closure)
    if closure:
        _refuse_closed(resource, closure)


def _refuse_closed(closed, closure):
    message = format_lazy(_("{resource} is closed then: {reason}."), resource=closed.name, reason=closure.reason)
    raise BookingError("closed", message, [closure])


def _is_in(booking, unit, or_another=False):
    """Whether the booking holds the unit that is asked for, if one is."""
    return unit is None or or_another or booking.occupancy.unit_id == unit.pk


def take_a_unit(booking, chosen=None, or_another=False):
    """Save the booking with the chosen unit, or the first one free all that time; of those that travel, one that is
    there already goes first. The constraint has the last word."""
    resource, place = booking.resource, booking.place
    held = kept_for(resource, booking.start, booking.end)
    unit = first_unit(resource, booking.start, booking.end, timezone.now(), place)
    if unit is None:
        raise _taken(booking)
    if chosen:
        free = free_units(resource, booking.start, booking.end, place).order_by("number")
        if chosen in free:
            unit = chosen
        elif not or_another:
            raise _unit_taken(chosen, free)
    try:
        with transaction.atomic():
            booking.save()
            there = place_and_reach(resource, held, place)
            booking.occupancy = Occupancy.objects.create(unit=unit, period=held, booking=booking, **there)
    except IntegrityError as error:
        raise _taken(booking) from error


def _unit_taken(unit, free):
    names = [one.label for one in free[:MOST_NAMED]]
    message = _("{unit} is taken at that time. Free then: {units}.")
    return BookingError("unit_taken", format_lazy(message, unit=unit.label, units=", ".join(names)), free)


def _taken(booking):
    own = booking.period
    present = Q(booking__period__overlap=own) | Q(hold__period__overlap=own) | Q(closure__period__overlap=own)
    busy = Occupancy.objects.filter(present, unit=OuterRef("pk"))
    if booking.resource.units.in_use().exclude(Exists(busy)).exists():
        message = (
            _("{resource} is on loan elsewhere just before or after: there is no time to bring it.")
            if booking.place
            else _("{resource} is free then, but not all the time needed to prepare it before or to clear it up after.")
        )
    elif booking.resource.units.in_use().count() > 1:
        message = _("No place is free in {resource} all that time.")
    else:
        message = _("{resource} is already taken at that time.")
    return BookingError("taken", format_lazy(message, resource=booking.resource.name))


def _decide(booking, status, by):
    booking.status, booking.decided_by, booking.decided_at = status, by, timezone.now()
    booking.sequence += 1
    booking.save(update_fields=["status", "decided_by", "decided_at", "sequence", "reason", "release_at"])


def _check_decidable(booking):
    if not can_be_decided(booking, timezone.now()):
        raise BookingError("not_requested", _("This booking no longer waits for an answer."))


def _check_live(booking, as_manager):
    now = timezone.now()
    if can_be_cancelled(booking, now, by_manager=as_manager):
        return
    if booking.is_live and now < booking.start:
        raise BookingError(
            "too_late",
            format_lazy(
                _("It can be moved or cancelled up to {duration} before it begins. Write to {space} instead."),
                duration=duration(booking.resource.cancel_until_minutes),
                space=booking.resource.space.name,
            ),
        )
    raise BookingError("over", _("This booking can no longer be changed."))
