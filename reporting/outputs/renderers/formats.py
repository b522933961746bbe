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
    states = {"live": "live", "draft": f"v{report.version}-draft", "closed": f"v{report.version}"}
    return f"{report.project.slug}-{report.period.label}-{states[report.status]}.{extension}"
