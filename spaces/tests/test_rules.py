"""Each rule of a booking, with the refusal that it gives, and the days on which the clocks change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from spaces.hours import Stretch, at_local, day_bounds, merged, stretches_of, without
from spaces.models import OpeningHours, Resource, Space
from spaces.rules import RULES, BookingError, Wish, check

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = date(2027, 3, 1)
NOW = datetime(2027, 2, 26, 10, tzinfo=BRUSSELS)
# 9 to 12 and 14 to 18 on weekdays, 0 to 6 on Sundays.
HOURS = [OpeningHours(weekday=day, opens=time(9), closes=time(12)) for day in range(5)]
HOURS += [OpeningHours(weekday=day, opens=time(14), closes=time(18)) for day in range(5)]
HOURS += [OpeningHours(weekday=6, opens=time(0), closes=time(6))]


def local(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), tzinfo=BRUSSELS)


def wish(**changes):
    resource = Resource(name="Les Serres", space=Space(name="La Ferme"), **changes.pop("resource", {}))
    fields = {"start": local(MONDAY, 9), "end": local(MONDAY, 10), "now": NOW, "hours": HOURS, **changes}
    return Wish(resource=resource, **fields)


def refusal(a_wish):
    with pytest.raises(BookingError) as caught:
        check(a_wish)
    with translation.override("en"):
        return caught.value.code, str(caught.value.message)


def test_a_wish_within_every_rule_is_granted():
    check(wish())


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"end": local(MONDAY, 9)}, "not_in_order", "The end comes after the beginning."),
        ({"resource": {"is_bookable": False}}, "not_bookable", "Les Serres cannot be booked online."),
        (
            {"hours": []},
            "hours_unknown",
            "La Ferme has not published its opening hours yet, so nothing can be booked there.",
        ),
        ({"now": local(MONDAY, 9, 16)}, "in_the_past", "This time has passed. Choose a later one."),
        ({"resource": {"max_days_ahead": 2}}, "too_far", "Les Serres can be booked up to 2 days ahead."),
        ({"end": local(MONDAY, 12, 1)}, "outside_hours", "La Ferme is not open all that time."),
        (
            {"start": local(MONDAY, 11), "end": local(MONDAY, 15)},
            "outside_hours",
            "La Ferme is not open all that time.",
        ),
        (
            {"start": local(MONDAY, 12), "end": local(MONDAY, 13)},
            "outside_hours",
            "La Ferme is not open all that time.",
        ),
        ({"end": local(MONDAY + timedelta(days=1), 10)}, "outside_hours", "La Ferme is not open all that time."),
        ({"resource": {"min_minutes": 90}}, "too_short", "The shortest booking here is 1 h 30."),
        ({"resource": {"max_minutes": 45}}, "too_long", "The longest booking here is 45 min."),
    ],
)
def test_each_rule_refuses_in_its_own_words(changes, code, message):
    assert refusal(wish(**changes)) == (code, message)


def test_every_rule_has_a_case_above():
    mark = next(mark for mark in test_each_rule_refuses_in_its_own_words.pytestmark if mark.name == "parametrize")
    assert {case[1] for case in mark.args[1]} == {code for _holds, code, _message in RULES}


def test_an_unpublished_space_cannot_be_booked():
    resource = Resource(name="Les Serres", space=Space(name="La Ferme", is_published=False))
    assert refusal(Wish(resource, local(MONDAY, 9), local(MONDAY, 10), NOW, HOURS))[0] == "not_bookable"


def test_who_arrives_a_quarter_late_still_books_the_full_hour():
    check(wish(now=local(MONDAY, 9, 15)))


@pytest.mark.parametrize(
    "changes",
    [
        {"now": local(MONDAY, 9, 30)},
        {"resource": {"max_days_ahead": 0}},
        {"resource": {"min_minutes": 120}},
        {"resource": {"min_minutes": 5, "max_minutes": 10}},
    ],
)
def test_a_manager_is_free_of_notice_reach_and_duration(changes):
    check(wish(by_manager=True, **changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"now": local(MONDAY, 10)}, "in_the_past"),
        ({"end": local(MONDAY, 13)}, "outside_hours"),
        ({"hours": []}, "hours_unknown"),
        ({"resource": {"is_bookable": False}}, "not_bookable"),
    ],
)
def test_a_manager_is_bound_by_the_rest(changes, code):
    assert refusal(wish(by_manager=True, **changes))[0] == code


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (MONDAY, 24)])
def test_a_day_has_the_hours_the_clocks_give_it(day, hours):
    start, end = day_bounds(day)
    assert (end.timestamp() - start.timestamp()) / 3600 == hours


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 5), (date(2027, 10, 31), 7), (date(2027, 3, 21), 6)])
def test_opening_hours_follow_the_clock_on_the_wall(day, hours):
    [stretch] = stretches_of(HOURS, day)
    assert (stretch.end.timestamp() - stretch.start.timestamp()) / 3600 == hours
    assert [moment.astimezone(BRUSSELS).hour for moment in stretch] == [0, 6]


@pytest.mark.parametrize(
    ("day", "granted"), [(date(2027, 3, 28), 300), (date(2027, 10, 31), 420), (date(2027, 3, 21), 360)]
)
def test_a_booking_is_as_long_as_it_lasts_when_the_clocks_change(day, granted):
    asked = {"start": local(day, 0), "end": local(day, 6), "now": local(day, 0)}
    check(wish(resource={"max_minutes": granted}, **asked))
    code, _message = refusal(wish(resource={"max_minutes": granted - 1}, **asked))
    assert code == "too_long"


def test_the_hour_that_comes_twice_is_two_hours():
    day = date(2027, 10, 31)
    first = datetime(2027, 10, 31, 2, 30, tzinfo=BRUSSELS)
    second = first.replace(fold=1)
    check(wish(start=first, end=second, now=local(day, 0), resource={"min_minutes": 60}))


def test_stretches_that_touch_are_one():
    nine, ten, eleven = (at_local(MONDAY, time(hour)) for hour in (9, 10, 11))
    assert merged([Stretch(ten, eleven), Stretch(nine, ten)]) == [Stretch(nine, eleven)]


def test_what_is_taken_leaves_what_is_before_and_after():
    nine, ten, eleven, twelve = (at_local(MONDAY, time(hour)) for hour in (9, 10, 11, 12))
    assert without([Stretch(nine, twelve)], [Stretch(ten, eleven)]) == [Stretch(nine, ten), Stretch(eleven, twelve)]
    assert without([Stretch(ten, eleven)], [Stretch(nine, twelve)]) == []
