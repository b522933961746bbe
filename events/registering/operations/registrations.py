"""Register people, change and cancel registrations, and move the lines."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue_all
from members.models import User
from spaces.core.queries import known_in

from ...core import rules
from ...core.operations import instant, keep_change, locked, mails_of, refuse
from ...core.queries import free_seats_now, frozen_of, side_of_member, takes_part
from ...enums import LISTED_REGISTRATIONS, ChangeKind, EventState, RegistrationStatus, Way
from ...errors import EventError, SameNameError
from ...models import Event, Registration
from ...travel.operations.ending import leave_travel
from .answers import Answers, write_answers
from .guests import ALREADY_REGISTERED, WITHOUT_ADDRESS, end_links, namesakes_on_the_list, register_guest
from .numbers import carry_survey
from .seats import (
    catch_up,
    confirm_seat,
    fill_free_seats,
    give_seat_or_line_up,
    keep_way,
    locked_with_line,
    read_roll,
    recount_seats,
    withdraw,
)


@transaction.atomic
def register(
    *, event: Event, user: User, way: str = "", by: User | None = None, answers: Answers | None = None
) -> Registration:
    """Give a person with an account a seat or a place in line, on site or online (`way`; blank: the first way of the
    event).

    `by` is the person who registers them. Another person may do so for an event of any audience, outside the hours of
    registration and without answers to required questions.
    Raises EventError: `already_registered`, `past`, `cancelled`, `draft`, `not_open_yet`, `closed`, `members_only`,
    `way`, `nobody`, and those of `write_answers`."""
    by_staff = by is not None and by != user
    side = side_of_member(user)
    event, roll = locked_with_line(event, user=user)
    way = way or event.ways[0]
    known = (user.participant_number, user.email)
    is_at_hand = _is_at_hand(user)  # From here on their memberships stay as they are.
    if known != (user.participant_number, user.email):
        roll = read_roll(event, user=user)
    member = takes_part(user, event)
    refuse(rules.refusal_to_register(event, member=member, by_staff=by_staff) or rules.refusal_of_way(event, way))
    if roll.is_registered:
        raise EventError("already_registered", ALREADY_REGISTERED)
    if not is_at_hand:
        raise EventError("nobody", _("This account has just been erased."))
    if roll.has_link:  # The member needs it no longer.
        end_links(event, user.email)
    registration = Registration(
        event=event,
        user=user,
        language=user.language,
        participant_number=user.participant_number,
        way=way,
        side=side,
        registered_by=by if by_staff else None,
    )
    give_seat_or_line_up(registration, event, at=roll.read_at)
    if roll.has_questions or answers:
        write_answers(registration, answers, insists=not by_staff)
    return registration


def _is_at_hand(user: User) -> bool:
    """Lock the member's row, so that it cannot be erased, and read anew what an address confirmed meanwhile changes.
    Return True if there is one."""
    rows = User.objects.select_for_update(no_key=True).filter(pk=user.pk).order_by()
    for user.participant_number, user.email in rows.values_list("participant_number", "email"):
        return True
    return False


def register_person(
    *,
    event: Event,
    name: str,
    email: str,
    language: str,
    by: User,
    residence: str = "",
    way: str = "",
    namesakes: int = 0,
    answers: Answers | None = None,
) -> Registration:
    """Register somebody on the phone: who belongs to the event's space with this address, else a guest.

    Of an account elsewhere staff learn nothing: it is registered as a guest, by the name and the address that they
    give. Somebody on the list by this name, without an address, may be the same person: `namesakes` is how many of them
    the caller knows of. Raises as `register_guest`."""
    if email and (alike := namesakes_on_the_list(event, name).filter(WITHOUT_ADDRESS).count()) > namesakes:
        raise SameNameError(alike)
    user = known_in(event.space, email)
    if user:
        return register(event=event, user=user, way=way, by=by, answers=answers)
    person = {"name": name, "email": email, "language": language, "residence": residence}
    return register_guest(event=event, **person, way=way, by=by, namesakes=namesakes, answers=answers)


@transaction.atomic
def take_over(*, registration: Registration, user: User) -> Registration:
    """Put a registration that was made for the person's address into their account. Another's stays as it is.

    Its attendance goes along, frozen anew from the account as on the day of the event. Where the person is on the list
    by another registration too, and one of both was marked or came unregistered, the two become one, and one mark
    stays. Return the registration that stands.

    Raises EventError `already_registered`."""
    event = locked(registration.event)
    found = Registration.objects.select_related("user").get(pk=registration.pk)
    found.event = event
    if not found.can_be_taken_over_by(user):
        return found
    number, before = user.participant_number, found.participant_number
    listed = event.registrations.filter(status__in=LISTED_REGISTRATIONS, participant_number=number)
    own = listed.select_related("user").exclude(pk=found.pk).first()
    is_twice = own is not None and own.is_standing and found.is_standing
    if is_twice and not event.participations.filter(registration__in=[own, found]).exists():
        raise EventError("already_registered", _("You are registered for this event already."))
    found.put_into_account(user)
    found.language, found.side = user.language, side_of_member(user)
    kept, other = (own, found) if own and own.is_standing and not found.is_standing else (found, own)
    if other:
        _merge(kept, other)
    found.participant_number = number
    found.save()
    _carry_attendance(event, kept, found, before)
    if other:
        recount_seats(event)
        if event.is_open:
            fill_free_seats(event)
    return kept


def _merge(kept: Registration, other: Registration) -> None:
    """Cancel the person's other registration. Their companions come with the one that is kept; nobody leaves a car."""
    other.status, other.cancelled_at = RegistrationStatus.CANCELLED, timezone.now()
    other.save(update_fields=["status", "cancelled_at"])
    other.companions.exclude(pk=kept.pk).update(brought_by=kept)


