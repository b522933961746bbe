from functools import reduce

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hacktiv.common.bounds import UNKNOWN, ZERO, Bounds, distinct, total

counts = st.integers(min_value=0, max_value=60)


@st.composite
def bounds(draw):
    lower = draw(counts)
    upper = draw(st.none() | st.integers(min_value=lower, max_value=90))
    return Bounds(lower, upper)


@st.composite
def true_counts(draw):
    """Make an interval and a true count that lies in it."""
    interval = draw(bounds())
    return interval, draw(
        st.integers(min_value=interval.floor, max_value=120 if interval.upper is None else interval.upper)
    )


@st.composite
def true_groups(draw):
    """Make an interval and a set of persons whose number lies in it."""
    members = draw(st.frozensets(st.integers(min_value=0, max_value=12), max_size=12))
    below = draw(st.integers(min_value=0, max_value=len(members)))
    above = draw(st.none() | st.integers(min_value=len(members), max_value=30))
    return Bounds(below, above), members


@given(bounds(), bounds())
def test_adding_is_commutative(a, b):
    assert a + b == b + a
    assert a.union(b) == b.union(a)


@given(bounds(), bounds(), bounds())
def test_adding_is_associative(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a.union(b).union(c) == a.union(b.union(c))


@given(bounds())
def test_nothing_changes_by_exactly_zero(a):
    assert a + ZERO == a
    assert a.union(ZERO) == a


@given(st.lists(true_counts(), max_size=6))
def test_the_true_sum_lies_in_the_sum(pairs):
    assert total(interval for interval, _count in pairs).contains(sum(count for _interval, count in pairs))


@given(st.lists(true_groups(), max_size=6))
def test_the_true_number_of_distinct_persons_lies_in_the_union(pairs):
    members = reduce(frozenset.union, (group for _interval, group in pairs), frozenset())
    assert distinct(interval for interval, _group in pairs).contains(len(members))


@given(bounds(), bounds(), st.integers(0, 20), st.integers(0, 20))
def test_narrower_bounds_never_widen_a_result(wide, other, off_below, off_above):
    upper = None if wide.upper is None else max(wide.floor, wide.upper - off_above)
    lower = min(wide.floor + off_below, upper) if upper is not None else wide.floor + off_below
    narrow = Bounds(lower, upper)
    assert narrow.within(wide)
    assert (narrow + other).within(wide + other)
    assert narrow.union(other).within(wide.union(other))


@given(st.lists(st.just(UNKNOWN), min_size=1, max_size=5))
def test_a_sum_of_unknowns_is_unknown(unknowns):
    assert total(unknowns) == UNKNOWN
    assert distinct(unknowns) == UNKNOWN


def test_the_empty_sum_is_exactly_zero():
    assert total([]) == Bounds(0, 0)
    assert distinct([]) == Bounds(0, 0)


def test_a_workshop_and_lunch_talks_of_unknown_size_add_up():
    assert total([Bounds(13, 13), Bounds(15, None)]) == Bounds(28, None)
    assert distinct([Bounds(13, 13), Bounds(15, 15)]) == Bounds(15, 28)


def test_an_unknown_opens_the_sum_upwards_only():
    assert total([Bounds(13, 13), UNKNOWN]) == Bounds(13, None)


def test_an_interval_from_zero_and_open_is_the_unknown():
    assert Bounds(0, None) == UNKNOWN
    assert (Bounds(0, None).lower, Bounds(0, None).upper) == (None, None)


def test_an_upper_bound_alone_begins_at_zero():
    assert (Bounds(None, 5).lower, Bounds(None, 5).upper) == (0, 5)


@pytest.mark.parametrize(("lower", "upper"), [(-1, None), (3, 2), (None, -1)])
def test_impossible_bounds_are_refused(lower, upper):
    with pytest.raises(ValueError, match="no count lies between"):
        Bounds(lower, upper)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (UNKNOWN, "not provided"),
        (Bounds(15, 15), "15"),
        (Bounds(0, 0), "0"),
        (Bounds(15, None), "at least 15"),
        (Bounds(15, 28), "15 to 28"),
        (Bounds(0, 28), "at most 28"),
        (Bounds(97500, 97500), "97,500"),
    ],
)
def test_bounds_in_words(interval, words):
    with translation.override("en"):
        assert str(interval) == words
