"""The count of one action from its records, counted by hand."""

import pytest

from hacktiv.common.bounds import UNKNOWN, Bounds
from reporting.figures import of_one
from reporting.rules import (
    Attendance,
    declared_participations,
    evidence_is_whole,
    participations,
    persons,
    proven_participations,
    unchecked_proofs,
)

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
    assert said(listed) == (None, Bounds(9, None), Bounds(9, None), Bounds(9, 9))


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


def test_unchecked_proofs_are_those_owed_and_not_checked():
    assert unchecked_proofs(["attendance_sheet", "agenda"], ["agenda"]) == ["attendance_sheet"]
    assert evidence_is_whole(["attendance_sheet"], ["attendance_sheet", "minutes"])
    assert not evidence_is_whole(["attendance_sheet", "agenda"], ["agenda"])
    assert not evidence_is_whole([], [])
