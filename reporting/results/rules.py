"""Decide what a public page may tell of closed reports, so that no small group of people can be worked out from it.

A number of people is small from 1 to 4. A figure that is small is masked, and so is the figure that bounds it. In a
table whose cells add up to a published total, one masked cell would follow from the others. So all cells below a step
are masked together: the first of `STEPS` at which what is known of the masked cells (how many they are, their sum, the
step, and that one of them is small) leaves each of them several values below 5, and one from 5 on. If no cell is left
over, or the total is low, the whole table is withheld, the names of its rows too.

The choice depends on the numbers by these steps alone. So it gives nothing away to somebody who knows this program:
`tests/test_masking.py` makes every small table, and looks at all those that would be published alike. Nothing that is
published relates two tables: breakdowns are told by half-year only, and a sum over half-years only where all of them
are told. Two figures of which one counts some of the people of the other are both masked where they differ by 1 to 4:
those that only one of them counts would be few. So they are where the second is small and the first below 9: else it
would follow that they do not differ by so few. An indicator may count events and coaching together: what the coaching
adds to it is looked at like a figure of its own, because it follows where the events are told elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hacktiv.common.bounds import UNKNOWN, ZERO, Bounds, total

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
#: Figures of which the second counts a part of what the first counts, or its persons: what is left is people too.
NESTED = (
    *BOUND_TOGETHER,
    ("NET-PERSONS", "NET-CROSSERS"),
    ("NET-PARTICIPATIONS", "NET-CROSSINGS"),
)
#: The figure of all persons, of which an indicator of persons counts some.
PERSONS = "NET-PERSONS"
#: Who crossed, and how often.
CROSSERS = BOUND_TOGETHER[1]
#: The persons coached: an indicator may count some of them beside those of events.
COACHED = "NET-COACHED"
#: Figures that count no people.
OF_THINGS = frozenset({"NET-ACTIONS", "NET-DELIVERABLES"})

#: A number of a report: its table and its code, or the table and the code of a row.
Key = tuple[str, str]
Numbers = Mapping[Key, Bounds]


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


def leaves_few(whole: Bounds, part: Bounds) -> bool:
    """Return whether two counts differ by 1 to 4, at one of their ends or at most."""
    if whole.is_unknown or part.is_unknown:
        return False
    ends = ((whole.floor, part.floor), (whole.upper, part.upper), (whole.upper, part.floor))
    return any(0 < abs(one - other) < LEAST for one, other in ends if one is not None and other is not None)


def narrows(whole: Bounds, part: Bounds) -> bool:
    """Return whether a whole that is told says more of a small part than that it is from 1 to 4: another one of these
    would leave few, and mask the whole."""
    ends = (whole.floor, whole.upper) if is_small(part) and not whole.is_unknown else ()
    return any(0 < end < 2 * LEAST - 1 for end in ends if end is not None)


def _are_near(one: Bounds, other: Bounds) -> bool:
    """Return whether what lies between two counts has fewer than 5 values."""
    return not one.is_unknown and not other.is_unknown and abs(one.floor - other.floor) < LEAST


def few_coached(whole: Bounds, parts: Mapping[str, Bounds], counts: Mapping[str, Bounds]) -> frozenset[str]:
    """Return the codes by which few people could be worked out where indicators count persons coached beside others.

    `parts` are the persons coached in each of them, `counts` the indicators: few may be coached, few not, and few of
    all that are coached (`whole`) in none of them, which masks all of them with the figure."""
    few = {code for code, part in parts.items() if leaves_few(whole, part)}
    of_few = {code for code, part in parts.items() if is_small(part) or leaves_few(counts[code], part)}
    return frozenset((few and {*parts, COACHED}) | (parts.keys() if is_small(whole) else set()) | of_few)


def published_figures(
    figures: Mapping[str, Bounds],
    of_persons: Mapping[str, Bounds] | None = None,
    *,
    hidden: Collection[str] = (),
    is_told_again: bool = False,
) -> dict[str, Cell]:
    """Return the figures of a half-year as they are published, and with them the indicators that count persons.

    Those in `hidden` are masked whatever they are. Where another project tells of the same people (`is_told_again`),
    all that counts people is."""
    of_persons = of_persons or {}
    counts = {**figures, **of_persons}
    masked = {code for code, count in counts.items() if code not in OF_THINGS and (is_told_again or is_small(count))}
    masked.update(code for code in hidden if code in counts)
    for group in BOUND_TOGETHER:
        if masked.intersection(group):
            masked.update(group)
    for pair in (*NESTED, *((PERSONS, code) for code in of_persons)):
        whole, part = (counts.get(code, UNKNOWN) for code in pair)
        if leaves_few(whole, part) or narrows(whole, part):
            masked.update(pair)
    if PERSONS in masked and counts.get(PERSONS) != ZERO:
        # They lie between their parts and the participations, which may be equal.
        whole = counts.get("NET-PARTICIPATIONS", UNKNOWN)
        near = [code for code in ("NET-CROSSERS", *of_persons) if _are_near(whole, counts.get(code, UNKNOWN))]
        masked.update(near, CROSSERS if "NET-CROSSERS" in near else ())
    if COACHED in masked:
        masked.update(code for code, count in of_persons.items() if leaves_few(count, count))
    return {
        code: Cell(code, is_masked=True) if code in masked and not count.is_unknown else Cell(code, count)
        for code, count in counts.items()
    }


def ways_leave_few(crossers: Bounds, ways: Sequence[tuple[Bounds, Bounds]]) -> bool:
    """Return whether few people could be worked out from the ways across the border, each with how often it was gone
    and by how many: those who went one way only, those who went both, and those who went one way again."""
    both = total(persons for _crossings, persons in ways)
    return (
        leaves_few(both, crossers)
        or any(leaves_few(crossers, persons) for _crossings, persons in ways)
        or any(leaves_few(crossings, persons) for crossings, persons in ways)
    )


def published_parts(
    counts: Mapping[str, Bounds],
    whole: Cell | None,
    *,
    coached: Mapping[str, Bounds] | None = None,
    hidden: Collection[str] = (),
) -> dict[str, Cell]:
    """Return the parts of a published number, such as the participations under each indicator, and the rest that is no
    part: as the cells of one table with it, so that neither a part nor the rest follows from the others.

    `coached` is what no participation is in some of them: it stands beside the table. Those in `hidden` are masked."""
    beside = {code: count.floor for code, count in (coached or {}).items()}
    floors = {code: count.floor - beside.get(code, 0) for code, count in counts.items()}
    floors = {code: floor for code, floor in floors.items() if floor > 0}
    rest = (whole.bounds.floor if whole else 0) - sum(floors.values())
    known = {**floors, "": rest} if rest > 0 else floors
    masked = masked_cells(known) if whole is not None and not whole.is_masked else None
    covered = {*hidden, *(floors if masked is None else masked)}
    return {
        code: Cell(code, is_masked=True)
        if not count.is_unknown and (code in covered or is_small(count))
        else Cell(code, count)
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


def differing_by_few(now: Numbers, before: Numbers) -> set[Key]:
    """Return which numbers of two reports on one half-year differ by 1 to 4 people: who keeps both would know them."""
    return {key for key in now.keys() | before.keys() if any(0 < by < LEAST for by in _differences(key, now, before))}


def is_far(now: Numbers, before: Numbers) -> bool:
    """Return whether two reports on one half-year differ anywhere by 5 people at least."""
    return any(by >= LEAST for key in now.keys() | before.keys() for by in _differences(key, now, before))


def _differences(key: Key, now: Numbers, before: Numbers) -> Iterator[int]:
    """Yield by how much the bounds of a number differ; one that a report lacks is 0, an open bound not compared."""
    one, other = now.get(key, ZERO), before.get(key, ZERO)
    yield abs(one.floor - other.floor)
    if one.upper is not None and other.upper is not None:
        yield abs(one.upper - other.upper)


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
