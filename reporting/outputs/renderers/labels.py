"""The words around a report's data, in the active language."""

from __future__ import annotations

import math
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from events.attendance.rules import Contradiction
from events.enums import Direction, Measure, Mode, ProofKind
from hacktiv.common.bounds import Bounds
from hacktiv.common.dates import day as written_day
from hacktiv.common.languages import name_within_sentence
from members.enums import AgeBand, Country, Gender, Residence, Status

from ...building.queries.content import (
    READING_ORDER,
    BreakdownRow,
    ClosingReason,
    ContradictionPart,
    Correction,
    CrossingPart,
    Evidence,
    Fact,
    Figure,
    IndicatorPart,
    Report,
    TravelPart,
    Words,
    other_language,
    read,
)
from ...core.figures import Value
from ...enums import ActedAs, ActivityState, Commented, Kind, Origin, PartnerRole, RecordState, Side
from ...indicators.catalogue import title_of

FIGURE_NAMES = {
    "NET-ACTIONS": gettext_lazy("Actions held"),
    "NET-PARTICIPATIONS": gettext_lazy("Participations"),
    "NET-PERSONS": gettext_lazy("Persons reached, each counted once"),
    "NET-COACHED": gettext_lazy("Persons coached"),
    "NET-DELIVERABLES": gettext_lazy("Deliverables delivered"),
    "NET-CROSSINGS-BE-FR": gettext_lazy("Crossings from Belgium to France"),
    "NET-CROSSINGS-FR-BE": gettext_lazy("Crossings from France to Belgium"),
    "NET-CROSSINGS": gettext_lazy("Crossings in all"),
    "NET-CROSSERS-BE-FR": gettext_lazy("Persons who crossed from Belgium to France, each counted once"),
    "NET-CROSSERS-FR-BE": gettext_lazy("Persons who crossed from France to Belgium, each counted once"),
    "NET-CROSSERS": gettext_lazy("Persons who crossed in all, each counted once"),
    "NET-TRAVELLERS": gettext_lazy("People in shared cars"),
    "NET-TRAVELLERS-ACROSS": gettext_lazy("People in shared cars across the border"),
    "NET-KILOMETRES": gettext_lazy("Kilometres shared"),
    "NET-KILOMETRES-ACROSS": gettext_lazy("Kilometres shared across the border"),
}
UNITS = {
    "NET-ACTIONS": gettext_lazy("actions"),
    "NET-PARTICIPATIONS": gettext_lazy("participations"),
    "NET-PERSONS": gettext_lazy("persons"),
    "NET-COACHED": gettext_lazy("persons"),
    "NET-DELIVERABLES": gettext_lazy("deliverables"),
    **dict.fromkeys(("NET-CROSSINGS-BE-FR", "NET-CROSSINGS-FR-BE", "NET-CROSSINGS"), gettext_lazy("crossings")),
    **dict.fromkeys(("NET-CROSSERS-BE-FR", "NET-CROSSERS-FR-BE", "NET-CROSSERS"), gettext_lazy("persons")),
    **dict.fromkeys(("NET-TRAVELLERS", "NET-TRAVELLERS-ACROSS"), gettext_lazy("people, by car")),
    **dict.fromkeys(("NET-KILOMETRES", "NET-KILOMETRES-ACROSS"), gettext_lazy("passenger-kilometres")),
}
ATTRIBUTE_NAMES = {
    "residence": gettext_lazy("Residence"),
    "gender": gettext_lazy("Gender"),
    "age_band": gettext_lazy("Age band"),
    "status": gettext_lazy("Situation"),
    "home_space": gettext_lazy("Home space"),
    "coached_residence": gettext_lazy("Residence of the coached persons"),
    "records": gettext_lazy("Records on the named lists"),
}
#: The words for who is named without a value, of the attributes that have words of their own.
SILENT = {"home_space": pgettext_lazy("breakdown", "without a home space")}
ATTRIBUTE_VALUES = {
    "residence": Residence,
    "gender": Gender,
    "age_band": AgeBand,
    "status": Status,
    "coached_residence": Residence,
    "records": RecordState,
}
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
UNDER_NONE = pgettext_lazy("indicator of an action", "under no indicator")
CROSSINGS_NOTE = gettext_lazy(
    "Supplementary: part of no indicator of the programme, and added to no figure above. They are the whole network’s: "
    "one person in one space across the border on one day is one crossing. At least so many, since nobody knows who "
    "came without checking in."
)
TRAVEL_NOTE = gettext_lazy(
    "Supplementary: part of no indicator of the programme, and added to no figure above. They are the whole network’s: "
    "of held events, the cars on which driver and passengers agreed on this platform and that nobody took back. People "
    "are counted with the driver, once in each car; kilometres are those that passengers travelled. Declared, and at "
    "least so many, since people also share cars unseen."
)
BREAKDOWNS_NOTE = gettext_lazy(
    "Participations by what the named lists tell. Who is named and did not say it stands apart from who is not named."
)
PROBLEMS = {
    "straddles": gettext_lazy("Its dates straddle half-years: choose the one it counts in."),
    "not_held": gettext_lazy("Not marked as held yet."),
}
#: The sorts of statements that are lists: in tables they are listed apart, elsewhere so many of them are told.
LISTED_APART = frozenset({"crossings", "travel"})
LINES_TOLD = 5
#: How the name of a correction of a comment begins; the section follows.
COMMENT = "comment-"
#: What a reason to close all the same is printed under, by the check that asked for it.
CLOSED_ALTHOUGH = {
    "proofs_missing": gettext_lazy("Closed without all proofs, because"),
    "older_than_records": gettext_lazy("Closed as an older draft than the records, because"),
    "earlier_unreported": gettext_lazy("Closed before the half-years before it, because"),
    "contradictions": gettext_lazy("Closed with counts that contradict each other, because"),
    "waiting": gettext_lazy("Closed with actions that wait for a decision, because"),
    "undecided": gettext_lazy("Closed with held events that nobody decided on, because"),
    "unclassified": gettext_lazy("Closed with actions whose indicator is not decided, because"),
    "misclassified": gettext_lazy("Closed with indicators that the records contradict, because"),
    "unchosen": gettext_lazy("Closed with indicators that the project has not chosen, because"),
    "doubles": gettext_lazy("Closed with actions that another project counts too, because"),
    "overspent": gettext_lazy("Closed with more claimed than budgeted, because"),
    "counts_unknown": gettext_lazy("Closed with actions whose participants nobody counted, because"),
    "counts_contested": gettext_lazy("Closed with counts that a partner says are not right, because"),
    "proposals_waiting": gettext_lazy("Closed before all actions that partners propose were decided on, because"),
    "partners_not_done": gettext_lazy("Closed before all partners were done, because"),
    "budgets": gettext_lazy("Closed with budgets that do not add up, because"),
}
TIMES = {
    "previous": gettext_lazy("Previously reported"),
    "current": gettext_lazy("This half-year"),
    "total": gettext_lazy("Total so far"),
}
STATUSES = {"live": gettext_lazy("Not built yet"), "draft": gettext_lazy("Draft"), "closed": gettext_lazy("Closed")}
YES_NO = {True: gettext_lazy("yes"), False: gettext_lazy("no")}

