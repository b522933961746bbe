"""The words of the corrections to closed reports: what is told otherwise, what was reported, and what is known now."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from hacktiv.common.bounds import Bounds
from hacktiv.common.languages import READING_ORDER

from ...building.queries.content import (
    BreakdownRow,
    Correction,
    CrossingPart,
    Evidence,
    Fact,
    TravelPart,
    read,
)
from ...enums import ActivityState, Commented, Origin
from . import border_labels, labels

CORRECTED = {
    "participations": gettext_lazy("participations"),
    "persons": gettext_lazy("persons"),
    "persons_so_far": gettext_lazy("persons so far"),
    "events": gettext_lazy("meetings"),
    "declared": gettext_lazy("declared participations"),
    "proven": gettext_lazy("proven participations"),
    "coached": gettext_lazy("persons coached"),
    "deliverables": gettext_lazy("deliverables"),
    "stock": gettext_lazy("state on a day"),
    "dates": gettext_lazy("dates"),
    "date": gettext_lazy("date"),
    "joint": gettext_lazy("jointly organised"),
    "public": gettext_lazy("open to all"),
    "mode": gettext_lazy("form"),
    "organisers": gettext_lazy("organisers"),
    "indicator": gettext_lazy("indicator"),
    "closed_part": gettext_lazy("participations in the closed part"),
    "residence": gettext_lazy("residence"),
    "coached_residence": gettext_lazy("residence of the coached persons"),
    "gender": gettext_lazy("gender"),
    "age_band": gettext_lazy("age band"),
    "status": gettext_lazy("situation"),
    "home_space": gettext_lazy("home space"),
    "evidence": gettext_lazy("evidence"),
    "missing": gettext_lazy("proofs still owed"),
    "title": gettext_lazy("what deviated"),
    "reason": gettext_lazy("reason"),
    "solution": gettext_lazy("solution"),
    "highlights": gettext_lazy("highlights and cross-border added value"),
    "name": gettext_lazy("name"),
    "role": gettext_lazy("role"),
    "side": gettext_lazy("side"),
    "total": gettext_lazy("total"),
    "erdf": gettext_lazy("ERDF"),
    "total_budget": gettext_lazy("total budget"),
    "state": pgettext_lazy("activity", "state"),
    "done": gettext_lazy("what was done"),
    "reached": gettext_lazy("how many were reached"),
    "reached_how": gettext_lazy("how they were reached"),
    "where": gettext_lazy("where it was published"),
    "text": gettext_lazy("text of the section"),
    "spent_claimed": gettext_lazy("spending claimed"),
    "spent_approved": gettext_lazy("spending approved"),
    "spent_erdf": gettext_lazy("ERDF spent"),
    "crossings": gettext_lazy("crossings of the border"),
    "crossers": gettext_lazy("persons who crossed"),
    "crossers_so_far": gettext_lazy("persons who crossed so far"),
    "crossing_parts": gettext_lazy("crossings on record"),
    "travellers": gettext_lazy("people in shared cars"),
    "kilometres": gettext_lazy("kilometres shared"),
    "travellers_across": gettext_lazy("people in shared cars across the border"),
    "kilometres_across": gettext_lazy("kilometres shared across the border"),
    "travel_parts": gettext_lazy("shared cars on record"),
    "counted": gettext_lazy("counted under this indicator"),
    "counted_so_far": gettext_lazy("counted under this indicator so far"),
    "baseline": gettext_lazy("baseline"),
    "target": gettext_lazy("target"),
    "milestones": gettext_lazy("milestones"),
    "outputs": gettext_lazy("outputs"),
    "finished": gettext_lazy("finished on"),
    "implemented": gettext_lazy("implemented"),
    "agreement": gettext_lazy("formal agreement"),
}


#: The sorts of statements that are lists: in tables they are listed apart, elsewhere so many of them are told.
LISTED_APART = frozenset({"crossings", "travel"})


LINES_TOLD = 5


#: How the name of a correction of a comment begins; the section follows.
COMMENT = "comment-"


def corrected(correction: Correction) -> str:
    if correction.what.startswith(COMMENT):
        return _("comment on “%(section)s”") % {"section": Commented(correction.what.removeprefix(COMMENT)).label}
    return str(CORRECTED[correction.what])


def said(correction: Correction) -> str:
    """Write the value that the closed report states."""
    return _fact(correction.said, correction.known, correction.before)


def known(correction: Correction) -> str:
    """Write the value that the records give today."""
    return _fact(correction.known, correction.said, correction.after)


def said_in_table(correction: Correction) -> str:
    """Write what the closed report states where crossings and cars are listed apart: of them their number alone."""
    return _number_apart(correction.said, correction.known) or said(correction)


def known_in_table(correction: Correction) -> str:
    return _number_apart(correction.known, correction.said) or known(correction)


def _number_apart(fact: Fact | None, other: Fact | None) -> str:
    if fact is None or fact.sort not in LISTED_APART:
        return ""
    parts = otherwise(fact, other)
    if not parts:
        return "–"
    words = ngettext("%(number)s, listed apart", "%(number)s, listed apart", len(parts))
    return words % {"number": labels.number(len(parts))}


def otherwise(fact: Fact | None, other: Fact | None) -> list[CrossingPart] | list[TravelPart]:
    """Return the crossings or cars of a statement that the other side does not tell alike."""
    theirs = {part.key: part for part in _parts(other)}
    return [part for part in _parts(fact) if theirs.get(part.key) != part]


def _parts(fact: Fact | None) -> tuple[CrossingPart, ...] | tuple[TravelPart, ...]:
    return (fact.crossings or fact.travel) if fact else ()


def _fact(fact: Fact | None, other: Fact | None, bare: Bounds | None) -> str:
    if fact is None:
        return _("not reported") if bare is None else str(bare)
    if fact.sort == "count":
        return _count(fact, other)
    if fact.sort == "words":
        return _changed_words(fact, other)
    if fact.sort == "evidence":
        return ", ".join(map(_file, fact.evidence)) or _("no file")
    if fact.sort == "crossings":
        return _crossings_but(fact, other)
    if fact.sort == "travel":
        return _travel_but(fact, other)
    return FACTS[fact.sort](fact)


def _count(fact: Fact, other: Fact | None) -> str:
    """Write the count, with its origin if only the origin changed or it changed too."""
    count, stands_behind = labels.bounds(fact.value), labels.origin(fact.value) if fact.value else ""
    if other is None or other.value is None or not stands_behind or labels.origin(other.value) == stands_behind:
        return count
    return f"{count} ({stands_behind})"


def _file(item: Evidence) -> str:
    if item.refusal:
        return _("%(file)s (refused: %(reason)s)") % {"file": item.name, "reason": item.refusal}
    words = _("%(file)s (checked)") if item.checked else _("%(file)s (to be checked)")
    return words % {"file": item.name}


def _crossings_but(fact: Fact, other: Fact | None) -> str:
    """Write the crossings that the other side does not tell in the same way, and whether each is proven if that alone
    is told otherwise."""
    theirs = other.crossings if other else ()
    same = {(_crossing(part), part.proven) for part in theirs}
    known = {line for line, _proven in same}
    lines = [(_crossing(part), part.proven) for part in fact.crossings]
    told = [
        f"{line} – {_proof(proven)}" if line in known else line for line, proven in lines if (line, proven) not in same
    ]
    return _first_of(told)


def _first_of(lines: list[str]) -> str:
    """Write the first lines of a list, and how many more there are."""
    told = ", ".join(lines[:LINES_TOLD]) or "–"
    more = len(lines) - LINES_TOLD
    if more <= 0:
        return told
    words = ngettext("%(told)s, and %(number)s more", "%(told)s, and %(number)s more", more)
    return words % {"told": told, "number": labels.number(more)}


def _proof(proven: bool) -> str:
    return str(Origin.PROVEN.label) if proven else _("to be checked")


def _crossing(part: CrossingPart) -> str:
    return f"{labels.day(part.day)}, {border_labels.way(part)} ({border_labels.shown_by(part)})"


def _travel_but(fact: Fact, other: Fact | None) -> str:
    """Write the shared cars that the other side does not tell in the same way."""
    same = set(map(border_labels.shared_car, other.travel)) if other else set()
    return _first_of([line for line in map(border_labels.shared_car, fact.travel) if line not in same])


def _broken_down(row: BreakdownRow) -> str:
    """Write a value with its number: « Belgique : 3 »."""
    return _("%(value)s: %(number)s") % {
        "value": labels.attribute_value(row),
        "number": labels.bounds(row.bounds),
    }


def _changed_words(fact: Fact, other: Fact | None) -> str:
    """Write the text in the reader's language, or in the language that changed if the reader's is the same on both
    sides.
    """
    text = read(fact.words)
    if other is None or read(other.words) != text:
        return text or str(labels.NOT_PROVIDED)
    language = next(code for code in READING_ORDER if fact.words.get(code) != other.words.get(code))
    return f"{fact.words.get(language) or labels.NOT_PROVIDED} ({language})"


#: How to write a statement that is neither a count nor a text, by its sort.
FACTS = {
    "answer": lambda fact: labels.yes_no(fact.answer),
    "dates": lambda fact: " – ".join(labels.day(one) for one in dict.fromkeys(fact.dates)) or str(labels.NOT_PROVIDED),
    "amount": lambda fact: labels.euros(fact.amount),
    "names": lambda fact: labels.names(fact.codes),
    "mode": lambda fact: labels.names(map(labels.mode, fact.codes)),
    "indicator": lambda fact: labels.names(map(labels.indicator_or_none, fact.codes)),
    "residence": lambda fact: labels.names(map(labels.residence, fact.codes)),
    "activity_state": lambda fact: labels.names(ActivityState(code).label for code in fact.codes if code),
    "role": lambda fact: labels.names(map(labels.role, fact.codes)),
    "side": lambda fact: labels.names(map(labels.side, fact.codes)),
    "breakdown": lambda fact: ", ".join(map(_broken_down, fact.breakdown)) or str(labels.NOT_PROVIDED),
    "milestones": lambda fact: (
        ", ".join(f"{labels.day(one.date)}: {labels.number(one.value)}" for one in fact.milestones) or "–"
    ),
    "proof_kinds": lambda fact: ", ".join(map(labels.proof_kind, fact.codes)) or "–",
}
