"""Write under which indicators actions count, why, and what waits for a decision or contradicts one."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...building.queries.content import Action, DoublePart, Report, UnchosenPart, UnclassifiedPart, read
from ...building.queries.decisions import ClassifiedPart
from ...indicators.rules import in_one_line
from . import indicator_labels, labels
from .cells import NOTHING, Column, Table

#: So many of what counts under an indicator that is not chosen are named on a page; files name all.
FIRST = 5


def classified(parts: Iterable[ClassifiedPart]) -> str:
    """Write the indicators of an action: « RCO81 Participations… (partie fermée : 12) ; RCO115 … »."""
    return in_one_line(map(_one, parts))


def of_action(action: Action) -> str:
    """Write the indicators of an action; older reports tell one at most. Empty where nobody decided."""
    return classified(action.classified) or labels.indicator(action.indicator)


def reason(parts: tuple[ClassifiedPart, ...]) -> str:
    """Write why an action counts under its indicators; empty where nobody decided."""
    return read(parts[0].reason) if parts else ""


def proposed(part: UnclassifiedPart) -> str:
    """Write what is proposed for an action, or that nothing is."""
    if not part.is_proposed:
        return pgettext("indicator of an action", "nothing")
    return in_one_line(map(labels.indicator_or_none, part.proposed or ("",)))


def proposal(part: UnclassifiedPart) -> str:
    """Say of an action without a decision what is proposed for it, or what is missing for a proposal."""
    if part.is_proposed:
        return _("proposed: %(what)s") % {"what": proposed(part)}
    missing = read(part.missing)
    return _("missing: %(what)s") % {"what": missing} if missing else str(indicator_labels.TO_BE_CHOSEN)


def why(part: UnclassifiedPart) -> str:
    """Write the reason of what is proposed, and what is missing for a proposal."""
    missing = read(part.missing)
    said = [read(part.reason), _("missing: %(what)s") % {"what": missing} if missing else ""]
    return in_one_line(filter(None, said))


def elsewhere(part: DoublePart) -> str:
    """Write which other projects count an action."""
    return labels.names(map(read, part.names))


def under_it(part: UnchosenPart) -> str:
    """Write what counts under an indicator that the project has not chosen."""
    return labels.names(map(read, (*part.titles, *part.outputs)))


def under_it_briefly(part: UnchosenPart) -> str:
    """Write the first things that count under an indicator that the project has not chosen."""
    first = list(map(read, (*part.titles, *part.outputs)))[:FIRST]
    return labels.names(first if len(first) == part.number else [*first, "…"])


def tables(report: Report) -> Iterable[Table]:
    """Yield the tables of what waits for a decision, contradicts one, stands under no indicator that is chosen, and of
    what two projects count."""
    if report.unclassified:
        yield _unclassified(report)
    if report.misclassified:
        yield _misclassified(report)
    if report.unchosen:
        yield _unchosen(report)
    if report.doubles:
        yield _doubles(report)


def _one(part: ClassifiedPart) -> str:
    name = labels.indicator_or_none(part.code)
    if not part.part:
        return name
    return _("%(indicator)s (closed part: %(count)s)") % {"indicator": name, "count": labels.bounds(part.part)}


def _unclassified(report: Report) -> Table:
    columns = (
        Column(_("Action")),
        Column(_("When")),
        Column(pgettext("indicator of an action", "Proposed")),
        Column(_("Why"), width=5),
    )
    rows = tuple(
        (read(part.title), labels.when(part.date, part.earliest, part.latest), proposed(part), why(part) or NOTHING)
        for part in report.unclassified
    )
    note = _("They stand in the figures of the network, and under no indicator of the programme.")
    return Table("unclassified", _("Actions whose indicator is not decided"), columns, rows, note)


def _misclassified(report: Report) -> Table:
    columns = (Column(_("Action")), Column(_("Indicator"), width=2), Column(_("What speaks against it"), width=5))
    rows = tuple(
        (read(part.title), labels.names(part.codes), " ".join(map(read, part.reasons))) for part in report.misclassified
    )
    note = _("They count as decided until somebody decides otherwise or corrects the record.")
    return Table("misclassified", _("Indicators that the records contradict"), columns, rows, note)


def _unchosen(report: Report) -> Table:
    columns = (Column(_("Indicator"), width=4), Column(_("What counts under it"), width=5))
    rows = tuple((f"{part.code} {read(part.name)}", under_it(part)) for part in report.unchosen)
    note = _("What counts under them stands in no indicator of the report until the project chooses them.")
    return Table("unchosen", _("Indicators that the project has not chosen"), columns, rows, note)


def _doubles(report: Report) -> Table:
    columns = (Column(_("Action")), Column(_("Counted by"), width=4), Column(_("Why"), width=5))
    rows = tuple(
        (read(part.title), elsewhere(part), part.reason or str(labels.NOT_PROVIDED)) for part in report.doubles
    )
    note = _("They count in each of these projects.")
    return Table("doubles", _("Actions that another project counts too"), columns, rows, note)
