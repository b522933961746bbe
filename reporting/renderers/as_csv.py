"""The report as one CSV file, section after section, for spreadsheets: UTF-8 with a mark, semicolons between cells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from hacktiv.common.spreadsheets import csv_bytes

from ..queries.content import Report, read
from . import labels
from .tables import Cell, tables, title, version_words


def render(report: Report) -> bytes:
    rows = [[title(report)], [version_words(report)]]
    for table in tables(report):
        rows += [[], [table.title], [column.title for column in table.columns]]
        rows += table.rows or [[_("Nothing to report.")]]
    rows += [[], [read(report.project.credit_line)]]
    return csv_bytes([_cell(cell) for cell in row] for row in rows)


def _cell(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return labels.euros(cell)
    if isinstance(cell, date):
        return labels.day(cell)
    if isinstance(cell, int):
        return str(cell)
    return cell
