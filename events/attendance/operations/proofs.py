"""Keep files that prove an event: unchanged, named by their SHA-256, never handed out by the web server."""

from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from hacktiv.common import documents
from hacktiv.common.documents import LARGEST_FILE as LARGEST_PROOF
from hacktiv.common.documents import FileRefused, extension_of
from members.models import User

from ...core.operations import keep_change, locked, refuse
from ...enums import ChangeKind, RegistrationStatus
from ...errors import EventError
from ...models import Event, Proof
from ...models.attendance import NOTHING_IMPORTED
from ...registering.operations import note_way
from ..queries import proven_by_others
from ..rules import refusal_to_check, refusal_to_take_back

__all__ = ["LARGEST_PROOF", "add_proof", "check_proof", "inspect", "refuse_proof", "take_back_check", "take_back_proof"]


@transaction.atomic
def add_proof(*, event: Event, kind: str, file: File, by: User, name: str = "") -> Proof:
    """Keep a file (PDF, JPEG, PNG or CSV, at most 20 MB) as a proof of this event.

    Raises EventError: `too_large`, `empty`, `not_a_proof`, `unreadable`, `already_there`."""
    event = locked(event)
    sha256 = inspect(file)
    if event.proofs.filter(kind=kind, sha256=sha256).exists():
        raise EventError("already_there", _("This file is among the proofs already."))
    original = PurePath(file.name or "").name
    proof = Proof(event=event, kind=kind, name=(name.strip() or original)[:200], sha256=sha256, added_by=by)
    proof.file.save(get_valid_filename(f"{sha256[:16]}{extension_of(file)}"), file, save=False)
    proof.save()
    return proof


@transaction.atomic
def check_proof(*, proof: Proof, by: User) -> Proof:
    """Note the person who opened the proof and found it good. Checking twice changes nothing;
    a check that a later name made void (`outdated_at`) is made again.

    A refusal is taken back by it. Raises EventError: `own_proof`, `too_early`."""
    proof = Proof.objects.select_for_update(of=("self",)).select_related("event").get(pk=proof.pk)
    if proof.checked_at is None:
        refuse(refusal_to_check(proof, by))
        proof.checked_at = timezone.now()
        proof.checked_by = by
        proof.outdated_at = proof.refused_at = proof.refused_by = None
        proof.refusal = ""
        proof.save(update_fields=["checked_at", "checked_by", "outdated_at", "refused_at", "refused_by", "refusal"])
    return proof


@transaction.atomic
def refuse_proof(*, proof: Proof, by: User, reason: str) -> Proof:
    """Note that a person opened the proof and does not accept it, and why. It proves nothing: its kind stays owed.

    Refusing it again changes the reason; accepting it later takes the refusal back.
    Raises EventError: `own_proof`, `too_early`, `checked`, `reason`."""
    proof = Proof.objects.select_for_update(of=("self",)).select_related("event").get(pk=proof.pk)
    refuse(refusal_to_check(proof, by))
    refuse(refusal_to_take_back(proof))
    if not reason.strip():
        raise EventError("reason", _("Say why the proof is refused: who added it reads it."))
    proof.refused_at, proof.refused_by, proof.refusal = timezone.now(), by, reason.strip()
    proof.save(update_fields=["refused_at", "refused_by", "refusal"])
    return proof


@transaction.atomic
def take_back_check(*, proof: Proof, by: User, reason: str) -> Proof:
    """Note that a proof was marked as checked by mistake: it is to be checked again, and proves nothing until then.

    The history of the event keeps who took the check back, when and why. Where there is none (any more), nothing
    changes. Raises EventError: `reason`, `told` (a closed report lists it as checked)."""
    event = locked(proof.event)
    proof = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    if proof.checked_at is None:
        return proof
    before = {"kind": proof.kind, "sha256": proof.sha256, "checked_at": proof.checked_at.isoformat()}
    keep_change(event, ChangeKind.CHECK, reason, by, before=before)
    proof.checked_at = proof.checked_by = None
    try:
        with transaction.atomic():
            proof.save(update_fields=["checked_at", "checked_by"])
    except IntegrityError as error:
        raise EventError("told", _("A closed report lists this proof as checked: it stays checked.")) from error
    return proof


@transaction.atomic
def take_back_proof(*, proof: Proof, by: User, reason: str) -> int:
    """Remove a proof that was added by mistake, with its file; the history keeps its kind, its SHA-256 and the reason.

    Of a video tool's list everything is taken back that its import wrote: the marks, the guests that it added, the ways
    that it changed, and the seats that it added for them online. Who got a seat on site meanwhile keeps it: where none
    is left for those who come back, seats are added. Another imported list keeps the people whom it names too. Seats
    given back in a shared car stay given back. Return how many marks were removed.
    Raises EventError: `checked`, `reason`, `told` (a closed report lists it)."""
    event = locked(proof.event)
    proof = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    refuse(refusal_to_take_back(proof))
    before = {"kind": proof.kind, "sha256": proof.sha256}
    keep_change(event, ChangeKind.PROOF, reason, by, before=before)
    unmarked = _take_back_import(event, _left_to_it_alone(proof)) if proof.imported else 0
    try:
        with transaction.atomic():
            proof.delete()
    except IntegrityError as error:
        raise EventError("told", _("A closed report lists this proof: it stays.")) from error
    transaction.on_commit(partial(proof.file.storage.delete, str(proof.file.name)), robust=True)
    return unmarked


def _left_to_it_alone(proof: Proof) -> dict[str, Any]:
    """Hand over to the other imported lists what they prove too; return what no other list proves.

    A seat added online goes with somebody who comes back on site as long as there are such people."""
    left = NOTHING_IMPORTED | (proof.imported or {})
    others = proven_by_others(proof)
    handed_over = sum(len(theirs["ways"]) for _other, theirs in others)
    seats = max(0, left["seats"] - (len(left["ways"]) - handed_over))
    left["seats"] -= seats
    for other, theirs in others:
        left |= {what: [pk for pk in left[what] if pk not in theirs[what]] for what in ("marks", "guests")}
        left["ways"] = {pk: way for pk, way in left["ways"].items() if pk not in theirs["ways"]}
        wrote = NOTHING_IMPORTED | (other.imported or {})
        added = {what: wrote[what] + theirs[what] for what in ("marks", "guests")}
        kept = min(seats, len(theirs["ways"]))
        seats -= kept
        other.imported = wrote | added | {"ways": theirs["ways"] | wrote["ways"], "seats": wrote["seats"] + kept}
        other.save(update_fields=["imported"])
    return left


def _take_back_import(event: Event, imported: dict[str, Any]) -> int:
    unmarked = event.participations.filter(pk__in=imported["marks"]).delete()[0]
    guests = event.registrations.filter(pk__in=imported["guests"], status=RegistrationStatus.WALK_IN)
    guests.filter(participation=None).delete()
    if unmarked and event.list_is_complete:
        event.list_is_complete = False
        event.save(update_fields=["list_is_complete"])
    back = list(event.registrations.filter(pk__in=imported["ways"], participation=None))
    for way in set(imported["ways"].values()):
        theirs = [registration for registration in back if imported["ways"][str(registration.pk)] == way]
        note_way(event, theirs, way, seats_back=imported["seats"])
    return unmarked


def inspect(file: File) -> str:
    """Check a file and return its SHA-256. Raises EventError: `too_large`, `empty`, `not_a_proof`, `unreadable`."""
    try:
        return documents.inspect(file)
    except FileRefused as error:
        code = "not_a_proof" if error.code == "not_taken" else error.code
        raise EventError(code, error.message) from error
