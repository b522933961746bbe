"""Turn rows of the database into parts of a report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils import timezone

from events.attendance.rules import contradictions
from events.core.rules import proofs_still_owed
from events.enums import Audience, ChangeKind, EventState, Measure
from events.models import Event
from hacktiv.common.bounds import Bounds
from hacktiv.common.languages import MAIN, texts_of

from ...core.figures import Count, of_one
from ...enums import Commented, Kind, PartnerRole
from ...evidence.rules import is_self_checked
from ...indicators.rules import in_order
from ...models import (
    Classification,
    CountedAction,
    Deliverable,
    Deviation,
    EvidenceFile,
    Partner,
    Period,
    Project,
    SectionComment,
    Stock,
)
from .. import rules
from ..rules import Attendance
from .content import (
    Action,
    CoachingPart,
    ContradictionPart,
    DeliverablePart,
    DeviationPart,
    Evidence,
    PartnerPart,
    PartnerTotals,
    ProjectPart,
    SectionNote,
    StockPart,
    Unassigned,
)
from .content_parts import Declaration
from .decisions import ClassifiedPart
from .records import Placed

#: Whether an event is public, by its audience. Of any other audience it is not known.
IS_PUBLIC: dict[str, bool] = {Audience.PUBLIC: True, Audience.MEMBERS: False}

#: Changes that are no deviation: about one person, or about the records.
ABOUT_NO_PROJECT = {ChangeKind.PROMOTED, ChangeKind.PROOF, ChangeKind.CHECK}


def deliverable_count(item: Deliverable) -> Count:
    """Return the count of one deliverable: proven if one of its files is checked."""
    checked = any(proof.checked_at for proof in item.evidence.all())
    return Count(Kind.DELIVERABLES, Bounds.exactly(1), lower_proven=checked, upper_proven=checked)


def key(counted: CountedAction) -> str:
    """Return the key of a counted action, the same in each report."""
    return f"{'event' if counted.event_id else 'coaching'}:{counted.thing.slug}"


def decisions(counted: CountedAction) -> list[Classification]:
    """Return the decisions under which indicators an action counts. One that is only tried out has none."""
    return list(counted.classifications.all()) if counted.pk else []


def classified_parts(counted: CountedAction) -> tuple[ClassifiedPart, ...]:
    """Return the decisions on an action in the order of the programmes."""
    rows = {row.indicator: row for row in decisions(counted)}
    return tuple(
        ClassifiedPart(code, rows[code].closed_part, texts_of(rows[code], "reason"), rows[code].is_override)
        for code in in_order(rows)
    )


def action_part(action: Placed) -> Action:
    """Return an event as a report tells it. It was read with all that is on record of it (`whole`)."""
    event, attendance = action.event, action.attendance or Attendance()
    classified = classified_parts(action.counted)
    organisers = sorted(event.organisers.all(), key=lambda organisation: organisation.name)
    return Action(
        key=key(action.counted),
        slug=event.slug,
        title=texts_of(event, "title"),
        type=event.type.slug,
        type_name=texts_of(event.type, "name"),
        date=_date_of(event),
        earliest=event.earliest,
        latest=event.latest,
        meetings=Bounds(event.meetings_lower, event.meetings_upper),
        organisers=tuple(organisation.name for organisation in organisers),
        organiser_keys=tuple(sorted(organisation.pk for organisation in organisers)),
        countries=tuple(sorted({organisation.country for organisation in organisers})),
        venues=tuple(space.name for space in event.venues.all()),
        joint=event.joint,
        public=IS_PUBLIC.get(event.audience),
        mode=event.mode,
        indicator=next((one.code for one in classified), ""),
        declared=rules.declared_participations(attendance),
        proven=rules.proven_participations(attendance),
        participations=of_one(action.participations),
        persons=of_one(action.persons),
        held=of_one(action.held),
        named=attendance.named,
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
                proof.refusal,
                is_self_checked(proof),
            )
            for proof in event.proofs.all()
        ),
        owed=tuple(event.proofs_owed),
        missing=tuple(proofs_still_owed(event, event.proofs.all())),
        source=event.source,
        classified=classified,
    )


def _date_of(event: Event) -> date | None:
    return event.earliest if event.earliest == event.latest else None


def coaching_part(action: Placed) -> CoachingPart:
    coaching = action.coaching
    organisers = sorted(coaching.organisers.all(), key=lambda organisation: organisation.name)
    return CoachingPart(
        key=key(action.counted),
        title=texts_of(coaching, "title"),
        note=texts_of(coaching, "note"),
        earliest=coaching.earliest,
        latest=coaching.latest,
        organisers=tuple(organisation.name for organisation in organisers),
        organiser_keys=tuple(sorted(organisation.pk for organisation in organisers)),
        countries=tuple(sorted({organisation.country for organisation in organisers})),
        persons=of_one(action.persons),
        residence=coaching.residence,
        evidence=tuple(file_part(item) for item in coaching.evidence.all()),
        source=coaching.source,
        classified=classified_parts(action.counted),
        history=tuple(
            Declaration(Measure.PERSONS, Bounds(row.lower, row.upper), row.reason, row.entered_at, row.replaced_at)
            for row in sorted(coaching.earlier_counts.all(), key=lambda row: (row.entered_at, row.pk))
        ),
    )


def file_part(item: EvidenceFile) -> Evidence:
    return Evidence(
        item.name,
        "",
        item.sha256,
        timezone.localdate(item.added_at),
        item.checked_at is not None,
        f"evidence:{item.pk}",
        item.refusal,
        is_self_checked(item),
    )


def deliverable_part(item: Deliverable) -> DeliverablePart:
    return DeliverablePart(
        key=f"deliverable:{item.pk}",
        title=texts_of(item, "title"),
        note=texts_of(item, "note"),
        date=item.date,
        delivered=item.delivered,
        held=of_one(deliverable_count(item)),
        evidence=tuple(file_part(proof) for proof in item.evidence.all()),
        source=item.source,
        activity=f"activity:{item.activity_id}" if item.activity_id else "",
    )


def deviations(rows: Iterable[Deviation], events: Iterable[Event]) -> tuple[DeviationPart, ...]:
    """Return the written deviations and the changes of the events, by date; those without a date last."""
    told = [
        DeviationPart(
            row.date,
            texts_of(row, "title"),
            texts_of(row, "reason"),
            texts_of(row, "solution"),
            row.source,
            f"deviation:{row.pk}",
        )
        for row in rows
    ]
    changed = [
        DeviationPart(
            event.earliest if event.earliest == event.latest else timezone.localdate(change.made_at),
            texts_of(event, "title"),
            {MAIN: change.reason},
            {},
            "",
            f"change:{change.pk}",
        )
        for event in events
        for change in event.changes.all()
        if change.kind not in ABOUT_NO_PROJECT
    ]
    return tuple(sorted([*told, *changed], key=lambda part: (part.date is None, part.date or date.min)))


def stock_part(stock: Stock) -> StockPart:
    return StockPart(stock.code, texts_of(stock, "name"), stock.date, stock.value, stock.source, f"stock:{stock.pk}")


def partner_part(partner: Partner) -> PartnerPart:
    return PartnerPart(
        partner.name,
        partner.side,
        partner.role,
        partner.total,
        partner.erdf,
        texts_of(partner, "note"),
        partner.source,
        f"partner:{partner.pk}",
    )


def partner_totals(partners: Iterable[PartnerPart]) -> PartnerTotals:
    """Return the sums over all partners except the associated ones."""
    paying = [partner for partner in partners if partner.role != PartnerRole.ASSOCIATED]

    def summed(amounts: list[Decimal | None]) -> Decimal | None:
        known = [amount for amount in amounts if amount is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None

    return PartnerTotals(summed([partner.total for partner in paying]), summed([partner.erdf for partner in paying]))


def section_notes(comments: Iterable[SectionComment]) -> tuple[SectionNote, ...]:
    """Return the comments that say something, in the order of the sections."""
    order = Commented.values.index
    told = [SectionNote(comment.section, texts_of(comment, "text")) for comment in comments]
    return tuple(sorted((note for note in told if note.words), key=lambda note: order(note.section)))


def project_part(project: Project) -> ProjectPart:
    return ProjectPart(
        slug=project.slug,
        title=texts_of(project, "title"),
        programme=project.programme,
        axis=project.axis,
        code=project.code,
        objective=texts_of(project, "objective"),
        funding=texts_of(project, "funding"),
        credit_line=texts_of(project, "credit_line"),
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        total_budget=project.total_budget,
        source=project.source,
        is_example=project.is_example,
        keep_until=project.keep_until,
    )


def unassigned(placed: Iterable[Placed], period: Period) -> tuple[Unassigned, ...]:
    """Return the actions that may belong to this half-year and wait for a decision."""
    found = []
    for action in placed:
        problem = _problem(action, period)
        if problem:
            thing = action.thing
            found.append(
                Unassigned(key(action.counted), texts_of(thing, "title"), thing.earliest, thing.latest, problem)
            )
    return tuple(found)


def contradictory(placed: Iterable[Placed], period: Period) -> tuple[ContradictionPart, ...]:
    """Return what cannot be true together of the actions that count in this half-year or may."""
    return tuple(
        ContradictionPart(
            key(action.counted),
            action.event.slug,
            texts_of(action.event, "title"),
            one.measure,
            one.declared,
            one.beside,
            one.number,
        )
        for action in placed
        if action.is_event and action.takes_place and may_lie_in(action, period)
        for one in contradictions(
            action.event,
            action.attendance.named if action.attendance else 0,
            [count for count in action.event.declared_counts.all() if not count.replaced_at],
        )
    )


def may_lie_in(action: Placed, period: Period) -> bool:
    """Return whether an action belongs to a half-year, or to none yet and its dates touch this one."""
    thing = action.thing
    return action.period_id == period.pk or (action.period_id is None and period.touches(thing.earliest, thing.latest))


def _problem(action: Placed, period: Period) -> str | None:
    thing = action.thing
    touches = period.touches(thing.earliest, thing.latest)
    if action.takes_place:
        return "straddles" if action.period_id is None and touches else None
    is_over = action.is_event and action.event.state == EventState.PUBLISHED and thing.latest < timezone.localdate()
    return "not_held" if is_over and (action.period_id == period.pk or (action.period_id is None and touches)) else None
