"""The statements of a report about each thing, in a form in which two reports can be compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from hacktiv.common.bounds import Bounds, distinct, total
from hacktiv.common.languages import MAIN, in_each_language
from hacktiv.common.text import plain_lines

from ...core.figures import ADDITIVE, Value
from ...enums import Kind, Principle, Section
from .breakdowns import ATTRIBUTES, NOT_SAID
from .content import (
    Action,
    CoachingPart,
    CrossingPart,
    DeliverablePart,
    DeviationPart,
    Evidence,
    Fact,
    IndicatorPart,
    OutputPart,
    PartnerPart,
    Report,
    SpendingPart,
    StockPart,
    Words,
)

#: Statements that show that a report has a thing at all. Only they are compared if one of two reports lacks the thing.
PRESENCE = frozenset(
    {
        "reached",
        "where",
        "text",
        "events",
        "participations",
        "persons",
        "coached",
        "deliverables",
        "outputs",
        "stock",
        "reason",
        "role",
        "spent_claimed",
        "spent_approved",
        "spent_erdf",
    }
)
#: Where both change only the second is told: it is made of the first.
SHOWN_BY = {"declared": "participations", "proven": "participations"}
#: The first is told only where it says something else than the second: both are the same in a first half-year, and
#: where all travel crossed the border.
ECHOES = {
    "persons_so_far": "persons",
    "crossers_so_far": "crossers",
    "counted_so_far": "counted",
    "travellers_across": "travellers",
    "kilometres_across": "kilometres",
}
#: The figures that the parts of a half-year make up by themselves, each with the name of its statement.
SUMS = {
    "NET-ACTIONS": "events",
    "NET-PARTICIPATIONS": "participations",
    "NET-COACHED": "coached",
    "NET-DELIVERABLES": "deliverables",
}


#: The names of the sections of a report's own texts.
_NAMES: dict[str, Any] = {choice.value: choice.label for choices in (Section, Principle) for choice in choices}


@dataclass(frozen=True)
class Told:
    """One thing of a report: its title and the statements about it, by name and in order."""

    title: Words
    facts: dict[str, Fact]


def unexplained(report: Report) -> set[str]:
    """Return the codes of the sums that are not what the parts told here make: an action that waits for a decision
    widens them, and is no part."""
    made = {
        "NET-ACTIONS": total(part.held.bounds for part in report.actions),
        "NET-PARTICIPATIONS": total(part.participations.bounds for part in report.actions),
        "NET-COACHED": distinct(part.persons.bounds for part in report.coaching),
        "NET-DELIVERABLES": total(part.held.bounds for part in report.deliverables if part.delivered),
    }
    figures = {figure.code: figure.current.bounds for figure in report.figures}
    return {code for code, bounds in made.items() if figures.get(code, bounds) != bounds}


def of_half_year(report: Report, codes: Collection[str]) -> dict[str, Told]:
    """Return the statements of a report about its own half-year, by the key of each thing.

    `codes` are those of the sums that are told as a whole too, as their parts do not explain them."""
    told = {
        "period": Told(
            {MAIN: report.period.label},
            {
                "highlights": _words(report.period.highlights),
                **{f"comment-{note.section}": _words(note.words) for note in report.period.comments},
                "evidence": _evidence(report.evidence),
            },
        )
    }
    told |= _totals(report, codes)
    told |= {part.key: _action(part) for part in report.actions}
    told |= {part.key: _coaching(part) for part in report.coaching}
    told |= {part.key: _deliverable(part) for part in report.deliverables}
    told |= {part.key: _output(part) for part in report.outputs}
    told |= {f"indicator:{part.code}": _indicator(part) for part in report.indicators if not _is_of_project(part)}
    told |= {part.key: _stock(part) for part in report.stocks}
    told |= {part.key: _deviation(part) for part in report.deviations}
    told |= {part.key: _spending(part) for part in report.spending}
    told |= _plan(report)
    return told | _breakdowns(report, codes) | _crossings(report) | _travel(report)


def of_project(report: Report) -> dict[str, Told]:
    """Return the statements of a report about the whole project, whatever the half-year."""
    project = report.project
    told = {"project": Told(project.title, {"total_budget": Fact("amount", amount=project.total_budget)})}
    told |= {part.key: _partner(part) for part in report.partners}
    return told | {f"aims:{part.code}": _aims(part) for part in report.indicators}


def _totals(report: Report, codes: Collection[str]) -> dict[str, Told]:
    """Return the figures that are no sum of the parts below them: one person may be in several of these, or in several
    half-years, and two of them may turn out to be one person without any part that changes."""
    figures = {figure.code: figure for figure in (*report.figures, *report.crossings)}
    facts = {name: _count(figures[code].current) for code, name in SUMS.items() if code in codes}
    for name, code in (("persons", "NET-PERSONS"), ("crossers", "NET-CROSSERS")):
        if code in figures:
            facts |= {name: _count(figures[code].current), f"{name}_so_far": _count(figures[code].total)}
    return {"totals": Told(in_each_language(_("The half-year as a whole")), facts)}


#: All that `_action` reads of an action, but its title, which nothing corrects. Actions alike in it state the same.
STATED_OF_ACTIONS = attrgetter(
    *("held", "participations", "persons", "declared", "proven", "earliest", "latest", "joint", "public", "mode"),
    *("organisers", "codes", "closed_part", "evidence", "missing"),
)


def _action(part: Action) -> Told:
    return Told(
        part.title,
        {
            "events": _count(part.held),
            "participations": _count(part.participations),
            "persons": _count(part.persons),
            "declared": _bare(part.declared),
            "proven": _bare(part.proven),
            "dates": _dates(part.earliest, part.latest),
            "joint": Fact("answer", answer=part.joint),
            "public": Fact("answer", answer=part.public),
            "mode": Fact("mode", codes=(part.mode,)),
            "organisers": Fact("names", codes=part.organisers),
            "indicator": Fact("indicator", codes=part.codes),
            "closed_part": _bare(part.closed_part),
            "evidence": _evidence(part.evidence),
            "missing": Fact("proof_kinds", codes=part.missing),
        },
    )


def _coaching(part: CoachingPart) -> Told:
    return Told(
        part.title,
        {
            "coached": _count(part.persons),
            "dates": _dates(part.earliest, part.latest),
            "residence": Fact("residence", codes=(part.residence,)),
            "organisers": Fact("names", codes=part.organisers),
            "indicator": Fact("indicator", codes=part.codes),
            "evidence": _evidence(part.evidence),
        },
    )


def _deliverable(part: DeliverablePart) -> Told:
    facts = {"date": _dates(part.date), "evidence": _evidence(part.evidence)}
    if part.delivered:
        facts = {"deliverables": _count(part.held), **facts}
    return Told(part.title, facts)


def _output(part: OutputPart) -> Told:
    facts = {
        "finished": _dates(part.finished_on),
        "implemented": Fact("answer", answer=part.is_implemented),
        "agreement": _words({MAIN: part.agreement}),
        "evidence": _evidence(part.evidence),
    }
    if part.counts:
        facts = {"outputs": _count(part.held), **facts}
    return Told(part.title, facts)


def _indicator(part: IndicatorPart) -> Told:
    """Return what counts under an indicator; of one that never adds up the total says more than its half-years."""
    facts = {"counted": _count(part.current)}
    if part.kind not in ADDITIVE:
        facts["counted_so_far"] = _count(part.total)
    return Told(part.titles, facts)


def _is_of_project(part: IndicatorPart) -> bool:
    """Return whether an indicator counts what is once per project: no half-year has a number of its own."""
    return part.kind == Kind.ORGANISATIONS


def _aims(part: IndicatorPart) -> Told:
    """Return what the project aims at with an indicator, whatever the half-year, and what it has once per project."""
    milestones = tuple(replace(one, state="") for one in part.milestones)
    facts = {
        **({"counted": _count(part.total)} if _is_of_project(part) else {}),
        "baseline": _aim(part.baseline),
        "target": _aim(part.target),
        "milestones": Fact("milestones", milestones=milestones),
    }
    return Told(part.titles, facts)


def _aim(number: int | None) -> Fact:
    return Fact("count", value=None if number is None else Value(number, number))


def _stock(part: StockPart) -> Told:
    return Told(part.name, {"stock": _count(Value(part.value, part.value)), "date": _dates(part.date)})


def _deviation(part: DeviationPart) -> Told:
    return Told(
        part.title,
        {
            "title": _words(part.title),
            "reason": _words(part.reason),
            "solution": _words(part.solution),
            "date": _dates(part.date),
        },
    )


def _plan(report: Report) -> dict[str, Told]:
    """Return what was told of the activities, the target groups, the publications, and in the texts of sections."""
    told = {
        part.key: Told(part.title, {"state": Fact("activity_state", codes=(part.state,)), "done": _words(part.done)})
        for package in report.work_packages
        for part in package.activities
    }
    told |= {
        part.key: Told(part.name, {"reached": _bare(part.number), "reached_how": _words(part.reached_how)})
        for part in report.target_groups
    }
    told |= {
        part.key: Told(
            part.title,
            {"where": _words(part.where), "date": _dates(part.date), "evidence": _evidence(part.evidence)},
        )
        for part in report.communication
    }
    return told | {
        f"text:{part.section}": Told(in_each_language(_NAMES[part.section]), {"text": _words(part.text)})
        for part in report.texts
    }


def _spending(part: SpendingPart) -> Told:
    spent = part.current
    return Told(
        {MAIN: part.partner},
        {
            "spent_claimed": Fact("amount", amount=spent.claimed.exact),
            "spent_approved": Fact("amount", amount=spent.approved.exact),
            "spent_erdf": Fact("amount", amount=spent.erdf.exact),
        },
    )


def _breakdowns(report: Report, codes: Collection[str]) -> dict[str, Told]:
    """Return what named lists tell of the participants. The rest, "unknown", follows from it and from the counts, and
    that of coached persons from each coaching."""
    if not report.breakdowns:
        return {}
    told = (*ATTRIBUTES, "coached_residence") if "NET-COACHED" in codes else ATTRIBUTES
    facts = {
        attribute: Fact(
            "breakdown",
            breakdown=tuple(row for row in report.breakdowns if row.by == attribute and row.value != NOT_SAID),
        )
        for attribute in told
    }
    return {"breakdowns": Told(in_each_language(_("Participations on named lists")), facts)}


def _crossings(report: Report) -> dict[str, Told]:
    """Return one thing for each direction across the border; the total of both adds nothing."""
    counts = {figure.code: figure.current for figure in report.crossings}
    so_far = {figure.code: figure.total for figure in report.crossings}
    return {
        way: Told(
            {MAIN: f"{home} → {side}"},
            {
                "crossings": _count(counts[f"NET-CROSSINGS-{way}"]),
                "crossers": _count(counts[f"NET-CROSSERS-{way}"]),
                "crossers_so_far": _count(so_far[f"NET-CROSSERS-{way}"]),
                "crossing_parts": Fact("crossings", crossings=_going(report.crossing_parts, home, side)),
            },
        )
        for way, home, side in (("BE-FR", "BE", "FR"), ("FR-BE", "FR", "BE"))
        if counts
    }


def _going(parts: Iterable[CrossingPart], home: str, side: str) -> tuple[CrossingPart, ...]:
    return tuple(part for part in parts if (part.home_side, part.side) == (home, side))


def _travel(report: Report) -> dict[str, Told]:
    counts = {figure.code: figure.current for figure in report.travel}
    if not counts:
        return {}
    facts = {
        "travellers": _count(counts["NET-TRAVELLERS"]),
        "kilometres": _count(counts["NET-KILOMETRES"]),
        "travellers_across": _count(counts["NET-TRAVELLERS-ACROSS"]),
        "kilometres_across": _count(counts["NET-KILOMETRES-ACROSS"]),
        "travel_parts": Fact("travel", travel=tuple(report.travel_parts)),
    }
    return {"travel": Told(in_each_language(_("Shared travel")), facts)}


def _partner(part: PartnerPart) -> Told:
    return Told(
        {MAIN: part.name},
        {
            "role": Fact("role", codes=(part.role,)),
            "name": _words({MAIN: part.name}),
            "side": Fact("side", codes=(part.side,)),
            "total": Fact("amount", amount=part.total),
            "erdf": Fact("amount", amount=part.erdf),
        },
    )


def _count(value: Value) -> Fact:
    return Fact("count", value=value)


def _bare(bounds: Bounds | None) -> Fact:
    """Return a count without its origin, which the name of the statement already says."""
    return Fact("count", value=None if bounds is None else Value(bounds.lower, bounds.upper))


def _dates(*days: date | None) -> Fact:
    return Fact("dates", dates=tuple(day for day in days if day))


def _words(words: Words) -> Fact:
    """Return a text as a statement; how its lines end says nothing."""
    return Fact("words", words={language: plain_lines(text) for language, text in words.items()})


def _evidence(items: Iterable[Evidence]) -> Fact:
    return Fact("evidence", evidence=tuple(items))
