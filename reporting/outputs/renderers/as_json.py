"""Write the report as JSON, for programs. docs/reporting.md describes each key."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from hacktiv.common.bounds import UNKNOWN, Bounds

from ...building.queries.content import (
    Action,
    BreakdownRow,
    CoachingPart,
    ContradictionPart,
    Correction,
    CrossingPart,
    DeliverablePart,
    DeviationPart,
    DoublePart,
    Evidence,
    Fact,
    Figure,
    IndicatorPart,
    MembersPart,
    MilestonePart,
    MisclassifiedPart,
    OutputPart,
    PackagePart,
    PartnerPart,
    PeriodPart,
    PublicationPart,
    Report,
    SpendingPart,
    StockPart,
    TargetGroupPart,
    TravelPart,
    Unassigned,
    UnchosenPart,
    read,
)
from ...building.queries.content_parts import Declaration, Spent
from ...building.queries.decisions import ClassifiedPart
from ...core.figures import Value
from ...enums import Section
from ...models.spending import AMOUNTS
from .labels import FIGURE_NAMES, UNITS
from .plan import section_name


def render(report: Report) -> bytes:
    return json.dumps(as_data(report), ensure_ascii=False, indent=2).encode() + b"\n"


def as_data(report: Report) -> dict:
    """Return the report as plain data: ISO dates, integer counts, amounts as decimal strings. Texts are in the active
    language.
    """
    return {
        "project": report.project.slug,
        "version": report.version,
        "status": report.status,
        "period": _period(report.period),
        "title": read(report.project.title),
        "highlights": read(report.period.highlights),
        "comments": [{"section": note.section, "text": read(note.words)} for note in report.period.comments],
        "credit_line": read(report.project.credit_line),
        "total_budget": _amount(report.total_budget),
        "indicators": [_indicator(part, report) for part in report.indicators],
        "milestones": [_milestone(part, one) for part in report.indicators for one in part.milestones],
        "outputs": list(map(_output, report.outputs)),
        "figures": list(map(_figure, report.figures)),
        "actions": list(map(_action, report.actions)),
        "coaching": list(map(_coaching, report.coaching)),
        "deviations": list(map(_deviation, report.deviations)),
        "deliverables": list(map(_deliverable, report.deliverables)),
        "stocks": list(map(_stock, report.stocks)),
        "members": list(map(_members, report.members)),
        "training_hours": _bounds(UNKNOWN),
        "partners": list(map(_partner, report.partners)),
        **_plan(report),
        "spending": list(map(_spending, report.spending)),
        "spending_at_least": [found for part in report.spending if (found := _at_least(part))],
        "breakdowns": list(map(_breakdown, report.breakdowns)),
        "breakdown_gaps": [_gap(row) for row in report.breakdowns if row.silent is not None],
        **_amiss(report),
        "supplementary_figures": list(map(_figure, (*report.crossings, *report.travel))),
        "crossings": list(map(_crossing, report.crossing_parts)),
        "shared_travel": list(map(_travel, report.travel_parts)),
    }


def _plan(report: Report) -> dict:
    return {
        "work_packages": [_package(report, package) for package in report.work_packages],
        "target_groups": list(map(_target_group, report.target_groups)),
        "communication": list(map(_publication, report.communication)),
        "principles": [
            {"code": part.section, "name": section_name(part.section), "text": read(part.text)}
            for part in report.principles
        ],
        "texts": {part.section: read(part.text) for part in report.texts if part.section in Section},
    }


def _amiss(report: Report) -> dict:
    """Tell what is to be decided, what is contradicted, and what is told otherwise than in a closed report."""
    return {
        "self_checked": _evidence(report.self_checked),
        "refused": [{"name": item.name, "sha256": item.sha256, "reason": item.refusal} for item in report.refused],
        "unreported": list(report.unreported),
        "closing_reasons": [
            {"check": one.code, "number": one.number or None, "reason": one.reason} for one in report.reasons
        ],
        "unassigned": list(map(_unassigned, report.unassigned)),
        "contradictions": list(map(_contradiction, report.contradictions)),
        "unclassified": [{"slug": part.slug, "title": read(part.title)} for part in report.unclassified],
        "misclassified": list(map(_misclassified, report.misclassified)),
        "unchosen": list(map(_unchosen, report.unchosen)),
        "doubles": list(map(_double, report.doubles)),
        "corrections": list(map(_correction, report.corrections)),
    }


def _period(period: PeriodPart) -> dict:
    return {
        "label": period.label,
        "start": _day(period.start),
        "end": _day(period.end),
        "reported_on": _day(period.reported_on),
    }


def _figure(figure: Figure) -> dict:
    return {
        "code": figure.code,
        "name": str(FIGURE_NAMES[figure.code]),
        "kind": figure.kind,
        "unit": str(UNITS[figure.code]),
        "previous": _value(figure.previous),
        "current": _value(figure.current),
        "total": _value(figure.total),
        "previous_now": _value(figure.previous_now) if figure.previous_now else None,
    }


def _indicator(part: IndicatorPart, report: Report) -> dict:
    behind = [report.actions_by_key.get(key) for key in part.actions]
    return {
        "code": part.code,
        "name": read(part.name),
        "unit": read(part.unit),
        "kind": part.kind,
        "baseline": part.baseline,
        "target": part.target,
        "previous": _value(part.previous),
        "current": _value(part.current),
        "total": _value(part.total),
        "actions": [
            {"slug": one.slug, "title": read(one.title)} for one in behind if isinstance(one, Action | CoachingPart)
        ],
    }


def _milestone(part: IndicatorPart, one: MilestonePart) -> dict:
    return {"indicator": part.code, "date": _day(one.date), "value": one.value, "state": one.state}


def _output(part: OutputPart) -> dict:
    return {
        "indicator": part.code,
        "title": read(part.title),
        "finished_on": _day(part.finished_on),
        "implemented": part.is_implemented,
        "agreement": part.agreement or None,
        "counts": part.counts,
        "evidence": _evidence(part.evidence),
        "source": part.source,
    }


def _members(part: MembersPart) -> dict:
    return {"space": part.space or None, "side": part.side, "date": _day(part.date), "value": part.value}


def _action(action: Action) -> dict:
    return {
        "date": _day(action.date),
        "from": _day(action.earliest),
        "to": _day(action.latest),
        "title": read(action.title),
        "type": action.type,
        "organisers": list(action.organisers),
        "countries": list(action.countries),
        "joint": action.joint,
        "public": action.public,
        "mode": action.mode,
        "declared": _bounds(action.declared),
        "proven": _bounds(action.proven),
        "persons": _bounds(action.persons.bounds),
        "evidence": _evidence(action.evidence),
        "meetings": _bounds(action.meetings),
        "indicator": action.indicator or None,
        "indicators": [code for code in action.codes if code],
        "closed_part": _bounds(action.closed_part),
        "indicator_reason": _reason(action.classified),
        "missing_proofs": list(action.missing),
        "history": list(map(_declaration, action.history)),
        "source": action.source,
    }


def _declaration(count: Declaration) -> dict:
    return {
        "measure": count.measure,
        "lower": count.bounds.lower,
        "upper": count.bounds.upper,
        "at": count.entered_at.isoformat(),
        "by_role": count.by_role or None,
        "reason": count.reason,
    }


def _reason(classified: tuple[ClassifiedPart, ...]) -> str | None:
    """Return why an action counts under its indicators; null where nobody decided."""
    return read(classified[0].reason) or None if classified else None


def _coaching(part: CoachingPart) -> dict:
    return {
        "from": _day(part.earliest),
        "to": _day(part.latest),
        "title": read(part.title),
        "organisers": list(part.organisers),
        "countries": list(part.countries),
        "persons": _bounds(part.persons.bounds),
        "residence": part.residence or None,
        "evidence": _evidence(part.evidence),
        "source": part.source,
        "indicators": [code for code in part.codes if code],
        "indicator_reason": _reason(part.classified),
    }


def _deviation(part: DeviationPart) -> dict:
    return {
        "date": _day(part.date),
        "title": read(part.title),
        "reason": read(part.reason),
        "solution": read(part.solution),
        "source": part.source,
    }


def _deliverable(part: DeliverablePart) -> dict:
    return {
        "title": read(part.title),
        "date": _day(part.date),
        "delivered": part.delivered,
        "note": read(part.note),
        "evidence": _evidence(part.evidence),
        "source": part.source,
    }


def _stock(stock: StockPart) -> dict:
    return {"code": stock.code, "date": _day(stock.date), "value": stock.value, "name": read(stock.name)}


def _partner(partner: PartnerPart) -> dict:
    return {
        "name": partner.name,
        "side": partner.side,
        "role": partner.role,
        "total": _amount(partner.total),
        "erdf": _amount(partner.erdf),
    }


def _package(report: Report, package: PackagePart) -> dict:
    return {
        "code": package.code,
        "title": read(package.title),
        "summary": read(package.summary),
        "activities": [
            {
                "code": part.code,
                "title": read(part.title),
                "partner": part.partner or None,
                "from": _day(part.starts_on),
                "to": _day(part.ends_on),
                "state": part.state or None,
                "done": read(part.done),
                "deliverables": [read(item.title) for item in report.deliverables_of(part)],
            }
            for part in package.activities
        ],
    }


def _target_group(part: TargetGroupPart) -> dict:
    return {
        "name": read(part.name),
        "reached_how": read(part.reached_how),
        "number": _bounds(part.number),
        "source": part.source,
    }


def _publication(part: PublicationPart) -> dict:
    return {
        "title": read(part.title),
        "where": read(part.where),
        "date": _day(part.date),
        "link": part.link or None,
        "evidence": _evidence(part.evidence),
        "source": part.source,
    }


def _spending(part: SpendingPart) -> dict:
    return {
        "partner": part.partner,
        "previous": _spent(part.previous),
        "current": _spent(part.current),
        "total": _spent(part.total),
    }


def _spent(spent: Spent) -> dict:
    """Return each amount that is known as a whole; null for one of which any part is unknown."""
    return {name: _amount(getattr(spent, name).exact) for name in AMOUNTS}


def _at_least(part: SpendingPart) -> dict:
    """Return what is known at least of the sums that have unknown parts; nothing if there is none."""
    found = {
        when: {
            name: _amount(amount.known)
            for name in AMOUNTS
            if not (amount := getattr(getattr(part, when), name)).is_whole
        }
        for when in ("previous", "total")
    }
    return {"partner": part.partner, **found} if any(found.values()) else {}


def _breakdown(row: BreakdownRow) -> dict:
    return {"by": row.by, "value": row.value, "lower": row.bounds.lower, "upper": row.bounds.upper}


def _gap(row: BreakdownRow) -> dict:
    return {"by": row.by, "did_not_say": _bounds(row.silent), "not_named": _bounds(row.unnamed)}


def _unassigned(part: Unassigned) -> dict:
    return {
        "title": read(part.title),
        "from": _day(part.earliest),
        "to": _day(part.latest),
        "problem": part.problem,
    }


def _contradiction(part: ContradictionPart) -> dict:
    return {
        "slug": part.slug,
        "title": read(part.title),
        "measure": part.measure,
        "declared": _bounds(part.declared),
        "beside": part.beside,
        "number": _bounds(part.number),
    }


def _misclassified(part: MisclassifiedPart) -> dict:
    return {
        "slug": part.slug,
        "title": read(part.title),
        "indicators": list(part.codes),
        "reasons": [read(reason) for reason in part.reasons],
    }


def _unchosen(part: UnchosenPart) -> dict:
    return {
        "code": part.code,
        "name": read(part.name),
        "actions": [{"slug": slug, "title": read(title)} for slug, title in zip(part.slugs, part.titles, strict=True)],
        "outputs": list(map(read, part.outputs)),
    }


def _double(part: DoublePart) -> dict:
    return {
        "slug": part.slug,
        "title": read(part.title),
        "projects": list(part.projects),
        "reason": part.reason or None,
    }


def _correction(part: Correction) -> dict:
    return {
        "period": part.period,
        "version": part.version,
        "what": part.what,
        "title": read(part.title),
        "before": _statement(part.said, part.before),
        "after": _statement(part.known, part.after),
    }


def _crossing(part: CrossingPart) -> dict:
    return {
        "date": _day(part.day),
        "home_space": part.home or None,
        "home_side": part.home_side,
        "space": part.space,
        "side": part.side,
        "checked_in_at": part.checked_in_at.isoformat() if part.checked_in_at else None,
        "event": read(part.event) or None,
        "proven": part.proven,
    }


def _travel(part: TravelPart) -> dict:
    return {
        "date": _day(part.day),
        "event": read(part.event),
        "way": part.direction,
        "from_side": part.from_side,
        "to_side": part.to_side or None,
        "people": part.people,
        "one_way_kilometres": part.one_way,
        "kilometres_shared": part.kilometres,
    }


def _statement(fact: Fact | None, bare: Bounds | None):
    """Return one side of a correction; null if that side says nothing of it or does not know it."""
    if fact is None or fact.sort == "count":
        value = fact.value if fact else None
        return _value(value) if value and not value.bounds.is_unknown else _bounds(bare)
    return {
        "answer": fact.answer,
        "dates": [day.isoformat() for day in fact.dates],
        "amount": _amount(fact.amount),
        "words": read(fact.words),
        "evidence": [{"name": item.name, "sha256": item.sha256, "checked": item.checked} for item in fact.evidence],
        "crossings": list(map(_crossing, fact.crossings)),
        "travel": list(map(_travel, fact.travel)),
        "milestones": [{"date": _day(one.date), "value": one.value} for one in fact.milestones],
        "breakdown": {row.value: _bounds(row.bounds) for row in fact.breakdown},
    }.get(fact.sort, list(fact.codes))


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _amount(value: Decimal | None) -> str | None:
    return f"{value:.2f}" if value is not None else None


def _value(value: Value) -> dict:
    return {
        "lower": value.lower,
        "upper": value.upper,
        "origin": {"lower": value.lower_origin, "upper": value.upper_origin},
    }


def _bounds(value: Bounds | None) -> dict | None:
    """Return None for an unknown count and for one that nobody declared."""
    if value is None or value.is_unknown:
        return None
    return {"lower": value.lower, "upper": value.upper}


def _evidence(items: tuple[Evidence, ...]) -> list[dict]:
    return [{"name": item.name, "sha256": item.sha256} for item in items]
