"""The counted actions of a project, each with its contribution and the half-years in which it may count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import cast

from django.db.models import Count as CountOf
from django.db.models import Q

from events.enums import ATTENDANCE_PROOFS, EventState, Measure
from events.models import DeclaredCount, Event, Participation, Proof
from hacktiv.common.bounds import ZERO, Bounds
from training.models import Coaching

from ...core.figures import Count
from ...enums import Kind
from ...models import Classification, CountedAction, EvidenceFile, Period, Project
from .. import rules
from ..rules import Attendance

#: The columns by which actions are counted and placed.
COUNTED_BY = (
    *("project_id", "period_id", "event_id", "coaching_id"),
    *(f"{thing}__{name}" for thing in ("event", "coaching") for name in ("slug", "earliest", "latest")),
    *(f"event__{name}" for name in ("state", "meetings_lower", "meetings_upper", "list_is_complete", "proofs_owed")),
    *("coaching__persons_lower", "coaching__persons_upper", "coaching__residence"),
)


@dataclass(frozen=True)
class Counts:
    """The numbers by which events and coaching are counted, by their keys.

    `lists`: the number of people on the list of each event, and of those on it who are known by name alone. `declared`:
    the counts by measure. `checked`: the kinds of proof. `coaching`: the keys of that with checked evidence.
    `classified`: the decisions on each counted action, by indicator."""

    lists: dict[int, tuple[int, int]]
    declared: dict[int, dict[str, Bounds]]
    checked: dict[int, set[str]]
    coaching: set[int]
    classified: dict[int, dict[str, Classification]]


@dataclass(frozen=True)
class Placed:
    """A counted action, its half-year (None: its dates lie in several), and its contribution.

    `takes_place` is false for a cancelled event and for one that nobody marked as held: they do not count.
    `classified` are the indicators under which it counts, with the decision of each.
    """

    counted: CountedAction
    period_id: int | None
    takes_place: bool
    attendance: Attendance | None
    held: Count
    participations: Count
    persons: Count
    classified: Mapping[str, Classification] = field(default_factory=dict)
    is_certain: bool = True

    @property
    def thing(self) -> Event | Coaching:
        return self.counted.thing

    @property
    def event(self) -> Event:
        """Return the event, of an action that is one (`is_event`)."""
        return cast(Event, self.counted.event)

    @property
    def coaching(self) -> Coaching:
        """Return the coaching, of an action that is no event."""
        return cast(Coaching, self.counted.coaching)

    @property
    def is_event(self) -> bool:
        return self.counted.event_id is not None

    def perhaps(self) -> Placed:
        """Return the contribution of an action that may lie at another time: from nothing to all of it."""
        return replace(
            self,
            attendance=None,
            held=_perhaps(self.held),
            participations=_perhaps(self.participations),
            persons=_perhaps(self.persons),
            is_certain=False,
        )


@dataclass(frozen=True)
class Window:
    """A range of half-years. It is empty if it ends before it starts."""

    start: date
    end: date
    period_ids: frozenset[int]

    @property
    def is_empty(self) -> bool:
        return self.end < self.start

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.end

    def share(self, actions: Iterable[Placed]) -> list[Placed]:
        """Return the actions that count in the window; those that only may lie in it count from nothing to all.

        An action whose dates lie in several half-years, and that nobody assigned, widens the figures of each of them.
        So the true number always lies within the bounds. An empty window has no share in anything.
        """
        shares: list[Placed] = []
        if self.is_empty:
            return shares
        for action in actions:
            thing = action.thing
            if not action.takes_place:
                continue
            if action.period_id is not None:
                if action.period_id in self.period_ids:
                    shares.append(action)
            elif rules.lies_within(thing.earliest, thing.latest, self.start, self.end):
                shares.append(action)
            elif thing.earliest <= self.end and thing.latest >= self.start:
                shares.append(action.perhaps())
        return shares


def windows(periods: list[Period], period: Period) -> tuple[Window, Window, Window]:
    """Return the ranges before this half-year, in it, and in total so far. `periods` are the project's, in order."""
    earlier = [other for other in periods if other.starts_on < period.starts_on]
    start = periods[0].starts_on
    ids = frozenset(other.pk for other in earlier)
    return (
        Window(start, period.starts_on - timedelta(days=1), ids),
        Window(period.starts_on, period.ends_on, frozenset({period.pk})),
        Window(start, period.ends_on, ids | {period.pk}),
    )


def may_lie_in(period: Period) -> Q:
    """Return the condition of the counted actions that may count in a half-year: they are assigned to it, or to none
    and may have taken place in it."""
    touching = Q(event__earliest__lte=period.ends_on, event__latest__gte=period.starts_on)
    touching |= Q(coaching__earliest__lte=period.ends_on, coaching__latest__gte=period.starts_on)
    return Q(period=period) | (Q(period=None) & touching)


def placed_actions(project: Project, periods: list[Period], *, among: Q | None = None) -> list[Placed]:
    """Return the actions that the project counts, by date: all of them, or those that the condition `among` keeps."""
    return whole(counted_actions(project, periods, among=among))


