"""Decide what a public page may tell of closed reports, so that no small group of people can be worked out from it.

A number of people is small from 1 to 4. A figure that is small is masked, and so is the figure that bounds it. In a
table whose cells add up to a published total, one masked cell would follow from the others. So all cells below a step
are masked together: the first of `STEPS` at which what is known of the masked cells (how many they are, their sum, the
step, and that one of them is small) leaves each of them several values below 5, and one from 5 on. If no cell is left
over, or the total is low, the whole table is withheld, the names of its rows too.

The choice depends on the numbers by these steps alone. So it gives nothing away to somebody who knows this program:
`tests/test_masking.py` makes every small table, and looks at all those that would be published alike. Nothing that is
published relates two tables: breakdowns are told by half-year only, and a sum over half-years only where all of them
are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hacktiv.common.bounds import UNKNOWN, Bounds, total

#: The least number of people that is published.
LEAST = 5
#: The least total of a table that is published by its rows.
LEAST_TOTAL = 2 * LEAST
#: The bounds below which the cells of a table are masked together; the first that is enough is taken.
STEPS = (LEAST, 10, 20, 50, 100, 200, 500, 1000)
#: So many values below `LEAST` must be left to each masked cell.
VALUES_LEFT = 2

#: Figures of people of which one bounds the other: the persons are no more than their participations.
BOUND_TOGETHER = (
    ("NET-PARTICIPATIONS", "NET-PERSONS"),
    ("NET-CROSSINGS", "NET-CROSSERS"),
)
#: Figures that count no people.
OF_THINGS = frozenset({"NET-ACTIONS", "NET-DELIVERABLES"})


@dataclass(frozen=True)
class Cell:
    """A published number with its bounds; both None: it is masked, or nobody knows it."""

    code: str
    bounds: Bounds = UNKNOWN
    is_masked: bool = False


@dataclass(frozen=True)
class Table:
    """The cells of a breakdown, which count what is known at least; None: the table is withheld."""

    by: str
    cells: tuple[Cell, ...] | None


def is_small(count: Bounds) -> bool:
    """Return whether a number of people may be from 1 to 4. What nobody knows, and exactly 0, tell of nobody."""
    return not count.is_unknown and count.upper != 0 and count.floor < LEAST


def published_figures(figures: Mapping[str, Bounds]) -> dict[str, Cell]:
    """Return the figures of a half-year as they are published."""
    small = {code for code, count in figures.items() if code not in OF_THINGS and is_small(count)}
    for group in BOUND_TOGETHER:
        if small.intersection(group):
            small.update(group)
    return {
        code: Cell(code, is_masked=True) if code in small and not count.is_unknown else Cell(code, count)
        for code, count in figures.items()
    }


def published_parts(counts: Mapping[str, Bounds], whole: Cell | None) -> dict[str, Cell]:
    """Return the parts of a published number, such as the participations under each indicator, and the rest that is no
    part: as the cells of one table with it, so that neither a part nor the rest follows from the others."""
    floors = {code: count.floor for code, count in counts.items() if count.floor}
    rest = (whole.bounds.floor if whole else 0) - sum(floors.values())
    known = {**floors, "": rest} if rest > 0 else floors
    masked = masked_cells(known) if whole is not None and not whole.is_masked else None
    hidden = set(floors) if masked is None else set(masked)
    return {
        code: Cell(code, is_masked=True) if code in hidden or is_small(count) else Cell(code, count)
        for code, count in counts.items()
    }


def published_table(by: str, counts: Sequence[tuple[str, Bounds]]) -> Table:
    """Return a breakdown as it is published: of each cell that is not masked how many it counts, at least."""
    floors = {code: count.floor for code, count in counts if count.floor}
    masked = masked_cells(floors)
    if masked is None:
        return Table(by, None)
    exact = {code for code, count in counts if count.is_exact}
    return Table(
        by,
        tuple(
            Cell(code, is_masked=True)
            if code in masked
            else Cell(code, Bounds.exactly(floor) if code in exact else Bounds.at_least(floor))
            for code, floor in floors.items()
        ),
    )


def published_together(tables: Iterable[Table]) -> tuple[Table, ...]:
    """Return tables of which each bounds the cells of the others: a cell that is masked in one is withheld in all."""
    tables = tuple(tables)
    hidden = any(table.cells is None or any(cell.is_masked for cell in table.cells) for table in tables)
    return tuple(Table(table.by, None) for table in tables) if hidden else tables


def masked_cells(counts: Mapping[str, int]) -> frozenset[str] | None:
    """Return the codes of the cells that are masked in a table whose total is published; None: all are withheld."""
    if sum(counts.values()) < LEAST_TOTAL:
        return None
    if all(count >= LEAST for count in counts.values()):
        return frozenset()
    for step in STEPS:
        masked = frozenset(code for code, count in counts.items() if count < step)
        if len(masked) < len(counts) and _is_hidden(len(masked), sum(counts[code] for code in masked), step):
            return masked
    return None


def summed(cells: Iterable[Cell]) -> Bounds | None:
    """Return the sum of figures over half-years; None if one of them is masked, so that it cannot be subtracted."""
    cells = list(cells)
    return None if any(cell.is_masked for cell in cells) else total(cell.bounds for cell in cells)


def _is_hidden(number: int, together: int, step: int) -> bool:
    """Return whether so many masked cells below the step, of this sum, each keep enough values that they may have."""
    left = [value for value in range(1, step) if _may_be(value, number, together, step)]
    return sum(value < LEAST for value in left) >= VALUES_LEFT and left[-1] >= LEAST


def _may_be(value: int, number: int, together: int, step: int) -> bool:
    """Return whether one of these cells may have the value, as the others add up to the rest and one is small."""
    others, rest = number - 1, together - value
    most = others * (step - 1)
    if value >= LEAST:
        most -= step - LEAST
    return others <= rest <= most
