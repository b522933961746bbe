"""The random participant numbers by which persons are told apart: one for each person, and never one for two."""

import uuid
from dataclasses import replace
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from members.core.queries import held_addresses, person_of
from members.models import EarlierAddress, User
from spaces.models import Visit

from ...enums import LISTED_REGISTRATIONS
from ...models import Event, Participation, Registration, SurveyTaken
from .joining import Joined, Whose, become_one, lock_events


def participant_number_of(email: str, event: Event | None = None) -> uuid.UUID:
    """Return the random number that stands for the owner of this address in the statistics: that of the member who has
    it, that of the guest's first registration under it, or a new one.

    Who gave an address up stays its owner until another account has confirmed it: they may come under it still, and
    have one number. At an `event` that began before they gave it up they are its owner for good."""
    if not email:
        return uuid.uuid4()
    now = timezone.now()
    member = _member_of(email, min(event.starts_at or now, now) if event else now)
    rows = Registration.objects.filter(guest_email__iexact=email).order_by("pk")
    # Each is looked up for any address: the time must not tell whose it is.
    guest = rows.values_list("participant_number", flat=True).first()
    return member.participant_number if member else guest or uuid.uuid4()


def _member_of(email: str, at: datetime) -> User | None:
    """Return the member who had this address at a moment, else who has it, else who had it last, or None. An
    unconfirmed address is nobody's."""
    typed = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=email, verified=False)
    member = User.objects.filter(~Exists(typed), email__iexact=email).first()
    had = EarlierAddress.objects.filter(email=email.lower()).select_related("user").order_by("left_at", "pk")
    holders = list(had)
    then = next((one.user for one in holders if one.left_at > at), None)
    return then or member or (holders[-1].user if holders else None)


def number_by_staff(event: Event, email: str) -> uuid.UUID:
    """Return the participant number for an address that staff, or who brings somebody, type.

    It is that of the address's row on the list, else as of `participant_number_of`, but a new one where that number
    stands at the event under another address.

    To say that this person is there already would tell them that the two addresses are one person's."""
    if not email:
        return uuid.uuid4()
    same = Q(guest_email__iexact=email) | Q(user__email__iexact=email)
    here = event.registrations.filter(same, status__in=LISTED_REGISTRATIONS).order_by("pk").first()
    if here:
        return here.participant_number
    number = participant_number_of(email, event)
    others = event.registrations.filter(participant_number=number).exclude(same)
    return uuid.uuid4() if others.exists() else number


@transaction.atomic
def count_as_one(*, user: User, address: str) -> Joined:
    """Make a person one with the guest under their address, which they have just confirmed, and with what was made for
    a guest under their others, earlier ones too: one number, and the guest's registrations, presences and travel in the
    account. Where both stand at an event the two become one.

    While the account's number stands nowhere, it takes the guest's. A number of another account is left alone."""
    events = lock_guest_events(guest_events(user, address))
    person = User.objects.select_for_update().get(pk=user.pk)
    found = whose(person, confirmed=address)
    numbers = _numbers_of(found)
    if numbers and not _stands(person.participant_number):
        person.participant_number = user.participant_number = numbers[0]
        person.save(update_fields=["participant_number"])
    return become_one(events, found)


def guest_events(user: User, address: str) -> set[int]:
    """Return the keys of the events at which stands what `count_as_one` puts into the account."""
    return set(_guests_of(whose(user, confirmed=address)).order_by().values_list("event", flat=True))


def whose(user: User, *others: User, confirmed: str = "") -> Whose:
    """Return the person of an account, and of `others` that are theirs too: what stands under their numbers, and what
    was made for a guest under the addresses that they have, the one just `confirmed` among them, or had before.

    Nothing of it bears the number of another account, or one by which that account's rows would be found too."""
    accounts = [user, *others]
    present = {other.email.lower() for other in others} | ({confirmed.lower()} - {""})
    had = set[tuple[str, datetime | None]]()
    for person in map(person_of, accounts):
        present |= person.present
        had |= {(held.address, held.until) for held in person.held}
    had |= {(address, None) for address in present}
    found = Whose(user, frozenset(), held_addresses(had, accounts), frozenset(other.pk for other in others))
    return replace(found, numbers=frozenset({*_numbers_of(found), *(other.participant_number for other in others)}))


def _numbers_of(person: Whose) -> list[uuid.UUID]:
    """Return the numbers of what was made for a guest under a person's addresses, the first one first; none is another
    account's."""
    of_others = User.objects.exclude(pk__in={person.user.pk, *person.accounts}).values("participant_number")
    rows = _guests_of(person).exclude(participant_number__in=of_others).order_by("pk")
    return list(dict.fromkeys(rows.values_list("participant_number", flat=True)))


def lock_guest_events(keys: set[int]) -> list[Event]:
    """Lock these events in the order of their keys."""
    return lock_events(Event.objects.filter(pk__in=keys).order_by("pk"))


def _guests_of(person: Whose) -> QuerySet[Registration]:
    """Return what was made for a guest under a person's addresses."""
    return Registration.objects.filter(person.rows_of_guests)


def _stands(number: uuid.UUID) -> bool:
    """Return True if something on record bears this number."""
    tables = (Registration, Participation, SurveyTaken, Visit)
    return any(table.objects.filter(participant_number=number).exists() for table in tables)


def renumber(registration: Registration, number: uuid.UUID, *, is_by_name: bool = False) -> None:
    """Give the registration and its mark the number of an address, or that of a name alone, unless it stands at the
    event already."""
    event, before = registration.event, registration.participant_number
    listed = event.registrations.filter(status__in=LISTED_REGISTRATIONS, participant_number=number)
    if before == number or listed.exists() or event.participations.filter(participant_number=number).exists():
        return
    registration.participant_number = number
    registration.save(update_fields=["participant_number"])
    event.participations.filter(registration=registration).update(participant_number=number, is_by_name=is_by_name)
    carry_survey(event, before, number)


def carry_survey(event: Event, before: uuid.UUID, number: uuid.UUID) -> None:
    """Note under the new number that the person has answered the event's survey. The answers bear none."""
    answered = SurveyTaken.objects.filter(event=event, participant_number=before)
    if SurveyTaken.objects.filter(event=event, participant_number=number).exists():
        answered.exclude(participant_number=number).delete()
    else:
        answered.update(participant_number=number)
