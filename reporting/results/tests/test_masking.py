"""Nobody can work out a masked number from all that is published, even somebody who knows the program."""

from collections import defaultdict
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hacktiv.common.bounds import ZERO, Bounds
from reporting.results.rules import (
    LEAST,
    NESTED,
    Cell,
    Table,
    differing_by_few,
    few_coached,
    is_far,
    is_small,
    leaves_few,
    masked_cells,
    published_figures,
    published_parts,
    published_table,
    published_together,
    summed,
    ways_leave_few,
)

exactly = Bounds.exactly


def table(**counts):
    return published_table("gender", [(code, exactly(count)) for code, count in counts.items()])


def shown(table):
    """Return what a reader sees of a table."""
    return None if table.cells is None else {cell.code: cell.bounds.lower for cell in table.cells}


@pytest.mark.parametrize(
    ("count", "small"),
    [
        (exactly(0), False),
        (exactly(1), True),
        (exactly(4), True),
        (exactly(5), False),
        (Bounds(), False),
        (Bounds(0, 20), True),
        (Bounds.at_least(3), True),
        (Bounds(5, 9), False),
    ],
)
def test_a_number_of_people_is_small_from_one_to_four(count, small):
    assert is_small(count) is small


def test_a_table_without_small_cells_is_told_as_it_is():
    assert shown(table(women=12, men=5, other=0)) == {"women": 12, "men": 5}


def test_one_small_cell_takes_the_smaller_of_the_others_with_it():
    assert shown(table(women=40, men=8, other=3)) == {"women": 40, "men": None, "other": None}


def test_cells_that_are_alike_are_masked_alike():
    """Counted by hand: with one of two fives published, the other and the four would both be known."""
    assert shown(table(women=5, men=5, other=4, unknown=30)) == {
        "women": None,
        "men": None,
        "other": None,
        "unknown": 30,
    }


def test_a_table_of_which_nothing_would_be_left_is_withheld_with_its_names():
    assert table(women=40, other=3) == Table("gender", None)
    assert table(women=9) == Table("gender", None)


def test_what_is_not_exact_is_told_from_below():
    known = published_table("residence", [("BE", Bounds(12, 36)), ("FR", exactly(7)), ("unknown", Bounds(0, 4))])
    assert known.cells == (Cell("BE", Bounds.at_least(12)), Cell("FR", exactly(7)))


def test_small_figures_are_masked_and_counts_of_things_are_not():
    told = published_figures({"NET-ACTIONS": exactly(2), "NET-COACHED": exactly(3), "NET-GROUP": exactly(98)})
    assert told["NET-ACTIONS"] == Cell("NET-ACTIONS", exactly(2))
    assert told["NET-COACHED"] == Cell("NET-COACHED", is_masked=True)
    assert told["NET-GROUP"].bounds == exactly(98)


def test_few_persons_take_their_participations_with_them():
    """Counted by hand: 4 persons at 2 meetings, 8 participations. The two numbers told, the third would follow."""
    told = published_figures({"NET-PARTICIPATIONS": exactly(8), "NET-PERSONS": exactly(4)})
    assert all(cell.is_masked for cell in told.values())


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("NET-PARTICIPATIONS", "NET-PERSONS"),
        ("NET-CROSSINGS", "NET-CROSSERS"),
        ("NET-PERSONS", "NET-CROSSERS"),
        ("NET-PARTICIPATIONS", "NET-CROSSINGS"),
    ],
)
@pytest.mark.parametrize(("more", "few"), [(0, False), (1, True), (4, True), (5, False)])
def test_two_figures_that_differ_by_few_people_are_both_masked(whole, part, more, few):
    """Counted by hand: of 22 persons 20 crossed, so 2 did not; of 21 participations by 20 persons one came again."""
    told = published_figures({whole: exactly(20 + more), part: exactly(20)})
    assert [told[code].is_masked for code in (whole, part)] == [few, few]


