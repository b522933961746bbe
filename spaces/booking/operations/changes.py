"""Change, confirm, refuse or cancel a booking. What comes free goes to the people who wait for it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...core.operations import lock_account
from ...enums import BookingStatus, HandoverKind, Presence
from ...errors import BookingError
from ...memberships.queries import access_of, standing_of
from ...models import Booking, Correction, Occupancy, Series, Space, Unit
from ...passes.operations import record_visit
from ...passes.operations.visits import withdraw_visit
from ...places.rules import duration
from ...timing.hours import instant, local_day
from ...timing.periods import period
from ..rules import (
    already_yours,
    asks_anew,
    can_be_cancelled,
    can_be_checked_in,
    can_be_decided,
    kept_until,
    refusal_of_people,
)
from .bookings import (
    change_units,
    check_order,
    check_wish,
    goes_beyond,
    is_in,
    note_beyond,
    of_the_same_person,
    stop_waiting,
    take_units,
)
from .locks import lock_booking
from .mail import former_of, tell_of_change, tell_person
from .waits import serve_waits

#: The fields that say whose a row is.
OF_THE_PERSON = ("user", "guest_name", "guest_email")
#: The fields that a cancellation changes.
OF_A_CANCELLATION = (
    *("status", "cancelled_by", "cancelled_at", "sequence", "reason"),
    *("checked_in_at", "checked_in_by"),
)


@transaction.atomic
def change_booking(
    *,
    booking: Booking,
    by: User | None,
    start: datetime | None = None,
    end: datetime | None = None,
    people: int | None = None,
    purpose: str | None = None,
    unit: Unit | None = None,
    place: Space | None = None,
    as_manager: bool = False,
    beyond: str = "",
) -> Booking:
    """Change what is named of the booking: its time, how many come, what for, or where a loan is taken over.

    It keeps its reference, and whatever is not named. In an open plan more people take more units, and fewer give the
    last ones back. It takes `unit`; without `unit` it keeps its own units where these are free, and takes others where
    not. A time that stays is judged by no rule of time, and keeps what was promised of it: the check-in, the release,
    the day of the pass. The person is mailed once, unless only the purpose changes.

    `beyond` means the same as in `book`. Raises BookingError as `book` does, `over` and `too_late` as `cancel_booking`
    does, and `lent` once somebody has the equipment.
    """
    booking = lock_booking(booking)
    start, end = instant(start or booking.start), instant(end or booking.end)
    check_order(start, end)
    _check_live(booking, as_manager)
    place = place or booking.place
    people = people or booking.people or 1
    is_moved = (booking.start, booking.end, booking.place) != (start, end, place)
    is_taken_anew = is_moved or not is_in(booking, unit)
    more = people - (booking.people or 1)
    booking.purpose = booking.purpose if purpose is None else purpose.strip()
    if not (is_taken_anew or more):
        booking.save(update_fields=["purpose"])
        return booking
    if booking.place_id and booking.checked_in_at:
        raise BookingError("lent", _("It is handed over already: bring it back, and book it again."))
    former = former_of(booking)
    if not as_manager and asks_anew(booking, is_moved=is_taken_anew, people=people):
        _ask_again(booking, by)
    if more:
        booking.people, booking.unit_count = people, booking.resource.units_for(people)
    booking.sequence += 1
    if is_moved or booking.resource.travels:
        _move(booking, start, end, place, unit, by, as_manager, beyond)
    elif more > 0 and (error := _refusal_of_more(booking, as_manager)):
        raise error
    else:
        change_units(booking, unit)
    tell_of_change(booking, former)
    serve_waits(booking.resource)
    return booking


def _refusal_of_more(booking: Booking, as_manager: bool) -> BookingError | None:
    """Return what speaks against more people. Of a guest, for whom the team has booked, no membership is asked."""
    if booking.user is None:
        return refusal_of_people(booking, by_manager=as_manager)
    lock_account(booking.user)
    access, standing = access_of(booking.resource), standing_of(booking.user)
    return refusal_of_people(booking, access=access, standing=standing, by_manager=as_manager)


def _ask_again(booking: Booking, by: User | None) -> None:
    """Make the booking a request, which is not checked in and not released. The caller saves it."""
    booking.status, booking.release_at = BookingStatus.REQUESTED, None
    if booking.checked_in_at:
        take_presence_back(booking, by)


def _move(
    booking: Booking,
    start: datetime,
    end: datetime,
    place: Space | None,
    unit: Unit | None,
    by: User | None,
    as_manager: bool,
    beyond: str,
) -> None:
    """Save the locked booking with another time or place, its own units first."""
    now, own = timezone.now(), booking.units
    booking.period, booking.place = period(start, end), place
    may = goes_beyond(booking.resource, by, beyond)
    if check_wish(booking, now, as_manager, same=of_the_same_person(booking), is_move=True, beyond=may) and by:
        note_beyond([booking], by, beyond)
    Occupancy.objects.filter(booking=booking).delete()
    if booking.status == BookingStatus.CONFIRMED:
        booking.release_at = kept_until(booking.resource, start, now)
    if booking.checked_in_at and not can_be_checked_in(booking, now):
        take_presence_back(booking, by)
    take_units(booking, unit, own=own)
    stop_waiting(booking)


@transaction.atomic
def take_over(*, booking: Booking, user: User) -> Booking:
    """Put a booking that was made for the person's address into their account, with the series that it is a day of.

    It is then as if they had made it, and they belong to the space (`people_of`). Where the team has checked them in,
    the visit is recorded, with both sides as on that day.

    A booking of another person stays as it is. Raises BookingError `already_yours` where they have one at that time.
    """
    booking = lock_booking(booking)
    if not booking.can_be_taken_over_by(user):
        return booking
    series = Series.objects.filter(occurrences__booking=booking).first()
    bookings = [booking]
    if series:
        days = Booking.objects.filter(occurrence__series=series, user=None, guest_email=booking.guest_email)
        bookings += days.exclude(pk=booking.pk).order_by("period", "pk")
        series.put_into_account(user)
        series.save(update_fields=OF_THE_PERSON)
    for one in bookings:
        one.resource = booking.resource
        one.put_into_account(user)
        one.created_by = user
    try:
        with transaction.atomic():
            Booking.objects.bulk_update(bookings, [*OF_THE_PERSON, "created_by"])
    except IntegrityError as error:
        raise already_yours() from error
    for one in bookings:
        if one.checked_in_at and one.place_id is None:
            record_visit(booking=one, on=local_day(one.start))
    return booking


@transaction.atomic
def confirm_booking(*, booking: Booking, by: User | None) -> Booking:
    """Confirm a request; a booking that is confirmed already stays as it is. Raises BookingError `not_requested`."""
    booking = lock_booking(booking)
    if booking.status == BookingStatus.CONFIRMED:
        return booking
    _check_decidable(booking)
    booking.release_at = kept_until(booking.resource, booking.start, timezone.now())
    _decide(booking, BookingStatus.CONFIRMED, by)
    tell_person(booking, "spaces.booking_confirmed")
    return booking


@transaction.atomic
def refuse_booking(*, booking: Booking, by: User | None, reason: str) -> Booking:
    """Refuse a request and give its unit back. Raises BookingError `reason_needed` or `not_requested`."""
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
def cancel_booking(
    *,
    booking: Booking,
    by: User | None,
    reason: str = "",
    as_manager: bool = False,
    tell: bool = True,
    serve: bool = True,
    keep_visit: bool = False,
    lost_with: str = "",
) -> Booking:
    """Cancel the booking, mail the person, and give the unit to the first person in line.

    A check-in is taken back with it, as by `undo_check_in`: no visit and no crossing stay of a booking that was given
    back. `keep_visit` is for cancellations that say nothing of who was there: a closure, an erased account. `lost_with`
    is the name of the space whose membership opens the place no more; the mail says so.

    A booking that is cancelled already stays as it is. Without `tell` nobody is mailed, as in `book`. With
    `serve=False` nobody in line is served: the caller takes the time for itself.

    Raises BookingError `over` when the booking was refused, has begun (for a member) or has ended (for a manager),
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
    if booking.checked_in_at and not booking.place_id and not keep_visit:
        take_presence_back(booking, by)
    booking.save(update_fields=OF_A_CANCELLATION)
    Occupancy.objects.filter(booking=booking).delete()
    if tell:
        tell_person(booking, "spaces.booking_cancelled", lost_with=lost_with)
    if serve:
        serve_waits(booking.resource)
    return booking


