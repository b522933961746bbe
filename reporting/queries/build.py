"""Builds the report of one half-year from the records, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db.models import Count as CountOf
from django.db.models import Q
from django.utils import timezone

from events.enums import Audience, EventState, Measure
from events.models import Event, Participation
from hacktiv.common.bounds import ZERO, Bounds, total
from training.models import Coaching

from .. import rules
from ..enums import Kind, PartnerRole
from ..figures import Count, added, distinct_persons, of_one
from ..models import CountedAction, Deliverable, Deviation, Partner, Period, Project, ReportVersion, Stock
from ..rules import Attendance
from .codec import from_payload
from .content import (
    Action,
    BreakdownRow,
    CoachingPart,
    Correction,
    Declaration,
    DeliverablePart,
    DeviationPart,
    Evidence,
    Figure,
    PartnerPart,
    PartnerTotals,
    PeriodPart,
    ProjectPart,
    Report,
    StockPart,
    Unassigned,
    Words,
)

#: The steps of a build, in order, as whoever watches is told.
STEPS = ("records", "actions", "figures", "breakdowns", "annexes", "corrections")

#: The attributes that participations are broken down by.
ATTRIBUTES = ("residence", "gender", "age_band", "status", "home_space")


@dataclass(frozen=True)
class _Placed:
    """A counted action, the half-year its dates lie in, the one it counts in, and what it contributes."""

    counted: CountedAction
    half_year_id: int | None
    period_id: int | None
    attendance: Attendance | None
    held: Count
    participations: Count | None
    persons: Count


def build_report(project: Project, period: Period, *, step: Callable[[str], None] = lambda name: None) -> Report:
    """The report of `period` as the records stand now. `step` is called before each of STEPS."""
    step("records")
    periods = list(project.periods.order_by("starts_on"))
    placed = _placed_actions(project, periods)
    earlier = {other.pk for other in periods if other.starts_on < period.starts_on}

    step("actions")
    now = [action for action in placed if action.period_id == period.pk]
    before = [action for action in placed if action.period_id in earlier]
    events = [action for action in now if action.counted.event_id]

    step("figures")
    deliverables = list(
        Deliverable.objects.filter(project=project, period__in=[period.pk, *earlier]).prefetch_related("evidence")
    )
    figures = _figures(before, now, deliverables, period)

    step("breakdowns")
    breakdowns = _breakdowns(events, [action for action in now if action.counted.coaching_id])

    step("annexes")
    partners = tuple(_partner(partner) for partner in Partner.objects.filter(project=project).order_by("order", "pk"))
    report = Report(
        project=_project(project),
        period=PeriodPart(
            period.label, period.starts_on, period.ends_on, period.reported_on, words(period, "highlights")
        ),
        built_at=timezone.now(),
        figures=figures,
        actions=tuple(_action(action) for action in events),
        coaching=tuple(_coaching(action) for action in now if action.counted.coaching_id),
        deviations=_deviations(period, events=[a.counted.event for a in placed if a.half_year_id == period.pk]),
        deliverables=tuple(_deliverable(item) for item in deliverables if item.period_id == period.pk),
        stocks=tuple(
            StockPart(stock.code, words(stock, "name"), stock.date, stock.value, stock.source)
            for stock in Stock.objects.filter(told_in=period)
        ),
        partners=partners,
        partner_totals=_partner_totals(partners),
        breakdowns=breakdowns,
        unassigned=_unassigned(placed, period),
        evidence=tuple(_file(item) for item in period.evidence.all()),
    )
    step("corrections")
    return replace(report, corrections=_corrections(project, period, periods, placed, deliverables))


def words(row, field: str) -> Words:
    """A translated field in each language that has it."""
    texts = {code: getattr(row, f"{field}_{code}") for code, _name in settings.LANGUAGES}
    return {code: text for code, text in texts.items() if text}


# --- records --------------------------------------------------------------------------------------------------------


def _placed_actions(project: Project, periods: list[Period]) -> list[_Placed]:
    rows = (
        CountedAction.objects.filter(project=project, counts=True)
        .select_related("event__type", "coaching")
        .prefetch_related(
            "event__organisers",
            "event__venues",
            "event__declared_counts",
            "event__proofs",
            "event__changes",
            "coaching__organisers",
            "coaching__evidence",
        )
    )
    if not project.is_example:
        # Fictional people and meetings never reach a real project's figures.
        rows = rows.exclude(event__is_example=True).exclude(coaching__is_example=True)
    named = _named_by_event(project)
    placed = [_place(row, periods, named) for row in rows]
    return sorted(placed, key=lambda action: _order(action.counted))


def _named_by_event(project: Project) -> dict[int, int]:
    rows = (
        Participation.objects.filter(event__counted__project=project, event__counted__counts=True)
        .values("event_id")
        .annotate(named=CountOf("pk"))
        .order_by()
    )
    return {row["event_id"]: row["named"] for row in rows}


def _order(counted: CountedAction):
    thing = counted.event or counted.coaching
    return (thing.earliest, thing.latest, counted.pk)


def _place(counted: CountedAction, periods: list[Period], named: dict[int, int]) -> _Placed:
    if counted.coaching_id:
        coaching = counted.coaching
        checked = any(item.checked_at for item in coaching.evidence.all())
        bounds = Bounds(coaching.persons_lower, coaching.persons_upper)
        persons = Count(Kind.PERSONS, bounds, lower_proven=checked, upper_proven=checked)
        half_year = _half_year_of(counted, coaching, periods)
        return _Placed(counted, half_year, half_year, None, Count(Kind.EVENTS, ZERO), None, persons)
    event = counted.event
    declared = {row.measure: Bounds(row.lower, row.upper) for row in event.declared_counts.all() if not row.replaced_at}
    checked_kinds = _checked_kinds(event)
    meetings = Bounds(event.meetings_lower, event.meetings_upper)
    attendance = Attendance(
        declared=declared.get(Measure.PARTICIPATIONS),
        declared_persons=declared.get(Measure.PERSONS),
        named=named.get(event.pk, 0),
        complete=event.list_is_complete,
        checked=bool(checked_kinds & rules.ATTENDANCE_PROOFS),
        meetings=meetings,
    )
    proven = rules.evidence_is_whole(event.proofs_owed, checked_kinds)
    half_year = _half_year_of(counted, event, periods)
    return _Placed(
        counted,
        half_year,
        # Neither a cancelled event, which deviates, nor one that nobody marked as held is an action.
        half_year if event.state == EventState.HELD else None,
        attendance,
        Count(Kind.EVENTS, meetings, lower_proven=proven, upper_proven=proven),
        rules.participations(attendance),
        rules.persons(attendance),
    )


def _checked_kinds(event: Event) -> set[str]:
    return {proof.kind for proof in event.proofs.all() if proof.checked_at}


def _half_year_of(counted: CountedAction, thing: Event | Coaching, periods: list[Period]) -> int | None:
    if counted.period_id:
        return counted.period_id
    for period in periods:
        if rules.lies_within(thing.earliest, thing.latest, period.starts_on, period.ends_on):
            return period.pk
    return None


# --- figures --------------------------------------------------------------------------------------------------------


def _figures(before: list[_Placed], now: list[_Placed], deliverables: list[Deliverable], period: Period):
    distinct = _distinct_named(before, now)
    deliverables_before = [item for item in deliverables if item.period_id != period.pk]
    deliverables_now = [item for item in deliverables if item.period_id == period.pk]

    def figure(code, kind, reckon, keys):
        return Figure(
            code,
            kind.value,
            reckon(before, "before"),
            reckon(now, "now"),
            reckon([*before, *now], "total"),
            tuple(keys),
        )

    event_keys = [_key(action.counted) for action in now if action.counted.event_id]
    delivered_now = [item for item in deliverables_now if item.delivered]
    return (
        figure(
            "NET-ACTIONS",
            Kind.EVENTS,
            lambda actions, _when: added(Kind.EVENTS, [a.held for a in actions if a.counted.event_id]),
            event_keys,
        ),
        figure(
            "NET-PARTICIPATIONS",
            Kind.PARTICIPATIONS,
            lambda actions, _when: added(
                Kind.PARTICIPATIONS, [a.participations for a in actions if a.participations is not None]
            ),
            event_keys,
        ),
        figure(
            "NET-PERSONS",
            Kind.PERSONS,
            lambda actions, when: distinct_persons(
                [a.persons for a in actions if a.counted.event_id],
                named=distinct[when],
                named_proven=distinct[f"{when}_proven"],
            ),
            event_keys,
        ),
        figure(
            "NET-COACHED",
            Kind.PERSONS,
            lambda actions, _when: distinct_persons([a.persons for a in actions if a.counted.coaching_id]),
            [_key(action.counted) for action in now if action.counted.coaching_id],
        ),
        Figure(
            "NET-DELIVERABLES",
            Kind.DELIVERABLES.value,
            _delivered(deliverables_before),
            _delivered(deliverables_now),
            _delivered(deliverables),
            tuple(f"deliverable:{item.pk}" for item in delivered_now),
        ),
    )


def _distinct_named(before: list[_Placed], now: list[_Placed]) -> dict[str, int]:
    """How many different participant numbers stand on the named lists: before, now, and in both together."""

    def events(actions: Iterable[_Placed], proven: bool) -> list[int]:
        return [
            action.counted.event_id
            for action in actions
            if action.attendance and action.attendance.named and (action.attendance.checked or not proven)
        ]

    groups = {"before": before, "now": now, "total": [*before, *now]}
    wanted = {
        f"{name}{'_proven' if proven else ''}": events(actions, proven)
        for name, actions in groups.items()
        for proven in (False, True)
    }
    return Participation.objects.aggregate(
        **{
            name: CountOf("participant_number", distinct=True, filter=Q(event_id__in=event_ids))
            for name, event_ids in wanted.items()
        }
    )


def _delivered(items: Iterable[Deliverable]):
    return added(Kind.DELIVERABLES, [_deliverable_count(item) for item in items if item.delivered])


def _deliverable_count(item: Deliverable) -> Count:
    checked = any(proof.checked_at for proof in item.evidence.all())
    return Count(Kind.DELIVERABLES, Bounds.exactly(1), lower_proven=checked, upper_proven=checked)


# --- breakdowns -----------------------------------------------------------------------------------------------------


def _breakdowns(events: list[_Placed], coaching: list[_Placed]) -> tuple[BreakdownRow, ...]:
    """Named participations by each attribute; "unknown" has those without it and all that nobody named."""
    counted = Counter()
    records = (
        Participation.objects.filter(event_id__in=[action.counted.event_id for action in events])
        .values_list("residence", "gender", "age_band", "status", "home_space__slug")
        .annotate(number=CountOf("pk"))
        .order_by()
    )
    for *values, number in records:
        for attribute, value in zip(ATTRIBUTES, values, strict=True):
            counted[attribute, value or "unknown"] += number
    unnamed = total(_unnamed(action) for action in events)
    rows = []
    for attribute in ATTRIBUTES:
        known = sorted(value for by, value in counted if by == attribute and value != "unknown")
        rows += [BreakdownRow(attribute, value, Bounds.exactly(counted[attribute, value])) for value in known]
        rows.append(BreakdownRow(attribute, "unknown", Bounds.exactly(counted[attribute, "unknown"]) + unnamed))
    by_residence: dict[str, Bounds] = {}
    for action in coaching:
        residence = action.counted.coaching.residence or "unknown"
        by_residence[residence] = by_residence.get(residence, ZERO).union(action.persons.bounds)
    rows += [
        BreakdownRow("coached_residence", residence, by_residence[residence]) for residence in sorted(by_residence)
    ]
    return tuple(rows)


def _unnamed(action: _Placed) -> Bounds:
    """The participations of an action beyond its named ones."""
    bounds, named = action.participations.bounds, action.attendance.named
    return Bounds(max(0, bounds.floor - named), None if bounds.upper is None else max(0, bounds.upper - named))


# --- the parts of the report ----------------------------------------------------------------------------------------


def _key(counted: CountedAction) -> str:
    return f"event:{counted.event.slug}" if counted.event_id else f"coaching:{counted.coaching.slug}"


def _action(action: _Placed) -> Action:
    event = action.counted.event
    organisers = sorted(event.organisers.all(), key=lambda organisation: organisation.name)
    return Action(
        key=_key(action.counted),
        slug=event.slug,
        title=words(event, "title"),
        type=event.type.slug,
        type_name=words(event.type, "name"),
        date=_date_of(event),
        earliest=event.earliest,
        latest=event.latest,
        meetings=Bounds(event.meetings_lower, event.meetings_upper),
        organisers=tuple(organisation.name for organisation in organisers),
        countries=tuple(sorted({organisation.country for organisation in organisers})),
        venues=tuple(space.name for space in event.venues.all()),
        joint=event.joint,
        public={Audience.PUBLIC: True, Audience.MEMBERS: False}.get(event.audience),
        mode=event.mode,
        indicator=action.counted.indicator,
        declared=rules.declared_participations(action.attendance),
        proven=rules.proven_participations(action.attendance),
        participations=of_one(action.participations),
        persons=of_one(action.persons),
        held=of_one(action.held),
        named=action.attendance.named,
        list_is_complete=event.list_is_complete,
        history=tuple(
            Declaration(row.measure, Bounds(row.lower, row.upper), row.reason, row.entered_at, row.replaced_at)
            for row in sorted(event.declared_counts.all(), key=lambda row: (row.measure, row.entered_at, row.pk))
        ),
        evidence=tuple(
            Evidence(
                proof.name,
                proof.kind,
                proof.sha256,
                timezone.localdate(proof.added_at),
                proof.checked_at is not None,
                f"proof:{proof.pk}",
            )
            for proof in event.proofs.all()
        ),
        owed=tuple(event.proofs_owed),
        missing=tuple(rules.missing_proofs(event.proofs_owed, _checked_kinds(event))),
        source=event.source,
    )


def _date_of(event: Event) -> date | None:
    return event.earliest if event.earliest == event.latest else None


def _coaching(action: _Placed) -> CoachingPart:
    coaching = action.counted.coaching
    organisers = sorted(coaching.organisers.all(), key=lambda organisation: organisation.name)
    return CoachingPart(
        key=_key(action.counted),
        title=words(coaching, "title"),
        note=words(coaching, "note"),
        earliest=coaching.earliest,
        latest=coaching.latest,
        organisers=tuple(organisation.name for organisation in organisers),
        countries=tuple(sorted({organisation.country for organisation in organisers})),
        persons=of_one(action.persons),
        residence=coaching.residence,
        evidence=tuple(_file(item) for item in coaching.evidence.all()),
        source=coaching.source,
    )


def _file(item) -> Evidence:
    return Evidence(
        item.name,
        "",
        item.sha256,
        timezone.localdate(item.added_at),
        item.checked_at is not None,
        f"evidence:{item.pk}",
    )


def _deliverable(item: Deliverable) -> DeliverablePart:
    return DeliverablePart(
        key=f"deliverable:{item.pk}",
        title=words(item, "title"),
        note=words(item, "note"),
        date=item.date,
        delivered=item.delivered,
        held=of_one(_deliverable_count(item)),
        evidence=tuple(_file(proof) for proof in item.evidence.all()),
        source=item.source,
    )


def _deviations(period: Period, events: Iterable[Event | None]) -> tuple[DeviationPart, ...]:
    told = [
        DeviationPart(row.date, words(row, "title"), words(row, "reason"), words(row, "solution"), row.source)
        for row in Deviation.objects.filter(period=period)
    ]
    changed = [
        DeviationPart(
            event.earliest if event.earliest == event.latest else timezone.localdate(change.made_at),
            words(event, "title"),
            {settings.LANGUAGE_CODE: change.reason},
            {},
            "",
        )
        for event in events
        if event
        for change in event.changes.all()
    ]
    return tuple(sorted([*told, *changed], key=lambda part: (part.date is None, part.date or period.starts_on)))


def _partner(partner: Partner) -> PartnerPart:
    return PartnerPart(
        partner.name, partner.side, partner.role, partner.total, partner.erdf, words(partner, "note"), partner.source
    )


def _partner_totals(partners: Iterable[PartnerPart]) -> PartnerTotals:
    paying = [partner for partner in partners if partner.role != PartnerRole.ASSOCIATED]

    def summed(amounts):
        return sum(amounts) if amounts and None not in amounts else None

    return PartnerTotals(summed([partner.total for partner in paying]), summed([partner.erdf for partner in paying]))


def _project(project: Project) -> ProjectPart:
    return ProjectPart(
        slug=project.slug,
        title=words(project, "title"),
        programme=project.programme,
        axis=project.axis,
        code=project.code,
        objective=words(project, "objective"),
        funding=words(project, "funding"),
        credit_line=words(project, "credit_line"),
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        total_budget=project.total_budget,
        source=project.source,
        is_example=project.is_example,
    )


def _unassigned(placed: Iterable[_Placed], period: Period) -> tuple[Unassigned, ...]:
    """Counted actions that might belong here and count nowhere, with the reason."""
    found = []
    for action in placed:
        thing = action.counted.event or action.counted.coaching
        touches = thing.earliest <= period.ends_on and thing.latest >= period.starts_on
        if action.period_id is not None or not touches or action.counted.period_id not in (None, period.pk):
            continue
        if action.counted.event_id and thing.state in (EventState.CANCELLED, EventState.DRAFT):
            continue
        waits = action.counted.event_id and thing.state == EventState.PUBLISHED
        problem = "not_held" if waits else "straddles"
        found.append(Unassigned(_key(action.counted), words(thing, "title"), thing.earliest, thing.latest, problem))
    return tuple(found)


# --- corrections ----------------------------------------------------------------------------------------------------


def _corrections(
    project: Project,
    period: Period,
    periods: list[Period],
    placed: list[_Placed],
    deliverables: list[Deliverable],
) -> tuple[Correction, ...]:
    """What the last closed report of this half-year, and of each before it, said otherwise than the records do now."""
    closed: dict[int, ReportVersion] = {}
    for version in ReportVersion.objects.filter(
        period__project=project, period__starts_on__lte=period.starts_on, state="closed"
    ).order_by("number"):
        closed[version.period_id] = version
    found = []
    for other in periods:
        if other.pk in closed:
            now = [action for action in placed if action.period_id == other.pk]
            delivered = [item for item in deliverables if item.period_id == other.pk]
            found += _differences(other, closed[other.pk], now, delivered)
    return tuple(found)


def _differences(period: Period, version: ReportVersion, now: list[_Placed], delivered: list[Deliverable]):
    then = from_payload(version.payload)
    before: dict[str, tuple[Words, Bounds]] = {}
    after: dict[str, tuple[Words, Bounds]] = {}
    for action in then.actions:
        before[f"participations/{action.key}"] = (action.title, action.participations.bounds)
        before[f"persons/{action.key}"] = (action.title, action.persons.bounds)
        before[f"events/{action.key}"] = (action.title, action.held.bounds)
    for part in then.coaching:
        before[f"coached/{part.key}"] = (part.title, part.persons.bounds)
    for part in then.deliverables:
        if part.delivered:
            before[f"deliverables/{part.key}"] = (part.title, Bounds.exactly(1))
    for action in now:
        key, thing = _key(action.counted), action.counted.event or action.counted.coaching
        title = words(thing, "title")
        if action.counted.event_id:
            after[f"participations/{key}"] = (title, action.participations.bounds)
            after[f"persons/{key}"] = (title, action.persons.bounds)
            after[f"events/{key}"] = (title, action.held.bounds)
        else:
            after[f"coached/{key}"] = (title, action.persons.bounds)
    for item in delivered:
        if item.delivered:
            after[f"deliverables/deliverable:{item.pk}"] = (words(item, "title"), Bounds.exactly(1))
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if (old and old[1]) != (new and new[1]):
            title = (new or old or ({}, None))[0]
            yield Correction(period.label, version.number, key.split("/")[0], title, old and old[1], new and new[1])