def _carry_attendance(event: Event, kept: Registration, found: Registration, before: uuid.UUID) -> None:
    """Give the marks of a registration taken over, which stand under the number `before`, to the person's account.

    A mark that the account has already stays instead. So does its note that the survey is answered."""
    number = found.participant_number
    own = event.participations.filter(participant_number=number).exclude(registration=found).first()
    carried = event.participations.filter(registration=found).first()
    if own and carried:
        carried.delete()
    if own:
        own.registration = kept
        own.save(update_fields=["registration"])
    elif carried:
        event.participations.filter(pk=carried.pk).update(registration=kept, **frozen_of(found))
    carry_survey(event, before, number)


@transaction.atomic
def cancel_registration(
    *,
    registration: Registration,
    by: User | None = None,
    with_companions: bool = False,
    by_bringer: bool = False,
    lost_with: str = "",
    tell: bool = True,
) -> list[Registration]:
    """Cancel a registration. The first in line takes the seat in this same transaction, and both are told.

    `by` is the manager who cancels it. None: the person does so, or the one who brings them (`by_bringer`). `lost_with`
    is the name of the space whose membership opens the event no more; the mail says so. Without `tell` the
    caller mails the person. Return the registrations that got a seat. Raises EventError: `not_registered`, `past`."""
    event, _roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    refuse(rules.refusal_to_cancel(registration))
    if registration.status == RegistrationStatus.UNCONFIRMED:
        withdraw(registration, now=timezone.now())
        return []
    companions = registration.companions.standing().order_by("pk") if with_companions else ()
    mails = []
    for one, is_brought in [(registration, by_bringer), *((companion, True) for companion in companions)]:
        context = {
            "by_staff": by is not None,
            "by_bringer": is_brought,
            "was_in_line": one.is_waiting,
            "lost_with": lost_with,
        }
        withdraw(one, now=timezone.now())
        mails += mails_of("registration_cancelled", one, context=context)
    recount_seats(event)
    enqueue_all(mails if tell else [])
    return fill_free_seats(event) if event.state == EventState.PUBLISHED else []


@transaction.atomic
def cancel_registrations(*, event: Event, registrations: Iterable[Registration], by: User) -> list[Registration]:
    """Cancel several registrations for the people, all or none. Return the others that got a seat.

    People in line go first, so that nobody is given a seat and loses it. Raises EventError as `cancel_registration`."""
    event, _roll = locked_with_line(event)
    moved_up: list[Registration] = []
    chosen = sorted(registrations, key=lambda registration: not registration.is_waiting)
    for registration in chosen:
        registration.event = event
        moved_up += cancel_registration(registration=registration, by=by)
    ours = {registration.pk for registration in chosen}
    return [registration for registration in moved_up if registration.pk not in ours]


@transaction.atomic
def accept_offer(*, registration: Registration) -> Registration:
    """Confirm the seat that was offered. Accepting twice changes nothing. Raises EventError `offer_lapsed`."""
    event, _roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    if registration.is_confirmed:
        return registration
    refuse(rules.refusal_to_accept(registration))
    enqueue_all(confirm_seat(registration, kind="confirmation"))
    return registration


