"""Decide who may check a piece of evidence that others checked or refused."""

from __future__ import annotations

from events.models import Proof
from members.models import User

from ..models import EvidenceFile


def is_self_checked(item: Proof | EvidenceFile) -> bool:
    """Return whether who added a file checked it too. Of an erased account nobody knows."""
    return item.checked_at is not None and item.added_by_id is not None and item.added_by_id == item.checked_by_id


def is_refused_to(item: EvidenceFile, person: User | None) -> bool:
    """Return whether the person added a piece of evidence that somebody else has refused."""
    is_own = person is not None and item.added_by_id == person.pk
    return item.refused_at is not None and is_own and item.refused_by_id != item.added_by_id
