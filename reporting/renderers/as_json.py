"""The report as JSON, for programs. docs/reporting.md describes each key."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from hacktiv.common.bounds import Bounds

from ..figures import Value
from ..queries.content import Evidence, Fact, Report, read
from .labels import FIGURE_NAMES, UNITS


def render(report: Report) -> bytes:
    return json.dumps(as_data(report), ensure_ascii=False, indent=2).encode() + b"\n"


def as_data(report: Report) -> dict:
    """ISO dates, integer counts, amounts as decimal strings. Names and texts are in the active language."""
    return {
        "project": report.project.slug,
        "version": report.version,
        "status": report.status,
        "period": {
            "label": report.period.label,
            "start": _day(report.period.start),
            "end": _day(report.period.end),
            "reported_on": _day(report.period.reported_on),
        },
        "title": read(report.project.title),
        "highlights": read(report.period.highlights),
        "credit_line": read(report.project.credit_line),
        "total_budget": _amount(report.total_budget),
        "figures": [
            {
                "code": figure.code,
                "name": str(FIGURE_NAMES[figure.code]),
                "kind": figure.kind,
                "unit": str(UNITS[figure.code]),
                "previous": _value(figure.previous),
                "current": _value(figure.current),
                "total": _value(figure.total),
            }
            for figure in report.figures
        ],
        "actions": [
            {
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
                "missing_proofs": list(action.missing),
                "source": action.source,
            }
            for action in report.actions
        ],
        "coaching": [
            {
                "from": _day(part.earliest),
                "to": _day(part.latest),
                "title": read(part.title),
                "organisers": list(part.organisers),
                "countries": list(part.countries),
                "persons": _bounds(part.persons.bounds),
                "residence": part.residence or None,
                "evidence": _evidence(part.evidence),
                "source": part.source,
            }
            for part in report.coaching
        ],
        "deviations": [
            {"date": _day(part.date), "title": read(part.title), "reason": read(part.reason)}
            for part in report.deviations
        ],
        "deliverables": [
            {"title": read(part.title), "date": _day(part.date), "delivered": part.delivered}
            for part in report.deliverables
        ],
        "stocks": [
            {"code": stock.code, "date": _day(stock.date), "value": stock.value, "name": read(stock.name)}
            for stock in report.stocks
        ],
        "partners": [
            {
                "name": partner.name,
                "side": partner.side,
                "role": partner.role,
                "total": _amount(partner.total),
                "erdf": _amount(partner.erdf),
            }
            for partner in report.partners
        ],
        "breakdowns": [
            {"by": row.by, "value": row.value, "lower": row.bounds.lower, "upper": row.bounds.upper}
            for row in report.breakdowns
        ],
        "unassigned": [
            {
                "title": read(part.title),
                "from": _day(part.earliest),
                "to": _day(part.latest),
                "problem": part.problem,
            }
            for part in report.unassigned
        ],
        "corrections": [
            {
                "period": part.period,
                "version": part.version,
                "what": part.what,
                "title": read(part.title),
                "before": _statement(part.said, part.before),
                "after": _statement(part.known, part.after),
            }
            for part in report.corrections
        ],
    }


def _statement(fact: Fact | None, bare: Bounds | None):
    """What one side of a correction says: null where it says nothing of it, or that it is not known."""
    if fact is None or fact.sort == "count":
        value = fact.value if fact else None
        return _value(value) if value and not value.bounds.is_unknown else _bounds(bare)
    return {
        "answer": fact.answer,
        "dates": [day.isoformat() for day in fact.dates],
        "amount": _amount(fact.amount),
        "words": read(fact.words),
        "evidence": [{"name": item.name, "sha256": item.sha256, "checked": item.checked} for item in fact.evidence],
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
    """None for the unknown, as for what nobody declared."""
    if value is None or value.is_unknown:
        return None
    return {"lower": value.lower, "upper": value.upper}


def _evidence(items: tuple[Evidence, ...]) -> list[dict]:
    return [{"name": item.name, "sha256": item.sha256} for item in items]
