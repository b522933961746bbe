"""The count of one action from its records, counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hacktiv.common.bounds import UNKNOWN, Bounds
from reporting.building.rules import (
    Attendance,
    declared_participations,
    evidence_is_whole,
    participations,
    persons,
    proven_participations,
)
from reporting.core.figures import of_one

THIRTEEN = Bounds(13, 13)
SERIES = Bounds(1, None)


def said(attendance):
    return (
        declared_participations(attendance),
        proven_participations(attendance),
        participations(attendance).bounds,
        persons(attendance).bounds,
    )


def test_an_action_without_records_is_unknown():
    assert said(Attendance()) == (None, None, UNKNOWN, UNKNOWN)


def test_a_declared_count_at_one_meeting_is_as_many_persons():
    assert said(Attendance(declared=THIRTEEN)) == (THIRTEEN, None, THIRTEEN, THIRTEEN)


def test_a_series_of_unknown_length_with_its_persons():
    talks = Attendance(declared=Bounds(15, None), declared_persons=Bounds(15, 15), meetings=SERIES)
    assert said(talks) == (Bounds(15, None), None, Bounds(15, None), Bounds(15, 15))


def test_persons_alone_are_at_least_as_many_participations():
    talks = Attendance(declared_persons=Bounds(15, 15), meetings=SERIES)
    assert participations(talks).bounds == Bounds(15, None)


@pytest.mark.parametrize(
    ("meetings", "behind"),
    [(Bounds(3, 3), Bounds(5, 13)), (Bounds(2, 4), Bounds(4, 13)), (SERIES, Bounds(1, 13))],
)
def test_persons_behind_participations_at_several_meetings(meetings, behind):
    assert persons(Attendance(declared=THIRTEEN, meetings=meetings)).bounds == behind


def test_a_complete_list_replaces_the_declared_count():
    listed = Attendance(declared=THIRTEEN, named=12, complete=True)
    assert said(listed) == (Bounds(12, 12), None, Bounds(12, 12), Bounds(12, 12))


def test_a_complete_checked_list_is_never_added_to_the_declared_count():
    listed = Attendance(declared=THIRTEEN, named=12, complete=True, checked=True)
    assert said(listed) == (THIRTEEN, Bounds(12, 12), Bounds(12, 12), Bounds(12, 12))


def test_an_incomplete_list_leaves_the_gap_to_the_declared_count():
    listed = Attendance(declared=THIRTEEN, named=9, checked=True)
    assert said(listed) == (THIRTEEN, Bounds(9, None), Bounds(9, 13), Bounds(9, 13))


def test_an_incomplete_list_longer_than_the_declared_count():
    assert participations(Attendance(declared=THIRTEEN, named=16)).bounds == Bounds(16, 16)


def test_an_incomplete_list_without_a_declared_count_is_open():
    assert said(Attendance(named=9)) == (Bounds(9, None), None, Bounds(9, None), Bounds(9, None))


def test_a_list_over_several_meetings_names_persons():
    listed = Attendance(named=9, complete=True, checked=True, meetings=Bounds(3, 3))
    assert said(listed) == (None, Bounds(9, 27), Bounds(9, 27), Bounds(9, 9))
    unknown = Attendance(named=9, complete=True, checked=True, meetings=SERIES)
    assert said(unknown) == (None, Bounds(9, None), Bounds(9, None), Bounds(9, 9))
    nobody = Attendance(complete=True, meetings=SERIES)
    assert said(nobody) == (Bounds(0, 0), None, Bounds(0, 0), Bounds(0, 0))


@pytest.mark.parametrize(
    ("declared", "counted"),
    [
        (None, Bounds(15, 45)),
        (Bounds(45, 45), Bounds(15, 45)),
        (Bounds(20, 40), Bounds(15, 40)),
        (Bounds(60, 60), Bounds(15, 45)),
        (Bounds(10, 10), Bounds(15, 45)),  # Fewer participations than the persons on the list: it says nothing.
    ],
)
def test_a_declared_maximum_bounds_a_complete_list_over_several_meetings(declared, counted):
    listed = Attendance(declared=declared, named=15, complete=True, meetings=Bounds(3, 3))
    assert (participations(listed).bounds, persons(listed).bounds) == (counted, Bounds(15, 15))


def test_a_maximum_of_an_open_number_of_meetings_bounds_a_complete_list():
    listed = Attendance(declared=Bounds(45, 45), named=15, complete=True, meetings=SERIES)
    assert participations(listed).bounds == Bounds(15, 45)


@pytest.mark.parametrize(
    ("records", "both"),
    [
        (Attendance(declared_persons=Bounds(10, 10)), Bounds(10, 10)),
        (Attendance(declared_persons=Bounds(10, 10), named=3), Bounds(3, 10)),
        (Attendance(declared=Bounds(10, 10), named=3), Bounds(3, 10)),
        (Attendance(declared=Bounds(8, None), declared_persons=Bounds(5, 10), named=3), Bounds(3, 10)),
        (Attendance(declared=Bounds(8, None), declared_persons=Bounds(5, 10)), Bounds(8, 10)),
        (Attendance(declared=Bounds(10, 10), declared_persons=Bounds(20, 20)), Bounds(10, 20)),
        (Attendance(declared_persons=Bounds(10, 10), named=9, complete=True), Bounds(9, 9)),
    ],
)
def test_at_one_meeting_participations_and_persons_are_one_count(records, both):
    assert (participations(records).bounds, persons(records).bounds) == (both, both)


def test_at_one_meeting_declared_persons_are_declared_participations():
    assert said(Attendance(declared_persons=Bounds(10, 10), named=3, checked=True)) == (
        Bounds(10, 10),
        Bounds(3, None),
        Bounds(3, 10),
        Bounds(3, 10),
    )


@pytest.mark.parametrize(
    ("records", "came", "people"),
    [
        (Attendance(declared_persons=Bounds(10, 10), meetings=Bounds(3, 3)), Bounds(10, 30), Bounds(10, 10)),
        (Attendance(declared_persons=Bounds(10, 10), named=3, meetings=Bounds(3, 3)), Bounds(3, 30), Bounds(3, 10)),
        (
            Attendance(declared=Bounds(24, 24), declared_persons=Bounds(5, None), meetings=Bounds(2, 3)),
            Bounds(24, 24),
            Bounds(8, 24),
        ),
        (
            Attendance(declared=Bounds(5, 5), declared_persons=Bounds(10, 10), meetings=Bounds(3, 3)),
            Bounds(5, 5),
            Bounds(10, 10),
        ),
    ],
)
def test_over_several_meetings_each_declared_count_narrows_the_other(records, came, people):
    assert (participations(records).bounds, persons(records).bounds) == (came, people)


@given(
    st.lists(st.frozensets(st.integers(0, 12), max_size=8), min_size=1, max_size=4),
    st.integers(0, 12),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4)) | st.none(), min_size=2, max_size=2),
)
def test_the_true_counts_of_an_action_lie_within_the_bounds(meetings, listed, is_complete, declared):
    """Each meeting: who came. Declared counts say so many fewer at least, and so many more at most."""
    everybody = frozenset().union(*meetings)
    came, people = sum(map(len, meetings)), len(everybody)
    named = people if is_complete else min(listed, people)
    said_came, said_people = (
        errors and Bounds(max(0, true - errors[0]), None if errors[1] is None else true + errors[1])
        for true, errors in zip((came, people), declared, strict=True)
    )
    number = Bounds.exactly(len(meetings))
    records = Attendance(said_came, said_people, named=named, complete=is_complete, meetings=number)
    assert participations(records).bounds.contains(came)
    assert persons(records).bounds.contains(people)
    assert persons(records).bounds.within(Bounds(0, participations(records).bounds.upper))
    alone = Attendance(named=named, complete=is_complete, meetings=number)
    for reckon in (participations, persons):
        assert not named or reckon(records).bounds.within(reckon(alone).bounds)


def test_only_a_checked_list_proves():
    checked, unchecked = Attendance(named=9, complete=True, checked=True), Attendance(named=9, complete=True)
    assert (of_one(participations(checked)).lower_origin, of_one(participations(checked)).upper_origin) == (
        "proven",
        "proven",
    )
    assert of_one(participations(unchecked)).lower_origin == "declared"
    assert of_one(participations(Attendance(declared=THIRTEEN, checked=True))).lower_origin == "declared"


def test_an_incomplete_checked_list_proves_the_lower_bound_alone():
    value = of_one(participations(Attendance(declared=THIRTEEN, named=9, checked=True)))
    assert (value.lower_origin, value.upper_origin) == ("proven", "declared")


def test_an_action_is_proven_by_some_evidence_and_all_that_it_owes():
    assert evidence_is_whole(["attendance_sheet"], ["attendance_sheet", "minutes"])
    assert not evidence_is_whole(["attendance_sheet", "agenda"], ["agenda"])
    assert not evidence_is_whole([], [])