@pytest.mark.parametrize(
    ("whole", "part", "few"),
    [
        (exactly(20), Bounds(17, 20), True),
        (Bounds(20, 22), exactly(20), True),
        (exactly(20), Bounds(8, 20), False),
        (Bounds.at_least(20), Bounds.at_least(18), True),
        (exactly(20), Bounds(), False),
    ],
)
def test_a_difference_of_bounds_is_small_where_their_ends_say_so(whole, part, few):
    assert leaves_few(whole, part) is few


def test_an_indicator_of_persons_and_all_persons_are_masked_where_few_are_left():
    told = published_figures({"NET-PERSONS": exactly(22)}, {"RCO84": exactly(20), "RCO85": exactly(9)})
    assert {code for code, cell in told.items() if cell.is_masked} == {"NET-PERSONS", "RCO84"}
    told = published_figures({"NET-PERSONS": exactly(25)}, {"RCO84": exactly(20)})
    assert not any(cell.is_masked for cell in told.values())


@pytest.mark.parametrize(
    ("whole", "part", "count", "codes"),
    [
        (exactly(3), Bounds.at_least(3), Bounds.at_least(25), {"RCO85"}),  # few are coached
        (exactly(20), Bounds.at_least(3), Bounds.at_least(25), {"RCO85"}),  # few of many are coached under it
        (exactly(20), exactly(18), Bounds.at_least(40), {"RCO85", "NET-COACHED"}),  # few are coached under none
        (exactly(12), exactly(12), Bounds(12, 14), {"RCO85"}),  # it counts few others
        (exactly(12), exactly(12), Bounds.at_least(40), set()),
    ],
)
def test_few_coached_and_few_others_mask_an_indicator_of_both(whole, part, count, codes):
    assert few_coached(whole, {"RCO85": part}, {"RCO85": count}) == codes


def test_masked_persons_do_not_lie_between_two_equal_numbers():
    """Counted by hand: of 6 participations 6 persons, of whom 6 count under CO43 and 3 under CO44."""
    figures = {"NET-PARTICIPATIONS": exactly(6), "NET-PERSONS": exactly(6)}
    told = published_figures(figures, {"CO43": exactly(6), "CO44": exactly(3)})
    assert {code for code, cell in told.items() if cell.is_masked} == {"NET-PERSONS", "CO43", "CO44"}


@pytest.mark.parametrize(
    ("now", "before", "few", "far"),
    [(13, 13, False, False), (14, 13, True, False), (17, 13, True, False), (18, 13, False, True)],
)
def test_two_versions_differ_by_few_from_one_to_four(now, before, few, far):
    numbers = [{("figures", "NET-PERSONS"): exactly(count)} for count in (now, before)]
    assert bool(differing_by_few(*numbers)) is few
    assert is_far(*numbers) is far


@pytest.mark.parametrize(
    ("crossers", "ways", "few"),
    [
        (21, [(10, 10), (12, 12)], True),  # one went both ways
        (21, [(19, 19), (12, 12)], True),  # two went the second way only
        (21, [(12, 10), (11, 11)], True),  # of 10 who went the first way at most two went again
        (21, [(11, 11), (10, 10)], False),
        (20, [(20, 20), (20, 20)], False),
        (20, [(20, 14), (20, 12)], False),
    ],
)
def test_ways_that_leave_few_people_are_known(crossers, ways, few):
    bounds = [(exactly(crossings), exactly(persons)) for crossings, persons in ways]
    assert ways_leave_few(exactly(crossers), bounds) is few


def test_what_nobody_knows_is_not_called_masked():
    told = published_figures({"NET-CROSSINGS": Bounds(), "NET-CROSSERS": Bounds()})
    assert not any(cell.is_masked for cell in told.values())


def test_both_ways_are_withheld_where_the_persons_of_one_are_few():
    """Counted by hand: of 14 persons at most 10 went one way and 6 the other, so 4 would have gone that one."""
    crossings = published_table("crossings", [("BE-FR", exactly(6)), ("FR-BE", exactly(10))])
    crossers = published_table("crossers", [("BE-FR", exactly(4)), ("FR-BE", exactly(10))])
    assert [each.cells for each in published_together([crossings, crossers])] == [None, None]


