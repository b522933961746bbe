"""Files that prove an event: kept as they came, named by their SHA-256, never handed out by the web server."""

import hashlib
from pathlib import PurePath

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from ..errors import EventError
from ..models import Proof
from ._shared import locked

LARGEST_PROOF = 20 * 1024 * 1024
#: By extension, how a file of the kind begins. A CSV file has no such mark: it is text.
SIGNATURES = {".pdf": b"%PDF-", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}
CSV = ".csv"


@transaction.atomic
def add_proof(*, event, kind, file, by, name=""):
    """Keep a file (PDF, JPEG, PNG or CSV, at most 20 MB) as a proof of this event.

    Raises EventError: `too_large`, `empty`, `not_a_proof`, `already_there`."""
    event = locked(event)
    sha256 = inspect(file)
    if event.proofs.filter(kind=kind, sha256=sha256).exists():
        raise EventError("already_there", _("This file is among the proofs already."))
    original = PurePath(file.name).name
    proof = Proof(event=event, kind=kind, name=(name.strip() or original)[:200], sha256=sha256, added_by=by)
    proof.file.save(get_valid_filename(f"{sha256[:16]}{_extension(file)}"), file, save=False)
    proof.save()
    return proof


@transaction.atomic
def check_proof(*, proof, by):
    """Note that somebody looked at the proof and found it good; twice changes nothing."""
    proof = Proof.objects.select_for_update().get(pk=proof.pk)
    if proof.checked_at is None:
        proof.checked_at = timezone.now()
        proof.checked_by = by
        proof.save(update_fields=["checked_at", "checked_by"])
    return proof


def _extension(file):
    return PurePath(file.name).suffix.lower()


def inspect(file):
    """The SHA-256 of a file whose content is what its name says; read in pieces, left at its beginning."""
    if file.size > LARGEST_PROOF:
        raise EventError("too_large", _("This file is larger than 20 MB."))
    if not file.size:
        raise EventError("empty", _("This file is empty."))
    extension = _extension(file)
    digest = hashlib.sha256()
    is_good = extension == CSV
    for number, chunk in enumerate(file.chunks()):
        digest.update(chunk)
        if extension == CSV:
            is_good = is_good and b"\x00" not in chunk
        elif number == 0:
            is_good = extension in SIGNATURES and chunk.startswith(SIGNATURES[extension])
    file.seek(0)
    if not is_good:
        raise EventError("not_a_proof", _("Only PDF, JPEG, PNG and CSV files are taken, and this is none of them."))
    return digest.hexdigest()
