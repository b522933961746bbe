"""Import the list of a video tool: write the marks, the guests and the file that proves them in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction

from members.models import User
from spaces.core.queries import known_in

from ...enums import LISTED_REGISTRATIONS, ProofKind, RegistrationStatus, Way
from ...models import Event, Proof, Registration
from ...models.attendance import NOTHING_IMPORTED
from ...registering.operations import note_residence, note_way, number_by_staff
from ..files.online_names import key_of
from .attendance import came_unregistered, mark_attendance, open_list
from .proofs import add_proof, inspect


@dataclass(frozen=True)
class OnlinePerson:
    """A person on the list, with their registration. None: a guest who was not registered."""

    name: str
    email: str = ""
    registration: Registration | None = None
    residence: str = ""


@dataclass(frozen=True)
class ImportedList:
    """Numbers of people: marked by the import, guests among them that it added, and people marked before it."""

    marked: int
    guests: int
    before: int


@transaction.atomic
def import_online_list(
    *, event: Event, content: bytes, name: str, people: Sequence[OnlinePerson], by: User
) -> ImportedList:
    """Mark the people on an exported list as present and keep the file as a proof. Sending it again changes nothing.

    Raises EventError as `mark_attendance` and `add_proof`."""
    event = open_list(event)
    proof = _keep(event, content, name, by)
    theirs = [person.registration for person in people if person.registration]
    for person in people:
        if person.registration:
            note_residence(person.registration, person.residence)
    everybody = {registration.pk: registration for registration in theirs}
    guests = []
    for person in people:
        if not person.registration:
            guest, is_new = _guest(event, person, everybody, by)
            everybody[guest.pk] = guest
            if is_new:
                guests.append(guest.pk)
    marked = mark_attendance(event=event, registrations=everybody.values(), by=by)
    # Whoever was marked before, as at the door, keeps their way.
    seats = event.online_capacity or 0
    ways = note_way(event, [mark.registration for mark in marked if mark.registration], Way.ONLINE)
    _remember(
        proof,
        marks=[mark.pk for mark in marked],
        guests=guests,
        ways=ways,
        seats=(event.online_capacity or 0) - seats,
        named=list(everybody),
    )
    return ImportedList(marked=len(marked), guests=len(guests), before=len(everybody) - len(marked))


def _remember(
    proof: Proof, *, marks: list[int], guests: list[int], ways: dict[str, str], seats: int, named: list[int]
) -> None:
    """Note beside the list what its import wrote, added to what an import of the same list wrote before."""
    before = NOTHING_IMPORTED | (proof.imported or {})
    proof.imported = {
        "marks": before["marks"] + marks,
        "guests": before["guests"] + guests,
        "ways": ways | before["ways"],
        "seats": before["seats"] + seats,
        "named": sorted({*before["named"], *named}),
    }
    proof.save(update_fields=["imported"])


def _keep(event: Event, content: bytes, name: str, by: User) -> Proof:
    file = ContentFile(content, name=f"{PurePath(name).stem or 'list'}.csv")
    kept = event.proofs.filter(kind=ProofKind.ONLINE_LIST, sha256=inspect(file)).first()
    return kept or add_proof(event=event, kind=ProofKind.ONLINE_LIST, file=file, by=by)


def _guest(event: Event, person: OnlinePerson, others: Collection[int], by: User) -> tuple[Registration, bool]:
    """Find or create the registration of a person without one. Return (registration, True if it is new).

    A person is found by their address. Without an address, a guest of the same name is found whom an earlier list or
    the check-in desk added, unless that guest is somebody else on this list: `others`, by primary key."""
    listed = event.registrations.filter(status__in=LISTED_REGISTRATIONS)
    user = known_in(event.space, person.email)
    number = user.participant_number if user else number_by_staff(event, person.email)
    if person.email:
        known = listed.filter(participant_number=number).first()
    else:
        nameless = listed.filter(status=RegistrationStatus.WALK_IN, user=None, guest_email="")
        nameless = nameless.exclude(pk__in=others).order_by("pk")
        key = key_of(person.name)
        known = next((row for row in nameless if key_of(row.guest_name) == key), None)
    if known:
        note_residence(known, person.residence)
        return known, False
    made = came_unregistered(
        event=event,
        user=user,
        name=person.name,
        email=person.email,
        residence=person.residence,
        number=number,
        way=Way.ONLINE,
        by=by,
    )
    return made, True
