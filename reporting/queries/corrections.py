"""Compare closed reports with the records of today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from hacktiv.common.bounds import Bounds

from ..enums import VersionState
from ..models import Period, Project, ReportVersion
from .codec import from_payload
from .content import Correction, Fact, Report
from .statements import PRESENCE, SHOWN_BY, Told, of_half_year, of_project


def corrections(
    project: Project, period: Period, periods: list[Period], told_now: Callable[[Period], Report]
) -> tuple[Correction, ...]:
    """Return the differences between closed reports and the records of today.

    Compared are the last closed reports of this half-year and of each one before it. Statements about the whole project
    are compared only with the report that was closed last: it already told the earlier changes.
    """
    closed: dict[int, ReportVersion] = {}
    for version in ReportVersion.objects.filter(
        period__project=project, period__starts_on__lte=period.starts_on, state=VersionState.CLOSED
    ).order_by("number"):
        closed[version.period_id] = version
    newest = max(closed.values(), key=lambda version: (version.closed_at, version.pk), default=None)
    found: list[Correction] = []
    for other in periods:
        if other.pk not in closed:
            continue
        version = closed[other.pk]
        then, now = from_payload(version.stored), told_now(other)
        if version.stored["format"] == 1:
            # The first format has no keys by which to find these parts again.
            then, now = (replace(report, stocks=(), deviations=()) for report in (then, now))
        if version.stored["format"] < 3:
            then, now = (replace(report, crossings=(), crossing_parts=()) for report in (then, now))
        if version.stored["format"] < 4:
            then, now = (replace(report, travel=(), travel_parts=()) for report in (then, now))
        found += _differences(other, version, of_half_year(then), of_half_year(now))
        if version is newest and version.stored["format"] > 1:
            found += _differences(other, version, of_project(then), of_project(now))
    return tuple(found)


def _differences(
    period: Period, version: ReportVersion, then: dict[str, Told], now: dict[str, Told]
) -> Iterator[Correction]:
    for key in dict.fromkeys([*then, *now]):
        before, after = then.get(key), now.get(key)
        title = after.title if after else then[key].title
        changed = set()
        for what in dict.fromkeys([*(before.facts if before else ()), *(after.facts if after else ())]):
            is_told = (before and after) or what in PRESENCE
            said, known = _fact(before, what), _fact(after, what)
            if said == known or not is_told or SHOWN_BY.get(what) in changed:
                continue
            changed.add(what)
            yield Correction(period.label, version.number, what, title, _bounds(said), _bounds(known), said, known)


def _fact(told: Told | None, what: str) -> Fact | None:
    return told.facts.get(what) if told else None


def _bounds(fact: Fact | None) -> Bounds | None:
    return fact.value.bounds if fact and fact.value else None
