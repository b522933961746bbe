"""The annexes of the supplementary figures: each crossing of the border, and each shared car."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...building.queries.content import Report, read
from . import labels
from .cells import NOTHING, Column, Table


def crossing_parts(report: Report) -> Table:
    columns = (
        Column(_("Date"), "date", width=2),
        Column(_("Home space")),
        Column(_("Space visited")),
        Column(_("Shown by"), width=5),
        Column(pgettext("evidence", "Proven"), width=2),
        Column(pgettext("place", "From"), raw=True),
        Column(pgettext("place", "To"), raw=True),
    )
    rows = tuple(
        (
            part.day,
            part.home or str(labels.NOT_PROVIDED),
            part.space,
            labels.shown_by(part),
            labels.yes_no(part.proven),
            part.home_side,
            part.side,
        )
        for part in report.crossing_parts
    )
    return Table("crossing_parts", _("Annex C: crossings"), columns, rows)


def travel_parts(report: Report) -> Table:
    columns = (
        Column(_("Date"), "date", width=2),
        Column(_("Event"), width=5),
        Column(_("Way"), width=2),
        Column(pgettext("place", "From")),
        Column(pgettext("place", "To")),
        Column(_("People"), "number"),
        Column(_("Kilometres, one way"), "number", raw=True),
        Column(_("Kilometres shared"), "number"),
    )
    rows = tuple(
        (
            part.day,
            read(part.event),
            labels.direction(part),
            part.from_side,
            part.to_side or NOTHING,
            part.people,
            part.one_way,
            part.kilometres,
        )
        for part in report.travel_parts
    )
    return Table("travel_parts", _("Annex D: shared cars"), columns, rows)
