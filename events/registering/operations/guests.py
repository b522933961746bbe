"""Register guests: without an account, by a link in their mailbox or by the people who run the event."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User
from spaces.core.queries import side_of_residence

from ...core import rules
from ...core.operations import refuse, tell
from ...enums import LISTED_REGISTRATIONS, RegistrationStatus
from ...errors import EventError, SameNameError
from ...models import Event, Registration
from ...models.registrations import RegistrationQuerySet
from .answers import Answers, given_in, write_answers
from .numbers import number_by_staff, participant_number_of
from .seats import give_seat_or_line_up, locked_with_line

#: A form sent again within this time is a second click.
SECOND_CLICK = timedelta(seconds=30)
#: No address is known of these people, neither of an account nor of their own.
WITHOUT_ADDRESS = Q(user=None, guest_email="")
#: A guest's form with the same content is sent a link of its own after this time only; before, it is a second click.
SECOND_LINK_AFTER = timedelta(minutes=1)
ALREADY_REGISTERED = _("This person is registered for the event already.")
LINK_ENDED = _("This link no longer works: the registration was confirmed in another way, or the link is too old.")


@transaction.atomic
def register_guest(
    *,
    event: Event,
    name: str,
    email: str = "",
    language: str,
    residence: str = "",
    way: str = "",
    by: User | None = None,
    namesakes: int = 0,
    answers: Answers | None = None,
) -> Registration:
    """Register a guest. The guest has no seat until they follow the link in their mailbox.

    Each form has a registration and a link of its own: nobody knows who typed it until one is followed. The answer
    never says who is registered: an address with a place gets a mail that says so.
    A manager (`by`) registers somebody on the phone: no link is sent, the place is given at once, and the address may
    be missing. Then the name says who it is. `namesakes` is how many people of this name the manager knows to be on
    the list.
    Raises EventError: those of `register`, `members_only`, `same_name`."""
    by_staff = by is not None
    event, roll = locked_with_line(event)
    way = way or event.ways[0]
    refuse(rules.refusal_to_register(event, member=False, by_staff=by_staff) or rules.refusal_of_way(event, way))
    if not email and (again := sent_before(event, name, known=namesakes, of_all=True)):
        return again
    number = number_by_staff(event, email) if by_staff else participant_number_of(email)
    if standing := _standing_of(event, number, email):
        return _answer_again(standing, by_staff=by_staff)
    typed = {"name": name, "email": email, "language": language, "residence": residence, "way": way}
    registration = _guest_of(event, number=number, **typed)
    if by_staff:
        registration.registered_by = by
        end_links(event, email)
        give_seat_or_line_up(registration, event, at=roll.read_at)
        if answers:
            write_answers(registration, answers, insists=False)
        return registration
    if first := _first_click(registration, answers):
        return first
    registration.status = RegistrationStatus.UNCONFIRMED
    registration.save()
    write_answers(registration, answers)
    tell("guest_link", registration)
    return registration


def namesakes_on_the_list(event: Event, name: str) -> RegistrationQuerySet:
    """Return who is on the list by this name, with an address or without one."""
    named = event.registrations.alias(full_name=Concat("user__first_name", Value(" "), "user__last_name"))
    alike = Q(user=None, guest_name__iexact=name.strip()) | Q(full_name__iexact=name.strip(), user__isnull=False)
    return named.filter(alike, status__in=LISTED_REGISTRATIONS)


def sent_before(event: Event, name: str, *, known: int, of_all: bool = False) -> Registration | None:
    """Return the registration without an address that the first of two clicks made for this name, or None. The caller
    holds the event's lock.

    `known` is how many of this name the caller has seen on the list: of those without an address, or `of_all`. Raises
    SameNameError where there are more."""
    alike = namesakes_on_the_list(event, name)
    touched = Greatest("registered_at", "participation__marked_at")
    silent = list(alike.filter(WITHOUT_ADDRESS).annotate(touched_at=touched).order_by("touched_at", "pk"))
    number = alike.count() if of_all else len(silent)
    if number <= known:
        return None
    if silent and number == known + 1 and timezone.now() < silent[-1].touched_at + SECOND_CLICK:
        return silent[-1]
    raise SameNameError(number)


def _standing_of(event: Event, number: uuid.UUID, email: str) -> Registration | None:
    """Return the registration of who has a place, is in line or has come that bears this participant number or this
    guest's address."""
    own = Q(participant_number=number) | (Q(guest_email__iexact=email) if email else Q())
    return event.registrations.standing_or_here().filter(own).first()


