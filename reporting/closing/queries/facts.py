"""Read what closing checks."""

from __future__ import annotations

from ...building.queries.versions import changed_since, report_of
from ...core.queries import closed_half_years
from ...counting.queries import uncounted_events
from ...models import Period, ReportVersion
from ..rules import Facts


def facts_of(version: ReportVersion) -> Facts:
    """Return what the checks of closing look at. It costs as much as one build."""
    period = version.period
    return Facts(
        period=period,
        report=report_of(version),
        since=changed_since(version),
        unreported=tuple(_unreported(period)),
        undecided=tuple(str(event) for event in uncounted_events([period])[period]),
    )


def _unreported(period: Period) -> list[str]:
    """Return the labels of the half-years before this one of which no report was closed, here or elsewhere."""
    before = Period.objects.filter(project=period.project_id, starts_on__lt=period.starts_on, reported_on=None)
    return list(before.exclude(pk__in=closed_half_years()).order_by("starts_on").values_list("label", flat=True))
