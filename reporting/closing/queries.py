"""Read what closing checks, and the files that a version has."""

from __future__ import annotations

from hacktiv.common.languages import READING_ORDER

from ..building.queries.content import Report
from ..building.queries.versions import changed_since, report_of
from ..counting.queries import uncounted_events
from ..enums import FileKind, VersionState
from ..models import Period, PreparedFile, ReportFile, ReportVersion
from .rules import Facts

#: Rows of a report up to which its files are made while the reader waits; a printed one takes longer.
SHORT, SHORT_PRINT = 5_000, 400


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
    reported = ReportVersion.objects.filter(state=VersionState.CLOSED, period__project=period.project_id)
    return list(before.exclude(pk__in=reported.values("period")).order_by("starts_on").values_list("label", flat=True))


def stored_file(version: ReportVersion, extension: str, language: str) -> ReportFile | None:
    """Return the stored file of a closed report in a language, or in the first of READING_ORDER that has it; None
    where none is stored yet."""
    files = {file.language: file for file in version.files.filter(format=extension)}
    return next((files[code] for code in (language, *READING_ORDER, *files) if code in files), None)


def ready_file(version: ReportVersion, kind: str, language: str) -> PreparedFile | None:
    """Return the file that was made of the version as it is now, if it is there."""
    if version.built_at is None:
        return None
    made = version.prepared.filter(built_at=version.built_at, kind=kind, language=language, part="").first()
    return made if made is not None and made.is_ready else None


def is_short(report: Report, extension: str) -> bool:
    """Return whether a file of the report is made within a moment, so that its reader may wait for it."""
    rows = sum(map(len, (report.parts, report.all_evidence, report.crossing_parts, report.travel_parts)))
    return rows + len(report.corrections) <= (SHORT_PRINT if extension == FileKind.PDF else SHORT)