@transaction.atomic
def accept_offers(*, event: Event, registrations: Iterable[Registration]) -> list[Registration]:
    """Confirm the seats that these people were offered, for them, all or none; return who has one now.

    Raises EventError `not_offered` where nobody of them is offered a seat, and those of `accept_offer`."""
    event, _roll = locked_with_line(event)
    offered = _offered(event, registrations)
    if not offered:
        raise EventError("not_offered", _("Nobody of these is offered a seat."))
    return [accept_offer(registration=registration) for registration in offered]


def _offered(event: Event, registrations: Iterable[Registration]) -> list[Registration]:
    found = event.registrations.filter(status=RegistrationStatus.OFFERED, pk__in=[one.pk for one in registrations])
    return list(found.select_related("user", "brought_by__user"))


@transaction.atomic
def change_way(*, registration: Registration, way: str) -> Registration:
    """Change a registration from on site to online or back: a seat for a seat, a place in line for the last place in
    the other line.

    The next in line gets the seat given up. Raises EventError: `way`, `not_registered`, `past`, `full`."""
    event, roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    refuse(rules.refusal_to_cancel(registration) or rules.refusal_of_way(event, way))
    if not registration.is_standing:
        raise EventError("not_registered", _("This registration is cancelled already."))
    if registration.way == way:
        return registration
    if not registration.is_waiting and not free_seats_now(event, way).take(
        is_from_the_other_side=rules.is_from_the_other_side(registration, event)
    ):
        raise EventError("full", _("All these seats are taken. You keep the one you have."))
    registration.way = way
    registration.sequence += 1
    leave_travel(registration)
    give_seat_or_line_up(registration, event, at=roll.read_at, occasion=f"{way}:{instant(timezone.now())}")
    keep_way(registration)
    fill_free_seats(event)
    return registration


@transaction.atomic
def promote(*, registration: Registration, reason: str, by: User) -> Registration:
    """Give somebody in line a seat before the others; add a seat where all are taken. The reason is kept as a change
    of the event.

    Raises EventError: `reason`, `not_waiting`, `past`."""
    event, _roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    if not event.is_open:
        raise EventError("past", _("Registration is closed: the event has begun."))
    if not registration.is_waiting:
        raise EventError("not_waiting", _("This person is not on the waiting list any more."))
    keep_change(event, ChangeKind.PROMOTED, reason, by)
    if event.seats_left_of(registration.way) == 0:
        field = "online_capacity" if registration.way == Way.ONLINE else "capacity"
        setattr(event, field, getattr(event, field) + 1)
        event.save(update_fields=[field])
    registration.confirmed_at = timezone.now()
    enqueue_all(confirm_seat(registration, kind="promoted"))
    recount_seats(event)
    return registration


@transaction.atomic
def promote_all(*, event: Event, registrations: Iterable[Registration], reason: str, by: User) -> list[Registration]:
    """Give a seat to each of these people who is in line, or was offered one, all or none; return them. Raises
    EventError as `promote`."""
    registrations = list(registrations)
    event, _roll = locked_with_line(event)
    offered = _offered(event, registrations)
    waiting = event.registrations.in_line().filter(pk__in=[registration.pk for registration in registrations])
    seated = [accept_offer(registration=registration) for registration in offered]
    seated += [
        promote(registration=registration, reason=reason, by=by)
        for registration in waiting.select_related("user", "brought_by__user")
    ]
    if not seated:
        raise EventError("not_waiting", _("Nobody of these is on the waiting list."))
    return seated


def tend_lines(*, now: datetime | None = None) -> list[Registration]:
    """End offers that nobody answered in time, and give out seats that are no longer kept for the other side.

    Return the registrations that got a seat. Safe to run at any time, any number of times."""
    now = now or timezone.now()
    waiting = Registration.objects.in_line().filter(event=OuterRef("pk"))
    lapsed = Registration.objects.offers_lapsed(now).filter(event=OuterRef("pk"))
    events = Event.objects.upcoming(now).filter(starts_at__gt=now)
    events = events.filter(Exists(lapsed) | Q(seats_held__gt=0) & Q(capacity__gt=F("seats_taken")) & Exists(waiting))
    moved_up = []
    for event in events.order_by("pk"):
        with transaction.atomic():
            event = locked(event)
            if event.is_open:
                moved_up += catch_up(event, now=now)
    return moved_up