def test_the_rest_beside_an_indicator_does_not_follow_from_it():
    """Counted by hand: of 40 participations 37 under one indicator would leave 3 under none."""
    whole = Cell("NET-PARTICIPATIONS", exactly(40))
    assert published_parts({"RCO81": exactly(37)}, whole)["RCO81"].is_masked
    assert published_parts({"RCO81": exactly(30)}, whole)["RCO81"].bounds == exactly(30)
    assert published_parts({"RCO81": exactly(40)}, whole)["RCO81"].bounds == exactly(40)


def test_a_small_part_takes_another_with_it_or_the_rest():
    parts = published_parts({"RCO81": exactly(60), "RCO85": exactly(3)}, Cell("NET-PARTICIPATIONS", exactly(70)))
    assert (parts["RCO81"].bounds, parts["RCO85"].is_masked) == (exactly(60), True)
    parts = published_parts({"RCO81": exactly(67), "RCO85": exactly(3)}, Cell("NET-PARTICIPATIONS", exactly(70)))
    assert all(part.is_masked for part in parts.values())


def test_parts_of_a_masked_number_are_masked():
    parts = published_parts({"RCO81": exactly(8)}, Cell("NET-PARTICIPATIONS", is_masked=True))
    assert parts["RCO81"].is_masked


def test_half_years_are_summed_only_where_all_are_told():
    assert summed([Cell("x", exactly(7)), Cell("x", exactly(9))]) == exactly(16)
    assert summed([Cell("x", exactly(7)), Cell("x", is_masked=True)]) is None
    assert summed([]) == ZERO


# --- against somebody who knows the program -----------------------------------------------------------------------


def published_alike(cells, most):
    """Return all tables of so many cells up to a total, by what is published of them: the total and the cells."""
    alike = defaultdict(list)
    names = [f"c{number}" for number in range(cells)]
    for counts in product(range(most + 1), repeat=cells):
        whole = sum(counts)
        if LEAST <= whole <= most:
            told = published_table("x", [(name, exactly(count)) for name, count in zip(names, counts, strict=True)])
            key = None if told.cells is None else tuple((cell.code, cell.is_masked, cell.bounds) for cell in told.cells)
            alike[whole, key].append(counts)
    return names, alike


def least_left(cells, most):
    """Return how many values a masked cell keeps at least over all these tables, and the cells that are known to be
    small, or known not to be."""
    least, known = most, []
    names, alike = published_alike(cells, most)
    for (whole, told), tables in alike.items():
        hidden = names if told is None else [code for code, is_masked, _bounds in told if is_masked]
        for name in hidden:
            values = {counts[names.index(name)] for counts in tables}
            least = min(least, len(values))
            if not min(values) < LEAST <= max(values):
                known.append((whole, told, name, values))
    return least, known


@pytest.mark.parametrize(("cells", "most"), [(2, 60), (3, 40), pytest.param(4, 34, marks=pytest.mark.long)])
def test_every_masked_cell_keeps_four_values_below_and_from_five(cells, most):
    least, known = least_left(cells, most)
    assert known == []
    assert least >= 4


counts = st.one_of(st.integers(0, 12), st.integers(0, 300))
tables = st.lists(counts, min_size=1, max_size=7)


@given(tables)
def test_no_small_cell_is_ever_told(cells):
    by_name = {f"c{number}": count for number, count in enumerate(cells) if count}
    masked = masked_cells(by_name)
    assert masked is None or {name for name, count in by_name.items() if count < LEAST} <= masked


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_cells_changes_nothing(cells, random):
    names = [f"c{number}" for number in range(len(cells))]
    shuffled = dict(random.sample(list(zip(names, cells, strict=True)), len(cells)))
    assert masked_cells(shuffled) == masked_cells(dict(zip(names, cells, strict=True)))


