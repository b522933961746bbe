"""Sums of amounts of which some are unknown, reckoned by hand."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from reporting.plan.forms import EurosField
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


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234,5", "1234.50"),
        ("1 234,50 €", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1\u202f234\u202f567,8", "1234567.80"),
        ("1’234.50", "1234.50"),
        ("0", "0.00"),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed, amount):
    assert EurosField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["٣٤", "１２", "1,234.567", "1.234,567", "1 234.567", "1,234,56", "0.123", "0,123", "1.234 567", "1  234"]
)
def test_an_amount_that_may_mean_two_things_is_refused(typed):
    with pytest.raises(ValidationError):
        EurosField().clean(typed)
