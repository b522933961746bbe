"""The tables of the programme's indicators: what the project aims at, what it has reached, and what stands beside."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...building.queries.content import IndicatorPart, Report, read
from . import indicator_labels, labels
from .cells import NOTHING, Cell, Column, Share, Table, bounded, count, raw


def indicators(report: Report) -> Table:
    """Return the table of the chosen indicators; in print without the baseline where none of them is a result."""
    has_results = any(part.is_result for part in report.indicators)
    columns = [
        Column(_("Code"), under=1),
        Column(_("Indicator"), width=16),
        Column(_("Unit"), width=11),
        Column(_("Baseline"), raw=not has_results, width=9),
        Column(_("Target"), width=9),
        Column(_("Previously reported"), width=9),
        Column(_("This half-year"), width=9),
        Column(_("Total so far"), width=9),
        Column(_("Share of the target"), width=9),
        Column(_("Origin, previously"), under=5),
        Column(_("Origin, this half-year"), under=6),
        Column(_("Origin, total"), under=7),
        *bounded(_("Previously"), _("This half-year"), _("Total")),
    ]
    rows = [row for part in report.indicators for row in _indicator_rows(part)]
    if not rows:
        chosen = (NOTHING, str(indicator_labels.TO_BE_CHOSEN))
        rows = [(*chosen, *[NOTHING] * (len(columns) - len(chosen)))]
    return Table("indicators", _("Indicators of the programme"), tuple(columns), tuple(rows), _note(report))


def _note(report: Report) -> str:
    if not report.indicators:
        return ""
    of_shares = _("The share of the target is the total so far, divided by the target.")
    return f"{of_shares} {indicator_labels.translation_note(report.indicators)}".strip()


def _indicator_rows(part: IndicatorPart) -> Iterator[tuple[Cell, ...]]:
    """Yield the row of an indicator, and one of what the records say today of the half-years before if it differs."""
    values = (part.previous, part.current, part.total)
    name = read(part.name)
    if part.to_be_confirmed:
        name = f"{name} ({indicator_labels.note(part)})"
    yield (
        part.code,
        name,
        read(part.unit),
        _aim(part.baseline) if part.is_result else NOTHING,
        _aim(part.target),
        *map(count, values),
        _share(part),
        *(labels.origin(value) or NOTHING for value in values),
        *(cell for value in values for cell in raw(value)),
    )
    if part.previous_now:
        yield (
            NOTHING,
            labels.records_today(part),
            read(part.unit),
            *(NOTHING, NOTHING, count(part.previous_now), NOTHING, NOTHING, NOTHING),
            *(labels.origin(part.previous_now) or NOTHING, NOTHING, NOTHING),
            *(*raw(part.previous_now), *[NOTHING] * 4),
        )


def _aim(number: int | None) -> Cell:
    return str(indicator_labels.TO_BE_CHOSEN) if number is None else number


def _share(part: IndicatorPart) -> Cell:
    """Return the share that an exact total is of the target as a number, else words."""
    if part.target and part.total.bounds.is_exact:
        return Share(Decimal(part.total.bounds.floor) / part.target)
    return indicator_labels.share_of_target(part)


def milestones(report: Report) -> Table:
    columns = (
        Column(_("Indicator"), width=6),
        Column(_("To be reached by"), "date"),
        Column(_("Value"), "number"),
        Column(_("Total so far")),
        Column(pgettext("milestone", "Reached")),
    )
    rows = tuple(
        (labels.figure_name(part), one.date, one.value, count(part.total), indicator_labels.milestone_state(one))
        for part in report.indicators
        for one in part.milestones
    )
    return Table("milestones", _("Milestones"), columns, rows)


def outputs(report: Report) -> Table:
    columns = (
        Column(_("Output"), width=6),
        Column(_("Indicator")),
        Column(_("Finished on"), "date"),
        Column(_("Implemented"), width=3),
        Column(_("Formal agreement")),
        Column(pgettext("output", "Counts")),
    )
    rows = tuple(
        (
            read(part.title),
            part.code,
            part.finished_on or str(labels.NOT_PROVIDED),
            labels.yes_no(part.is_implemented),
            part.agreement or NOTHING,
            indicator_labels.output_state(part),
        )
        for part in report.outputs
    )
    return Table("outputs", _("Outputs"), columns, rows)


def stocks_beside(report: Report) -> Table:
    """Return the members by space and side, and the hours of training, which nobody records yet."""
    columns = (Column(_("What"), width=6), Column(_("State on the day")), Column(pgettext("place", "Side"), width=2))
    rows = [(indicator_labels.members_of(part), indicator_labels.members(part), part.side) for part in report.members]
    rows.append((_("Hours of training"), str(labels.NOT_PROVIDED), NOTHING))
    note = _("Members by the memberships of that day; who is a member of two spaces counts once for each side.")
    return Table("beside", _("Members, and hours of training"), columns, tuple(rows), note)
