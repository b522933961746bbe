"""Build the report of one half-year from the records, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from hacktiv.common.languages import texts_of

from ...core.figures import Value
from ...enums import Kind
from ...models import Deliverable, Deviation, Partner, Period, Project, Stock
from .breakdowns import Named as NamedValues
from .breakdowns import breakdowns, named_values
from .classification import classified, doubles, misclassified, terms_of, unchosen, unclassified
from .content import Figure, IndicatorPart, PeriodPart, Report
from .corrections import closed_reports, corrections
from .counted import DELIVERABLES, FIGURES, Named, contributions, counted, delivered, named_persons, reckoned
from .crossings import Crossings
from .indicators import Chosen, Indicators, Reckoning, Spans, chosen_indicators, output_part, part_of
from .members import members
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
    section_notes,
    stock_part,
    unassigned,
)
from .plan import Plan
from .previously import Previously, differing
from .records import Placed, counted_actions, whole, windows
from .roles import with_roles
from .spending import Rows, spending_parts, spending_rows
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
    spending: Rows
    plan: Plan
    indicators: Indicators

    def told(self, named: NamedValues, period: Period) -> Report:
        """Return the report of a half-year without the figures of its actions."""
        here = [action for action in self.near.of(period) if action.period_id == period.pk]
        certain = [action for action in here if action.takes_place]
        partners = tuple(partner_part(partner) for partner in self.partners)
        return Report(
            project=project_part(self.project),
            period=PeriodPart(
                period.label,
                period.starts_on,
                period.ends_on,
                period.reported_on,
                texts_of(period, "highlights"),
                section_notes(period.comments.all()),
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
            spending=spending_parts(self.partners, self.spending, self.periods, period),
            work_packages=self.plan.work_packages(period),
            target_groups=self.plan.target_groups(period),
            communication=self.plan.communication(period),
            texts=self.plan.told(period),
            breakdowns=breakdowns(self.share(period), named),
            outputs=tuple(output_part(item) for item in self.indicators.outputs if item.period_id == period.pk),
        )

    def with_figures(self, named: NamedValues, periods: Iterable[Period]) -> Callable[[Period], Report]:
        """Return the function that tells of one of these half-years as `told` does, with its figures: `current` and
        `total`. One query for all of them."""
        shares: dict[str, list[Placed]] = {}
        for period in periods:
            shares |= {when: span.share(self.placed) for when, span in _spans(self.periods, period).items()}

        def spans(one: Chosen) -> Spans:
            return {when: span for period in periods for when, span in _spans(self.periods, period).items()}

        numbers = named_persons(shares | self.indicators.lists(spans))

        def figure(code: str, kind: Kind, period: Period) -> Figure:
            now, total = (reckoned(code, shares[when], numbers[when]) for when in (f"n{period.pk}", f"t{period.pk}"))
            return Figure(code, kind.value, previous=NOTHING, current=now, total=total)

        def indicator(one: Chosen, period: Period) -> IndicatorPart:
            now, total = (
                self.indicators.value(one, when, span, numbers) for when, span in _spans(self.periods, period).items()
            )
            return part_of(one, period, previous=NOTHING, current=now, total=total)

        def told(period: Period) -> Report:
            figures = [figure(code, kind, period) for code, kind in FIGURES.items()]
            return replace(
                self.told(named, period),
                figures=(*figures, _deliverables(self.deliverables, period)),
                indicators=tuple(indicator(one, period) for one in self.indicators.chosen),
            )

        return told

    def share(self, period: Period) -> list[Placed]:
        """Return the actions that count in a half-year, and those that only may."""
        _before, now, _so_far = windows(self.periods, period)
        return now.share(self.placed)


def _spans(periods: list[Period], period: Period) -> Spans:
    """Return the range of a half-year and the one up to its end, each under a name of its own."""
    _before, now, so_far = windows(periods, period)
    return {f"n{period.pk}": now, f"t{period.pk}": so_far}


def build_report(project: Project, period: Period, *, step: Callable[[str], None] = lambda name: None) -> Report:
    """Return the report of `period` from the records of this moment. `step` is called before each of STEPS."""
    step("records")
    periods = list(project.periods.order_by("starts_on").prefetch_related("evidence", "comments"))
    period = next(other for other in periods if other.pk == period.pk)
    closed = closed_reports(project, period)
    previously = Previously(periods, period, closed)
    up_to_now = {"project": project, "period__starts_on__lte": period.starts_on}
    placed = counted_actions(project, periods)
    partners = list(Partner.objects.filter(project=project).order_by("order", "pk"))
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
        partners=partners,
        crossings=Crossings(project, periods, previously, closed),
        travel=SharedTravel(project, periods, previously, closed),
        spending=spending_rows(project),
        plan=Plan.of(project),
        indicators=chosen_indicators(project, placed, partners),
    )

    step("figures")
    reckoning = Reckoning(records.indicators, periods, previously)
    shares = _shares(records, previously)
    numbers = named_persons(shares | reckoning.lists())
    figures = (*_figures(records, previously, shares, numbers), _deliverables(records.deliverables, period, previously))

    step("breakdowns")
    named = named_values(action for action in records.placed if action.period_id in {period.pk, *closed})

    step("annexes")
    told = records.told(named, period)
    files = [item for deliverable in records.deliverables for item in deliverable.evidence.all()]
    files += [item for output in records.indicators.outputs for item in output.evidence.all()]
    report = replace(
        with_roles(
            told,
            project=project,
            placed=records.near.of(period),
            partners=records.partners,
            evidence=[*files, *period.evidence.all()],
        ),
        figures=figures,
        indicators=reckoning.parts(numbers),
        members=members(project, period),
        unassigned=unassigned(records.near.of(period), period),
        contradictions=contradictory(records.near.of(period), period),
        **_of_indicators(records, period),
        unreported=previously.unreported,
        spending=spending_parts(records.partners, records.spending, periods, period, previously),
    )
    step("corrections")
    told_now = records.with_figures(named, [other for other in periods if other.pk in closed])
    return replace(report, corrections=corrections(closed, periods, told_now))


def _of_indicators(records: _Records, period: Period) -> dict[str, Any]:
    """Return what waits for a decision under which indicator it counts, and which decisions the records contradict."""
    near = records.near.of(period)
    here = [action for action in near if action.period_id == period.pk and action.takes_place]
    actions = classified(here, terms_of(records.project))
    return {
        "unclassified": unclassified(actions),
        "misclassified": misclassified(actions),
        "unchosen": unchosen(
            records.project,
            {one.code for one in records.indicators.chosen},
            actions,
            (output for output in records.indicators.outputs if output.period_id == period.pk),
        ),
        "doubles": doubles(records.project, here),
    }


def _shares(records: _Records, previously: Previously) -> dict[str, list[Placed]]:
    """Return the actions before the half-year, in it, so far, and since the last report of persons."""
    before, now, so_far = (window.share(records.placed) for window in windows(records.periods, previously.period))
    since = previously.since("NET-PERSONS").share(records.placed)
    return {"before": before, "now": now, "so_far": so_far, "since": since}


def _figures(
    records: _Records, previously: Previously, shares: dict[str, list[Placed]], named: Named
) -> Iterator[Figure]:
    for code, kind in FIGURES.items():
        values = {when: reckoned(code, share, named[when]) for when, share in shares.items()}
        if kind == Kind.PERSONS:
            reported = previously.united(code, values["since"])
        else:
            gaps = [window.share(records.placed) for window in previously.windows(code)]
            unreported = [count for share in gaps for count in contributions(code, share)]
            reported = previously.summed(code, kind, unreported)
        certain = tuple(key(action.counted) for action in counted(code, shares["now"]) if action.period_id is not None)
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
