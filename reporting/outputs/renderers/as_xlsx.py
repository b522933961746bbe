"""Write the report as a workbook: one sheet for each section, with numbers, amounts and dates as such."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from hacktiv.common.spreadsheets import cell_text, column_width, head_colours, new_workbook

from ...building.queries.content import Report, read
from .cells import Cell, Share, written
from .tables import tables, title, version_words


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
        sheet = workbook.add_worksheet(_sheet_name(table.sheet, workbook))
        sheet.write_string(0, 0, cell_text(f"{title(report)} – {table.title}"), formats["title"])
        sheet.write_string(1, 0, cell_text(version_words(report)), formats["note"])
        if table.comment:
            sheet.write_string(2, 0, cell_text(table.comment), formats["note"])
        for number, column in enumerate(table.columns):
            sheet.write_string(3, number, column.title, formats["head"])
            width = column_width([column.title, *(written(row[number]) for row in table.rows)])
            sheet.set_column(number, number, width)
        for line, row in enumerate(table.rows, start=4):
            for number, cell in enumerate(row):
                is_total = table.last_is_total and line == 3 + len(table.rows)
                _write(sheet, line, number, cell, formats, "total" if is_total else "text")
        after = 5 + max(1, len(table.rows))
        if not table.rows:
            sheet.write_string(4, 0, _("Nothing to report."), formats["text"])
        if table.note:
            sheet.write_string(after, 0, table.note, formats["note"])
        sheet.write_string(after + 1, 0, cell_text(read(report.project.credit_line)), formats["note"])
        sheet.freeze_panes(4, 0)
    workbook.close()
    return output.getvalue()


def _write(sheet, line: int, number: int, cell: Cell, formats, text_format: str) -> None:
    if isinstance(cell, Decimal):
        sheet.write_number(line, number, float(cell), formats["amount"])
    elif isinstance(cell, date):
        sheet.write_datetime(line, number, cell, formats["date"])
    elif isinstance(cell, Share):
        sheet.write_number(line, number, float(cell.part), formats["share"])
    elif isinstance(cell, int):
        sheet.write_number(line, number, cell, formats["number"])
    else:
        sheet.write_string(line, number, cell_text(cell), formats[text_format])


def _sheet_name(name: str, workbook) -> str:
    """Return a unique name of at most 31 characters, without those that spreadsheets refuse."""
    short = re.sub(r"[\[\]:*?/\\]", " ", " ".join(name.split())).strip(" '")[:31]
    taken = {sheet.get_name().lower() for sheet in workbook.worksheets()}
    return short if short.lower() not in taken else f"{short[:28]} {len(taken) + 1}"
