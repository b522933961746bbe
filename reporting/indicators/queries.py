"""Read the indicators that a project has chosen, and what holds them."""

from __future__ import annotations

from collections.abc import Iterable

from ..models import Classification, Output, Project, ProjectIndicator, ReportVersion
from .catalogue import IndicatorType, of_period


def with_aims(project: Project) -> list[tuple[IndicatorType, ProjectIndicator]]:
    """Return the indicators that a project has chosen, in the programme's order. Two queries."""
    rows = {row.code: row for row in project.indicators.prefetch_related("milestones")}
    return [(one, rows[one.code]) for one in of_period(project.programming_period).indicators if one.code in rows]


def to_choose(project: Project, chosen: Iterable[ProjectIndicator]) -> list[IndicatorType]:
    """Return the indicators of the project's programming period that it has not chosen."""
    taken = {row.code for row in chosen}
    return [one for one in of_period(project.programming_period).indicators if one.code not in taken]


def closed_reports_telling(project: Project, code: str) -> list[ReportVersion]:
    """Return the closed reports that tell of an indicator, oldest first."""
    told = ReportVersion.objects.closed().filter(
        period__project=project,
        payload__report__indicators__contains=[{"code": code}],
    )
    return list(told.defer("payload").select_related("period__project").order_by("closed_at", "pk"))


def counting_under(project: Project, code: str) -> int:
    """Return how many actions and outputs of a project count under an indicator, or may."""
    actions = Classification.objects.filter(action__project=project, indicator=code).count()
    return actions + Output.objects.filter(project=project, code=code).count()


def fingerprint_of(row: ProjectIndicator | None) -> str:
    """Return what changes with each write to an indicator of a project; blank for one that is not chosen."""
    return row.changed_at.isoformat() if row else ""


def is_bound_to_its_period(project: Project) -> bool:
    """Return whether a project has chosen indicators of its programming period, or counts something under one."""
    counted = Classification.objects.filter(action__project=project).exclude(indicator="")
    return project.indicators.exists() or project.outputs.exists() or counted.exists()
