"""Book a unit of a resource, and check what may stand against it.

The caller of every function but `book` holds the lock of the resource.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from members.models import User

from ...allowances.queries import counted
from ...core.operations import lock_account
from ...core.queries import known_in
from ...enums import BookingStatus
from ...errors import BookingError
from ...memberships.queries import access_of, standing_of
from ...models import Booking, Occupancy, Resource, Series, Space, StaffNote, Unit, Wait
from ...models.notes import LONGEST_NOTE
from ...passes.operations.visits import check_pass
from ...timing.hours import instant
from ...timing.periods import period
from ..queries.closures import refusal_while_closed
from ..queries.free import are_free_then, units_free_in
from ..queries.persons import may_go_beyond
from ..rules import Wish, already_yours, check, exceeded, kept_until, taken
from .free import travels_from, units_to_take
from .locks import kept_for, lock_resource, place_and_reach
from .mail import tell_of_new

if TYPE_CHECKING:
    from .series import SeriesRequest

#: In units: a refusal names at most so many of those that are free.
MOST_NAMED = 8


@dataclass(frozen=True)
class BookingRequest:
    """Input of `book`: one free unit of the resource for [start, end).

    The booking is for `user`, or for a guest with a name and perhaps an address; an address bears the account of its
    owner only if they belong to the space (`known_in`). Equipment that travels is taken over
    and brought back at the space `place`. `unit` is the only unit to take, unless `or_another` says that it is
    preferred; without `unit` the first free one is taken.

    `people` come; a group takes `unit_count` units, and the chosen one is the first of them.
    """

    resource: Resource
    start: datetime
    end: datetime
    user: User | None = None
    guest_name: str = ""
    guest_email: str = ""
    guest_language: str = settings.LANGUAGE_CODE
    place: Space | None = None
    people: int | None = None
    unit_count: int = 1
    purpose: str = ""
    unit: Unit | None = None
    or_another: bool = False
    is_example: bool = False

    def __post_init__(self) -> None:
        values: dict[str, Any] = {
            "start": instant(self.start),
            "end": instant(self.end),
            "guest_name": "",
            "guest_email": "",
        }
        if self.user is None:
            values["guest_name"] = self.guest_name.strip()
            values["guest_email"] = self.guest_email.strip().lower()
        for name, value in values.items():
            object.__setattr__(self, name, value)


@transaction.atomic
def book(
    *,
    asked: BookingRequest,
    by: User | None,
    as_manager: bool = False,
    tell: bool = True,
    after_waiting: bool = False,
    beyond: str = "",
) -> Booking:
    """Book what is asked for, tell the person by mail and return the booking.

    `as_manager` lifts the limits that docs/booking.md names, and the booking needs no approval; opening hours, public
    holidays, closures and other bookings bind everybody. Only a manager books for a guest.

    Without `tell` nobody is mailed: a caller that makes several bookings tells of them in one mail. With
    `after_waiting` the mail says that a place came free. Beyond what the person's membership includes that month a
    manager of the space books by saying why (`beyond`), which becomes a note of the team on the person.

    A second request for the same booking returns the first booking, so that a double click stores nothing twice.

    Raises BookingError: a code of `rules.RULES`, or `needs_account`, `no_person`, `already_yours`, `closed`,
    `pass_used_up`, `taken`, or `unit_taken` when the chosen unit is taken and others are free, `not_yours` (who says
    why they go beyond what is included does not run the space).
    """
    check_order(asked.start, asked.end)
    booking = _asked_booking(asked, lock_resource(asked.resource.pk), by)
    check_person(booking.user, booking.guest_name, as_manager)
    same = of_the_same_person(booking)
    if same and is_the_same(same, booking) and is_in(same, asked.unit, asked.or_another):
        return same
    now = timezone.now()
    is_beyond = check_wish(booking, now, as_manager, same=same, beyond=goes_beyond(booking.resource, by, beyond))
    confirm_or_ask(booking, by, now, as_manager)
    take_units(booking, asked.unit, asked.or_another)
    if is_beyond and by:
        note_beyond([booking], by, beyond)
    stop_waiting(booking)
    if tell:
        tell_of_new(booking, after_waiting=after_waiting)
    return booking


def _asked_booking(asked: BookingRequest, resource: Resource, by: User | None) -> Booking:
    """Return the booking that is asked for, not saved, of the locked resource."""
    user, guest = whom(asked)
    return Booking(
        resource=resource,
        user=user,
        **guest,
        place=asked.place,
        period=period(asked.start, asked.end),
        people=asked.people,
        unit_count=asked.unit_count,
        purpose=asked.purpose,
        created_by=by,
        is_example=asked.is_example,
    )


def whom(asked: "BookingRequest | SeriesRequest | Series") -> tuple[User | None, dict[str, str]]:
    """Return the account that the row bears, or None, and its fields of a guest."""
    user = asked.user or known_in(asked.resource.space, asked.guest_email)
    guest = {} if user else {"guest_name": asked.guest_name, "guest_email": asked.guest_email}
    return user, {**guest, "guest_language": asked.guest_language}


def stop_waiting(booking: Booking) -> None:
    """End the person's waits for this resource in the time of the booking: they have a place now."""
    if booking.user:
        waits = Wait.objects.filter(booking=None, user=booking.user, resource=booking.resource)
        waits.filter(period=booking.period).update(booking=booking)
        waits.filter(period__overlap=booking.period).delete()


