from __future__ import annotations

from ..enums import VersionState
from ..models import Period


def is_closed(period: Period) -> bool:
    """Return whether a report of this half-year was closed."""
    return period.versions.filter(state=VersionState.CLOSED).exists()


def closing_of(period: Period) -> VersionState | None:
    """Return CLOSING while a report of this half-year is being closed, else CLOSED if one was closed."""
    states = (VersionState.CLOSING, VersionState.CLOSED)
    found = set(period.versions.filter(state__in=states).values_list("state", flat=True))
    return next((state for state in states if state in found), None)
