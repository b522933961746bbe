"""Write the report as a workbook: one sheet for each section, with numbers, amounts and dates as such."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from hacktiv.common.spreadsheets import cell_text, head_colours, new_workbook

from ...building.queries.content import Report, read
from . import charts, sheet_layout
from .cells import Cell, Share, Table
from .tables import tables, title, version_words

#: The row of the columns' names, below the title, the version and the comment.
HEAD = 3
#: The number by which spreadsheets know the paper.
A4 = 9
#: A comment of more lines stands below its table: what stands above stays in sight.
LINES_IN_SIGHT = 3
#: How much wider the title of a sheet is than other words.
LARGER = 1.5
LONGEST_NAME = 31
#: In characters; the head of a page has two such texts and takes 255.
LONGEST_PRINTED = 90
#: How spreadsheets write the parts of a day, by the letters of Django.
PARTS_OF_A_DAY = {"d": "dd", "j": "d", "m": "mm", "n": "m", "Y": "yyyy", "y": "yy"}


def render(report: Report) -> bytes:
    output = io.BytesIO()
    workbook = new_workbook(output)
    workbook.set_properties({"title": title(report), "comments": read(report.project.credit_line)})
    formats = _Formats(workbook)
    for table in tables(report):
        _Sheet(workbook, formats, table, report).write()
    workbook.close()
    return output.getvalue()


#: The formats of cells; each may stand on the right, and in the row of a sum.
STYLES: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "text_wrap": True},
    "title": {"bold": True, "font_size": 14, "text_wrap": True},
    "note": {"italic": True, "text_wrap": True},
    "text": {"text_wrap": True},
    "number": {"num_format": "#,##0"},
    "amount": {"num_format": "#,##0.00 [$€-1]"},
    "share": {"num_format": "0 %"},
    "date": {},
}
ON_THE_LEFT, ON_THE_RIGHT = {"align": "left", "valign": "top"}, {"align": "right", "indent": 1, "valign": "top"}
OF_A_SUM = {"bold": True, "top": 1}


class _Formats:
    """The formats of a workbook, each made when it is first asked for."""

    def __init__(self, workbook) -> None:
        self.add = workbook.add_format
        self.own = {"head": head_colours(), "date": {"num_format": _day_format()}}
        self.made: dict[tuple[str, bool, bool], Any] = {}

    def of(self, style: str, *, right: bool = False, total: bool = False) -> Any:
        key = (style, right, total)
        if key not in self.made:
            side, sums = ON_THE_RIGHT if right else ON_THE_LEFT, OF_A_SUM if total else {}
            self.made[key] = self.add({**STYLES[style], **self.own.get(style, {}), **side, **sums})
        return self.made[key]


def _day_format() -> str:
    """Return how a spreadsheet writes a day in the active language: « dd/mm/yyyy »."""
    return "".join(PARTS_OF_A_DAY.get(sign, sign) for sign in get_format("SHORT_DATE_FORMAT"))


class _Sheet:
    """A table on a sheet of its own: filtered by its columns, its heads in sight, and ready to be printed.

    Columns at the end that only serve to calculate are not printed."""

    def __init__(self, workbook, formats: _Formats, table: Table, report: Report) -> None:
        self.workbook, self.formats, self.report = workbook, formats, report
        self.widths = sheet_layout.widths(table)
        rows = tuple(line for row in table.rows for line in sheet_layout.continued(row, self.widths))
        self.table = replace(table, rows=rows)
        self.sheet = workbook.add_worksheet(_sheet_name(table.sheet, workbook))
        printed = sheet_layout.printed(table)
        self.paper = sheet_layout.paper(self.widths[:printed])
        self.last_column = printed - 1
        #: Where a sheet takes several pages beside each other, its first columns and what stands over them are on each.
        self.last_repeated = table.headed_by or 0
        self.last_of_words = self.last_repeated if self.paper.across > 1 else self.last_column
        self.breadth = sum(self.widths[: self.last_of_words + 1])
        self.right = [_is_on_the_right(table, number) for number in range(len(table.columns))]

    def write(self) -> None:
        table = self.table
        for number, width in enumerate(self.widths):
            self.sheet.set_column(number, number, width)
        self._words(0, f"{title(self.report)} – {table.title}", "title", larger=LARGER)
        self._words(1, version_words(self.report), "note")
        is_in_sight = sheet_layout.lines(table.comment, self.breadth) <= LINES_IN_SIGHT
        if table.comment:
            above = table.comment if is_in_sight else _("The comment on this section stands below the table.")
            self._words(2, above, "text" if is_in_sight else "note")
        self._head()
        for line, row in enumerate(table.rows, start=HEAD + 1):
            self._row(line, row)
        after = HEAD + 2 + max(1, len(table.rows))
        if not table.rows:
            self._words(HEAD + 1, _("Nothing to report."), "text")
        below = [] if is_in_sight else [(piece, "text") for piece in sheet_layout.pieces(table.comment, self.breadth)]
        below += [(table.note, "note")] if table.note else []
        below.append((read(self.report.project.credit_line), "note"))
        for number, (words, style) in enumerate(below):
            self._words(after + number, words, style)
        last = charts.insert(
            self.workbook, self.sheet, table, head=HEAD, first=HEAD + 1, below=after + len(below), paper=self.paper
        )
        self._set_up(last)

    def _words(self, line: int, words: str, style: str, *, larger: float = 1) -> None:
        """Write words over the width of a page, in a row that is high enough for them."""
        text, style_of = cell_text(words), self.formats.of(style)
        if self.last_of_words > 0:
            self.sheet.merge_range(line, 0, line, self.last_of_words, "", style_of)
        self.sheet.write_string(line, 0, text, style_of)
        self._height(line, sheet_layout.lines(text, self.breadth / larger) * larger)

    def _height(self, line: int, lines: float) -> None:
        height = sheet_layout.LINE * max(1, lines)
        if lines > 1:
            self.sheet.set_row(line, height)
        self.paper.add(height)

    def _head(self) -> None:
        highest = 1
        for number, column in enumerate(self.table.columns):
            self.sheet.write_string(HEAD, number, column.title, self.formats.of("head", right=self.right[number]))
            highest = max(highest, sheet_layout.lines(column.title, self.widths[number]))
        self._height(HEAD, highest)
        self.paper.head = highest * sheet_layout.LINE

    def _row(self, line: int, row: tuple[Cell, ...]) -> None:
        is_total = self.table.last_is_total and line == HEAD + len(self.table.rows)
        highest = 1
        for number, cell in enumerate(row):
            self._write(line, number, cell, is_total)
            if isinstance(cell, str):
                highest = max(highest, sheet_layout.lines(cell, self.widths[number]))
        self._height(line, highest)

    def _write(self, line: int, number: int, cell: Cell, is_total: bool) -> None:
        def style(name: str) -> Any:
            return self.formats.of(name, right=self.right[number], total=is_total)

        if isinstance(cell, Decimal):
            self.sheet.write_number(line, number, float(cell), style("amount"))
        elif isinstance(cell, date):
            self.sheet.write_datetime(line, number, cell, style("date"))
        elif isinstance(cell, Share):
            self.sheet.write_number(line, number, cell.hundredths / 100, style("share"))
        elif isinstance(cell, int):
            self.sheet.write_number(line, number, cell, style("number"))
        else:
            self.sheet.write_string(line, number, cell_text(cell), style("text"))

    def _set_up(self, last: int) -> None:
        """Freeze and filter the heads, and lay the sheet out on paper: across, as wide as the page or as few pages as
        make it legible, each numbered and with the names of the columns."""
        sheet, table = self.sheet, self.table
        sheet.freeze_panes(HEAD + 1, 0)
        rows = len(table.rows) - table.last_is_total
        if rows > 1:
            sheet.autofilter(HEAD, 0, HEAD + rows, len(table.columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(self.paper.across, 0)
        sheet.repeat_rows(HEAD)
        if self.paper.across > 1:
            sheet.repeat_columns(0, self.last_repeated)
        sheet.print_area(0, 0, last, self.last_column)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        sheet.set_header(f"&L{_printed(title(self.report))}&R{_printed(table.title)}")
        sheet.set_footer(f"&L{_printed(read(self.report.project.credit_line))}&R&P / &N")


def _is_on_the_right(table: Table, number: int) -> bool:
    """Return whether a column holds numbers, so that what words say instead of one stands below each other too."""
    return table.columns[number].is_number or any(isinstance(row[number], int | Share) for row in table.rows)


def _printed(words: str) -> str:
    """Return words for the head or foot of a printed page, where & begins a code and 255 characters are the most."""
    return cell_text(words)[:LONGEST_PRINTED].replace("&", "&&")


def _sheet_name(name: str, workbook) -> str:
    """Return a unique name of at most 31 characters, in whole words if they fit, without what spreadsheets
    refuse."""
    short = " ".join(re.sub(r"[\[\]:*?/\\]", " ", name).split()).strip("'")
    if len(short) > LONGEST_NAME:
        short = (short[: LONGEST_NAME + 1].rpartition(" ")[0] or short[:LONGEST_NAME]).rstrip(" –-")
    taken = {sheet.get_name().lower() for sheet in workbook.worksheets()}
    return short if short.lower() not in taken else f"{short[:28]} {len(taken) + 1}"
