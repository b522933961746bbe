"""The annexes of the supplementary figures: each crossing of the border, each shared car, and which were corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...building.queries.content import Correction, CrossingPart, Report, TravelPart, read
from . import border_labels, correction_labels, labels
from .cells import NOTHING, Cell, Column, Table


def crossing_parts(report: Report) -> Table:
    rows = tuple(map(_crossing_row, report.crossing_parts))
    return Table("crossing_parts", _("Annex C: crossings"), _crossing_columns(), rows)


def _crossing_columns() -> tuple[Column, ...]:
    return (
        Column(_("Date"), "date", width=2),
        Column(_("Home space")),
        Column(_("Space visited")),
        Column(_("Shown by"), width=5),
        Column(pgettext("evidence", "Proven"), width=2),
        Column(pgettext("place", "From"), raw=True),
        Column(pgettext("place", "To"), raw=True),
    )


def _crossing_row(part: CrossingPart) -> tuple[Cell, ...]:
    return (
        part.day,
        part.home or str(labels.NOT_PROVIDED),
        part.space,
        border_labels.shown_by(part),
        labels.yes_no(part.proven),
        part.home_side,
        part.side,
    )


def travel_parts(report: Report) -> Table:
    rows = tuple(map(_travel_row, report.travel_parts))
    return Table("travel_parts", _("Annex D: shared cars"), _travel_columns(), rows)


def _travel_columns() -> tuple[Column, ...]:
    return (
        Column(_("Date"), "date", width=2),
        Column(_("Event"), width=5),
        Column(_("Way"), width=2),
        Column(pgettext("place", "From")),
        Column(pgettext("place", "To")),
        Column(_("People"), "number"),
        Column(_("Kilometres, one way"), "number", raw=True),
        Column(_("Kilometres shared"), "number"),
    )


def _travel_row(part: TravelPart) -> tuple[Cell, ...]:
    return (
        part.day,
        read(part.event),
        border_labels.direction(part),
        part.from_side,
        part.to_side or NOTHING,
        part.people,
        part.one_way,
        part.kilometres,
    )


@dataclass(frozen=True)
class Otherwise:
    """A crossing or a shared car that a closed report and today's records tell otherwise, as one of them tells it."""

    correction: Correction
    part: Any
    is_known_now: bool

    @property
    def report(self) -> str:
        words = {"period": self.correction.period, "number": self.correction.version}
        return _("%(period)s, version %(number)d") % words

    @property
    def told(self) -> str:
        return _("Known now") if self.is_known_now else _("Reported then")


def corrected_crossings(report: Report) -> list[Otherwise]:
    """Return the crossings that were corrected since reports were closed, before and after, by day."""
    return _otherwise(report, "crossing_parts")


def corrected_cars(report: Report) -> list[Otherwise]:
    return _otherwise(report, "travel_parts")


def _otherwise(report: Report, what: str) -> list[Otherwise]:
    found: list[Otherwise] = []
    for correction in report.corrections:
        if correction.what == what:
            sides = ((correction.said, correction.known, False), (correction.known, correction.said, True))
            told = [
                Otherwise(correction, part, now)
                for one, two, now in sides
                for part in correction_labels.otherwise(one, two)
            ]
            found += sorted(told, key=lambda one: (one.part.day, one.part.key, one.is_known_now))
    return found


def corrected(report: Report) -> Iterator[Table]:
    """Yield the annexes of what was corrected in long lists: in the table of corrections they are numbers."""
    about = (Column(_("Report"), width=4), Column(_("As told"), width=3))
    if rows := tuple((one.report, one.told, *_crossing_row(one.part)) for one in corrected_crossings(report)):
        title = _("Annex E: corrected crossings")
        yield Table("corrected_crossings", title, (*about, *_crossing_columns()), rows)
    if rows := tuple((one.report, one.told, *_travel_row(one.part)) for one in corrected_cars(report)):
        yield Table("corrected_travel", _("Annex F: corrected shared cars"), (*about, *_travel_columns()), rows)
