from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..enums import BookingStatus
from ..hours import instant, local_day
from ..models import Booking, Occupancy
from ..periods import period
from ..queries import home_space
from ..rules import BookingError, Wish, can_be_cancelled, can_be_decided, check
from .locks import closures_over, kept_for, lock_resource
from .mail import tell_of_new, tell_person
from .visits import check_pass


@transaction.atomic
def book(
    *,
    resource,
    start,
    end,
    by,
    user=None,
    guest_name="",
    guest_email="",
    guest_language="fr",
    purpose="",
    as_manager=False,
    is_example=False,
    tell=True,
):
    """Book one free unit of the resource for [start, end) and tell the person by mail.

    For `user`, or for a guest (a name, an address if there is one) when a manager books. `as_manager` lifts the limits
    that docs/booking.md names and needs no approval; opening hours, public holidays, closures and other bookings bind
    everybody.

    Without `tell` nobody is mailed: whoever books several at once tells of them in one mail.

    The same booking asked for twice is answered with the first one: a double click stores nothing twice.
    Raises BookingError: a code of `rules.RULES`, or `needs_account`, `no_person`, `already_yours`, `closed`,
    `pass_used_up`, `taken`.
    """
    start, end = instant(start), instant(end)
    _check_order(start, end)
    resource = lock_resource(resource.pk)
    now = timezone.now()
    guest_name, guest_email = guest_name.strip(), guest_email.strip().lower()
    _check_person(user, guest_name, as_manager)
    same = _same_person(resource, user, guest_name, guest_email).filter(period__overlap=period(start, end)).first()
    if same and (same.period.lower, same.period.upper) == (start, end):
        return same
    _check_rules(resource, start, end, user, now, as_manager)
    if same and user:
        raise BookingError("already_yours", _("You already have a booking there at that time."), [same])
    _check_closures(resource, start, end)
    if user and not as_manager:
        check_pass(user, resource, start)
    waits = resource.needs_approval and not as_manager
    booking = Booking(
        resource=resource,
        user=user,
        guest_name="" if user else guest_name,
        guest_email="" if user else guest_email,
        guest_language=guest_language,
        period=period(start, end),
        status=BookingStatus.REQUESTED if waits else BookingStatus.CONFIRMED,
        purpose=purpose,
        created_by=by,
        decided_at=None if waits else now,
        decided_by=by if as_manager else None,
        is_example=is_example,
    )
    _take_a_unit(booking)
    if tell:
        tell_of_new(booking)
    return booking


@transaction.atomic
def move_booking(*, booking, start, end, by, as_manager=False):
    """The same booking at another time, same reference. Raises as `book`, and `over` once it no longer holds."""
    start, end = instant(start), instant(end)
    _check_order(start, end)
    booking = _locked(booking)
    _check_live(booking, as_manager)
    if (booking.period.lower, booking.period.upper) == (start, end):
        return booking
    _check_rules(booking.resource, start, end, booking.user, timezone.now(), as_manager, moved=booking)
    others = _same_person(booking.resource, booking.user, booking.guest_name, booking.guest_email)
    other = others.exclude(pk=booking.pk).filter(period__overlap=period(start, end)).first()
    if other and booking.user:
        raise BookingError("already_yours", _("You already have a booking there at that time."), [other])
    _check_closures(booking.resource, start, end)
    if booking.user and not as_manager:
        check_pass(booking.user, booking.resource, start, booking)
    booking.occupancy.delete()
    booking.period = period(start, end)
    booking.sequence += 1
    if booking.resource.needs_approval and not as_manager:
        booking.status = BookingStatus.REQUESTED
    _take_a_unit(booking)
    tell_of_new(booking)
    return booking


@transaction.atomic
def confirm_booking(*, booking, by):
    """Say yes to a request. Raises BookingError `not_requested`; a booking that is confirmed already stays as it is."""
    booking = _locked(booking)
    if booking.status == BookingStatus.CONFIRMED:
        return booking
    _check_decidable(booking)
    _decide(booking, BookingStatus.CONFIRMED, by)
    tell_person(booking, "spaces.booking_confirmed")
    return booking


@transaction.atomic
def refuse_booking(*, booking, by, reason):
    """Say no to a request and give its unit back. Raises BookingError `reason_needed` or `not_requested`."""
    if not reason.strip():
        raise BookingError("reason_needed", _("Tell the person why."))
    booking = _locked(booking)
    _check_decidable(booking)
    booking.reason = reason.strip()
    _decide(booking, BookingStatus.REFUSED, by)
    Occupancy.objects.filter(booking=booking).delete()
    tell_person(booking, "spaces.booking_refused")
    return booking