def check_order(start: datetime, end: datetime) -> None:
    """Raise BookingError `not_in_order` for an end before the start. Call it first: PostgreSQL refuses such a range."""
    if end <= start:
        raise BookingError("not_in_order", _("The end comes after the beginning."))


def check_person(user: User | None, guest_name: str, as_manager: bool) -> None:
    """Raise BookingError `needs_account` or `no_person` for a person who cannot have a booking."""
    if user is None and not as_manager:
        raise BookingError("needs_account", _("Sign in to book."))
    if user is None and not guest_name:
        raise BookingError("no_person", _("Say who the booking is for: a member, or a guest's name."))
    if user is not None and not user.is_active:
        raise BookingError("no_person", _("This account is closed."))


def goes_beyond(resource: Resource, by: User | None, why: str) -> bool:
    """Tell if somebody goes beyond what a membership includes a month: who may does by saying why.

    Raises BookingError `not_yours` for anybody else."""
    if not why.strip():
        return False
    if not may_go_beyond(by, resource):
        raise BookingError("not_yours", _("Only who runs the space books beyond what a membership includes."))
    return True


def note_beyond(bookings: Sequence[Booking], by: User, why: str) -> None:
    """Keep as a note of the team on the person why so much was booked beyond what their membership includes."""
    first = bookings[0]
    if first.user is None:
        return
    with translation.override(by.language):
        words = _("Booked beyond what the membership includes: {what}. {why}")
        days = "; ".join(dates.span(one.start, one.end) for one in bookings)
        text = words.format(what=f"{first.resource.name}, {days}", why=why.strip())
    StaffNote.objects.create(space=first.resource.space, person=first.user, text=text[:LONGEST_NOTE], author=by)


def check_wish(
    wished: Booking,
    now: datetime,
    as_manager: bool,
    *,
    same: Booking | None = None,
    is_move: bool = False,
    beyond: bool = False,
) -> bool:
    """Raise BookingError for whatever stands against a booking before a unit is looked for.

    `wished` is the booking as it would be: new, or moved to this time (`is_move`). `same` is a booking that the person
    has there already. Return True if a manager goes `beyond` what the person's membership includes.
    """
    moved = wished if is_move else None
    if wished.user:
        lock_account(wished.user)  # Their memberships, passes and what they have booked stay until the booking is made.
    wish = _check_rules(wished, now, as_manager, moved, beyond)
    if same and wished.user:
        raise already_yours(same, by_manager=as_manager)
    if error := refusal_while_closed(wished.resource, wished.start, wished.end, wished.place):
        raise error
    if wished.user and not as_manager and not wished.place:
        check_pass(wished.user, wished.resource, wished.start, moved)
    return exceeded(wish) is not None


def _check_rules(wished: Booking, now: datetime, as_manager: bool, moved: Booking | None, beyond: bool) -> Wish:
    """Read what the rules need, check them, and return the wish.

    The lock of the resource is enough: the cap counts bookings of this resource only. A booking that moves counts as no
    new one.
    """
    resource, user, start, end, place = wished.resource, wished.user, wished.start, wished.end, wished.place
    standing = standing_of(user)
    wish = Wish(
        resource=resource,
        start=start,
        end=end,
        now=now,
        hours=list((place or resource.space).opening_hours.all()),
        by_manager=as_manager,
        access=access_of(resource),
        standing=standing,
        open_bookings=0 if moved else Booking.objects.live().upcoming(now).filter(resource=resource, user=user).count(),
        place=place,
        travels_from=travels_from(resource, start, end, place, now, moved) if resource.travels and place else None,
        people=wished.people or 1,
        unit_count=wished.unit_count,
        booked=counted(user, standing, resource, start, end, moved=moved, now=now) if user and not place else (),
        goes_beyond=as_manager and beyond,
    )
    check(wish)
    return wish


