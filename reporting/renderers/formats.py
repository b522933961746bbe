"""The formats a report can be taken away in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..queries.content import Report
from . import as_json


@dataclass(frozen=True)
class Format:
    render: Callable[[Report], bytes]
    content_type: str


FORMATS = {
    "json": Format(as_json.render, "application/json"),
}


def file_name(report: Report, extension: str) -> str:
    status = f"v{report.version}" if report.status == "closed" else f"v{report.version}-draft"
    return f"{report.project.slug}-{report.period.label}-{status}.{extension}"