#: Printed for a question without an answer and a number that nobody gave. Never 0, never an empty cell.
NOT_PROVIDED = gettext_lazy("not provided")
ASSOCIATED = pgettext_lazy("in place of an associated partner's budget", "associated partner")


def bounds(value: Bounds | Value | None) -> str:
    if value is None:
        return str(NOT_PROVIDED)
    return str(value.bounds if isinstance(value, Value) else value)


def told(words: Words) -> str:
    """Return a text that somebody wrote; where nobody wrote it in the reader's language, say first in which it is."""
    language = other_language(words)
    if not language:
        return read(words)
    return _("(%(language)s) %(text)s") % {"language": in_language(language), "text": read(words)}


def in_language(code: str) -> str:
    """Say in which language something is written: « en néerlandais »."""
    return pgettext("a text", "in %(language)s") % {"language": name_within_sentence(code)}


def origin(value: Value) -> str:
    """Return the origin of a value: one word if both bounds have the same, an empty text if it is unknown."""
    origins = [part for part in (value.lower_origin, value.upper_origin) if part]
    if not origins:
        return ""
    if len(set(origins)) == 1:
        return str(Origin(origins[0]).label)
    return _("from %(lower)s, to %(upper)s") % {
        "lower": Origin(value.lower_origin).label,
        "upper": Origin(value.upper_origin).label,
    }


