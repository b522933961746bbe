"""Write the public results as open data: one row a number, the same rows in each format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import texts_of
from hacktiv.common.spreadsheets import CONTENT_TYPES, csv_bytes

from ..building.queries.content import BreakdownRow, read
from ..outputs.renderers import labels
from .queries import FIGURES, HalfYearResults, ProjectResults
from .rules import Cell, Table

#: The columns of the open data, each with its description.
COLUMNS = {
    "project": _("Short name of the project, the same in every edition."),
    "title": _("Title of the project."),
    "example": _("yes: the project, its people and its numbers are fictional."),
    "half_year": _("Name of the half-year."),
    "starts_on": _("First day of the half-year."),
    "ends_on": _("Last day of the half-year."),
    "version": _("Number of the closed report that told it: a higher one corrects a lower one."),
    "closed_on": _("Day on which that report was closed."),
    "table": _("“indicators”, “figures”, or what the figure is broken down by."),
    "code": _("Code of the figure or of the value, the same in every language. “*”: the whole table is withheld."),
    "name": _("The code in words."),
    "at_least": _("The lower bound of the number. It is exact where both bounds are equal."),
    "at_most": _("The upper bound; empty: none is known."),
    "masked": _("yes: kept back, so that no group of fewer than 5 people can be worked out. Both bounds are empty."),
    "licence": _("Licence under which the row may be used."),
}
FORMATS = ("csv", "json")
CONTENT = {"csv": CONTENT_TYPES["csv"], "json": "application/json"}
YES, NO = "yes", "no"


def open_data(results: Iterable[ProjectResults], extension: str) -> bytes:
    """Return the results as a file of this format, in the words of the active language."""
    results = list(results)
    rows = [row for one in results for row in _of_project(one)]
    return _as_json(rows, _without_report(results)) if extension == "json" else _as_csv(rows)


def _as_csv(rows: list[dict[str, Any]]) -> bytes:
    lines = [["" if row[name] is None else str(row[name]) for name in COLUMNS] for row in rows]
    return csv_bytes([list(COLUMNS), *lines])


def _without_report(results: Iterable[ProjectResults]) -> list[dict[str, Any]]:
    """Return the half-years that have begun and have no closed report."""
    return [
        {
            "project": one.project.slug,
            "half_year": period.label,
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
        }
        for one in results
        for period in one.without_report
    ]


def _as_json(rows: list[dict[str, Any]], without_report: list[dict[str, Any]]) -> bytes:
    described = [{"name": name, "description": str(words)} for name, words in COLUMNS.items()]
    whole: dict[str, Any] = {"licence": settings.OPEN_DATA_LICENCE or None, "columns": described, "rows": rows}
    whole["without_report"] = without_report
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _of_project(results: ProjectResults) -> Iterator[dict[str, Any]]:
    project = {
        "project": results.project.slug,
        "title": read(texts_of(results.project, "title")),
        "example": YES if results.project.is_example else NO,
    }
    for one in results.half_years:
        half_year = {
            "half_year": one.label,
            "starts_on": one.starts_on.isoformat(),
            "ends_on": one.ends_on.isoformat(),
            "version": one.version,
            "closed_on": one.closed_on.isoformat(),
        }
        for row in _of_half_year(results, one):
            yield {**project, **half_year, **row, "licence": settings.OPEN_DATA_LICENCE}


def _of_half_year(results: ProjectResults, one: HalfYearResults) -> Iterator[dict[str, Any]]:
    for part in results.indicators:
        if part.code in one.indicators:
            yield _row("indicators", one.indicators[part.code], read(part.name))
    for code in FIGURES:
        if code in one.figures:
            yield _row("figures", one.figures[code], str(labels.FIGURE_NAMES[code]))
    for table in (*one.ways, *one.breakdowns):
        if table.cells is None:
            yield _row(table.by, Cell("*", is_masked=True), table_name(table))
        for cell in table.cells or ():
            yield _row(table.by, cell, cell_name(table, cell))


def _row(table: str, cell: Cell, name: str) -> dict[str, Any]:
    return {
        "table": table,
        "code": cell.code,
        "name": name,
        "at_least": cell.bounds.lower,
        "at_most": cell.bounds.upper,
        "masked": YES if cell.is_masked else NO,
    }


def table_name(table: Table) -> str:
    """Return the name of a table in the active language."""
    return str(labels.FIGURE_NAMES[table.by] if table.by in FIGURES else labels.ATTRIBUTE_NAMES[table.by])


def cell_name(table: Table, cell: Cell) -> str:
    """Return the name of a row of a table in the active language."""
    if table.by in FIGURES:
        return str(labels.FIGURE_NAMES[f"{table.by}-{cell.code}"])
    return labels.attribute_value(BreakdownRow(table.by, cell.code, cell.bounds))