def take_presence_back(booking: Booking, by: User | None) -> None:
    """Take back the check-in of a locked booking with its visit, and record the correction. The caller saves it."""
    Correction.objects.create(
        booking=booking,
        of=Presence.CHECK_IN,
        noted_at=booking.checked_in_at,
        noted_by=booking.checked_in_by,
        made_by=by,
    )
    withdraw_visit(booking=booking)
    booking.checked_in_at = booking.checked_in_by = None


def is_out(booking: Booking) -> bool:
    """Tell if the equipment of this loan is handed over and not yet brought back."""
    return bool(booking.place_id) and set(booking.handovers.values_list("kind", flat=True)) == {HandoverKind.LENT}


def _decide(booking: Booking, status: BookingStatus, by: User | None) -> None:
    booking.status, booking.decided_by, booking.decided_at = status, by, timezone.now()
    booking.sequence += 1
    booking.save(update_fields=["status", "decided_by", "decided_at", "sequence", "reason", "release_at"])


def _check_decidable(booking: Booking) -> None:
    if not can_be_decided(booking, timezone.now()):
        raise BookingError("not_requested", _("This booking no longer waits for an answer."))


def _check_live(booking: Booking, as_manager: bool) -> None:
    now = timezone.now()
    if can_be_cancelled(booking, now, by_manager=as_manager):
        return
    if booking.is_live and now < booking.start:
        raise BookingError(
            "too_late",
            format_lazy(
                _("It can be changed or cancelled up to {duration} before it begins. Write to {space} instead."),
                duration=duration(booking.resource.cancel_until_minutes),
                space=booking.resource.space.name,
            ),
        )
    raise BookingError("over", _("This booking can no longer be changed."))