def _answer_again(standing: Registration, *, by_staff: bool) -> Registration:
    """Raise EventError for a manager; for anybody else mail the registered person, at most once an hour."""
    if by_staff:
        raise EventError("already_registered", ALREADY_REGISTERED)
    tell("already", standing, occasion=f"{timezone.now():%Y-%m-%dT%H}")
    return standing


def _guest_of(
    event: Event, *, number: uuid.UUID, name: str, email: str, language: str, residence: str, way: str
) -> Registration:
    """Return a guest's new registration, not stored yet."""
    return Registration(
        event=event,
        participant_number=number,
        guest_name=name,
        guest_email=email.lower(),
        guest_residence=residence,
        side=side_of_residence(residence),
        way=way,
        language=language,
    )


def _first_click(registration: Registration, answers: Answers | None) -> Registration | None:
    """Return the registration to be confirmed that the first of two clicks made with the same content, or None."""
    typed = ("guest_name", "guest_email", "guest_residence", "way", "language")
    alike = registration.event.registrations.filter(
        status=RegistrationStatus.UNCONFIRMED,
        registered_at__gt=timezone.now() - SECOND_LINK_AFTER,
        **{name: getattr(registration, name) for name in typed},
    )
    given = answers.given if answers else {}
    return next((one for one in alike if given_in(one) == given), None)


def end_links(event: Event, email: str) -> None:
    """Delete the registrations of an address that wait for their link to be followed: its owner is on the list now.

    The caller holds the event's lock."""
    if email:
        event.registrations.filter(status=RegistrationStatus.UNCONFIRMED, guest_email__iexact=email).delete()


@transaction.atomic
def confirm_guest(*, token: uuid.UUID) -> Registration:
    """Give the guest who followed their link a seat or a place in line, by what was typed for this link. The other
    links to their address end. Following it twice changes nothing.

    Raises Registration.DoesNotExist, and EventError: `link_ended`, `link_expired`, `not_registered`,
    `already_registered`, and those of `register_guest`."""
    event, roll = locked_with_line(Registration.objects.select_related("event").get(token=token).event)
    registration = event.registrations.filter(token=token).first()
    if not registration:
        raise EventError("link_ended", LINK_ENDED)
    registration.event = event
    if registration.is_standing:
        return registration
    if registration.status != RegistrationStatus.UNCONFIRMED:
        raise EventError("not_registered", _("This registration is cancelled. Register again."))
    refuse(rules.refusal_to_register(event, member=False, asked_at=registration.registered_at))
    if registration.way not in event.ways:  # The event changed meanwhile.
        registration.way = event.ways[0]
    if not rules.guest_link_is_alive(registration):
        raise EventError("link_expired", _("This link is too old. Register again: we will send you a new one."))
    registration.participant_number = participant_number_of(registration.guest_email)
    if _standing_of(event, registration.participant_number, registration.guest_email):
        raise EventError("already_registered", ALREADY_REGISTERED)
    give_seat_or_line_up(registration, event, at=roll.read_at)
    end_links(event, registration.guest_email)
    return registration


@transaction.atomic
def register_again(*, registration: Registration, way: str = "", answers: Answers | None = None) -> Registration:
    """Register the guest of a cancelled registration anew, at once: its link was sent to their address.

    Return the registration that stands, also where they are registered already. Raises EventError `not_registered` for
    any other registration, and those of `register_guest` and of `write_answers`."""
    event, roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    if not rules.can_register_again(registration):
        raise EventError("not_registered", _("This registration cannot be taken up again."))
    way = way or (registration.way if registration.way in event.ways else event.ways[0])
    refuse(rules.refusal_to_register(event, member=False) or rules.refusal_of_way(event, way))
    email = registration.guest_email
    number = participant_number_of(email)
    if standing := _standing_of(event, number, email):
        return standing
    typed = {"name": registration.guest_name, "email": email, "language": registration.language}
    again = _guest_of(event, number=number, **typed, residence=registration.guest_residence, way=way)
    end_links(event, email)
    give_seat_or_line_up(again, event, at=roll.read_at)
    write_answers(again, answers)
    return again


def forget_unconfirmed_guests(*, now: datetime | None = None) -> int:
    """Delete the registrations of guests who did not follow their link in time. Return how many."""
    now = now or timezone.now()
    unconfirmed = Registration.objects.filter(status=RegistrationStatus.UNCONFIRMED)
    old = unconfirmed.filter(registered_at__lte=now - rules.GUEST_LINK_LIFE)
    stale = unconfirmed.filter(pk__in=[row.pk for row in old if not rules.guest_link_is_alive(row, now)])
    return stale.delete()[1].get(Registration._meta.label, 0)
