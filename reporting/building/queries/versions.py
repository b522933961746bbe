"""Choose the report that a half-year shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import F, Func, JSONField, QuerySet, Value

from ...models import Period, ReportVersion
from .build import build_report
from .codec import from_payload, to_payload
from .content import ClosingReason, Correction, Report, Words
from .corrections import told_otherwise

#: The parts of a payload with one of these keys.
OF_KEYS = Value("$.report.*[*] ? (@.key == $keys[*])")


def report_of(version: ReportVersion) -> Report:
    """Return the report that a version keeps, with the version's own number and state. Raises ValueError if it has
    none.
    """
    return replace(
        from_payload(version.stored),
        version=version.number,
        status="closed" if version.is_closed else "draft",
        closed_at=version.closed_at if version.is_closed else None,
        reasons=tuple(ClosingReason(**reason) for reason in version.reasons) if version.is_closed else (),
    )


def titles_of(version: ReportVersion, keys: Collection[str]) -> dict[str, Words]:
    """Return the titles of these actions of the report that a version keeps, by key. The report itself is not read."""
    if not keys:
        return {}
    asked = Value({"keys": list(keys)}, JSONField())
    found = Func(F("payload"), OF_KEYS, asked, function="jsonb_path_query_array", output_field=JSONField())
    parts = ReportVersion.objects.filter(pk=version.pk).values_list(found, flat=True).get()
    return {part["key"]: part["title"] for part in parts if "title" in part}


def current_version(period: Period) -> ReportVersion | None:
    """Return the newest version that holds a report: the draft once it is built, else the last closed one."""
    return period.versions.readable().first()


def versions_of_project(period: Period) -> QuerySet[ReportVersion]:
    """Return the versions that can be compared: of this half-year and the project's others, the newest first."""
    found = ReportVersion.objects.filter(period__project=period.project_id).exclude(payload=None).defer("payload")
    return found.select_related("period__project").order_by("-period__starts_on", "-number")


def current_report(period: Period) -> Report:
    """Return the report for the page and the files: the newest version, or else the records as they stand."""
    version = current_version(period)
    return report_of(version) if version else replace(build_report(period.project, period), status="live")


@dataclass(frozen=True)
class Since:
    """The difference between a draft and the records that it was built from: the statements that differ, and how many
    pairs of counts contradicted each other then, and do now. Either may be alike, where something else differs."""

    statements: tuple[Correction, ...]
    contradictions_then: int
    contradictions_now: int


def changed_since(version: ReportVersion) -> Since | None:
    """Return what has changed in the records since a draft was built; None: its report would be the same today.

    It costs as much as a page that shows the records as they stand: the queries of one build."""
    then = _undated(from_payload(version.stored))
    now = _undated(from_payload(to_payload(build_report(version.period.project, version.period))))
    if then == now:
        return None
    statements = tuple(told_otherwise(version.period, version, then, now))
    return Since(statements, len(then.contradictions), len(now.contradictions))


def _undated(report: Report) -> Report:
    """Return a report without what each build says anew: when it was built, as which version, and how many members
    there are that day."""
    return replace(report, built_at=datetime.min.replace(tzinfo=UTC), version=0, status="", members=())
