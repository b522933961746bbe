"""Files that prove an event: kept as they came, named by their SHA-256, never handed out by the web server."""

import csv
import hashlib
import re
from io import StringIO
from pathlib import PurePath

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from hacktiv.common.spreadsheets import table_text

from ..errors import EventError
from ..models import Proof
from ._shared import locked

LARGEST_PROOF = 20 * 1024 * 1024
#: By extension, how a file of the kind begins. A CSV file has no such mark: it is text.
SIGNATURES = {".pdf": b"%PDF-", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}
#: A PDF ends with its mark, but for what a careless program adds.
PDF_END_WITHIN = 2048
#: Control characters, and what makes a browser take a text for a page.
NOT_PLAIN_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f]|<\s*/?\s*(?:!doctype|\?xml|html|head|body|script|style|svg|iframe|img|object|embed|form)\b",
    re.IGNORECASE,
)
NO_PROOF = _("Only PDF, JPEG, PNG and CSV files are taken, and this is none of them.")
NO_TABLE = _("This CSV file is no table of plain text: save it again from your spreadsheet.")


@transaction.atomic
def add_proof(*, event, kind, file, by, name=""):
    """Keep a file (PDF, JPEG, PNG or CSV, at most 20 MB) as a proof of this event.

    Raises EventError: `too_large`, `empty`, `not_a_proof`, `unreadable`, `already_there`."""
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
    """The SHA-256 of a file that is what its name says, and opens; read in pieces, left at its beginning.

    Raises EventError: `too_large`, `empty`, `not_a_proof`, `unreadable`."""
    if file.size > LARGEST_PROOF:
        raise EventError("too_large", _("This file is larger than 20 MB."))
    if not file.size:
        raise EventError("empty", _("This file is empty."))
    extension = _extension(file)
    if extension not in CHECKS:
        raise EventError("not_a_proof", NO_PROOF)
    file.seek(0)
    if not file.read(8).startswith(SIGNATURES.get(extension, b"")):
        raise EventError("not_a_proof", NO_PROOF)
    CHECKS[extension](file)
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _check_pdf(file):
    """Whole as far as its last line."""
    file.seek(max(0, file.size - PDF_END_WITHIN))
    if b"%%EOF" not in file.read():
        raise EventError("unreadable", _("This PDF cannot be opened: it is damaged or incomplete."))


def _check_picture(file):
    """Decoded from end to end: a JPEG at an eighth of its size, a PNG by its checksums."""
    file.seek(0)
    try:
        with Image.open(file, formats=["JPEG", "PNG"]) as picture:
            if picture.format == "PNG":
                picture.verify()
            else:  # JPEG, or MPO: several of them, as some cameras make
                picture.draft(picture.mode, (picture.width // 8, picture.height // 8))
                picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise EventError("unreadable", _("This picture cannot be opened: it is damaged or incomplete.")) from error


def _check_table(file):
    """Rows of text, as spreadsheets and video tools write them, in any of their encodings; no page in disguise."""
    file.seek(0)
    content = file.read()
    try:
        text = table_text(content)
        if NOT_PLAIN_TEXT.search(text):
            raise ValueError("no plain text")
        first_line = text.partition("\n")[0]
        delimiter = max(";,\t", key=first_line.count)
        rows = sum(any(row) for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (ValueError, csv.Error) as error:
        raise EventError("unreadable", NO_TABLE) from error
    if not rows:
        raise EventError("unreadable", NO_TABLE)


#: By extension, what a file of the kind must stand.
CHECKS = {
    ".pdf": _check_pdf,
    ".jpg": _check_picture,
    ".jpeg": _check_picture,
    ".png": _check_picture,
    ".csv": _check_table,
}
