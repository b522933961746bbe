"""Sums and unions of counts that are only known within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hacktiv.common.bounds import UNKNOWN, Bounds
from reporting.core.figures import Count, MixedKinds, Value, added, distinct_persons
from reporting.enums import Kind


def participations(lower, upper, *, proven=False):
    return Count(Kind.PARTICIPATIONS, Bounds(lower, upper), lower_proven=proven, upper_proven=proven)


def persons(lower, upper, *, proven=False, named=0):
    return Count(Kind.PERSONS, Bounds(lower, upper), lower_proven=proven, upper_proven=proven, named=named)


def test_participations_add_up():
    assert added(Kind.PARTICIPATIONS, [participations(13, 13), participations(15, None)]) == Value(
        28, None, "declared", None
    )


def test_a_sum_of_unknowns_is_unknown_and_of_no_origin():
    assert added(Kind.PARTICIPATIONS, [Count(Kind.PARTICIPATIONS, UNKNOWN)] * 3) == Value(None, None, None, None)


def test_nothing_to_add_is_a_declared_zero():
    assert added(Kind.EVENTS, []) == Value(0, 0, "declared", "declared")


def test_a_sum_is_proven_only_when_each_part_is():
    proven = [participations(13, 13, proven=True), participations(4, 4, proven=True)]
    assert added(Kind.PARTICIPATIONS, proven) == Value(17, 17, "proven", "proven")
    assert added(Kind.PARTICIPATIONS, [*proven, participations(2, 2)]) == Value(19, 19, "declared", "declared")


def test_an_unknown_part_leaves_the_lower_bound_proven():
    counts = [participations(13, 13, proven=True), Count(Kind.PARTICIPATIONS, UNKNOWN)]
    assert added(Kind.PARTICIPATIONS, counts) == Value(13, None, "proven", None)


@pytest.mark.parametrize("kind", [Kind.PERSONS, Kind.STOCK])
def test_persons_and_stocks_never_add_up(kind):
    with pytest.raises(MixedKinds, match="never add up"):
        added(kind, [Count(kind, Bounds(1, 1))])


def test_kinds_are_never_mixed():
    with pytest.raises(MixedKinds, match="persons among participations"):
        added(Kind.PARTICIPATIONS, [participations(1, 1), persons(1, 1)])
    with pytest.raises(MixedKinds, match="participations among persons"):
        distinct_persons([persons(1, 1), participations(1, 1)])


def test_distinct_persons_lie_between_the_largest_group_and_all_apart():
    assert distinct_persons([persons(13, 13), persons(15, 15)]) == Value(15, 28, "declared", "declared")


def test_named_persons_are_counted_once():
    counts = [persons(10, 10, proven=True, named=10), persons(8, 8, proven=True, named=8)]
    assert distinct_persons(counts, named=12, named_proven=12) == Value(12, 12, "proven", "proven")


def test_named_and_counted_persons_together():
    counts = [persons(10, 10, proven=True, named=10), persons(15, 20)]
    assert distinct_persons(counts, named=10, named_proven=10) == Value(15, 30, "declared", "declared")


def test_the_largest_group_alone_proves_the_lower_bound():
    counts = [persons(15, 15, proven=True), persons(4, 4)]
    assert distinct_persons(counts) == Value(15, 19, "proven", "declared")


@given(
    st.lists(
        st.tuples(
            st.frozensets(st.integers(0, 15), max_size=10), st.integers(0, 10), st.integers(0, 5), st.integers(0, 5)
        ),
        max_size=6,
    )
)
def test_the_true_number_of_persons_lies_within_the_bounds(groups):
    """Each group: the persons who came, how many of them are on its list, and the error of its declared bounds."""
    counts, everybody, on_lists = [], set(), set()
    for members, listed, below, above in groups:
        named = set(sorted(members)[:listed])
        everybody |= members
        on_lists |= named
        lower = max(len(named), len(members) - below)
        counts.append(persons(lower, len(members) + above, named=len(named)))
    assert distinct_persons(counts, named=len(on_lists)).bounds.contains(len(everybody))
