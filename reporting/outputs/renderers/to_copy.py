"""The texts and figures of a report in the order of the forms of the programme, to be copied into them one by one.

What the forms ask for and in which order is here; how many characters a field takes is in `LIMITS` only where the
programme says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import numberformat
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from hacktiv.common.bounds import Bounds
from hacktiv.common.languages import name_within_sentence

from ... import enums
from ...building.queries.content import Figure, Report, Words, other_language, read
from ...core.figures import Value
from . import indicator_labels, labels, plan, spending, tables

#: The most characters of a field of a form, by form and section. The programme has told us of none.
LIMITS: Mapping[tuple[str, str], int] = {}

#: The actions that a text lists at most.
MOST_ACTIONS = 100
#: A text of so many characters stands beside its label.
SHORT = 30


@dataclass(frozen=True)
class Item:
    """One text for one field of a form, or one number. `language` is another than the reader's where the text is."""

    label: str
    text: str
    language: str = ""
    limit: int | None = None

    @property
    def length(self) -> int:
        return len(self.text)

    @property
    def is_short(self) -> bool:
        return self.length <= SHORT

    @property
    def language_name(self) -> str:
        return name_within_sentence(self.language)

    @property
    def is_too_long(self) -> bool:
        return self.limit is not None and self.length > self.limit


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    items: tuple[Item, ...]

    @property
    def anchor(self) -> str:
        return f"to-copy-{self.code}"

    @property
    def numbered(self) -> list[tuple[str, Item]]:
        """Return the items, each with its id on the page."""
        return [(f"{self.anchor}-{number}", item) for number, item in enumerate(self.items)]


@dataclass(frozen=True)
class Form:
    """A form of the programme, with the sections that it asks for, in its order."""

    code: str
    name: Promise
    sections: tuple[str, ...]
    names: Mapping[str, Promise] = field(default_factory=dict)


FORMS = (
    Form(
        "semester",
        gettext_lazy("Semester activity form"),
        (
            "identification",
            "highlights",
            "figures",
            "deviations",
            "target_groups",
            "work",
            "communication",
            "principles",
            "partners",
        ),
    ),
    Form(
        "jems",
        gettext_lazy("Project report in Jems"),
        (
            *("identification", "highlights", "figures", "deviations", "target_groups"),
            *("work", "communication", "results", "principles", "partners"),
        ),
        {
            "figures": pgettext_lazy("section of Jems", "Overview of outputs and results"),
            "work": pgettext_lazy("section of Jems", "Work plan: activities and deliverables"),
            "partners": pgettext_lazy("section of Jems", "Financial overview"),
        },
    ),
)

NAMES = {
    "identification": gettext_lazy("Identification"),
    "highlights": gettext_lazy("Highlights and cross-border added value"),
    "figures": gettext_lazy("Indicators and figures"),
    "deviations": gettext_lazy("Problems and deviations"),
    "target_groups": gettext_lazy("Target groups"),
    "work": gettext_lazy("Activities and deliverables"),
    "communication": gettext_lazy("Communication"),
    "principles": gettext_lazy("Horizontal principles"),
    "results": gettext_lazy("Results: the total so far"),
    "partners": gettext_lazy("Partners and spending"),
}


def form_of(code: str) -> Form:
    """Return a form by its code, the first one for an unknown code."""
    return next((form for form in FORMS if form.code == code), FORMS[0])


def sections(report: Report, form: Form) -> list[Section]:
    """Return what of a report each section of a form takes; a section that takes nothing has no items."""
    return [
        Section(code, str(form.names.get(code, NAMES[code])), tuple(_limited(report, form, code)))
        for code in form.sections
    ]


def _limited(report: Report, form: Form, code: str) -> Iterator[Item]:
    limit = LIMITS.get((form.code, code))
    for item in SOURCES[code](report):
        yield Item(item.label, item.text, item.language, limit)


def written(label: str, words: Words) -> Iterator[Item]:
    """Yield a text that somebody wrote, and in which language, if it is not the reader's."""
    text = read(words)
    if not text:
        return
    yield Item(label, text, other_language(words))


def digits(value: Bounds | Value) -> str:
    """Write a count as a field for numbers takes it: digits alone if it is exact, else words."""
    bounds = value.bounds if isinstance(value, Value) else value
    return str(bounds.floor) if bounds.is_exact else labels.bounds(bounds)


def _identification(report: Report) -> Iterator[Item]:
    yield Item(_("Project"), read(report.project.title))
    if report.project.code:
        yield Item(_("Project number"), report.project.code)
    yield Item(_("Half-year"), tables.period_days(report))
    if report.period.reported_on:
        yield Item(_("Reported on"), labels.long_day(report.period.reported_on))
    if report.lead:
        yield Item(_("Lead partner"), report.lead.name)


def _highlights(report: Report) -> Iterator[Item]:
    yield from written(_("Highlights and cross-border added value"), report.period.highlights)


def _figures(report: Report) -> Iterator[Item]:
    for figure in (*report.indicators, *report.figures):
        yield from _values(figure, labels.figure_name(figure))


