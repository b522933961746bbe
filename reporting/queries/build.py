"""Build the report of one half-year from the records, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.db.models import Count as CountOf
from django.db.models import Q
from django.utils import timezone

from events.models import Participation
from hacktiv.common.languages import texts_of

from ..enums import Kind
from ..figures import Value, added, distinct_persons
from ..models import Deliverable, Deviation, Partner, Period, Project, Stock
from .breakdowns import Named, breakdowns, named_values
from .content import Figure, PeriodPart, Report
from .corrections import corrections
from .crossings import Crossings
from .parts import (
    action_part,
    coaching_part,
    deliverable_count,
    deliverable_part,
    deviations,
    file_part,
    key,
    partner_part,
    partner_totals,
    project_part,
    stock_part,
    unassigned,
)
from .records import Placed, placed_actions, windows
from .travel import SharedTravel

#: The steps of a build, in order. The progress counts them.
STEPS = ("records", "figures", "breakdowns", "annexes", "corrections")


@dataclass(frozen=True)
class _Records:
    """All records behind a project's reports, read once."""

    project: Project
    periods: list[Period]
    placed: list[Placed]
    deliverables: list[Deliverable]
    deviations: list[Deviation]
    stocks: list[Stock]
    partners: list[Partner]
    crossings: Crossings
    travel: SharedTravel

    def told(self, named: Named, period: Period) -> Report:
        """Return the report of a half-year without the figures of its actions."""
        here = [action for action in self.placed if action.period_id == period.pk]
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

    def with_persons(self, named: Named) -> Callable[[Period], Report]:
        """Return the function that tells of a half-year as `told` does, with the figure of its distinct persons. One
        query for all half-years."""
        shares = {f"p{period.pk}": [one for one in self.share(period) if one.is_event] for period in self.periods}
        numbers = _distinct_named(shares)

        def told(period: Period) -> Report:
            when = f"p{period.pk}"
            value = _persons(shares[when], when, numbers)
            figure = Figure("NET-PERSONS", Kind.PERSONS.value, value, value, value)
            return replace(self.told(named, period), figures=(figure,))

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
    up_to_now = {"project": project, "period__starts_on__lte": period.starts_on}
    records = _Records(
        project=project,
        periods=periods,
        placed=placed_actions(project, periods),
        deliverables=list(Deliverable.objects.filter(**up_to_now).prefetch_related("evidence")),
        deviations=list(Deviation.objects.filter(**up_to_now)),
        stocks=list(Stock.objects.filter(project=project)),
        partners=list(Partner.objects.filter(project=project).order_by("order", "pk")),
        crossings=Crossings(project, periods, period),
        travel=SharedTravel(project, periods, period),
    )
    before, now, so_far = (window.share(records.placed) for window in windows(periods, period))

    step("figures")
    figures = (
        *_figures(before, now, so_far),
        _deliverables(records.deliverables, period),
    )

    step("breakdowns")
    named = named_values(records.placed)

    step("annexes")
    report = replace(records.told(named, period), figures=figures, unassigned=unassigned(records.placed, period))
    step("corrections")
    return replace(report, corrections=corrections(project, period, periods, records.with_persons(named)))


def _figures(before: list[Placed], now: list[Placed], so_far: list[Placed]) -> tuple[Figure, ...]:
    shares = {"previous": before, "current": now, "total": so_far}
    named = _distinct_named(shares)

    def figure(code: str, kind: Kind, reckon: Callable[[list[Placed], str], Value], *, of_events: bool) -> Figure:
        chosen = {when: [a for a in share if a.is_event == of_events] for when, share in shares.items()}
        values = {when: reckon(actions, when) for when, actions in chosen.items()}
        certain = tuple(key(a.counted) for a in chosen["current"] if a.period_id is not None)
        return Figure(code, kind.value, **values, actions=certain)

    def events(actions: list[Placed], _when: str) -> Value:
        return added(Kind.EVENTS, [action.held for action in actions])

    def participations(actions: list[Placed], _when: str) -> Value:
        return added(Kind.PARTICIPATIONS, [action.participations for action in actions])

    def persons(actions: list[Placed], when: str) -> Value:
        return _persons(actions, when, named)

    def coached(actions: list[Placed], _when: str) -> Value:
        return distinct_persons([action.persons for action in actions])

    return (
        figure("NET-ACTIONS", Kind.EVENTS, events, of_events=True),
        figure("NET-PARTICIPATIONS", Kind.PARTICIPATIONS, participations, of_events=True),
        figure("NET-PERSONS", Kind.PERSONS, persons, of_events=True),
        figure("NET-COACHED", Kind.PERSONS, coached, of_events=False),
    )


def _persons(actions: list[Placed], when: str, named: dict[str, int]) -> Value:
    """Return the distinct persons of a share; `named` are the numbers of `_distinct_named`."""
    return distinct_persons(
        [action.persons for action in actions], named=named[when], named_proven=named[f"{when}_proven"]
    )


def _distinct_named(shares: dict[str, list[Placed]]) -> dict[str, int]:
    """Return the number of different participants on the named lists of each share, and on the proven lists.

    Who is known by name alone is not told apart over several lists."""
    filters = {}
    for when, actions in shares.items():
        lists = [(action.thing.pk, action.attendance) for action in actions if action.attendance]
        filters[when] = [event for event, attendance in lists if attendance.named]
        filters[f"{when}_proven"] = [event for event, attendance in lists if attendance.named and attendance.checked]
    return Participation.objects.aggregate(
        **{
            name: CountOf("participant_number", distinct=True, filter=Q(event_id__in=event_ids, is_by_name=False))
            for name, event_ids in filters.items()
        }
    )


def _deliverables(items: list[Deliverable], period: Period) -> Figure:
    def delivered(chosen: Iterable[Deliverable]) -> Value:
        return added(Kind.DELIVERABLES, [deliverable_count(item) for item in chosen if item.delivered])

    now = [item for item in items if item.period_id == period.pk]
    return Figure(
        "NET-DELIVERABLES",
        Kind.DELIVERABLES.value,
        delivered(item for item in items if item.period_id != period.pk),
        delivered(now),
        delivered(items),
        tuple(f"deliverable:{item.pk}" for item in now if item.delivered),
    )
