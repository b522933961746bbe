"""The formats in which people can download a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language

from hacktiv.common.languages import MAIN

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


def file_name(report: Report, extension: str, language: str = "") -> str:
    """Return the name under which a report is taken away, in this language, or else in the active one."""
    project, period, language = report.project.slug, report.period.label, language or get_language() or MAIN
    if report.status == "live":
        return f"{project}-{period}-live-{language}.{extension}"
    closed = report.status == "closed"
    return version_file_name(project, period, report.version, extension, closed=closed, language=language)


def version_file_name(
    project: str, period: str, number: int, extension: str, *, closed: bool, language: str = ""
) -> str:
    """Return the name under which a file of a version is taken away; a package of all languages names none."""
    draft, tongue = "" if closed else "-draft", f"-{language}" if language else ""
    return f"{project}-{period}-v{number}{draft}{tongue}.{extension}"
