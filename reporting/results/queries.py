"""Read what closed reports told, as it is published: of projects whose results are public, small numbers masked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Func, JSONField, QuerySet, Value
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from hacktiv.common.bounds import UNKNOWN, Bounds, distinct, total

from ..building.queries.breakdowns import ATTRIBUTES, NOT_SAID
from ..building.queries.codec import part_of
from ..building.queries.content import BreakdownRow, Figure, IndicatorPart
from ..building.queries.decisions import DoublePart
from ..core.figures import ADDITIVE
from ..enums import Kind
from ..models import Period, Project, ReportVersion
from .rules import (
    COACHED,
    NESTED,
    OF_THINGS,
    PERSONS,
    Cell,
    Key,
    Table,
    differing_by_few,
    few_coached,
    is_far,
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
#: The keys of what a report counts: `event:` or `coaching:`, and its address.
KEYS = {"action": "$.report.actions[*].key", "coaching": "$.report.coaching[*].key"}
OF_COACHING = "coaching:"
#: The participations under no indicator.
UNDER_NONE = ""
#: Indicators of these kinds count people, each by itself.
OF_PEOPLE = frozenset({Kind.PERSONS, Kind.COMPLETIONS})
#: Those of this kind count parts of the participations.
PARTICIPATIONS = Kind.PARTICIPATIONS


@dataclass(frozen=True)
class HalfYearResults:
    """The contents of the closed report of a half-year that is told. `ways` are the crossings each way, `breakdowns`
    those of the participations. `kept_back` is the number of the last closed report where that is a later one, whose
    corrections concern too few people to be told; else None."""

    label: str
    starts_on: date
    ends_on: date
    version: int
    closed_on: date
    indicators: dict[str, Cell]
    figures: dict[str, Cell]
    ways: tuple[Table, ...]
    breakdowns: tuple[Table, ...]
    kept_back: int | None = None


@dataclass(frozen=True)
class ProjectResults:
    """The results of a project by half-year, in order, and the sums of what adds up over them; None of a figure: one
    half-year is masked. `indicators` are named as the last report names them that tells of each. `without_report` are
    the half-years that have begun and have no closed report."""

    project: Project
    indicators: tuple[IndicatorPart, ...]
    half_years: tuple[HalfYearResults, ...]
    sums: dict[str, Bounds | None]
    without_report: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Parts:
    """The parts of a closed report that are published, and the keys of what it counts."""

    indicators: tuple[IndicatorPart, ...]
    figures: tuple[Figure, ...]
    breakdowns: tuple[BreakdownRow, ...]
    doubles: tuple[DoublePart, ...]
    keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, version: Any) -> Parts:
        """Return the parts as `_closed` reads them."""
        figures = (
            *part_of(tuple[Figure, ...], version.figures or []),
            *part_of(tuple[Figure, ...], version.crossings or []),
        )
        return cls(
            part_of(tuple[IndicatorPart, ...], version.indicators or []),
            figures,
            part_of(tuple[BreakdownRow, ...], version.breakdowns or []),
            part_of(tuple[DoublePart, ...], version.doubles or []),
            frozenset((*version.action_keys, *version.coaching_keys)),
        )

    @property
    def counts(self) -> dict[str, Bounds]:
        return {figure.code: figure.current.bounds for figure in self.figures}

    @property
    def of_people(self) -> dict[str, Bounds]:
        """Return the indicators that count people or their participations."""
        return {part.code: part.current.bounds for part in self.indicators if part.kind in (*OF_PEOPLE, PARTICIPATIONS)}

    @property
    def numbers(self) -> dict[Key, Bounds]:
        """Return all numbers of people that may be published, and what is left between two of them."""
        counts = self.counts
        figures = {("figures", code): counts[code] for code in FIGURES if code in counts and code not in OF_THINGS}
        indicators = {("indicators", code): count for code, count in self.of_people.items()}
        rows = {(row.by, row.value): row.bounds for row in self.breakdowns if row.by in ATTRIBUTES}
        return {**figures, **indicators, **rows, **self._ways, **self._left}

    @property
    def _ways(self) -> dict[Key, Bounds]:
        """Return the crossings and who crossed each way, who did so again, and who did not go that way."""
        counts, (crossings, crossers) = self.counts, BOTH_WAYS
        ways = {(code, way): counts.get(f"{code}-{way}", UNKNOWN) for code in BOTH_WAYS for way in WAYS}
        for way in WAYS:
            ways[crossings, f"again {way}"] = _between(ways[crossings, way], ways[crossers, way])
            ways[crossers, f"not {way}"] = _between(counts.get(crossers, UNKNOWN), ways[crossers, way])
        return ways

    @property
    def _left(self) -> dict[Key, Bounds]:
        """Return what is left between a figure and another, or an indicator, that counts some of its people, by the
        codes of both; and what is left under no indicator."""
        counts, (beside, _unknown) = {**self.counts, **self.of_people}, self.coached
        pairs = (*NESTED, *((PERSONS, part.code) for part in self.indicators if part.kind in OF_PEOPLE))
        left = {pair: _between(*(counts[code] for code in pair)) for pair in pairs if counts.keys() >= set(pair)}
        codes = [part.code for part in self.indicators if part.kind == PARTICIPATIONS]
        of_events = sum(counts[code].floor - beside.get(code, UNKNOWN).floor for code in codes)
        rest = counts.get("NET-PARTICIPATIONS", UNKNOWN).floor - of_events
        return {**left, ("indicators", UNDER_NONE): Bounds.exactly(max(0, rest))}

    @property
    def coached(self) -> tuple[dict[str, Bounds], frozenset[str]]:
        """Return what coaching adds to each indicator of people that counts some, and the codes of those of which an
        older report does not say it."""
        known, unknown = {}, set()
        for part in self.indicators:
            if part.code not in self.of_people or not any(key.startswith(OF_COACHING) for key in part.actions):
                continue
            if len(part.adds) != len(part.actions):
                unknown.add(part.code)
                continue
            adds = [add.bounds for key, add in zip(part.actions, part.adds, strict=True) if key.startswith(OF_COACHING)]
            known[part.code] = total(adds) if part.kind == PARTICIPATIONS else distinct(adds)
        return known, frozenset(unknown)


@dataclass(frozen=True)
class Told:
    """The closed report of a half-year that is told, with what of it is hidden because an earlier one told it otherwise
    by few people. `first` is the one that told the half-year first."""

    version: Any
    parts: Parts
    first: Any
    hidden: frozenset[Key] = frozenset()
    last: int = 0

    @property
    def period(self) -> Period:
        return self.version.period


def _between(whole: Bounds, part: Bounds) -> Bounds:
    """Return by how much two numbers differ, at their lower bounds."""
    return Bounds.exactly(abs(whole.floor - part.floor))


def public_results() -> list[ProjectResults]:
    """Return the results of each project that publishes them, examples last. Two queries."""
    by_period: dict[int, list[Any]] = {}
    for version in _closed():
        by_period.setdefault(version.period_id, []).append(version)
    told = {pk: told_of((one, Parts.of(one)) for one in versions) for pk, versions in by_period.items()}
    hidden = _told_again(told.values())
    of_project: dict[Project, list[Period]] = {}
    wanted = {one.period.project_id for one in told.values()}
    periods = Period.objects.filter(project__in=wanted).select_related("project")
    for period in periods.order_by("project__is_example", "-project__starts_on", "project__slug", "starts_on"):
        of_project.setdefault(period.project, []).append(period)
    return [_of_project(project, periods, told, hidden) for project, periods in of_project.items()]


def _of_project(
    project: Project, periods: list[Period], told: dict[int, Told], again: dict[int, Again]
) -> ProjectResults:
    reported = [told[period.pk] for period in periods if period.pk in told]
    half_years = tuple(half_year(one, again.get(one.version.pk, Again())) for one in reported)
    named = {part.code: part for one in reported for part in one.parts.indicators}
    today = timezone.localdate()
    without = tuple(period for period in periods if period.pk not in told and period.starts_on <= today)
    return ProjectResults(project, tuple(named.values()), half_years, _sums(half_years), without)


def _closed() -> QuerySet[Any]:
    """Return the closed versions of each half-year in order, with the parts of its report that are published."""
    closed = ReportVersion.objects.closed().filter(period__project__publishes_results=True)
    parts = {name: KeyTransform(name, KeyTransform("report", "payload")) for name in PARTS}
    keys = {f"{name}_keys": _keys(path) for name, path in KEYS.items()}
    return (
        closed.order_by("period_id", "number")
        .select_related("period__project")
        .defer("payload")
        .annotate(**parts, **keys)
    )


def _keys(path: str) -> Func:
    return Func(
        F("payload"),
        Value(path),
        function="jsonb_path_query_array",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=JSONField(),
    )


def told_of(closed: Iterable[tuple[Any, Parts]]) -> Told:
    """Return which of the closed reports of a half-year is told, in their order.

    A later one is told unless all that it tells otherwise concerns few people. What it tells otherwise by few, than any
    that was told before, is hidden."""
    (first, parts), *later = closed
    before, told, last = [parts], Told(first, parts, first), first
    for last, parts in later:
        hidden = {key for one in before for key in differing_by_few(parts.numbers, one.numbers)}
        if not hidden or is_far(parts.numbers, told.parts.numbers):
            before.append(parts)
            told = Told(last, parts, first, frozenset(hidden))
    return replace(told, last=last.number)


@dataclass(frozen=True)
class Again:
    """Say whether another project told before of the people of an event, or of who crossed the border."""

    people: bool = False
    crossings: bool = False


def _told_again(told: Iterable[Told]) -> dict[int, Again]:
    """Return by the key of a version what another project told before, the one whose report was closed first: what
    only one of the two counts would follow from both.

    They share an event if one report says that both projects count it, in half-years that overlap or with the other
    report counting it too. Crossings are the whole network's: they are shared by half-years that overlap."""
    told = list(told)
    named = {one.version.pk: {slug for part in one.parts.doubles for slug in part.projects} for one in told}

    def is_after(one: Told, other: Told) -> bool:
        first, second = other.first, one.first
        return one.period.project_id != other.period.project_id and (first.closed_at, first.pk) < (
            second.closed_at,
            second.pk,
        )

    def overlap(one: Told, other: Told) -> bool:
        return one.period.starts_on <= other.period.ends_on and other.period.starts_on <= one.period.ends_on

    def names(one: Told, other: Told) -> bool:
        return other.period.project.slug in named[one.version.pk]

    def counts_of(one: Told, other: Told) -> bool:
        doubles = {part.key for part in one.parts.doubles if other.period.project.slug in part.projects}
        return not doubles.isdisjoint(other.parts.keys)

    def share(one: Told, other: Told) -> bool:
        both = ((one, other), (other, one))
        return (any(names(*pair) for pair in both) and overlap(one, other)) or any(counts_of(*pair) for pair in both)

    def cross(one: Told, other: Told) -> bool:
        alike = one.period.project.is_example == other.period.project.is_example
        return alike and overlap(one, other) and any(code in other.parts.counts for code in BOTH_WAYS)

    return {
        one.version.pk: Again(
            any(is_after(one, other) and share(one, other) for other in told),
            any(is_after(one, other) and cross(one, other) for other in told),
        )
        for one in told
    }


