"""Read the plan of a project, and what is told of it in a half-year."""

from __future__ import annotations

from hashlib import sha256

from hacktiv.common.languages import CODES, column

from ..models import ReportText


def fingerprint_of(told: ReportText | None) -> str:
    """Return a fingerprint of the texts of a section, for a form to say what its page showed."""
    texts = [getattr(told, column("text", code)) or "" if told else "" for code in CODES]
    return sha256("\0".join(texts).encode()).hexdigest()[:32]