def records_today(figure: Figure) -> str:
    """Name the line that tells what the records say today of the half-years before, beside what was reported."""
    return _("%(figure)s: the half-years before, by today’s records") % {"figure": figure_name(figure)}


def unreported(report: Report) -> str:
    """Say of which earlier half-years no report was closed here, and what is told of them instead."""
    words = ngettext(
        "%(half_years)s: no report was closed here, so “previously reported” has what today’s records say of it.",
        "%(half_years)s: no report was closed here, so “previously reported” has what today’s records say of them.",
        len(report.unreported),
    )
    return words % {"half_years": ", ".join(report.unreported)}


def figure_name(figure: Figure) -> str:
    """Name a figure; an indicator by its code and the name in the active language."""
    return read(figure.titles) if isinstance(figure, IndicatorPart) else str(FIGURE_NAMES[figure.code])


def figure_unit(figure: Figure) -> str:
    return read(figure.unit) if isinstance(figure, IndicatorPart) else str(UNITS[figure.code])


def yes_no(answer: bool | None) -> str:
    return str(YES_NO.get(answer, NOT_PROVIDED))


def day(value: date | None) -> str:
    return date_format(value, "SHORT_DATE_FORMAT") if value else str(NOT_PROVIDED)


def long_day(value: date) -> str:
    return written_day(value, weekday=False, year=True)


def when(known: date | None, earliest: date, latest: date) -> str:
    """Write a day, or the range in which it lies."""
    if known:
        return long_day(known)
    return _("between %(earliest)s and %(latest)s") % {"earliest": long_day(earliest), "latest": long_day(latest)}


def euros(amount) -> str:
    """Write an amount as the reader does: « 1 471 233,86 € »."""
    if amount is None:
        return str(NOT_PROVIDED)
    written = number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)
    return _("€%(amount)s") % {"amount": written}


def budget(partner, amount) -> str:
    """Write a partner's amount; for an associated partner, say that it has none."""
    return str(ASSOCIATED) if partner.role == PartnerRole.ASSOCIATED else euros(amount)


def number(value: int) -> str:
    return str(number_format(value, use_l10n=True, force_grouping=True))


def share(amount, whole) -> str:
    return str(NOT_PROVIDED) if amount is None or not whole else percent(amount / whole)


def percent(part) -> str:
    """Write a share in whole hundredths, of which it has at least so many: what is not reached never reads 100 %."""
    return _("%(share)s%%") % {"share": number_format(hundredths(part), decimal_pos=0, use_l10n=True)}


def percent_at_most(part) -> str:
    """Write a share in whole hundredths, of which it has at most so many; what does not reach 100 % never reads so."""
    most = math.ceil(part * 100)
    return _("%(share)s%%") % {
        "share": number_format(99 if part < 1 <= most / 100 else most, decimal_pos=0, use_l10n=True)
    }


def hundredths(part) -> int:
    return math.floor(part * 100)


def names(things) -> str:
    return ", ".join(things) or str(NOT_PROVIDED)


