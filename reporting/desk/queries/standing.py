"""Read where a half-year stands by its newest report: its figures, and both sides of the border beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.json import KeyTransform

from hacktiv.common.languages import columns

from ...building.queries.codec import part_of
from ...building.queries.content import BreakdownRow, Figure, IndicatorPart
from ...models import Deviation, Period, ReportVersion
from ..rules import Imbalance, by_side, imbalances

#: The parts of a report that the desk reads, each with the type of a list of them.
PARTS: dict[str, Any] = {
    "indicators": tuple[IndicatorPart, ...],
    "figures": tuple[Figure, ...],
    "crossings": tuple[Figure, ...],
    "breakdowns": tuple[BreakdownRow, ...],
}


@dataclass(frozen=True)
class Standing:
    """The newest report of a half-year: its version, its indicators and figures, and its crossings and breakdowns."""

    version: ReportVersion
    indicators: tuple[IndicatorPart, ...]
    figures: tuple[Figure, ...]
    crossings: tuple[Figure, ...]
    breakdowns: tuple[BreakdownRow, ...]


def standing_of(period: Period) -> Standing | None:
    """Return where a half-year stands by its newest report; None: none was built yet. One query."""
    report = KeyTransform("report", "payload")
    parts = {f"of_{name}": KeyTransform(name, report) for name in PARTS}
    found: Any = period.versions.readable().defer("payload").annotate(**parts).first()
    if found is None:
        return None
    return Standing(found, **{name: part_of(kind, getattr(found, f"of_{name}") or []) for name, kind in PARTS.items()})


def imbalances_of(standing: Standing | None, coached: Iterable[tuple[str, int]]) -> list[Imbalance]:
    """Return in what one side of the border is left behind: coaching by the records, the rest by the newest report."""
    measures = {"coaching": by_side(coached)}
    if standing is not None:
        current = {figure.code: figure.current.bounds.floor for figure in standing.crossings}
        ways = [("BE", current.get("NET-CROSSINGS-BE-FR", 0)), ("FR", current.get("NET-CROSSINGS-FR-BE", 0))]
        residence = [(row.value, row.bounds.floor) for row in standing.breakdowns if row.by == "residence"]
        measures |= {"crossings": by_side(ways), "participations": by_side(residence)}
    return imbalances(measures)


def titles_of_deviations(period: Period) -> set[str]:
    """Return the titles of the deviations of a half-year, in every language."""
    rows = Deviation.objects.filter(period=period).values_list(*columns("title"))
    return {title for row in rows for title in row if title}