def half_year(told: Told, again: Again) -> HalfYearResults:
    """Return what is published of the report on a half-year."""
    version, parts = told.version, told.parts
    counts, (coached, _unknown) = parts.counts, parts.coached
    persons = {part.code: part.current.bounds for part in parts.indicators if part.kind in OF_PEOPLE}
    published = {code: counts[code] for code in FIGURES if code in counts}
    hidden = _hidden(told, again)
    people = published_figures(published, persons, hidden=hidden, is_told_again=again.people)
    figures = {code: cell for code, cell in people.items() if code not in persons}
    withheld = frozenset(table for table, _code in told.hidden)
    return HalfYearResults(
        label=version.period.label,
        starts_on=version.period.starts_on,
        ends_on=version.period.ends_on,
        version=version.number,
        closed_on=timezone.localdate(version.closed_at),
        indicators=_indicators(parts.indicators, people, coached, hidden),
        figures=figures,
        ways=_ways(counts, figures, withheld),
        breakdowns=_breakdowns(parts.breakdowns, figures, withheld),
        kept_back=told.last if told.last > version.number else None,
    )


def _hidden(told: Told, again: Again) -> set[str]:
    """Return the codes of figures and indicators that are masked whatever they are by themselves: what an earlier
    report told otherwise by few, what another project tells, and what would give few coached people away."""
    parts = told.parts
    coached, unknown = parts.coached
    known = parts.counts.keys() | parts.of_people.keys()
    few = {code for key in told.hidden if known.issuperset(key) for code in key}
    few |= {code for table, code in told.hidden if table in ("figures", "indicators")}
    whole = parts.counts.get(COACHED, UNKNOWN)
    hidden = few | unknown | few_coached(whole, coached, parts.of_people)
    hidden.update(coached if COACHED in hidden else (), BOTH_WAYS if again.crossings else ())
    return hidden


