"""Sums of amounts of which some are unknown, reckoned by hand."""

from decimal import Decimal

import pytest

from reporting.plan.rules import Amount, one, summed


def amounts(*values):
    return [one(value and Decimal(value)) for value in values]


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ([], Amount(Decimal("0.00"))),
        (["1000.10", "2000.20"], Amount(Decimal("3000.30"))),
        (["0.00", "0.00"], Amount(Decimal("0.00"))),
        ([None, None], Amount()),
        (["1000.10", None], Amount(Decimal("1000.10"), is_whole=False)),
        (["0.00", None], Amount()),
    ],
)
def test_a_sum_says_what_is_known_of_it(values, total):
    assert summed(amounts(*values)) == total


def test_a_sum_of_sums_is_whole_only_if_each_is():
    partial = summed(amounts("5.00", None))
    assert summed([partial, one(Decimal("2.00"))]) == Amount(Decimal("7.00"), is_whole=False)
    assert summed([Amount(), one(Decimal("2.00"))]).exact is None
