"""Which report a half-year shows."""

from __future__ import annotations

from dataclasses import replace

from ..models import Period, ReportVersion
from .build import build_report
from .codec import from_payload
from .content import Report


def report_of(version: ReportVersion) -> Report:
    """The report that a version keeps, with the version's own number and state."""
    return replace(
        from_payload(version.payload),
        version=version.number,
        status="closed" if version.is_closed else "draft",
        closed_at=version.closed_at,
        missing_proof_reason=version.missing_proof_reason,
    )


def current_version(period: Period) -> ReportVersion | None:
    """The newest version that holds a report: the draft once it is built, else the last that was closed."""
    return period.versions.readable().first()


def current_report(period: Period) -> Report:
    """What the page shows and the exports write: the newest version; without one, the records as they stand."""
    version = current_version(period)
    return report_of(version) if version else build_report(period.project, period)
