"""Erase what is held about a person, in every app."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from events.core.files.calendars import calendar_file as file_of_event
from events.core.operations import locked
from events.core.queries import calendar_sequence
from events.errors import EventError
from events.followup.operations import forget_outcomes
from events.models import Registration
from events.models.registrations import RegistrationQuerySet
from events.personal_data import BROUGHT, REGISTRATIONS
from events.registering.operations import cancel_registration
from events.registering.operations.forgetting import forget_guest
from events.travel.operations import forget_travel_of
from hacktiv.common.calendar import CANCEL, content_type
from hacktiv.common.locks import lock_address
from hacktiv.common.meanwhile import CameBetweenError, until_nothing_comes_between
from hacktiv.common.personal_data import Fate, Person
from hacktiv.erasures.models import person_key
from hacktiv.erasures.operations import note_erasure, note_rows
from hacktiv.mailings.operations import count_before_erasing
from hacktiv.merging.queries import keys_of_merged
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue
from hacktiv.outbox.registry import register_written
from hacktiv.outbox.rendering import text_of
from members.accounts.operations import erase_account, forget_unconfirmed_of
from members.core.queries import person_of
from members.models import User
from spaces.booking.files import calendar_file as file_of_booking
from spaces.booking.operations import cancel_booking, lock_resources
from spaces.errors import BookingError
from spaces.models import Booking, Resource, Wait
from spaces.models.bookings import BookingQuerySet
from spaces.personal_data import BOOKINGS

from ..queries.personal_data import (
    Held,
    erasable_rows,
    guest_of,
    held_as_guest,
    held_of,
    is_anything_held,
    names_of,
    whoever_has,
)
from .archiving import forget_archive_of

ERASED_MAIL = "portal.erased"
register_written({ERASED_MAIL: _("Confirmation of an erasure")}, is_kept=False)
#: The last mail to a person is dropped where it cannot leave for so long; their address goes with it.
LAST_MAIL_WITHIN = timedelta(days=7)
#: Refusals that meet an erasure where the person, or who erases them too, registers, books or cancels meanwhile.
MEANWHILE = (EventError, BookingError, Registration.DoesNotExist)


class NothingHeldError(Exception):
    """Nothing is held under this address."""


def erase_person(*, user: User, tells: bool = False) -> None:
    """Erase an account and every personal datum, in one transaction. With `tells` one last mail says so to the person,
    and takes what was to come out of their calendar.

    Bookings and registrations to come are cancelled first: waiting lists move on and places come free. Past ones lose
    the person; participations keep the random number and the attributes frozen that day, so no figure changes. If the
    person books or registers in another window meanwhile, all of it is done again. What is theirs, and what becomes of
    it, is said by the table of personal data.

    Raises User.DoesNotExist where the account is erased already.
    """
    last = _LastMail(user.email, user.language) if tells else None
    _erase_wholly(lambda: person_of(User.objects.get(pk=user.pk)), last=last)


class Erased(NamedTuple):
    """An erasure: the person, with their addresses and names, so that words about them can be looked for, and whether
    keys are noted by which a restore makes it again."""

    person: Person
    is_remembered: bool


def erase_address(*, address: str) -> Erased:
    """Erase who is known by an address, as `erase_person`: the account that has it, and a guest's rows under it.

    The caller knows that the address is the person's. Raises NothingHeldError where nothing is held under the address.
    """
    person = whoever_has(address)
    if not is_anything_held(person):
        raise NothingHeldError(address)
    person = person.under(*names_of(person))
    return Erased(person, _erase_wholly(lambda: whoever_has(address)) > 0)


def erase_guest(*, address: str, language: str, at: datetime | None = None) -> None:
    """Erase what was made for an address without an account, as `erase_person`, and say so in one last mail. An account
    that has the address stays, unless nobody has confirmed it: that one goes too.

    The caller knows that the address is the person's, or was `at` a moment: where somebody has given it up since, what
    was made for it until then goes, and no mail is sent there, to the next holder. Raises NothingHeldError where
    nothing of it is held.
    """
    guest = guest_of(address, at=at)
    if not _is_anything_in(_but_last_mails(held_as_guest(guest))):
        raise NothingHeldError(address)
    last = None
    if guest.present:
        forget_unconfirmed_of(email=address)
        last = _LastMail(address, language)
    _erase_wholly(lambda: guest_of(address, at=at), held_as_guest, last)


@transaction.atomic
def erase_companion(*, registration: Registration) -> None:
    """Give the seat of a companion back, and erase them from this registration alone: their address is not kept.

    The caller knows that the companion asks for it. Does nothing where they are erased already."""
    locked(registration.event)
    if Registration.objects.filter(pk=registration.pk).live().exists() and not registration.event.has_begun:
        cancel_registration(registration=registration)
    forget_guest(registration=registration)


class _LastMail(NamedTuple):
    """The address and the language of a person who is told that their data are erased."""

    address: str
    language: str


class _Gone(NamedTuple):
    """Something to come that the erasure cancelled: its words, its time, and the file that takes it out of calendars
    ("" for who had no entry of it)."""

    words: str
    start: datetime
    end: datetime
    file: str = ""


def _erase_wholly(
    find: Callable[[], Person],
    held_by: Callable[[Person], list[Held]] = held_of,
    last: _LastMail | None = None,
) -> int:
    """Erase, and do all of it again where the person, or who erases them too, registers, books or cancels meanwhile.

    Return by how many keys the erasure is remembered."""
    return until_nothing_comes_between(partial(_erase, find, held_by, last), also=MEANWHILE)


@transaction.atomic
def _erase(find: Callable[[], Person], held_by: Callable[[Person], list[Held]], last: _LastMail | None) -> int:
    now = timezone.now()
    person = find()
    for address in sorted(person.addresses):
        lock_address(address)  # who erases the same at once, waits, and then finds nothing to erase and to tell
    with translation.override(last.language if last else translation.get_language()):
        gone = _cancel_what_is_to_come(person, now)
    if person.user:
        # From here on nothing can be registered or booked for the person: those operations lock this row too.
        User.objects.select_for_update().get(pk=person.user.pk)
    held = _but_last_mails(held_by(person)) if last else held_by(person)
    count_before_erasing(mails=[key for line, keys in held for key in keys if line.model == Message._meta.label])
    remembered = _remember(person, held, before=now)
    # What is committed from here on, for a guest, was made after the erasure and is no part of it.
    if _registrations_to_come(person, now).exists() or _bookings_to_come(person, now).exists():
        raise CameBetweenError
    _end_what_others_share(held)
    if person.user:
        forget_archive_of(user=person.user)
    for line, keys in held:
        rows = line.rows.filter(pk__in=keys)
        if line.fate is Fate.EMPTIED:
            rows.update(**dict.fromkeys(line.columns, line.empty))
        elif line.fate is Fate.DELETED and line.model != User._meta.label:
            rows.delete()
    if person.user:
        erase_account(user=person.user)
    if last and _is_anything_in(held):
        _say_that_all_is_erased(last, gone, now)
    return remembered


def _but_last_mails(held: list[Held]) -> list[Held]:
    """Leave the last mails of earlier erasures out: they go by themselves, and are no reason for another one."""
    last = set(Message.objects.filter(template=ERASED_MAIL).values_list("pk", flat=True))
    return [
        (line, [key for key in keys if line.model != Message._meta.label or key not in last]) for line, keys in held
    ]


def _is_anything_in(held: list[Held]) -> bool:
    return any(keys for _line, keys in held)


def _say_that_all_is_erased(last: _LastMail, gone: list[_Gone], now: datetime) -> None:
    """Put the last mail to the person into the outbox, which keeps no row of it once it has left."""
    with translation.override(last.language):
        text = text_of("portal/mail/erased", {"gone": sorted(gone, key=lambda one: one.start), "now": now})
    files = [one.file for one in gone if one.file]
    names = ["hacktiv.ics"] if len(files) == 1 else [f"hacktiv-{number}.ics" for number in range(1, len(files) + 1)]
    text["attachments"] = [[name, file, content_type(CANCEL)] for name, file in zip(names, files, strict=True)]
    enqueue(
        key=f"{ERASED_MAIL}:{uuid4()}",
        template=ERASED_MAIL,
        to_email=last.address,
        language=last.language,
        rendered=text,
        expires_at=now + LAST_MAIL_WITHIN,
    )


def _remember(person: Person, held: list[Held], *, before: datetime) -> int:
    """Note the keys of what is erased, and give other keys to the rows that stay; return the number of the keys."""
    own = [person.user.erasure_key, *keys_of_merged(person.user)] if person.user else []
    note_erasure(keys=own)
    erased = {line.model for line, keys in held if keys}
    rows = [found for found in erasable_rows(person, before=before) if found.model._meta.label in erased]
    return len(own) + note_rows(*rows, as_key=person_key)


def _cancel_what_is_to_come(person: Person, now: datetime) -> list[_Gone]:
    """Cancel events before resources, in the order of keys: two people who leave at once never block each other.

    Return what the person had to come, with calendar files in the active language."""
    gone = []
    for registration in _registrations_to_come(person, now).select_related("event").order_by("event_id"):
        cancel_registration(registration=registration)
        if address := registration.person_email:
            event, number = registration.event, calendar_sequence(registration)
            file = file_of_event(event, method=CANCEL, attendee=address, sequence=number)
            has_entry = registration.confirmed_at is not None
            gone.append(_Gone(event.title, event.starts_at, event.ends_at, file.decode() if has_entry else ""))
    Wait.objects.filter(user=person.user).delete()
    bookings = _bookings_to_come(person, now)
    # As a place comes free, the person who waits for it is served, which locks members: lock all resources before.
    lock_resources(Resource.objects.filter(pk__in=bookings.values("resource")))
    for booking in bookings.select_related("resource").order_by("resource_id", "pk"):
        cancelled = cancel_booking(booking=booking, by=person.user, as_manager=True, keep_visit=True)
        words = f"{cancelled.resource.name} – {cancelled.space.name}"
        file = file_of_booking(cancelled, method=CANCEL).decode()
        gone.append(_Gone(words, cancelled.start, cancelled.end, file))
    return list(dict.fromkeys(gone))  # Several links to confirm one registration are one thing that is over.


def _end_what_others_share(held: list[Held]) -> None:
    """Take the person out of cars and outcomes, whose numbers stay."""
    registrations = [key for line, keys in held for key in keys if line.model == Registration._meta.label]
    forget_travel_of(registrations=Registration.objects.filter(pk__in=registrations))
    forget_outcomes(registrations=registrations)


def _registrations_to_come(person: Person, now: datetime) -> RegistrationQuerySet:
    """Return the live registrations ahead of the person, and of their companions who have no address at all.

    Who was told at an address withheld keeps the seat, as at any other address: a seat given back would tell."""
    brought = BROUGHT(person) & Q(is_address_withheld=False)
    own = Registration.objects.filter(REGISTRATIONS(person) | brought)
    return own.live().filter(event__starts_at__gt=now)


def _bookings_to_come(person: Person, now: datetime) -> BookingQuerySet:
    """Return the live bookings ahead, but for equipment that is handed over already: it must be brought back."""
    out = Q(place__isnull=False, checked_in_at__isnull=False)
    return Booking.objects.filter(BOOKINGS(person)).live().filter(~out, period__startswith__gt=now)
