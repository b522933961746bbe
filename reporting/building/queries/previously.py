"""Tell what was reported of the half-years before one: the figures of their closed reports, not today's records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from ...core.figures import Count, Value, added, count_of, distinct_persons
from ...enums import Kind
from ...models import Period
from .content import Figure, Report
from .corrections import Closed
from .records import Window


class Previously:
    """The half-years before one, in order, with the last closed report of each that has one.

    Of a half-year that was never reported here, the records of today are taken instead, and the report says so. A
    report that was closed before a figure was told at all did not report that figure.
    """

    def __init__(self, periods: Iterable[Period], period: Period, closed: Mapping[int, Closed]):
        self.period = period
        self._before = [other for other in periods if other.starts_on < period.starts_on]
        self._reports = {other.pk: closed[other.pk].report for other in self._before if other.pk in closed}

    @property
    def unreported(self) -> tuple[str, ...]:
        """Return the labels of the half-years that were never reported here."""
        return tuple(other.label for other in self._before if other.pk not in self._reports)

    def report_of(self, period: Period) -> Report | None:
        """Return the last closed report of a half-year before this one; None where there is none."""
        return self._reports.get(period.pk)

    def gaps(self, code: str) -> list[Period]:
        """Return the half-years of which this figure was never reported."""
        return [other for other in self._before if self._told(code, other) is None]

    def windows(self, code: str) -> list[Window]:
        """Return the ranges that the half-years without this figure make, those in a row as one."""
        runs: list[list[Period]] = []
        for other in self.gaps(code):
            if runs and other.starts_on == runs[-1][-1].ends_on + timedelta(days=1):
                runs[-1].append(other)
            else:
                runs.append([other])
        return [Window(run[0].starts_on, run[-1].ends_on, frozenset(one.pk for one in run)) for run in runs]

    def since(self, code: str) -> Window:
        """Return the range after the last half-year of which this figure was reported; it may be empty."""
        start = self._before[0].starts_on if self._before else self.period.starts_on
        ids: set[int] = set()
        for other in self._before:
            ids.add(other.pk)
            if self._told(code, other) is not None:
                start, ids = other.ends_on + timedelta(days=1), set()
        return Window(start, self.period.starts_on - timedelta(days=1), frozenset(ids))

    def summed(self, code: str, kind: Kind, unreported: Iterable[Count]) -> Value:
        """Return the sum of what was reported of each half-year, and of the counts of those never reported."""
        told = [figure.current for other in self._before if (figure := self._told(code, other))]
        return added(kind, [*_something(kind, told), *unreported])

    def united(self, code: str, since: Value) -> Value:
        """Return the persons so far that were reported last, with those of the records `since`.

        Who was reported has no name any more: those since may be the same persons or others."""
        last = self.last_total(code)
        return distinct_persons(_something(Kind.PERSONS, [since] if last is None else [last, since]))

    def last_total(self, code: str) -> Value | None:
        """Return the total so far that was reported last; None if this figure never was."""
        told = [figure.total for other in self._before if (figure := self._told(code, other))]
        return told[-1] if told else None

    def _told(self, code: str, period: Period) -> Figure | None:
        report: Report | None = self._reports.get(period.pk)
        figures = (*report.figures, *report.indicators, *report.crossings, *report.travel) if report else ()
        return next((figure for figure in figures if figure.code == code), None)


def _something(kind: Kind, values: Iterable[Value]) -> list[Count]:
    """Return these values as counts; where nothing was, nothing has to be proven."""
    return [count_of(kind, value) for value in values if value.upper != 0]


def differing(now: Value, reported: Value) -> Value | None:
    """Return what the records say today if it is another count than what was reported."""
    return None if now.bounds == reported.bounds else now