@transaction.atomic
def cancel_booking(*, booking, by, reason="", as_manager=False, tell=True):
    """Give the unit back and say so by mail. Cancelling what is cancelled changes nothing.

    Without `tell` nobody is mailed, as in `book`.

    Raises BookingError `over` when the booking was refused, has begun (for a member) or has ended (for a manager).
    """
    booking = _locked(booking)
    if booking.status == BookingStatus.CANCELLED:
        return booking
    _check_live(booking, as_manager)
    booking.reason = reason.strip()
    _decide(booking, BookingStatus.CANCELLED, by)
    Occupancy.objects.filter(booking=booking).delete()
    if tell:
        tell_person(booking, "spaces.booking_cancelled")
    return booking


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


def _check_rules(resource, start, end, user, now, as_manager, moved=None):
    """What the rules ask for is read here, under the resource's lock: the cap counts the bookings of this resource, so
    its lock is enough. A booking that moves opens no new one."""
    wish = Wish(
        resource=resource,
        start=start,
        end=end,
        now=now,
        hours=list(resource.space.opening_hours.all()),
        by_manager=as_manager,
        open_to=list(resource.open_to.all()),
        home=home_space(user, local_day(start)) if user else None,
        open_bookings=0 if moved else Booking.objects.live().upcoming(now).filter(resource=resource, user=user).count(),
    )
    check(wish)


def _same_person(resource, user, guest_name, guest_email):
    """Live bookings of the resource by this member; by this guest, known by address or, without one, by name."""
    if user:
        person = Q(user=user)
    elif guest_email:
        person = Q(user=None, guest_email=guest_email)
    else:
        person = Q(user=None, guest_email="", guest_name__iexact=guest_name)
    return Booking.objects.live().filter(person, resource=resource).select_related("resource__space", "user")


def _check_closures(resource, start, end):
    closure = closures_over(resource, period(start, end)).first()
    if closure:
        raise BookingError(
            "closed",
            format_lazy(_("{resource} is closed then: {reason}."), resource=resource.name, reason=closure.reason),
            [closure],
        )


def _take_a_unit(booking):
    """Save the booking with the first unit free all that time. The constraint has the last word."""
    held = kept_for(booking.resource, booking.period.lower, booking.period.upper)
    busy = Occupancy.objects.filter(unit=OuterRef("pk"), period__overlap=held)
    unit = booking.resource.units.in_use().exclude(Exists(busy)).order_by("number").first()
    if unit is None:
        raise _taken(booking)
    try:
        with transaction.atomic():
            booking.save()
            booking.occupancy = Occupancy.objects.create(unit=unit, period=held, booking=booking)
    except IntegrityError as error:
        raise _taken(booking) from error


def _taken(booking):
    own = booking.period
    present = Q(booking__period__overlap=own) | Q(hold__period__overlap=own) | Q(closure__period__overlap=own)
    busy = Occupancy.objects.filter(present, unit=OuterRef("pk"))
    if booking.resource.units.in_use().exclude(Exists(busy)).exists():
        message = _(
            "{resource} is free then, but not all the time needed to prepare it before or to clear it up after."
        )
    elif booking.resource.units.in_use().count() > 1:
        message = _("No place is free in {resource} all that time.")
    else:
        message = _("{resource} is already taken at that time.")
    return BookingError("taken", format_lazy(message, resource=booking.resource.name))


def _locked(booking):
    """The booking as it is now, under its resource's lock."""
    resource = lock_resource(booking.resource_id)
    booking = Booking.objects.select_related("user").get(pk=booking.pk)
    booking.resource = resource
    return booking


def _decide(booking, status, by):
    booking.status, booking.decided_by, booking.decided_at = status, by, timezone.now()
    booking.sequence += 1
    booking.save(update_fields=["status", "decided_by", "decided_at", "sequence", "reason"])


def _check_decidable(booking):
    if not can_be_decided(booking, timezone.now()):
        raise BookingError("not_requested", _("This booking no longer waits for an answer."))


def _check_live(booking, as_manager):
    if not can_be_cancelled(booking, timezone.now(), by_manager=as_manager):
        raise BookingError("over", _("This booking can no longer be changed."))
