"""Find what the table of personal data says is a person's, and where words may speak of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Model, Q, QuerySet, Value
from django.utils import timezone

from events.models import Registration, Speaker
from events.personal_data import REGISTRATIONS, SPEAKERS
from hacktiv.common.personal_data import NOBODY, Fate, Line, Person, rows_of, stored_columns, table
from hacktiv.erasures.models import erasable_models
from hacktiv.outbox.models import Message
from members.core.queries import held_addresses, held_at, person_of, unconfirmed_accounts
from members.models import User
from spaces.models import Booking, Series
from spaces.personal_data import BOOKINGS, SERIES

#: The apps in which a person has rows without an account.
OF_GUESTS = {"spaces", "events"}

Held = tuple[Line, list[Any]]


class Mention(NamedTuple):
    """A row, and the column in whose words an address or a name of a person stands."""

    row: Model
    column: str


def whoever_has(address: str) -> Person:
    """Return the person whom an address stands for: its account, with all its addresses, or a guest."""
    address = address.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        return guest_of(address)
    person = person_of(user)
    held = person.held if address in person.present else person.held | held_addresses([(address, None)], [user])
    return replace(person, held=held, typed=person.typed - {address})


def guest_of(address: str, *, at: datetime | None = None) -> Person:
    """Return the guest whom an address stands for, today or at a moment, without the account that may have it. What it
    bore before somebody gave it up is not theirs."""
    return Person(held=frozenset({held_at(address.strip(), at or timezone.now())}))


def names_of(person: Person) -> set[str]:
    """Return the names under which a person is known, as a member and as a guest."""
    rows = (
        Registration.objects.filter(REGISTRATIONS(person)),
        Booking.objects.filter(BOOKINGS(person)),
        Series.objects.filter(SERIES(person)),
    )
    names = {name for found in rows for name in found.exclude(guest_name="").values_list("guest_name", flat=True)}
    return names | ({person.user.get_full_name()} if person.user else set())


def erasable_rows(person: Person, *, before: datetime) -> list[QuerySet[Any]]:
    """Return a person's own rows that bear a key by which their erasure is remembered, but for the account itself.

    Of the mails, those put in line before a moment: the ones that an erasure writes itself are in no backup."""
    rows = [rows_of(model, person) for model in erasable_models() if model not in {User, Message}]
    return [*rows, rows_of(Message, person).filter(created_at__lt=before)]


def held_of(person: Person) -> list[Held]:
    """Return the keys of a person's rows, for each line of the table: of the mails and entries that speak of them too.

    A guest's name of one word alone is too common to be looked for in the admin's log."""
    person = person.under(*(name for name in names_of(person) if " " in name.strip()))
    held = [(line, list(line.of(person).values_list("pk", flat=True))) for line in table() if line.found]
    log = _entries_on(held)
    return [(line, [*keys, *log] if line.model == LogEntry._meta.label else keys) for line, keys in held]


def held_as_guest(guest: Person) -> list[Held]:
    """Return the keys of a guest's rows as `held_of`. What is of an account that has the address is none of them; one
    that nobody has confirmed has none."""
    held = held_of(guest)
    accounts = User.objects.exclude(pk__in=unconfirmed_accounts().order_by().values("pk"))
    if not any(accounts.filter(email__iexact=address).exists() for address in guest.addresses):
        return held
    rows = [(line, keys) for line, keys in held if line.model.partition(".")[0] in OF_GUESTS]
    entries = [(line, _entries_on(rows)) for line, _keys in held if line.model == LogEntry._meta.label]
    return rows + entries


def is_anything_held(person: Person) -> bool:
    """Return whether any row is the person's."""
    return any(line.of(person).exists() for line in table() if line.found)


def held_in_numbers(person: Person) -> dict[str, int]:
    """Return how many rows of each kind are the person's, for the page on which they erase them. One query."""
    rows = {
        "bookings": Booking.objects.filter(BOOKINGS(person)),
        "series": Series.objects.filter(SERIES(person)),
        "registrations": Registration.objects.filter(REGISTRATIONS(person)),
        "talks": Speaker.objects.filter(SPEAKERS(person)),
    }
    first, *others = (
        found.order_by().annotate(of=Value(name)).values("of").annotate(number=Count("pk")).values_list("of", "number")
        for name, found in rows.items()
    )
    return {**dict.fromkeys(rows, 0), **dict(first.union(*others, all=True))}


def mentions_of(person: Person) -> Iterator[Mention]:
    """Return the rows that staff must look at by hand: an address or a name of the person stands in their words."""
    for line in table():
        if line.fate is not Fate.BY_HAND:
            continue
        for column in line.columns:
            stored = stored_columns(line.rows.model, column)
            for row in line.rows.filter(person.mentioned_in(*stored)).order_by("pk"):
                yield Mention(row, column)


def _entries_on(held: list[Held]) -> list[int]:
    """Return the keys of the admin's log entries on these rows."""
    found = NOBODY
    for line, keys in held:
        model = apps.get_model(line.model)
        if keys and model is not LogEntry:
            found |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=map(str, keys))
    return list(LogEntry.objects.filter(found).values_list("pk", flat=True))
