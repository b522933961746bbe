from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.forms import DateField
from django.utils import translation
from django.utils.formats import date_format

from hacktiv.common import dates

# 27 November 2026 is a Friday; Brussels is one hour ahead of UTC then, two in summer.
NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
HALF_PAST_ONE = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_2026(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "vendredi 27 novembre, 12 h – 13 h 30"),
        ("nl", "vrijdag 27 november, 12.00 – 13.30 uur"),
        ("en", "Friday 27 November, 12:00–13:30"),
    ],
)
def test_a_stretch_of_one_day_is_written_as_people_write_it(language, written):
    with translation.override(language):
        assert dates.span(NOON, HALF_PAST_ONE).replace(dates.NBSP, " ") == written
        assert " " not in dates.hours(NOON, HALF_PAST_ONE), "no line begins with the dash"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "du vendredi 27 novembre, 12 h, au mercredi 2 décembre, 9 h"),
        ("nl", "van vrijdag 27 november, 12.00 uur, tot woensdag 2 december, 9.00 uur"),
        ("en", "Friday 27 November, 12:00, to Wednesday 2 December, 09:00"),
    ],
)
def test_a_stretch_over_several_days_names_both(language, written):
    with translation.override(language):
        assert dates.span(NOON, datetime(2026, 12, 2, 8, tzinfo=UTC)).replace(dates.NBSP, " ") == written


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        (
            "fr",
            "dimanche 20 décembre, toute la journée",
            "du dimanche 25 octobre au lundi 2 novembre, toute la journée",
        ),
        ("nl", "zondag 20 december, de hele dag", "van zondag 25 oktober tot en met maandag 2 november, de hele dag"),
        ("en", "Sunday 20 December, all day", "Sunday 25 October to Monday 2 November, all day"),
    ],
)
def test_whole_days_have_no_hours(language, one, several):
    def midnight(month, day):
        return datetime(2026, month, day, tzinfo=ZoneInfo("Europe/Brussels"))

    with translation.override(language):
        assert dates.span(midnight(12, 20), midnight(12, 21)).replace(dates.NBSP, " ") == one
        # Over a change of the clocks: a day of 25 hours is one day.
        assert dates.span(midnight(10, 25), midnight(11, 3)).replace(dates.NBSP, " ") == several


@pytest.mark.parametrize(
    ("language", "written"),
    [("fr", "vendredi 1er janvier 2027"), ("nl", "vrijdag 1 januari 2027"), ("en", "Friday 1 January 2027")],
)
def test_another_year_is_written_out_and_the_first_is_the_first(language, written):
    with translation.override(language):
        assert dates.day(date(2027, 1, 1)).replace(dates.NBSP, " ") == written


@pytest.mark.parametrize(("language", "written"), [("fr", "0 h 05"), ("nl", "0.05 uur"), ("en", "00:05")])
def test_the_hour_after_midnight_is_written(language, written):
    with translation.override(language):
        assert dates.hour(time(0, 5)).replace(dates.NBSP, " ") == written


def test_the_local_clock_counts_on_both_sides_of_the_clock_change():
    with translation.override("fr"):
        assert dates.hour(datetime(2026, 10, 24, 10, tzinfo=UTC)) == f"12{dates.NBSP}h"
        assert dates.hour(datetime(2026, 10, 25, 10, tzinfo=UTC)) == f"11{dates.NBSP}h"


def test_the_parts_of_a_time_do_not_fall_on_two_lines():
    with translation.override("fr"):
        assert dates.hour(HALF_PAST_ONE) == f"13{dates.NBSP}h{dates.NBSP}30"


def test_two_equal_days_are_one():
    with translation.override("en"):
        assert dates.day_span(date(2026, 3, 4), date(2026, 3, 4)).replace(dates.NBSP, " ") == "Wednesday 4 March"
        assert dates.day_span(date(2026, 3, 4), date(2026, 4, 6)).replace(dates.NBSP, " ") == "4 March to 6 April"


def test_english_is_that_of_europe_in_the_administration_and_in_forms():
    with translation.override("en"):
        assert date_format(date(2026, 11, 29), "DATE_FORMAT") == "29 November 2026"
        assert date_format(NOON, "SHORT_DATETIME_FORMAT") == "27/11/2026 11:00"
        assert DateField(localize=True).clean("03/04/2026") == date(2026, 4, 3)