def is_of(somebody: Booking | Series) -> Q:
    """Return the filter for rows of the same member, or of the same guest.

    A guest is known by their address; a guest without one, by their name.
    """
    if somebody.user:
        return Q(user=somebody.user)
    if somebody.guest_email:
        return Q(user=None, guest_email=somebody.guest_email)
    return Q(user=None, guest_email="", guest_name__iexact=somebody.guest_name)


def of_the_same_person(booking: Booking) -> Booking | None:
    """Return another live booking of the resource in that time for the same person, or None."""
    others = Booking.objects.live().filter(is_of(booking), resource=booking.resource, period__overlap=booking.period)
    return others.exclude(pk=booking.pk).select_related("resource__space", "user").first()


def confirm_or_ask(booking: Booking, by: User | None, now: datetime, as_manager: bool) -> None:
    """Make the booking confirmed, or requested where a manager must approve it."""
    if booking.resource.needs_approval and not as_manager:
        booking.status = BookingStatus.REQUESTED
        return
    booking.status, booking.decided_at, booking.decided_by = BookingStatus.CONFIRMED, now, by if as_manager else None
    booking.release_at = kept_until(booking.resource, booking.start, now)


def is_in(booking: Booking, unit: Unit | None, or_another: bool = False) -> bool:
    """Tell if the booking holds the unit that is asked for; True if any unit will do."""
    return unit is None or or_another or unit in booking.units


def is_the_same(one: Booking, other: Booking) -> bool:
    """Tell if both take as many units of the resource for the same time, at the same place."""
    return all(getattr(one, name) == getattr(other, name) for name in ("start", "end", "place", "unit_count"))


def take_units(
    booking: Booking, chosen: Unit | None = None, or_another: bool = False, own: Sequence[Unit] = ()
) -> None:
    """Save the booking with as many units as it asks for, of those that are free all that time.

    The chosen unit comes first, then its `own` ones until now. Equipment that stands at the place already goes before
    other equipment. The exclusion constraint of the database has the last word. Raises BookingError `taken` or
    `unit_taken`.
    """
    resource, place = booking.resource, booking.place
    held = kept_for(resource, booking.start, booking.end)
    free = units_to_take(resource, booking.start, booking.end, timezone.now(), place)
    units = _first_of(free, booking, chosen, or_another, own)
    try:
        with transaction.atomic():
            booking.save()
            there = place_and_reach(resource, held, place)
            Occupancy.objects.bulk_create(Occupancy(unit=unit, period=held, booking=booking, **there) for unit in units)
    except IntegrityError as error:
        raise _taken(booking) from error


def change_units(booking: Booking, chosen: Unit | None = None) -> None:
    """Save the booking of a room with as many units as it asks for now, its time as it is.

    Its own units stay, the last one goes first; those that come keep the same time around it. The chosen unit comes
    before all. Raises BookingError `taken` or `unit_taken`.
    """
    own, kept = booking.units, booking.occupancy.period
    units = _first_of([*own, *units_free_in(booking.resource, kept)], booking, chosen, own=own)
    booking.save()
    booking.occupancies.exclude(unit__in=units).delete()
    new = [unit for unit in units if unit not in own]
    Occupancy.objects.bulk_create(Occupancy(unit=unit, period=kept, booking=booking) for unit in new)


def _first_of(
    free: list[Unit], booking: Booking, chosen: Unit | None, or_another: bool = False, own: Sequence[Unit] = ()
) -> list[Unit]:
    """Return as many of the free units as the booking asks for: the chosen one, then its `own` ones in their order."""
    if len(free) < booking.unit_count:
        raise _taken(booking, free=len(free))
    if chosen and chosen not in free and not or_another:
        raise _unit_taken(chosen, sorted(free, key=lambda unit: unit.number))
    first = [chosen, *own]
    return sorted(free, key=lambda unit: first.index(unit) if unit in first else len(first))[: booking.unit_count]


def _unit_taken(unit: Unit, free: list[Unit]) -> BookingError:
    names = [one.label for one in free[:MOST_NAMED]]
    message = _("{unit} is taken at that time. Free then: {units}.")
    return BookingError("unit_taken", format_lazy(message, unit=unit.label, units=", ".join(names)), free)


def _taken(booking: Booking, free: int | None = None) -> BookingError:
    resource, wanted = booking.resource, booking.unit_count
    return taken(
        resource,
        units=resource.units.in_use().count(),
        wanted=wanted,
        free=free,
        are_free_then=are_free_then(resource, booking.start, booking.end, wanted, booking if booking.pk else None),
    )