def countries(codes) -> str:
    return names(str(Country(code).label) for code in codes)


def side(code: str) -> str:
    return str(Side(code).label)


def role(code: str) -> str:
    return str(PartnerRole(code).label)


def mode(code: str) -> str:
    return str(Mode(code).label)


def proof_kind(code: str) -> str:
    return str(ProofKind(code).label) if code else ""


def checked(item: Evidence) -> str:
    """Say whether a file was checked, and if so whether by another than who added it, or why it was refused."""
    if item.refusal:
        return _("refused: %(reason)s") % {"reason": item.refusal}
    return _("yes, by who added it") if item.checked and item.self_checked else yes_no(item.checked)


def by_role(code: str) -> str:
    """Write as which role somebody did something; an empty text where it is not told."""
    return str(ActedAs(code).label) if code else ""


def measure(code: str) -> str:
    return str(Measure(code).label)


def indicator(code: str) -> str:
    """Return the code with the name of an indicator."""
    return title_of(code)


def indicator_or_none(code: str) -> str:
    """Write an indicator, or for a blank code that an action counts under none."""
    return indicator(code) or str(UNDER_NONE)


def kind(code: str) -> str:
    return str(Kind(code).label)


def attribute(row: BreakdownRow) -> str:
    return str(ATTRIBUTE_NAMES[row.by])


def attribute_value(row: BreakdownRow) -> str:
    if row.value == "unknown":
        return str(NOT_PROVIDED)
    choices = ATTRIBUTE_VALUES.get(row.by)
    return str(choices(row.value).label) if choices else row.value


def cells(row: BreakdownRow) -> list[tuple[str, Bounds]]:
    """Return the lines that a row is written in: who did not say and who is not named stand apart."""
    if row.silent is None or row.unnamed is None:
        return [(attribute_value(row), row.bounds)]
    silent = SILENT.get(row.by) or pgettext("breakdown", "did not say")
    return [(str(silent), row.silent), (pgettext("breakdown", "not named"), row.unnamed)]


def corrected(correction: Correction) -> str:
    if correction.what.startswith(COMMENT):
        return _("comment on “%(section)s”") % {"section": Commented(correction.what.removeprefix(COMMENT)).label}
    return str(CORRECTED[correction.what])


def closed_although(reason: ClosingReason) -> str:
    """Say what a report was closed in spite of: « Clôturé sans toutes les preuves, parce que »."""
    return str(CLOSED_ALTHOUGH.get(reason.code) or _("Closed all the same, because"))


def status(report: Report) -> str:
    return str(STATUSES[report.status])


def stock(part) -> str:
    """Write a state on a day: « 98 au 24 mars 2021 »."""
    return _("%(value)s on %(day)s") % {"value": number(part.value), "day": long_day(part.date)}


def residence(code: str) -> str:
    return str(Residence(code).label) if code else str(NOT_PROVIDED)


def contradictions_note(report: Report) -> str:
    """Say what to do about counts that contradict each other; in a closed report, what was done."""
    if report.status == "closed":
        return _(
            "The two numbers of a line cannot both be true. The figures of this report rest on them as they were; what"
            " is corrected since then appears in the next version."
        )
    return _(
        "The two numbers of a line cannot both be true: correct the wrong one, else the figures rest on them as they"
        " are."
    )


def contradiction(part: ContradictionPart) -> str:
    """Write both numbers: « Personnes distinctes : 20. Participations : 10. »"""
    return str(Contradiction(part.measure, part.declared, part.beside, part.number))


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
    return words % {"number": number(len(parts))}


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
    count, stands_behind = bounds(fact.value), origin(fact.value) if fact.value else ""
    if other is None or other.value is None or not stands_behind or origin(other.value) == stands_behind:
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
    return words % {"told": told, "number": number(more)}


def _proof(proven: bool) -> str:
    return str(Origin.PROVEN.label) if proven else _("to be checked")


