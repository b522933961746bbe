"""The table of the counts that were declared of actions and coaching: each with when, as which role and why."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from ...building.queries.content import Report, read
from . import labels
from .cells import NOTHING, Cell, Column, Table, known


def tells_history(report: Report) -> bool:
    """Return whether a count of an action or a coaching was declared at all."""
    return any(part.history for part in (*report.actions, *report.coaching))


def history(report: Report) -> Table:
    columns = (
        Column(_("Action"), width=5),
        Column(_("What is counted"), width=4),
        Column(_("At least"), "number", width=2),
        Column(_("At most"), "number", width=2),
        Column(_("Entered at"), "date"),
        Column(_("Replaced at"), "date"),
        Column(_("Entered by")),
        Column(_("Reason"), width=4),
    )
    return Table("history", _("Counts as they were declared"), columns, tuple(_rows(report)))


def _rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    for part in (*report.actions, *report.coaching):
        for count in part.history:
            yield (
                read(part.title),
                labels.measure(count.measure),
                known(count.bounds.lower),
                known(count.bounds.upper),
                timezone.localdate(count.entered_at),
                timezone.localdate(count.replaced_at) if count.replaced_at else NOTHING,
                labels.by_role(count.by_role) or NOTHING,
                count.reason or NOTHING,
            )
