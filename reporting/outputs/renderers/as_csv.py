"""Write the report as one CSV file for spreadsheets, section after section."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hacktiv.common.spreadsheets import csv_bytes

from ...building.queries.content import Report, read
from .cells import Cell, written
from .tables import tables, title, version_words


def render(report: Report) -> bytes:
    rows = [[title(report)], [version_words(report)]]
    for table in tables(report):
        rows += [
            [],
            [table.title],
            *([[table.comment]] if table.comment else []),
            [column.title for column in table.columns],
        ]
        rows += table.rows or [[_("Nothing to report.")]]
    rows += [[], [read(report.project.credit_line)]]
    return csv_bytes([_cell(cell) for cell in row] for row in rows)


def _cell(cell: Cell) -> str:
    return str(cell) if isinstance(cell, int) else written(cell)
