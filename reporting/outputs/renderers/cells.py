"""The cells, columns and tables of a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hacktiv.common.bounds import Bounds
from hacktiv.common.text import plain_lines

from ...core.figures import Value
from . import labels

#: Printed in a cell without content.
NOTHING = "–"


@dataclass(frozen=True)
class Share:
    """A fraction of one: 0.5 is 50 %. It is told in whole hundredths, the same in words and in numbers."""

    part: Decimal

    @property
    def hundredths(self) -> int:
        return labels.hundredths(self.part)

    def __str__(self) -> str:
        return labels.percent(self.part)


#: A number for an exact count, a typed value for a known amount, share or day; words for anything else.
Cell = str | int | Decimal | Share | date


@dataclass(frozen=True)
class Column:
    """A column. `kind` is text, number, amount, share or date; `width` is its share of a printed line.

    Columns with `raw` are for spreadsheets only: the numbers behind the words. A column with `under` is a column in
    spreadsheets; in print its cells stand below those of the column with that number.
    """

    title: str
    kind: str = "text"
    raw: bool = False
    width: int = 3
    under: int | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "amount", "share")


@dataclass(frozen=True)
class Table:
    """A table. Cells are text, or a known number, amount or date if the column says so; else words say it is not known.

    A register that is too wide to print is printed entry by entry, each under its cell of the column `headed_by`; so
    is a table with a long text, under the cells of `named_by`.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    last_is_total: bool = False
    #: What the coordinator wrote on this section.
    comment: str = ""
    headed_by: int | None = None
    named_by: int | None = None

    @property
    def sheet(self) -> str:
        """Return the title if it is short enough for a sheet of a workbook, else a shorter one."""
        return {
            "highlights": _("Highlights"),
            "indicators": pgettext("sheet", "Indicators"),
            "history": pgettext("sheet", "Declared counts"),
            "problems_text": pgettext("sheet", "Problems in words"),
            "beside": pgettext("sheet", "Members and training"),
            "actions": pgettext("sheet", "Annex A – actions"),
            "evidence": pgettext("sheet", "Annex A – evidence"),
            "breakdowns": pgettext("sheet", "Annex B – breakdowns"),
            "unassigned": pgettext("sheet", "To be decided"),
            "contradictions": pgettext("sheet", "Contradictions"),
            "unclassified": pgettext("sheet", "Indicator to be decided"),
            "misclassified": pgettext("sheet", "Indicators contradicted"),
            "unchosen": pgettext("sheet", "Indicators not chosen"),
            "doubles": pgettext("sheet", "In two projects"),
            "corrections": pgettext("sheet", "Corrections"),
            "corrected_crossings": pgettext("sheet", "Annex E – crossings"),
            "corrected_travel": pgettext("sheet", "Annex F – shared cars"),
            "crossings": pgettext("sheet", "Crossings"),
            "crossing_parts": pgettext("sheet", "Annex C – crossings"),
            "travel": pgettext("sheet", "Shared travel"),
            "travel_parts": pgettext("sheet", "Annex D – shared cars"),
        }.get(self.code, self.title)


def written(cell: Cell) -> str:
    """Return a cell as people read it."""
    if isinstance(cell, Decimal):
        return labels.euros(cell)
    if isinstance(cell, date):
        return labels.day(cell)
    return labels.number(cell) if isinstance(cell, int) else plain_lines(str(cell))


def bounded(*names: str) -> Iterator[Column]:
    """Make two columns for each count: its bounds, with which a spreadsheet can calculate."""
    for name in names:
        yield Column(_("%(column)s, at least") % {"column": name}, "number", raw=True)
        yield Column(_("%(column)s, at most") % {"column": name}, "number", raw=True)


def raw(value: Bounds | Value | None) -> tuple[Cell, Cell]:
    return (known(value and value.lower), known(value and value.upper))


def count(value: Bounds | Value | None) -> Cell:
    """Return the number if it is exact, else words."""
    bounds = value.bounds if isinstance(value, Value) else value
    return bounds.floor if bounds and bounds.is_exact else labels.bounds(bounds)


def known(number: int | None) -> Cell:
    return str(labels.NOT_PROVIDED) if number is None else number
