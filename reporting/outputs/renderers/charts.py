"""The charts of the workbook: native ones, drawn from the cells of their sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hacktiv.common.colours import colour

from .cells import Table

#: Rows that a chart shows at most: those of a longer table are too many to tell apart.
MOST_ROWS = 40
ROW_HEIGHT, LEAST_HEIGHT, MOST_HEIGHT = 42, 280, 1600
#: In pixels.
SHEET_ROW = 20
INKS = ("chart", "color-primary", "ink-soft")


@dataclass(frozen=True)
class Chart:
    """Bars for the rows of a sheet: which column names them (or two), which ones hold their numbers."""

    title: str
    names: tuple[int, int]
    numbers: tuple[int, ...]


def charts(table: Table) -> Chart | None:
    """Return the chart of a table, for those that have one."""
    raw = [number for number, column in enumerate(table.columns) if column.raw and column.kind == "number"]
    if table.code == "indicators":
        targets = [number for number, column in enumerate(table.columns) if column.title == _("Target")]
        return Chart(_("%(table)s: at least") % {"table": table.title}, (0, 1), (*targets, raw[-2]))
    if table.code in ("figures", "crossings", "travel"):
        # Of each pair of bounds the lower one: a chart of a workbook draws no open interval.
        return Chart(_("%(table)s: at least") % {"table": table.title}, (1, 1), tuple(raw[::2]))
    if table.code == "breakdowns":
        return Chart(_("%(table)s: at least") % {"table": table.title}, (0, 1), tuple(raw[:1]))
    if table.code == "partners":
        amounts = [number for number, column in enumerate(table.columns) if column.kind == "amount"]
        return Chart(f"{table.title} (€)", (0, 0), tuple(amounts))
    return None


def insert(workbook: Any, sheet: Any, table: Table, *, head: int, first: int) -> int:
    """Put the chart of a table below it, and return how many rows it covers, 0 without one. `head` is the row of the
    columns' names, `first` that of the first cells."""
    chart = charts(table)
    rows = len(table.rows) - table.last_is_total
    if chart is None or not 0 < rows <= MOST_ROWS:
        return 0
    if not any(isinstance(row[number], int | Decimal) for row in table.rows for number in chart.numbers):
        return 0
    drawn = workbook.add_chart({"type": "bar"})
    last = first + rows - 1
    for number, ink in zip(chart.numbers, INKS, strict=False):
        drawn.add_series(
            {
                "name": [sheet.name, head, number],
                "categories": [sheet.name, first, chart.names[0], last, chart.names[1]],
                "values": [sheet.name, first, number, last, number],
                "fill": {"color": colour(ink)},
                "border": {"color": colour("color-base-content"), "width": 0.5},
                "data_labels": {"value": True},
            }
        )
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
    drawn.set_y_axis({"reverse": True})
    drawn.set_x_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": colour("mist")}}})
    drawn.set_legend({"position": "bottom"} if len(chart.numbers) > 1 else {"none": True})
    height = min(MOST_HEIGHT, max(LEAST_HEIGHT, ROW_HEIGHT * rows * min(2, len(chart.numbers))))
    drawn.set_size({"width": 760, "height": height})
    sheet.insert_chart(first + len(table.rows) + 4, 0, drawn, {"description": chart.title, "object_position": 2})
    return height // SHEET_ROW + 3
