"""The words around a report's data, in the active language."""

from __future__ import annotations

import math
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from events.attendance.rules import Contradiction
from events.enums import Measure, Mode, ProofKind
from hacktiv.common.bounds import Bounds
from hacktiv.common.dates import day as written_day
from hacktiv.common.languages import name_within_sentence
from members.enums import AgeBand, Country, Gender, Residence, Status

from ...building.queries.content import (
    BreakdownRow,
    ClosingReason,
    ContradictionPart,
    Evidence,
    Figure,
    IndicatorPart,
    Report,
    Words,
    other_language,
    read,
)
from ...core.figures import Value
from ...enums import ActedAs, Kind, Origin, PartnerRole, RecordState, Side
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
UNDER_NONE = pgettext_lazy("indicator of an action", "under no indicator")
BREAKDOWNS_NOTE = gettext_lazy(
    "Participations by what the named lists tell. Who is named and did not say it stands apart from who is not named."
)
PROBLEMS = {
    "straddles": gettext_lazy("Its dates straddle half-years: choose the one it counts in."),
    "not_held": gettext_lazy("Not marked as held yet."),
}
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
