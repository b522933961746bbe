"""Rules of the report's texts in each language: how long they are, and what a page showed of them."""

from __future__ import annotations

from hashlib import sha256

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import CODES, column

from ..errors import ReportingError

#: A text of the report in one language has room for those of several partners. In characters.
LONGEST_REPORT_TEXT = 20_000
MOVED = _("Somebody has changed this meanwhile: yours is not saved. Look at what stands, then save again.")


def fingerprint_of(row: Model | None, field: str = "text") -> str:
    """Return a fingerprint of a text in all its languages, for a form to say what its page showed."""
    texts = [getattr(row, column(field, code)) or "" if row else "" for code in CODES]
    return sha256("\0".join(texts).encode()).hexdigest()[:32]


def check_seen(row: Model | None, seen: str, field: str = "text") -> None:
    """Raise ReportingError `moved` unless `seen` is the fingerprint of the text as it stands."""
    if fingerprint_of(row, field) != seen:
        raise ReportingError("moved", MOVED)


def with_plain_line_ends(text: str) -> str:
    """Return a text with one sign at the end of each line: browsers send two."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
