"""Test how days and hours of a month are counted, without a database."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from spaces.allowances.rules import Allowance, allowances_of, months_of
from spaces.enums import BookedBy, MonthUnit
from spaces.memberships.rules import Access, Held, Standing
from spaces.timing.hours import Stretch

BRUSSELS = ZoneInfo("Europe/Brussels")
FERME, KIND, SINCE = 1, 7, date(2026, 1, 1)
MEMBERS = Access(BookedBy.MEMBERS)


def at(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=BRUSSELS)


def stretch(month, day, starts, ends):
    return Stretch(at(month, day, starts), at(month, day, ends))


def included(amount, unit=MonthUnit.DAYS, **fields):
    return Held(FERME, KIND, SINCE, included=amount, unit=unit, **fields)


def of_march(amount, *booked, unit=MonthUnit.DAYS):
    return Allowance(included(amount, unit), date(2026, 3, 1), booked)


def test_bookings_of_one_day_take_one_day():
    found = of_march(3, stretch(3, 2, 9, 12), stretch(3, 2, 14, 15), stretch(3, 4, 9, 17))
    assert (found.used, found.left) == (2, 1)
    assert found.takes(*stretch(3, 4, 17, 18)) == 0
    assert found.takes(*stretch(3, 5, 9, 10)) == 1


def test_what_is_booked_beyond_the_month_is_told_as_such():
    found = of_march(1, stretch(3, 2, 9, 12), stretch(3, 4, 9, 17), stretch(3, 5, 9, 17))
    assert (found.left, found.beyond) == (0, 2)
    with translation.override("en"):
        assert str(found.told_to_the_team).startswith("2 days more than included in March")
        assert "2 days more" in str(found.left_in_words)
        assert "left" in str(of_march(3, stretch(3, 2, 9, 12)).told_to_the_team)


def test_a_day_that_counts_already_is_open_to_further_bookings():
    found = of_march(1, stretch(3, 2, 9, 12))
    assert found.allows(*stretch(3, 2, 14, 18))
    assert not found.allows(*stretch(3, 3, 9, 10))


def test_hours_of_all_bookings_are_summed_up():
    found = of_march(4, stretch(3, 2, 9, 12), stretch(3, 2, 9, 9), unit=MonthUnit.HOURS)
    assert (found.used, found.left) == (180, 60)
    assert found.allows(*stretch(3, 9, 9, 10))
    assert not found.allows(at(3, 9, 9), at(3, 9, 10, 15))


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 3), (10, 25, 5)])
def test_hours_of_the_night_the_clocks_change_are_real(month, day, hours):
    booked = Stretch(*(one.astimezone(ZoneInfo("UTC")) for one in stretch(month, day, 0, 4)))
    found = Allowance(included(10, MonthUnit.HOURS), date(2026, month, 1), (booked,))
    assert found.used == hours * 60


def test_a_booking_over_the_end_of_the_month_counts_in_both():
    night = Stretch(at(3, 31, 22), at(4, 1, 3))
    march, april = (
        allowances_of(Standing((held,)), FERME, MEMBERS, *night, [night])
        for held in (included(10), included(10, MonthUnit.HOURS))
    )
    assert [one.used for one in march] == [1, 1]
    assert [one.used for one in april] == [120, 180]


def test_a_day_that_ends_at_midnight_is_of_its_own_month_alone():
    assert months_of(at(3, 31, 20), at(4, 1, 0)) == [date(2026, 3, 1)]
    assert of_march(3, Stretch(at(3, 30, 20), at(3, 31, 0))).used == 1


def test_what_anybody_may_book_is_not_limited():
    standing = Standing((included(1),))
    assert allowances_of(standing, FERME, Access(), *stretch(3, 2, 9, 10), []) == []


def test_who_runs_the_space_is_not_limited():
    standing = Standing((included(1),), frozenset({FERME}))
    assert allowances_of(standing, FERME, MEMBERS, *stretch(3, 2, 9, 10), []) == []


def test_a_membership_limits_nothing_in_other_spaces():
    assert allowances_of(Standing((included(1),)), 2, MEMBERS, *stretch(3, 2, 9, 10), []) == []


def test_a_kind_that_opens_no_resource_limits_none():
    standing = Standing((included(1, books=False),))
    assert allowances_of(standing, FERME, MEMBERS, *stretch(3, 2, 9, 10), []) == []


def test_a_membership_that_begins_later_does_not_limit_before():
    standing = Standing((Held(FERME, KIND, date(2026, 3, 15), included=1),))
    assert allowances_of(standing, FERME, MEMBERS, *stretch(3, 2, 9, 10), []) == []
    assert len(allowances_of(standing, FERME, MEMBERS, *stretch(3, 20, 9, 10), [])) == 1


def test_a_month_beyond_what_is_included_has_nothing_left():
    assert of_march(1, stretch(3, 2, 9, 10), stretch(3, 3, 9, 10)).left == 0