def _indicators(
    chosen: tuple[IndicatorPart, ...], people: dict[str, Cell], coached: dict[str, Bounds], hidden: Collection[str]
) -> dict[str, Cell]:
    """Return the indicators of a half-year: those of participations are parts of all of these, those of persons were
    decided on with the figures, and others count no people."""
    counts = {part.code: part.current.bounds for part in chosen}
    parts = {part.code: counts[part.code] for part in chosen if part.kind == PARTICIPATIONS}
    told = {code: people.get(code, Cell(code, count)) for code, count in counts.items()}
    hidden = {*hidden, *parts} if UNDER_NONE in hidden else hidden
    return told | published_parts(parts, people.get("NET-PARTICIPATIONS"), coached=coached, hidden=hidden)


def _ways(counts: dict[str, Bounds], figures: dict[str, Cell], withheld: Collection[str]) -> tuple[Table, ...]:
    """Return the crossings and those who crossed, each way; nothing where none is on record."""
    told = [code for code in BOTH_WAYS if code in figures and not counts[code].is_unknown]
    by_way = {code: [counts.get(f"{code}-{way}", UNKNOWN) for way in WAYS] for code in BOTH_WAYS}
    crossings, crossers = BOTH_WAYS
    ways = list(zip(by_way[crossings], by_way[crossers], strict=True))
    is_hidden = any(figures[code].is_masked for code in told) or not set(told).isdisjoint(withheld)
    if is_hidden or ways_leave_few(counts.get(crossers, UNKNOWN), ways):
        return tuple(Table(code, None) for code in told)
    return published_together(published_table(code, list(zip(WAYS, by_way[code], strict=True))) for code in told)


def _breakdowns(rows: Iterable[BreakdownRow], figures: dict[str, Cell], withheld: Collection[str]) -> tuple[Table, ...]:
    """Return the breakdowns of the participations that have a row at all; all are withheld where these are masked."""
    whole = figures.get("NET-PARTICIPATIONS")
    by_attribute = {
        attribute: [(row.value, row.bounds) for row in rows if row.by == attribute] for attribute in ATTRIBUTES
    }
    return tuple(
        Table(attribute, None)
        if whole is None or whole.is_masked or attribute in withheld
        else published_table(attribute, cells)
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