def _crossing(part: CrossingPart) -> str:
    return f"{day(part.day)}, {way(part)} ({shown_by(part)})"


def _travel_but(fact: Fact, other: Fact | None) -> str:
    """Write the shared cars that the other side does not tell in the same way."""
    same = set(map(shared_car, other.travel)) if other else set()
    return _first_of([line for line in map(shared_car, fact.travel) if line not in same])


def shared_car(part: TravelPart) -> str:
    """Write a shared car: « 27/11/2026, BE → FR, 3 personnes, 120 km »."""
    words = _("%(day)s, %(way)s, %(people)s people, %(kilometres)s km")
    return words % {
        "day": day(part.day),
        "way": travelled(part),
        "people": part.people,
        "kilometres": number(part.kilometres),
    }


def travelled(part: TravelPart) -> str:
    """Write the sides of a journey: « BE → FR »; only the first if the event took place on no single side."""
    return f"{part.from_side} → {part.to_side}" if part.to_side else part.from_side


def direction(part: TravelPart) -> str:
    return str(Direction(part.direction).label)


def way(part: CrossingPart) -> str:
    """Write the two spaces of a crossing: « La Ferme → Rimbaud'Tech ». A home space that is gone is written as its
    country.
    """
    return f"{part.home or Country(part.home_side).label} → {part.space}"


def shown_by(part: CrossingPart) -> str:
    """Write the evidence of a crossing: the check-in with its hour, the event, or both.

    A check-in that was noted on a later day is written with that day: its hour is not when the person came."""
    shown = []
    if part.checked_in_at:
        moment = timezone.localtime(part.checked_in_at)
        at = time_format(moment, "H:i")
        if moment.date() == part.day:
            shown.append(_("checked in at %(time)s") % {"time": at})
        else:
            noted = {"day": written_day(moment, weekday=False, year=True), "time": at}
            shown.append(_("presence noted on %(day)s at %(time)s") % noted)
    if part.event:
        shown.append(_("present at “%(event)s”") % {"event": read(part.event)})
    return ", ".join(shown) or _("visit on record")


def _broken_down(row: BreakdownRow) -> str:
    """Write a value with its number: « Belgique : 3 »."""
    return _("%(value)s: %(number)s") % {"value": attribute_value(row), "number": bounds(row.bounds)}


def _changed_words(fact: Fact, other: Fact | None) -> str:
    """Write the text in the reader's language, or in the language that changed if the reader's is the same on both
    sides.
    """
    text = read(fact.words)
    if other is None or read(other.words) != text:
        return text or str(NOT_PROVIDED)
    language = next(code for code in READING_ORDER if fact.words.get(code) != other.words.get(code))
    return f"{fact.words.get(language) or NOT_PROVIDED} ({language})"


#: How to write a statement that is neither a count nor a text, by its sort.
FACTS = {
    "answer": lambda fact: yes_no(fact.answer),
    "dates": lambda fact: " – ".join(day(one) for one in dict.fromkeys(fact.dates)) or str(NOT_PROVIDED),
    "amount": lambda fact: euros(fact.amount),
    "names": lambda fact: names(fact.codes),
    "mode": lambda fact: names(map(mode, fact.codes)),
    "indicator": lambda fact: names(map(indicator_or_none, fact.codes)),
    "residence": lambda fact: names(map(residence, fact.codes)),
    "activity_state": lambda fact: names(ActivityState(code).label for code in fact.codes if code),
    "role": lambda fact: names(map(role, fact.codes)),
    "side": lambda fact: names(map(side, fact.codes)),
    "breakdown": lambda fact: ", ".join(map(_broken_down, fact.breakdown)) or str(NOT_PROVIDED),
    "milestones": lambda fact: ", ".join(f"{day(one.date)}: {number(one.value)}" for one in fact.milestones) or "–",
    "proof_kinds": lambda fact: ", ".join(map(proof_kind, fact.codes)) or "–",
}