def counted_actions(project: Project, periods: list[Period], *, among: Q | None = None) -> list[Placed]:
    """Return the same actions with nothing but what they count by: `whole` reads the rest of them."""
    rows = CountedAction.objects.filter(among or Q(), project=project, counts=True)
    if not project.is_example:
        # Figures of a real project never count fictional people and meetings.
        rows = rows.exclude(event__is_example=True).exclude(coaching__is_example=True)
    counts = _counts(
        Q(event__counted__project=project, event__counted__counts=True),
        Q(coaching__counted__project=project),
        Q(action__project=project),
    )
    rows = rows.select_related("event", "coaching").only(*COUNTED_BY)
    return sorted((_place(row, periods, counts) for row in rows), key=_in_the_report)


def whole(actions: Iterable[Placed]) -> list[Placed]:
    """Return actions with all that is on record of them, in a fixed number of queries."""
    actions = list(actions)
    rows = (
        CountedAction.objects.filter(pk__in=[action.counted.pk for action in actions])
        .select_related("event__type", "event__training_session", "coaching")
        .prefetch_related(
            "event__organisers",
            "event__venues",
            "event__declared_counts",
            "event__proofs",
            "event__changes",
            "event__proposals",
            "coaching__organisers",
            "coaching__evidence",
            "coaching__earlier_counts",
            "classifications",
        )
        .in_bulk()
    )
    return [replace(action, counted=rows[action.counted.pk]) for action in actions]


def _in_the_report(action: Placed) -> tuple[date, date, bool, int]:
    """Return the place of an action among the others: by date, whichever was counted first."""
    thing = action.thing
    return thing.earliest, thing.latest, not action.is_event, thing.pk


def placed_if_counted(project: Project, events: Iterable[Event]) -> list[Placed]:
    """Return the contributions of these events as if the project counted them. Nothing is stored."""
    events = list(events)
    counts = _counts(Q(event__in=events), Q(pk=None), Q(pk=None))
    return [_place(CountedAction(project=project, event=event), [], counts) for event in events]


def _counts(of_events: Q, of_coaching: Q, of_actions: Q) -> Counts:
    """Read what events and coaching are counted by, in five queries."""
    numbers = {"named": CountOf("pk"), "without_address": CountOf("pk", filter=Q(is_by_name=True))}
    lists = Participation.objects.filter(of_events).values_list("event_id").annotate(**numbers).order_by()
    declared: dict[int, dict[str, Bounds]] = {}
    said = DeclaredCount.objects.current().filter(of_events)
    for event, measure, lower, upper in said.values_list("event_id", "measure", "lower", "upper").order_by():
        declared.setdefault(event, {})[measure] = Bounds(lower, upper)
    checked: dict[int, set[str]] = {}
    proofs = Proof.objects.filter(of_events, checked_at__isnull=False)
    for event, kind in proofs.values_list("event_id", "kind").order_by():
        checked.setdefault(event, set()).add(kind)
    classified: dict[int, dict[str, Classification]] = {}
    for row in Classification.objects.filter(of_actions).exclude(indicator="").order_by("pk"):
        classified.setdefault(row.action_id, {})[row.indicator] = row
    evidence = EvidenceFile.objects.filter(of_coaching, coaching__isnull=False, checked_at__isnull=False)
    return Counts(
        {event: (named, without_address) for event, named, without_address in lists},
        declared,
        checked,
        set(evidence.values_list("coaching_id", flat=True).order_by()),
        classified,
    )


def _place(counted: CountedAction, periods: list[Period], counts: Counts) -> Placed:
    if isinstance(counted.thing, Coaching):
        return _place_coaching(counted, counted.thing, periods, counts)
    event = counted.thing
    declared = counts.declared.get(event.pk, {})
    checked = counts.checked.get(event.pk, set())
    meetings = Bounds(event.meetings_lower, event.meetings_upper)
    named, by_name = counts.lists.get(event.pk, (0, 0))
    attendance = Attendance(
        declared=declared.get(Measure.PARTICIPATIONS),
        declared_persons=declared.get(Measure.PERSONS),
        named=named,
        by_name=by_name,
        complete=event.list_is_complete,
        checked=not checked.isdisjoint(ATTENDANCE_PROOFS),
        meetings=meetings,
    )
    proven = rules.evidence_is_whole(event.proofs_owed, checked)
    return Placed(
        counted=counted,
        period_id=_half_year_of(counted, event, periods),
        takes_place=event.state == EventState.HELD,
        attendance=attendance,
        held=Count(Kind.EVENTS, meetings, lower_proven=proven, upper_proven=proven),
        participations=rules.participations(attendance),
        persons=rules.persons(attendance),
        classified=counts.classified.get(counted.pk, {}),
    )


def _place_coaching(counted: CountedAction, coaching: Coaching, periods: list[Period], counts: Counts) -> Placed:
    is_checked = coaching.pk in counts.coaching
    bounds = Bounds(coaching.persons_lower, coaching.persons_upper)
    return Placed(
        counted=counted,
        period_id=_half_year_of(counted, coaching, periods),
        takes_place=True,
        attendance=None,
        held=Count(Kind.EVENTS, ZERO),
        participations=Count(Kind.PARTICIPATIONS, ZERO),
        persons=Count(Kind.PERSONS, bounds, lower_proven=is_checked, upper_proven=is_checked),
        classified=counts.classified.get(counted.pk, {}),
    )


def _half_year_of(counted: CountedAction, thing: Event | Coaching, periods: list[Period]) -> int | None:
    if counted.period_id:
        return counted.period_id
    for period in periods:
        if rules.lies_within(thing.earliest, thing.latest, period.starts_on, period.ends_on):
            return period.pk
    return None


def _perhaps(count: Count) -> Count:
    return Count(count.kind, Bounds(0, count.bounds.upper))