@given(st.integers(0, 60), st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_no_two_nested_figures_that_are_told_leave_few(all_of_them, parts):
    of_persons = {"RCO84": exactly(parts[3]), "RCO85": exactly(parts[4])}
    codes = ("NET-PERSONS", "NET-CROSSINGS", "NET-CROSSERS")
    figures = {"NET-PARTICIPATIONS": exactly(all_of_them), **dict(zip(codes, map(exactly, parts), strict=False))}
    told = published_figures(figures, of_persons)
    for pair in (*NESTED, *(("NET-PERSONS", code) for code in of_persons)):
        if not any(told[code].is_masked for code in pair):
            assert not 0 < abs(told[pair[0]].bounds.floor - told[pair[1]].bounds.floor) < LEAST
        if leaves_few(*(({**figures, **of_persons})[code] for code in pair)):
            assert all(told[code].is_masked for code in pair), "one alone would tell about where the other is"


@given(st.lists(tables, min_size=1, max_size=4))
def test_no_masked_cell_follows_from_sums_and_differences(half_years):
    """Everything told of several half-years is one set of equations: no unknown of it has only one solution."""
    unknowns, equations = [], []
    totals = [Cell("t", exactly(sum(cells))) for cells in half_years]
    told_totals = [published_figures({"NET-PARTICIPATIONS": cell.bounds})["NET-PARTICIPATIONS"] for cell in totals]
    for when, (cells, whole) in enumerate(zip(half_years, told_totals, strict=True)):
        names = [f"{when}:{number}" for number in range(len(cells))]
        told = published_table("x", [(name, exactly(count)) for name, count in zip(names, cells, strict=True)])
        unknowns += [*names, f"{when}:total"]
        equations.append(({**dict.fromkeys(names, 1), f"{when}:total": -1}, 0))
        if not whole.is_masked:
            equations.append(({f"{when}:total": 1}, sum(cells)))
        # A row that a table does not name is 0.
        by_code = {cell.code: cell for cell in told.cells or ()}
        if told.cells is not None:
            equations += [
                ({name: 1}, by_code[name].bounds.floor if name in by_code else 0)
                for name in names
                if name not in by_code or not by_code[name].is_masked
            ]
    if (over_all := summed(told_totals)) is not None:
        equations.append(({f"{when}:total": 1 for when in range(len(half_years))}, over_all.floor))
    assert determined(unknowns, equations).isdisjoint(hidden(half_years))


def hidden(half_years):
    """Return the names of the small cells of all half-years, and of the small totals, but for tables that are empty
    or have one row alone: these are their total, which is told."""
    small = set()
    for when, cells in enumerate(half_years):
        several = sum(count > 0 for count in cells) > 1
        small |= {f"{when}:{number}" for number, count in enumerate(cells) if 0 < count < LEAST and several}
        small |= {f"{when}:total"} if 0 < sum(cells) < LEAST else set()
    return small


def determined(unknowns, equations):
    """Return the unknowns that have one solution only, by Gauss's elimination."""
    rows = [[Fraction(terms.get(name, 0)) for name in unknowns] + [Fraction(value)] for terms, value in equations]
    done = 0
    for column in range(len(unknowns)):
        pivot = next((row for row in range(done, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [part / rows[done][column] for part in rows[done]]
        for other, row in enumerate(rows):
            if other != done and row[column]:
                factor = row[column]
                rows[other] = [mine - factor * theirs for mine, theirs in zip(row, rows[done], strict=True)]
        done += 1
    return {
        unknowns[next(i for i, part in enumerate(row[:-1]) if part)]
        for row in rows[:done]
        if sum(1 for part in row[:-1] if part) == 1
    }


def test_a_masked_part_of_persons_keeps_each_small_value():
    """Publish all participations up to 25 with their persons and an indicator of persons, as who knows the program."""
    alike = defaultdict(set)
    for whole, persons, part in product(range(26), repeat=3):
        if min(whole, 1) <= persons <= whole and part <= persons:
            figures = {"NET-PARTICIPATIONS": exactly(whole), "NET-PERSONS": exactly(persons)}
            told = published_figures(figures, {"CO43": exactly(part)}).values()
            alike[tuple(cell.bounds if not cell.is_masked else None for cell in told)].add((persons, part))
    masked = [worlds for told, worlds in alike.items() if told[-1] is None]
    assert masked
    for worlds in masked:
        parts, left = {part for _persons, part in worlds}, {persons - part for persons, part in worlds}
        assert len(parts) >= 4, worlds
        assert len(left) > 1, worlds
