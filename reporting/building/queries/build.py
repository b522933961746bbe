"""Build the report of one half-year from the records, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils import timezone

from hacktiv.common.languages import texts_of

from ...core.figures import Value
from ...enums import Kind
from ...models import Deliverable, Deviation, Partner, Period, Project, Stock
from .breakdowns import Named, breakdowns, named_values
from .content import Figure, PeriodPart, Report
from .corrections import closed_reports, corrections
from .counted import DELIVERABLES, FIGURES, contributions, counted, delivered, named_persons, reckoned
from .crossings import Crossings
from .parts import (
    action_part,
    coaching_part,
    contradictory,
    deliverable_count,
    deliverable_part,
    deviations,
    file_part,
    key,
    may_lie_in,
    partner_part,
    partner_totals,
    project_part,
    stock_part,
    unassigned,
)
from .previously import Previously, differing
from .records import Placed, placed_actions, whole, windows
from .travel import SharedTravel

#: The steps of a build, in order. The progress counts them.
STEPS = ("records", "figures", "breakdowns", "annexes", "corrections")

#: Actions that are held at once with all that is on record of them, or those of one half-year.
AT_ONCE = 500

#: In place of a value that nobody reads.
NOTHING = Value()


class _Near:
    """The actions of each of some half-years, and those that may be, with all that is on record of them.

    Few are read at once; of many those of one half-year after the other, and only these are held."""

    def __init__(self, placed: list[Placed], periods: Iterable[Period]) -> None:
        self._groups: list[dict[int, list[Placed]]] = []
        self._held: dict[int, list[Placed]] = {}
        for period in periods:
            near = [action for action in placed if may_lie_in(action, period)]
            last = self._groups[-1] if self._groups else {}
            if not self._groups or sum(map(len, last.values())) + len(near) > AT_ONCE:
                self._groups.append(last := {})
            last[period.pk] = near

    def of(self, period: Period) -> list[Placed]:
        if period.pk not in self._held:
            group = next(group for group in self._groups if period.pk in group)
            known = {action.counted.pk: action for near in group.values() for action in near}
            read = {action.counted.pk: action for action in whole(known.values())}
            self._held = {pk: [read[action.counted.pk] for action in near] for pk, near in group.items()}
        return self._held[period.pk]


@dataclass(frozen=True)
class _Records:
    """All records behind a project's reports, read once."""

    project: Project
    periods: list[Period]
    placed: list[Placed]
    near: _Near
    deliverables: list[Deliverable]
    deviations: list[Deviation]
    stocks: list[Stock]
    partners: list[Partner]
    crossings: Crossings
    travel: SharedTravel

    def told(self, named: Named, period: Period) -> Report:
        """Return the report of a half-year without the figures of its actions."""
        here = [action for action in self.near.of(period) if action.period_id == period.pk]
        certain = [action for action in here if action.takes_place]
        partners = tuple(partner_part(partner) for partner in self.partners)
        return Report(
            project=project_part(self.project),
            period=PeriodPart(
                period.label, period.starts_on, period.ends_on, period.reported_on, texts_of(period, "highlights")
            ),
            built_at=timezone.now(),
            actions=tuple(action_part(action) for action in certain if action.is_event),
            coaching=tuple(coaching_part(action) for action in certain if not action.is_event),
            deviations=deviations(
                [row for row in self.deviations if row.period_id == period.pk],
                [action.event for action in here if action.is_event],
            ),
            deliverables=tuple(deliverable_part(item) for item in self.deliverables if item.period_id == period.pk),
            stocks=tuple(stock_part(stock) for stock in self.stocks if stock.told_in_id == period.pk),
            partners=partners,
            partner_totals=partner_totals(partners),
            evidence=tuple(file_part(item) for item in period.evidence.all()),
            crossings=self.crossings.figures(period),
            crossing_parts=self.crossings.parts(period),
            travel=self.travel.figures(period),
            travel_parts=self.travel.parts(period),
            breakdowns=breakdowns(self.share(period), named),
        )

    def with_figures(self, named: Named, periods: Iterable[Period]) -> Callable[[Period], Report]:
        """Return the function that tells of one of these half-years as `told` does, with its figures: `current` and
        `total`. One query for all of them."""
        shares: dict[str, list[Placed]] = {}
        for period in periods:
            _before, now, so_far = windows(self.periods, period)
            shares |= {f"n{period.pk}": now.share(self.placed), f"t{period.pk}": so_far.share(self.placed)}
        numbers = named_persons(shares)

        def figure(code: str, kind: Kind, period: Period) -> Figure:
            now, total = (reckoned(code, shares[when], numbers[when]) for when in (f"n{period.pk}", f"t{period.pk}"))
            return Figure(code, kind.value, previous=NOTHING, current=now, total=total)

        def told(period: Period) -> Report:
            figures = [figure(code, kind, period) for code, kind in FIGURES.items()]
            return replace(self.told(named, period), figures=(*figures, _deliverables(self.deliverables, period)))

        return told

    def share(self, period: Period) -> list[Placed]:
        """Return the actions that count in a half-year, and those that only may."""
        _before, now, _so_far = windows(self.periods, period)
        return now.share(self.placed)


