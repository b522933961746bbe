"""Each side of the border beside the other, counted by hand."""

from reporting.desk.rules import Imbalance, by_side, imbalances


def test_coaching_on_one_side_only_is_told_of():
    assert imbalances({"coaching": {"BE": 5, "FR": 0}}) == [Imbalance("coaching", "BE", "FR", 5, 0)]


def test_coaching_on_both_sides_is_no_imbalance():
    assert imbalances({"coaching": {"BE": 5, "FR": 1}}) == []


def test_nothing_on_either_side_is_no_imbalance():
    assert imbalances({"coaching": {"BE": 0, "FR": 0}, "crossings": {}}) == []


def test_crossings_in_one_direction_only_are_told_of():
    assert imbalances({"crossings": {"BE": 0, "FR": 3}}) == [Imbalance("crossings", "FR", "BE", 3, 0)]


def test_participations_are_told_of_below_a_fifth():
    """Counted by hand: of 50 a fifth is 10."""
    assert imbalances({"participations": {"BE": 40, "FR": 10}}) == []
    assert imbalances({"participations": {"BE": 41, "FR": 9}}) == [Imbalance("participations", "BE", "FR", 41, 9)]


def test_few_participations_are_not_compared():
    assert imbalances({"participations": {"BE": 8, "FR": 1}}) == []


def test_what_lies_on_no_side_is_left_out():
    assert by_side([("BE", 2), ("other", 7), ("", 4), ("BE", 1)]) == {"BE": 3, "FR": 0}
