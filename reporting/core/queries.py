from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from ..enums import VersionState
from ..models import Period, ReportVersion


def is_closed(period: Period) -> bool:
    """Return whether a report of this half-year was closed."""
    return period.versions.closed().exists()


def closed_half_years() -> QuerySet[Any]:
    """Return the keys of the half-years of which a report was closed, for a condition: `pk__in`."""
    return ReportVersion.objects.closed().order_by().values("period")


def closing_of(period: Period) -> VersionState | None:
    """Return CLOSING while a report of this half-year is being closed, else CLOSED if one was closed."""
    states = (VersionState.CLOSING, VersionState.CLOSED)
    found = set(period.versions.filter(state__in=states).values_list("state", flat=True))
    return next((state for state in states if state in found), None)
