"""Find the files that a version has."""

from __future__ import annotations

import hashlib

import structlog
from django.core.files import File

from hacktiv.common.languages import READING_ORDER

from ...building.queries.content import Correction, Report
from ...enums import FileKind
from ...models import PreparedFile, ReportFile, ReportVersion

log = structlog.get_logger(__name__)

#: Rows of a report up to which its files are made while the reader waits; a printed one takes longer.
SHORT, SHORT_PRINT = 5_000, 400


def stored_file(version: ReportVersion, extension: str, language: str) -> ReportFile | None:
    """Return the stored file of a closed report in a language, or in the first of READING_ORDER that has it; None
    where none is stored yet."""
    files = {file.language: file for file in version.files.filter(format=extension)}
    return next((files[code] for code in (language, *READING_ORDER, *files) if code in files), None)


def opened_as_stored(file: ReportFile) -> File | None:
    """Open a stored file of a closed report; None where it is gone from the disk, or has other bytes than it had."""
    try:
        content = file.file.storage.open(str(file.file.name), "rb")
        digest = hashlib.sha256()
        for chunk in content.chunks():
            digest.update(chunk)
    except OSError:
        log.exception("stored_report_file_unreadable", file=file.pk, name=file.file.name)
        return None
    if digest.hexdigest() != file.sha256:
        log.error("stored_report_file_changed", file=file.pk, name=file.file.name)
        content.close()
        return None
    content.seek(0)
    return content


def ready_file(version: ReportVersion, kind: str, language: str) -> PreparedFile | None:
    """Return the file that was made of the version as it is now, if it is there."""
    if version.built_at is None:
        return None
    made = version.prepared.filter(built_at=version.built_at, kind=kind, language=language, part="").first()
    return made if made is not None and made.is_ready else None


def is_short(report: Report, extension: str) -> bool:
    """Return whether a file of the report is made within a moment, so that its reader may wait for it."""
    rows = sum(map(len, (report.parts, report.all_evidence, report.crossing_parts, report.travel_parts)))
    rows += sum(_rows_of(correction) for correction in report.corrections)
    return rows <= (SHORT_PRINT if extension == FileKind.PDF else SHORT)


def _rows_of(correction: Correction) -> int:
    """Return how many rows a correction has: one, and one for each crossing or car of both sides."""
    sides = [side for side in (correction.said, correction.known) if side]
    return 1 + sum(len(side.crossings) + len(side.travel) for side in sides)