def _values(figure: Figure, name: str) -> Iterator[Item]:
    values = {
        _("%(figure)s – previously reported"): figure.previous,
        _("%(figure)s – this half-year"): figure.current,
        _("%(figure)s – total so far"): figure.total,
    }
    for label, value in values.items():
        yield Item(label % {"figure": name}, digits(value))


def _deviations(report: Report) -> Iterator[Item]:
    yield from written(_("Problems and deviations"), report.text_of(enums.Section.PROBLEMS))
    for part in report.deviations:
        yield from written(_("Problem: %(title)s") % {"title": read(part.title)}, part.reason)
        yield from written(_("Solution: %(title)s") % {"title": read(part.title)}, part.solution)


def _target_groups(report: Report) -> Iterator[Item]:
    yield from written(_("Target groups"), report.text_of(enums.Section.TARGET_GROUPS))
    for group in report.target_groups:
        yield from written(_("Reached how: %(group)s") % {"group": read(group.name)}, group.reached_how)
        yield Item(_("How many: %(group)s") % {"group": read(group.name)}, digits(group.number))
    rows = [row for row in report.breakdowns if row.by == "status"]
    words = _("%(value)s: %(number)s")
    lines = [
        words % {"value": value, "number": labels.bounds(bounds)} for row in rows for value, bounds in labels.cells(row)
    ]
    if lines:
        yield Item(_("Participations by situation"), "\n".join(lines))


def _work(report: Report) -> Iterator[Item]:
    for package in report.work_packages:
        for activity in package.activities:
            name = f"{activity.code} {read(activity.title)}"
            yield Item(name, plan.activity_state(activity.state))
            yield from written(_("%(activity)s – what was done") % {"activity": name}, activity.done)
    yield from _held(report)


def _held(report: Report) -> Iterator[Item]:
    lines = []
    for action in report.actions:
        what = {
            "title": read(action.title),
            "when": labels.when(action.date, action.earliest, action.latest),
            "count": labels.bounds(action.participations),
        }
        lines.append(_("%(title)s (%(when)s), participations: %(count)s") % what)
    if lines:
        rest = len(lines) - MOST_ACTIONS
        if rest > 0:
            more = ngettext("… and %(number)s more, in the register", "… and %(number)s more, in the register", rest)
            lines[MOST_ACTIONS:] = [more % {"number": labels.number(rest)}]
        yield Item(_("Actions of this half-year"), "\n".join(lines))
    for coaching in report.coaching:
        what = {"title": read(coaching.title), "count": labels.bounds(coaching.persons)}
        yield Item(_("Coaching"), _("%(title)s, persons: %(count)s") % what)
    for output in report.outputs:
        what = {"title": read(output.title), "state": indicator_labels.output_state(output)}
        yield Item(_("Output %(code)s") % {"code": output.code}, _("%(title)s: %(state)s") % what)
    for part in report.deliverables:
        state = _("delivered") if part.delivered else _("not delivered yet")
        text = _("%(title)s: %(state)s") % {"title": read(part.title), "state": state}
        yield Item(_("Deliverable"), "\n".join(filter(None, [text, read(part.note)])))


def _communication(report: Report) -> Iterator[Item]:
    yield from written(_("Communication"), report.text_of(enums.Section.COMMUNICATION))
    for part in report.communication:
        day = labels.day(part.date) if part.date else ""
        yield Item(_("Published"), " – ".join(filter(None, (read(part.title), read(part.where), day, part.link))))


def _principles(report: Report) -> Iterator[Item]:
    for part in report.principles:
        yield from written(plan.section_name(part.section), part.text)


def _results(report: Report) -> Iterator[Item]:
    for figure in (*report.indicators, *report.figures):
        yield Item(labels.figure_name(figure), digits(figure.total))
    for stock in report.stocks:
        yield Item(read(stock.name), str(stock.value))


def _plain(amount: Decimal) -> str:
    """Write an amount as a field for numbers takes it: without a sign between its digits or of its currency."""
    return numberformat.format(amount, get_format("DECIMAL_SEPARATOR"), decimal_pos=2)


def _partners(report: Report) -> Iterator[Item]:
    for partner in report.partners:
        for name, amount in ((_("Total"), partner.total), (_("ERDF"), partner.erdf)):
            if amount is not None:
                label = pgettext("a partner's amount", "%(partner)s – %(amount)s")
                yield Item(label % {"partner": partner.name, "amount": name}, _plain(amount))
    for part in report.spending if report.tells_spending else ():
        for kind, name in spending.AMOUNT_NAMES.items():
            amount = getattr(part.current, kind)
            label = _("%(partner)s – %(amount)s in this half-year") % {"partner": part.partner, "amount": name}
            yield Item(label, spending.amount(amount) if amount.exact is None else _plain(amount.exact))


#: What each section takes of a report.
SOURCES: dict[str, Callable[[Report], Iterator[Item]]] = {
    "identification": _identification,
    "highlights": _highlights,
    "figures": _figures,
    "deviations": _deviations,
    "target_groups": _target_groups,
    "work": _work,
    "communication": _communication,
    "principles": _principles,
    "results": _results,
    "partners": _partners,
}
