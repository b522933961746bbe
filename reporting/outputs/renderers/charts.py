"""The charts of the workbook: native ones, drawn from the cells of their sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hacktiv.common.colours import colour
from hacktiv.common.spreadsheets import cell_text

from .cells import Table
from .sheet_layout import Paper

#: Rows that a chart shows at most: those of a longer table are too many to tell apart.
MOST_ROWS = 40
FEW_ROWS = 16
#: In pixels: the height of one bar and of what is around them, and the width of a chart.
BAR, AROUND, LEAST_HEIGHT, WIDTH = 15, 110, 220, 760
#: What a chart may be of the height that it would have, so that it stands on the page of its table.
SMALLEST = 0.75
#: In pixels.
SHEET_ROW, POINTS = 20, 0.75
#: What tells the bars of a group apart, in grey too: light, dark, and hatched.
INKS = (
    {"fill": {"color": "chart"}},
    {"fill": {"color": "color-primary"}},
    {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "color-base-content", "bg_color": "color-base-100"}},
)


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
        return Chart(_("%(table)s: at least") % {"table": table.title}, (0, 0), (*targets, raw[-2]))
    if table.code in ("figures", "crossings", "travel"):
        # Of each pair of bounds the lower one: a chart of a workbook draws no open interval.
        return Chart(_("%(table)s: at least") % {"table": table.title}, (1, 1), tuple(raw[::2]))
    if table.code == "breakdowns":
        return Chart(_("%(table)s: at least") % {"table": table.title}, (0, 1), tuple(raw[:1]))
    if table.code == "partners":
        amounts = [number for number, column in enumerate(table.columns) if column.kind == "amount"]
        return Chart(f"{table.title} (€)", (0, 0), tuple(amounts))
    return None


def insert(workbook: Any, sheet: Any, table: Table, *, head: int, first: int, below: int, paper: Paper) -> int:
    """Put the chart of a table in the row `below`, or further down where it would be divided between two pages. Return
    the last row that is written or covered. `head` is the row of the columns' names, `first` that of the first cells.
    """
    chart = charts(table)
    rows = len(table.rows) - table.last_is_total
    if chart is None or not 0 < rows <= MOST_ROWS:
        return below - 1
    if not any(isinstance(row[number], int | Decimal) for row in table.rows for number in chart.numbers):
        return below - 1
    wanted = max(LEAST_HEIGHT, AROUND + BAR * rows * (len(chart.numbers) + 1))
    on_this_page, on_a_page = (
        int(points / POINTS) - 3 * SHEET_ROW for points in (paper.left, paper.height - paper.head)
    )
    fits = on_this_page >= max(LEAST_HEIGHT, SMALLEST * min(wanted, on_a_page))
    height = min(wanted, on_this_page if fits else on_a_page)
    top = below + 1 + (0 if fits else paper.rows_left)
    last = top + height // SHEET_ROW + 1
    names = _names(sheet, table, chart, first=first, rows=rows, below=last + 2)
    drawn = _drawn(workbook, sheet, chart, head, first, rows, names)
    drawn.set_size({"width": WIDTH, "height": height})
    sheet.insert_chart(top, 0, drawn, {"description": chart.title, "object_position": 2})
    return last


def _names(sheet: Any, table: Table, chart: Chart, *, first: int, rows: int, below: int) -> list[Any]:
    """Return the cells that name the bars. Where two columns name them together, these are hidden rows of their own
    below all else."""
    start, end = chart.names
    if start == end:
        return [sheet.name, first, start, first + rows - 1, start]
    for number, row in enumerate(table.rows[:rows]):
        sheet.write_string(below + number, 0, cell_text(" – ".join(str(cell) for cell in row[start : end + 1])))
        sheet.set_row(below + number, None, None, {"hidden": True})
    return [sheet.name, below, 0, below + rows - 1, 0]


def _drawn(workbook: Any, sheet: Any, chart: Chart, head: int, first: int, rows: int, names: list[Any]) -> Any:
    drawn = workbook.add_chart({"type": "bar"})
    last = first + rows - 1
    for number, ink in zip(chart.numbers, INKS, strict=False):
        drawn.add_series(
            {
                "name": [sheet.name, head, number],
                "categories": names,
                "values": [sheet.name, first, number, last, number],
                **_coloured(ink),
                "border": {"color": colour("color-base-content"), "width": 0.5},
                "data_labels": {"value": True},
                "gap": 60,
            }
        )
    drawn.show_hidden_data()
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
    # Each bar has its name, in a smaller print where they are many.
    drawn.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": {"size": 9 if rows <= FEW_ROWS else 7}})
    drawn.set_x_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": colour("mist")}}})
    drawn.set_legend({"position": "bottom"} if len(chart.numbers) > 1 else {"none": True})
    return drawn


def _coloured(ink: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return an ink with its colours in place of their names."""
    return {
        kind: {name: colour(value) if name.endswith("color") else value for name, value in found.items()}
        for kind, found in ink.items()
    }
