"""Who was there by the list of a video tool: one write of the marks, the guests and the file that proves them."""

from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction

from ...enums import LISTED_REGISTRATIONS, ProofKind, RegistrationStatus, Way
from ...models import Registration
from ...registering.operations import member_of, participant_number_of
from ..files.online_lists import key_of
from .attendance import came_unregistered, mark_attendance, open_list
from .proofs import add_proof, inspect


@dataclass(frozen=True)
class OnlinePerson:
    """Somebody on the list: the registration that is theirs, or a guest (None) by name, with an address or without."""

    name: str
    email: str = ""
    registration: Registration | None = None


@dataclass(frozen=True)
class ImportedList:
    """How many were marked by it, how many of them are guests of whom nobody knew, how many were marked before."""

    marked: int
    guests: int
    before: int


@transaction.atomic
def import_online_list(*, event, content, name, people, by):
    """Mark the people on an exported list as present and keep the file as a proof, once however often it is sent.

    Raises EventError as `mark_attendance` and `add_proof`."""
    event = open_list(event)
    _keep(event, content, name, by)
    theirs = [person.registration for person in people if person.registration]
    guests = [_guest(event, person, theirs, by) for person in people if not person.registration]
    everybody = {registration.pk: registration for registration in theirs}
    everybody |= {registration.pk: registration for registration, _is_new in guests}
    marked = mark_attendance(event=event, registrations=everybody.values(), by=by)
    return ImportedList(
        marked=len(marked), guests=sum(is_new for _guest, is_new in guests), before=len(everybody) - len(marked)
    )


def _keep(event, content, name, by):
    file = ContentFile(content, name=f"{PurePath(name).stem or 'list'}.csv")
    if not event.proofs.filter(kind=ProofKind.ONLINE_LIST, sha256=inspect(file)).exists():
        add_proof(event=event, kind=ProofKind.ONLINE_LIST, file=file, by=by)


def _guest(event, person, theirs, by):
    """(registration, whether it is new) of somebody whom no registration is known to be.

    The member or guest of that address; without one the guest of that name whom an earlier list or the door brought,
    unless that is somebody else on this list."""
    listed = event.registrations.filter(status__in=LISTED_REGISTRATIONS)
    user = member_of(person.email)
    number = user.participant_number if user else participant_number_of(person.email)
    if person.email:
        known = listed.filter(participant_number=number).first()
    else:
        nameless = listed.filter(status=RegistrationStatus.WALK_IN, user=None, guest_email="")
        nameless = nameless.exclude(pk__in=[registration.pk for registration in theirs]).order_by("pk")
        key = key_of(person.name)
        known = next((row for row in nameless if key_of(row.guest_name) == key), None)
    if known:
        return known, False
    made = came_unregistered(
        event=event, user=user, name=person.name, email=person.email, number=number, way=Way.ONLINE, by=by
    )
    return made, True
