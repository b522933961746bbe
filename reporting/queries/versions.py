"""Choose the report that a half-year shows."""

from __future__ import annotations

from dataclasses import replace

from ..models import Period, ReportVersion
from .build import build_report
from .codec import from_payload
from .content import Report


def report_of(version: ReportVersion) -> Report:
    """Return the report that a version keeps, with the version's own number and state. Raises ValueError if it has
    none.
    """
    return replace(
        from_payload(version.stored),
        version=version.number,
        status="closed" if version.is_closed else "draft",
        closed_at=version.closed_at,
        missing_proof_reason=version.missing_proof_reason,
    )


def current_version(period: Period) -> ReportVersion | None:
    """Return the newest version that holds a report: the draft once it is built, else the last closed one."""
    return period.versions.readable().first()


def current_report(period: Period) -> Report:
    """Return the report for the page and the files: the newest version, or else the records as they stand."""
    version = current_version(period)
    return report_of(version) if version else replace(build_report(period.project, period), status="live")
