from typing import Any

from django.db.models import QuerySet

from ..models import Period, ReportVersion


def is_closed(period: Period) -> bool:
    """Return whether a report of this half-year was closed."""
    return period.versions.closed().exists()


def closed_half_years() -> QuerySet[Any]:
    """Return the keys of the half-years of which a report was closed, for a condition: `pk__in`."""
    return ReportVersion.objects.closed().order_by().values("period")
