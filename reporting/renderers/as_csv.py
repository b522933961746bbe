"""The report as one CSV file, section after section, for spreadsheets: UTF-8 with a mark, semicolons between cells."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from ..queries.content import Report, read
from .tables import Cell, tables, title, version_words, written

#: A cell that begins with one of these could be run as a formula by a spreadsheet.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(report: Report) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")

    def write(cells):
        writer.writerow([_cell(cell) for cell in cells])

    write([title(report)])
    write([version_words(report)])
    for table in tables(report):
        write([])
        write([table.title])
        write([column.title for column in table.columns])
        for row in table.rows:
            write(row)
        if not table.rows:
            write([_("Nothing to report.")])
    write([])
    write([read(report.project.credit_line)])
    return text.getvalue().encode("utf-8-sig")


def _cell(cell: Cell) -> str:
    if isinstance(cell, int):
        return str(cell)
    text = written(cell)
    return f"'{text}" if text.startswith(DANGEROUS) else text