def build_report(project: Project, period: Period, *, step: Callable[[str], None] = lambda name: None) -> Report:
    """Return the report of `period` from the records of this moment. `step` is called before each of STEPS."""
    step("records")
    periods = list(project.periods.order_by("starts_on").prefetch_related("evidence"))
    period = next(other for other in periods if other.pk == period.pk)
    closed = closed_reports(project, period)
    previously = Previously(periods, period, closed)
    placed = placed_actions(project, periods)
    up_to_now = {"project": project, "period__starts_on__lte": period.starts_on}
    records = _Records(
        project=project,
        periods=periods,
        placed=placed,
        near=_Near(placed, dict.fromkeys([period, *(other for other in periods if other.pk in closed)])),
        deliverables=list(
            Deliverable.objects.filter(**up_to_now).select_related("period").prefetch_related("evidence")
        ),
        deviations=list(Deviation.objects.filter(**up_to_now)),
        stocks=list(Stock.objects.filter(project=project)),
        partners=list(Partner.objects.filter(project=project).order_by("order", "pk")),
        crossings=Crossings(project, periods, previously, closed),
        travel=SharedTravel(project, periods, previously, closed),
    )

    step("figures")
    figures = (*_figures(records, previously), _deliverables(records.deliverables, period, previously))

    step("breakdowns")
    named = named_values(action for action in records.placed if action.period_id in {period.pk, *closed})

    step("annexes")
    report = replace(
        records.told(named, period),
        figures=figures,
        unassigned=unassigned(records.near.of(period), period),
        contradictions=contradictory(records.near.of(period), period),
        unreported=previously.unreported,
    )
    step("corrections")
    told_now = records.with_figures(named, [other for other in periods if other.pk in closed])
    return replace(report, corrections=corrections(closed, periods, told_now))


def _figures(records: _Records, previously: Previously) -> Iterator[Figure]:
    before, now, so_far = (window.share(records.placed) for window in windows(records.periods, previously.period))
    since = previously.since("NET-PERSONS").share(records.placed)
    shares = {"before": before, "now": now, "so_far": so_far, "since": since}
    named = named_persons(shares)
    for code, kind in FIGURES.items():
        values = {when: reckoned(code, share, named[when]) for when, share in shares.items()}
        if kind == Kind.PERSONS:
            reported = previously.united(code, values["since"])
        else:
            gaps = [window.share(records.placed) for window in previously.windows(code)]
            unreported = [count for share in gaps for count in contributions(code, share)]
            reported = previously.summed(code, kind, unreported)
        certain = tuple(key(action.counted) for action in counted(code, now) if action.period_id is not None)
        beside = differing(values["before"], reported)
        yield Figure(code, kind.value, reported, values["now"], values["so_far"], certain, beside)


def _deliverables(items: list[Deliverable], period: Period, previously: Previously | None = None) -> Figure:
    """Return the figure of the deliverables; `items` are those of this half-year and of all before it, or of more."""
    now = [item for item in items if item.period_id == period.pk]
    before = [item for item in items if item.period.starts_on < period.starts_on]
    known = reported = delivered(before)
    if previously:
        gaps = {gap.pk for gap in previously.gaps(DELIVERABLES)}
        unreported = [deliverable_count(item) for item in before if item.delivered and item.period_id in gaps]
        reported = previously.summed(DELIVERABLES, Kind.DELIVERABLES, unreported)
    return Figure(
        DELIVERABLES,
        Kind.DELIVERABLES.value,
        reported,
        delivered(now),
        delivered([*before, *now]),
        tuple(f"deliverable:{item.pk}" for item in now if item.delivered),
        differing(known, reported),
    )
