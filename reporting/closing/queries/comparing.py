"""Compare two reports of a project figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...building.queries.content import Correction, Report
from ...building.queries.corrections import told_otherwise
from ...core.figures import Value
from ...models import ReportVersion

#: The three values of a figure.
TIMES = ("previous", "current", "total")


@dataclass(frozen=True)
class ComparedFigure:
    """One figure of two reports. `figure` is that of the one that tells it; the values are None where a report does
    not."""

    figure: Any
    values: tuple[tuple[Value | None, Value | None], ...]

    @property
    def cells(self) -> list[tuple[str, Value | None, Value | None, bool]]:
        """Return each value of both with its name, and whether they differ in bounds or in what stands behind them."""
        return [(time, one, other, one != other) for time, (one, other) in zip(TIMES, self.values, strict=True)]

    @property
    def differs(self) -> bool:
        return any(one != other for one, other in self.values)


@dataclass(frozen=True)
class Compared:
    """Two reports side by side: their figures, and what one tells otherwise of the same half-year (`statements`)."""

    figures: tuple[ComparedFigure, ...]
    statements: tuple[Correction, ...]

    @property
    def number(self) -> int:
        """Return how many figures differ."""
        return sum(figure.differs for figure in self.figures)


def compared(version: ReportVersion, one: Report, other: Report) -> Compared:
    """Return two reports of one project side by side; `version` is that of the first."""
    first, second = _by_code(one), _by_code(other)
    figures = tuple(_figure(first.get(code), second.get(code)) for code in dict.fromkeys([*first, *second]))
    statements: tuple[Correction, ...] = ()
    if one.period.label == other.period.label:
        statements = tuple(told_otherwise(version.period, version, one, other))
    return Compared(figures, statements)


def _by_code(report: Report) -> dict[str, Any]:
    return {figure.code: figure for figure in (*report.indicators, *report.figures, *report.crossings, *report.travel)}


def _figure(one: Any, other: Any) -> ComparedFigure:
    values = tuple((one and getattr(one, time), other and getattr(other, time)) for time in TIMES)
    return ComparedFigure(one or other, values)
