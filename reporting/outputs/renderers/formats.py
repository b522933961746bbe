"""The formats in which people can download a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...building.queries.content import Report
from . import as_csv, as_json, as_pdf, as_xlsx


@dataclass(frozen=True)
class Format:
    render: Callable[[Report], bytes]
    content_type: str


FORMATS = {
    "json": Format(as_json.render, "application/json"),
    "csv": Format(as_csv.render, "text/csv; charset=utf-8"),
    "xlsx": Format(as_xlsx.render, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": Format(as_pdf.render, "application/pdf"),
}


def file_name(report: Report, extension: str) -> str:
    if report.status == "live":
        return f"{report.project.slug}-{report.period.label}-live.{extension}"
    closed = report.status == "closed"
    return version_file_name(report.project.slug, report.period.label, report.version, extension, closed=closed)


def version_file_name(project: str, period: str, number: int, extension: str, *, closed: bool) -> str:
    """Return the name under which a file of a version is taken away."""
    return f"{project}-{period}-v{number}{'' if closed else '-draft'}.{extension}"
