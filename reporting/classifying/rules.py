"""The mark by which a page says which decision it showed."""

from __future__ import annotations

from ..models import CountedAction

UNDECIDED = "undecided"


def mark_of(action: CountedAction) -> str:
    """Return a mark of the decision on an action that changes with each decision."""
    rows = sorted(row.pk for row in action.classifications.all())
    return "-".join(map(str, rows)) or UNDECIDED
