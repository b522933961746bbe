"""Read what closed reports told, as it is published: of projects whose results are public, small numbers masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from hacktiv.common.bounds import Bounds

from ..building.queries.breakdowns import ATTRIBUTES, NOT_SAID
from ..building.queries.codec import part_of
from ..building.queries.content import BreakdownRow, Figure, IndicatorPart
from ..building.queries.decisions import DoublePart
from ..core.figures import ADDITIVE
from ..enums import Kind
from ..models import Project, ReportVersion
from .rules import (
    Cell,
    Table,
    published_figures,
    published_parts,
    published_table,
    published_together,
    summed,
    ways_leave_few,
)

#: The figures that are published, in order, each with its kind.
FIGURES = {
    "NET-ACTIONS": Kind.EVENTS,
    "NET-PARTICIPATIONS": Kind.PARTICIPATIONS,
    "NET-PERSONS": Kind.PERSONS,
    "NET-COACHED": Kind.PERSONS,
    "NET-DELIVERABLES": Kind.DELIVERABLES,
    "NET-CROSSINGS": Kind.CROSSINGS,
    "NET-CROSSERS": Kind.PERSONS,
}
#: The figures that are told by the way across the border too.
BOTH_WAYS = ("NET-CROSSINGS", "NET-CROSSERS")
WAYS = ("BE-FR", "FR-BE")
#: The parts of a report that are read.
PARTS = ("indicators", "figures", "crossings", "breakdowns", "doubles")
#: Indicators of these kinds count people, each by itself.
OF_PEOPLE = frozenset({Kind.PERSONS, Kind.COMPLETIONS})


@dataclass(frozen=True)
class HalfYearResults:
    """The contents of the last closed report of a half-year. `ways` are the crossings each way, `breakdowns`
    those of the participations."""

    label: str
    starts_on: date
    ends_on: date
    version: int
    closed_on: date
    indicators: dict[str, Cell]
    figures: dict[str, Cell]
    ways: tuple[Table, ...]
    breakdowns: tuple[Table, ...]


@dataclass(frozen=True)
class ProjectResults:
    """The results of a project by half-year, in order, and the sums of what adds up over them; None of a figure: one
    half-year is masked. `indicators` are named as the last report names them that tells of each."""

    project: Project
    indicators: tuple[IndicatorPart, ...]
    half_years: tuple[HalfYearResults, ...]
    sums: dict[str, Bounds | None]


def public_results() -> list[ProjectResults]:
    """Return the results of each project that publishes them, examples last. Two queries."""
    told: dict[int, list[tuple[HalfYearResults, tuple[IndicatorPart, ...]]]] = {}
    versions = list(_last_closed())
    again = _told_again(versions)
    for version in versions:
        chosen = part_of(tuple[IndicatorPart, ...], version.indicators or [])
        results = _results(version, chosen, is_told_again=version.pk in again)
        told.setdefault(version.period.project_id, []).append((results, chosen))
    projects = Project.objects.filter(pk__in=told).order_by("is_example", "-starts_on", "slug")
    return [_of_project(project, told[project.pk]) for project in projects]


def _of_project(project: Project, told: list[tuple[HalfYearResults, tuple[IndicatorPart, ...]]]) -> ProjectResults:
    told = sorted(told, key=lambda each: each[0].starts_on)
    half_years = tuple(half_year for half_year, _chosen in told)
    named = {part.code: part for _half_year, chosen in told for part in chosen}
    return ProjectResults(project, tuple(named.values()), half_years, _sums(half_years))


def _last_closed() -> QuerySet[Any]:
    """Return the last closed version of each half-year, with the parts of its report that are published."""
    closed = ReportVersion.objects.closed().filter(period__project__publishes_results=True)
    parts = {name: KeyTransform(name, KeyTransform("report", "payload")) for name in PARTS}
    return (
        closed.order_by("period_id", "-number")
        .distinct("period_id")
        .select_related("period__project")
        .defer("payload")
        .annotate(**parts)
    )


def _told_again(versions: Iterable[Any]) -> set[int]:
    """Return the versions that count an event of which another project tells already, the one that began first: what
    only one of the two counts would follow from both."""
    versions = list(versions)
    doubles = {one.pk: part_of(tuple[DoublePart, ...], one.doubles or []) for one in versions}
    named = {pk: {slug for part in parts for slug in part.projects} for pk, parts in doubles.items()}

    def is_after(one: Any, other: Any) -> bool:
        first, second = other.period.project, one.period.project
        return (first.starts_on, first.pk) < (second.starts_on, second.pk)

    def share(one: Any, other: Any) -> bool:
        overlap = one.period.starts_on <= other.period.ends_on and other.period.starts_on <= one.period.ends_on
        names_it = other.period.project.slug in named[one.pk] or one.period.project.slug in named[other.pk]
        return overlap and names_it

    return {one.pk for one in versions for other in versions if is_after(one, other) and share(one, other)}


def _results(version: Any, chosen: tuple[IndicatorPart, ...], *, is_told_again: bool) -> HalfYearResults:
    told: tuple[Figure, ...] = (
        *part_of(tuple[Figure, ...], version.figures or []),
        *part_of(tuple[Figure, ...], version.crossings or []),
    )
    counts = {figure.code: figure.current.bounds for figure in told}
    persons = {part.code: part.current.bounds for part in chosen if part.kind in OF_PEOPLE}
    published = {code: counts[code] for code in FIGURES if code in counts}
    people = published_figures(published, persons, is_told_again=is_told_again)
    figures = {code: cell for code, cell in people.items() if code not in persons}
    return HalfYearResults(
        label=version.period.label,
        starts_on=version.period.starts_on,
        ends_on=version.period.ends_on,
        version=version.number,
        closed_on=timezone.localdate(version.closed_at),
        indicators=_indicators(chosen, people),
        figures=figures,
        ways=_ways(counts, figures),
        breakdowns=_breakdowns(part_of(tuple[BreakdownRow, ...], version.breakdowns or []), figures),
    )


def _indicators(chosen: tuple[IndicatorPart, ...], people: dict[str, Cell]) -> dict[str, Cell]:
    """Return the indicators of a half-year: those of participations are parts of all of these, those of persons were
    decided on with the figures, and others count no people."""
    counts = {part.code: part.current.bounds for part in chosen}
    parts = {part.code: counts[part.code] for part in chosen if part.kind == Kind.PARTICIPATIONS}
    told = {code: people.get(code, Cell(code, count)) for code, count in counts.items()}
    return told | published_parts(parts, people.get("NET-PARTICIPATIONS"))


def _ways(counts: dict[str, Bounds], figures: dict[str, Cell]) -> tuple[Table, ...]:
    """Return the crossings and those who crossed, each way; nothing where none is on record."""
    told = [code for code in BOTH_WAYS if code in figures and not counts[code].is_unknown]
    by_way = {code: [counts.get(f"{code}-{way}", Bounds()) for way in WAYS] for code in BOTH_WAYS}
    crossings, crossers = BOTH_WAYS
    ways = list(zip(by_way[crossings], by_way[crossers], strict=True))
    if any(figures[code].is_masked for code in told) or ways_leave_few(counts.get(crossers, Bounds()), ways):
        return tuple(Table(code, None) for code in told)
    return published_together(published_table(code, list(zip(WAYS, by_way[code], strict=True))) for code in told)


def _breakdowns(rows: Iterable[BreakdownRow], figures: dict[str, Cell]) -> tuple[Table, ...]:
    """Return the breakdowns of the participations that have a row at all; all are withheld where these are masked."""
    whole = figures.get("NET-PARTICIPATIONS")
    by_attribute = {
        attribute: [(row.value, row.bounds) for row in rows if row.by == attribute] for attribute in ATTRIBUTES
    }
    return tuple(
        Table(attribute, None) if whole is None or whole.is_masked else published_table(attribute, cells)
        for attribute, cells in by_attribute.items()
        if any(value != NOT_SAID for value, _bounds in cells)
    )


def _sums(half_years: Iterable[HalfYearResults]) -> dict[str, Bounds | None]:
    half_years = list(half_years)
    return {
        code: summed(one.figures[code] for one in half_years if code in one.figures)
        for code, kind in FIGURES.items()
        if kind in ADDITIVE and any(code in one.figures for one in half_years)
    }
