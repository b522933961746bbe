from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hacktiv.common.halfyears import HalfYear, add_months, calendar_half_year, calendar_half_years, half_years_from

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))


def test_calendar_half_years_of_a_project():
    found = calendar_half_years(date(2020, 1, 1), date(2022, 12, 31))
    assert [half.label for half in found] == ["S1-2020", "S2-2020", "S1-2021", "S2-2021", "S1-2022", "S2-2022"]
    assert found[0] == HalfYear("S1-2020", date(2020, 1, 1), date(2020, 6, 30))
    assert found[1] == HalfYear("S2-2020", date(2020, 7, 1), date(2020, 12, 31))


def test_half_years_from_the_start_of_coffee():
    found = half_years_from(date(2016, 10, 1), date(2020, 9, 30))
    assert [half.label for half in found] == ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"]
    assert found[1] == HalfYear("S2", date(2017, 4, 1), date(2017, 9, 30))
    assert found[7] == HalfYear("S8", date(2020, 4, 1), date(2020, 9, 30))


def test_the_last_half_year_ends_with_the_project():
    assert half_years_from(date(2020, 1, 15), date(2020, 8, 2)) == [
        HalfYear("S1", date(2020, 1, 15), date(2020, 7, 14)),
        HalfYear("S2", date(2020, 7, 15), date(2020, 8, 2)),
    ]


def test_short_months_do_not_shift_later_half_years():
    starts = [half.start for half in half_years_from(date(2019, 8, 31), date(2021, 8, 30))]
    assert starts == [date(2019, 8, 31), date(2020, 2, 29), date(2020, 8, 31), date(2021, 2, 28)]


def test_months_are_added_to_the_leap_day():
    assert add_months(date(2020, 2, 29), 12) == date(2021, 2, 28)
    assert add_months(date(2020, 12, 31), 2) == date(2021, 2, 28)


@given(days)
def test_each_day_lies_in_its_calendar_half_year(day):
    half = calendar_half_year(day)
    assert half.start <= day <= half.end


@given(days, st.integers(min_value=0, max_value=4000))
def test_half_years_cover_each_day_once(start, length):
    end = start + timedelta(days=length)
    found = half_years_from(start, end)
    assert found[0].start == start
    assert found[-1].end == end
    assert all(after.start == before.end + timedelta(days=1) for before, after in pairwise(found))
    assert all(half.start <= half.end for half in found)
