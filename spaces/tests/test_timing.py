"""Test hours, periods and public holidays, and the days on which the clocks change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from spaces.models import OpeningHours, Resource
from spaces.timing.hours import Stretch, at_local, day_bounds, merged, stretches_of, without
from spaces.timing.periods import barred_by, outside, overlap, period, with_buffer
from spaces.timing.public_holidays import holiday_on

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = date(2027, 3, 1)
#: Opening hours on Sundays, over the hour at which the clocks change.
AT_NIGHT = [OpeningHours(weekday=6, opens=time(0), closes=time(6))]


def local(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), tzinfo=BRUSSELS)


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (MONDAY, 24)])
def test_a_day_has_the_hours_the_clocks_give_it(day, hours):
    start, end = day_bounds(day)
    assert (end.timestamp() - start.timestamp()) / 3600 == hours


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 5), (date(2027, 10, 31), 7), (date(2027, 3, 21), 6)])
def test_opening_hours_follow_the_clock_on_the_wall(day, hours):
    [stretch] = stretches_of(AT_NIGHT, day)
    assert (stretch.end.timestamp() - stretch.start.timestamp()) / 3600 == hours
    assert [moment.astimezone(BRUSSELS).hour for moment in stretch] == [0, 6]


def test_an_hour_that_comes_twice_is_told_from_its_double():
    night = date(2027, 10, 31)
    first, second = (at_local(night, time(2, 30, fold=fold)) for fold in (0, 1))
    assert second - first == timedelta(hours=1)
    assert at_local(night, time(2, 30)) == first


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    # An hour and a half before four and three hours after five; then the clocks have one hour less, or one more.
    [
        (date(2027, 3, 28), (1, 30), (8, 0)),
        (date(2027, 10, 31), (2, 30), (8, 0)),
        (date(2027, 3, 21), (2, 30), (8, 0)),
    ],
)
def test_the_time_around_lasts_as_long_as_it_lasts_when_the_clocks_change(day, starts, ends):
    resource = Resource(buffer_before_minutes=90, buffer_minutes=180)
    kept = with_buffer(at_local(day, time(4)), at_local(day, time(5)), resource)
    assert (kept.upper - kept.lower) == timedelta(minutes=330)
    assert (kept.lower.astimezone(BRUSSELS), kept.upper.astimezone(BRUSSELS)) == (
        local(day, *starts),
        local(day, *ends),
    )


def test_a_closure_takes_what_is_kept_on_its_own_side():
    eight, nine, ten, eleven, twelve = (at_local(MONDAY, time(hour)) for hour in range(8, 13))
    held, own = period(eight, twelve), period(nine, ten)
    half_to_nine = at_local(MONDAY, time(8, 30))
    assert outside(held, own, period(ten, eleven)) == period(eight, ten)
    assert outside(held, own, period(eight, half_to_nine)) == period(half_to_nine, twelve)
    assert outside(held, own, period(twelve, at_local(MONDAY, time(13)))) == held


def test_kept_time_that_excludes_a_booking_ends_at_a_closure():
    resource = Resource(buffer_before_minutes=60, buffer_minutes=120)
    eight, nine, ten, eleven, twelve = (at_local(MONDAY, time(hour)) for hour in range(8, 13))
    held = Stretch(ten, eleven)
    assert barred_by(held, resource) == (eight, twelve)
    assert barred_by(held, resource, [Stretch(eight, nine)]) == (nine, twelve)
    assert barred_by(held, resource, [Stretch(eleven, twelve)]) == (eight, eleven)


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("BE", date(2027, 7, 21), "Fête nationale"),
        ("FR", date(2027, 7, 21), None),
        ("FR", date(2027, 7, 14), "Fête nationale"),
        ("BE", date(2027, 7, 14), None),
        ("FR", date(2027, 5, 8), "Victoire de 1945"),
        ("BE", date(2027, 5, 8), None),
        ("BE", date(2027, 11, 11), "Armistice"),
        # Easter of 2027 is the day on which the clocks go forward.
        ("BE", date(2027, 3, 28), "Pâques"),
        ("BE", date(2027, 3, 29), "Lundi de Pâques"),
        ("FR", date(2027, 5, 6), "Ascension"),
        ("BE", date(2027, 3, 30), None),
        ("", date(2027, 12, 25), None),
    ],
)
def test_a_holiday_is_its_countrys(country, day, name):
    with translation.override("fr"):
        found = holiday_on(country, day)
        assert (found and str(found)) == name


@pytest.mark.parametrize("country", ["BE", "FR"])
def test_every_coming_holiday_has_its_own_word_in_each_language(country):
    first = date(2024, 1, 1)
    days = [first + timedelta(days=away) for away in range(366 * 12)]
    found = {}
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            found[language] = [str(name) for day in days if (name := holiday_on(country, day))]
    assert len(found["fr"]) == len(found["nl"]) == len(found["en"]) > 100
    for french, dutch, english in zip(found["fr"], found["nl"], found["en"], strict=True):
        assert len({french, dutch, english}) == 3
    with translation.override("nl"):
        assert str(holiday_on("FR", date(2027, 7, 14))) == "Nationale feestdag"


def test_stretches_that_touch_are_one():
    nine, ten, eleven = (at_local(MONDAY, time(hour)) for hour in (9, 10, 11))
    assert merged([Stretch(ten, eleven), Stretch(nine, ten)]) == [Stretch(nine, eleven)]


def test_a_taken_time_leaves_the_time_before_and_after():
    nine, ten, eleven, twelve = (at_local(MONDAY, time(hour)) for hour in (9, 10, 11, 12))
    assert without([Stretch(nine, twelve)], [Stretch(ten, eleven)]) == [Stretch(nine, ten), Stretch(eleven, twelve)]
    assert without([Stretch(ten, eleven)], [Stretch(nine, twelve)]) == []


def test_what_touches_does_not_overlap():
    nine, ten, eleven, twelve = (at_local(MONDAY, time(hour)) for hour in (9, 10, 11, 12))
    assert overlap(period(nine, eleven), period(ten, twelve)) and overlap(period(ten, twelve), period(nine, eleven))
    assert overlap(period(nine, twelve), period(ten, eleven)) and overlap(period(ten, eleven), period(nine, twelve))
    assert not overlap(period(nine, ten), period(ten, eleven))
    assert not overlap(period(ten, eleven), period(nine, ten))
