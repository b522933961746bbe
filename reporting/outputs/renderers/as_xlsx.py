"""Write the report as a workbook: one sheet for each section, with numbers, amounts and dates as such."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from hacktiv.common.spreadsheets import cell_text, column_width, continued, head_colours, new_workbook

from ...building.queries.content import Report, read
from . import charts
from .cells import Cell, Share, Table, written
from .tables import tables, title, version_words

#: The row of the columns' names, below the title and the version.
HEAD = 3
#: The number by which spreadsheets know the paper.
A4 = 9
#: The columns that are printed at least, so that what stands below a narrow table is too.
LEAST_PRINTED = 6
#: A table of more columns than MANY has them at most so wide, in characters.
MANY, WIDEST_OF_MANY = 8, 26
LONGEST_NAME = 31
#: In characters; the head of a page has two such texts and takes 255.
LONGEST_PRINTED = 90


def render(report: Report) -> bytes:
    output = io.BytesIO()
    workbook = new_workbook(output)
    workbook.set_properties({"title": title(report), "comments": read(report.project.credit_line)})
    formats = {
        "head": workbook.add_format({"bold": True, **head_colours(), "text_wrap": True}),
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "total": workbook.add_format({"bold": True, "valign": "top", "top": 1}),
        "number": workbook.add_format({"num_format": "#,##0", "valign": "top"}),
        "amount": workbook.add_format({"num_format": "#,##0.00 [$€-1]", "valign": "top"}),
        "share": workbook.add_format({"num_format": "0 %", "valign": "top"}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        "note": workbook.add_format({"italic": True, "text_wrap": False}),
    }
    for table in tables(report):
        _write_sheet(workbook, formats, _continued(table), report)
    workbook.close()
    return output.getvalue()


def _continued(table: Table) -> Table:
    """Return a table with further rows below each whose texts are too long for one cell of a spreadsheet."""
    return replace(table, rows=tuple(line for row in table.rows for line in continued(row)))


def _write_sheet(workbook, formats, table: Table, report: Report) -> None:
    """Write a table on a sheet of its own: filtered by its columns, its heads in sight, and ready to be printed."""
    sheet = workbook.add_worksheet(_sheet_name(table.sheet, workbook))
    sheet.write_string(0, 0, cell_text(f"{title(report)} – {table.title}"), formats["title"])
    sheet.write_string(1, 0, cell_text(version_words(report)), formats["note"])
    if table.comment:
        sheet.write_string(2, 0, cell_text(table.comment), formats["note"])
    for number, column in enumerate(table.columns):
        sheet.write_string(HEAD, number, column.title, formats["head"])
        width = column_width([column.title, *(written(row[number]) for row in table.rows)])
        sheet.set_column(number, number, min(width, WIDEST_OF_MANY) if len(table.columns) > MANY else width)
    for line, row in enumerate(table.rows, start=HEAD + 1):
        for number, cell in enumerate(row):
            is_total = table.last_is_total and line == HEAD + len(table.rows)
            _write(sheet, line, number, cell, formats, "total" if is_total else "text")
    after = HEAD + 2 + max(1, len(table.rows))
    if not table.rows:
        sheet.write_string(HEAD + 1, 0, _("Nothing to report."), formats["text"])
    if table.note:
        sheet.write_string(after, 0, table.note, formats["note"])
    sheet.write_string(after + 1, 0, cell_text(read(report.project.credit_line)), formats["note"])
    below = charts.insert(workbook, sheet, table, head=HEAD, first=HEAD + 1)
    _set_up(sheet, table, report, last=after + 1 + below)


def _set_up(sheet, table: Table, report: Report, *, last: int) -> None:
    """Freeze and filter the heads, and lay the sheet out on paper: across, as wide as the page, each page numbered.

    Columns at the end that only serve to calculate are not printed."""
    sheet.freeze_panes(HEAD + 1, 0)
    rows = len(table.rows) - table.last_is_total
    if rows > 1:
        sheet.autofilter(HEAD, 0, HEAD + rows, len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    printed = [number for number, column in enumerate(table.columns) if not column.raw]
    sheet.print_area(0, 0, last, max(printed[-1], LEAST_PRINTED - 1))
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    sheet.set_header(f"&L{_printed(title(report))}&R{_printed(table.title)}")
    sheet.set_footer(f"&L{_printed(read(report.project.credit_line))}&R&P / &N")


def _printed(words: str) -> str:
    """Return words for the head or foot of a printed page, where & begins a code and 255 characters are the most."""
    return cell_text(words)[:LONGEST_PRINTED].replace("&", "&&")


def _write(sheet, line: int, number: int, cell: Cell, formats, text_format: str) -> None:
    if isinstance(cell, Decimal):
        sheet.write_number(line, number, float(cell), formats["amount"])
    elif isinstance(cell, date):
        sheet.write_datetime(line, number, cell, formats["date"])
    elif isinstance(cell, Share):
        sheet.write_number(line, number, cell.hundredths / 100, formats["share"])
    elif isinstance(cell, int):
        sheet.write_number(line, number, cell, formats["number"])
    else:
        sheet.write_string(line, number, cell_text(cell), formats[text_format])


def _sheet_name(name: str, workbook) -> str:
    """Return a unique name of at most 31 characters, in whole words if they fit, without what spreadsheets
    refuse."""
    short = " ".join(re.sub(r"[\[\]:*?/\\]", " ", name).split()).strip("'")
    if len(short) > LONGEST_NAME:
        short = (short[: LONGEST_NAME + 1].rpartition(" ")[0] or short[:LONGEST_NAME]).rstrip(" –-")
    taken = {sheet.get_name().lower() for sheet in workbook.worksheets()}
    return short if short.lower() not in taken else f"{short[:28]} {len(taken) + 1}"
