"""Test the use of the rooms: hours booked, held and open, month by month."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking, close, confirm_booking, hold, set_units
from spaces.booking.queries.usage import months_until, use_of
from spaces.enums import BookingStatus
from spaces.models import Booking, Occupancy, OpenedDay, OpeningHours
from spaces.places.operations import note_opened_days
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, in_days
from spaces.timing.hours import at_local
from spaces.timing.periods import period, with_buffer
from tests.pages import Page

pytestmark = pytest.mark.django_db


def enter(resource, start, end, unit=0):
    """Write a confirmed booking at any time: no operation writes into the past."""
    booking = Booking.objects.create(
        resource=resource, guest_name="Guest", period=period(start, end), status=BookingStatus.CONFIRMED
    )
    held = with_buffer(start, end, resource)
    return Occupancy.objects.create(unit=resource.units.all()[unit], booking=booking, period=held)


def mondays(resource, opens=8, closes=18):
    OpeningHours.objects.create(space=resource.space, weekday=0, opens=time(opens), closes=time(closes))


def told(resource, *months):
    """Return (booked, held, open, per cent) of each month."""
    ((_resource, uses),) = [(one.resource, one.months) for one in use_of([resource], list(months))]
    return [(use.booked, use.held, use.open, use.percent) for use in uses]


def test_hours_booked_are_counted_against_the_hours_open():
    room = ResourceFactory(space=SpaceFactory(), units=2, buffer_minutes=30)
    mondays(room)
    # November 2021 has five Mondays.
    enter(room, at_local(date(2021, 11, 8), time(9)), at_local(date(2021, 11, 8), time(12)))
    enter(room, at_local(date(2021, 11, 15), time(8)), at_local(date(2021, 11, 15), time(15)), unit=1)
    assert told(room, date(2021, 11, 1), date(2021, 12, 1)) == [(10.0, 0.0, 100.0, 10), (0.0, 0.0, 80.0, 0)]


def test_a_public_holiday_that_the_space_keeps_is_no_open_day():
    kept, other = (ResourceFactory(space=SpaceFactory(closes_on_public_holidays=keeps)) for keeps in (True, False))
    for room in (kept, other):
        mondays(room)
    # April 2021 has four Mondays, one of them Easter Monday.
    assert told(kept, date(2021, 4, 1)) == [(0.0, 0.0, 30.0, 0)]
    assert told(other, date(2021, 4, 1)) == [(0.0, 0.0, 40.0, 0)]


def test_a_booking_over_midnight_at_the_end_of_a_month_counts_in_both():
    room = ResourceFactory(space=SpaceFactory())
    enter(room, at_local(date(2021, 11, 30), time(21)), at_local(date(2021, 12, 1), time(2)))
    assert told(room, date(2021, 11, 1), date(2021, 12, 1)) == [(3.0, 0.0, 0.0, None), (2.0, 0.0, 0.0, None)]


def test_closures_are_not_open_and_count_once_where_they_overlap():
    room = ResourceFactory(space=SpaceFactory(), units=2)
    mondays(room)
    november = date(timezone.localdate().year + 1, 11, 1)
    monday, *others = [day for number in range(30) if (day := november + timedelta(days=number)).weekday() == 0]
    morning, ten, noon, evening = (at_local(monday, time(hour)) for hour in (0, 10, 12, 23))
    close(space=room.space, start=morning, end=noon, reason="Works", by=None)
    close(space=room.space, resource=room, start=ten, end=evening, reason="Feast", by=None)
    assert told(room, november) == [(0.0, 0.0, 20.0 * len(others), 0)]


def test_a_night_on_which_the_clocks_change_has_the_hours_it_has():
    room = ResourceFactory(space=SpaceFactory())
    OpeningHours.objects.create(space=room.space, weekday=6, opens=time(0), closes=time(6))
    # The last Sundays of March (one hour less) and October (one more); both months have four others of six hours.
    assert told(room, date(2022, 3, 1), date(2021, 10, 1)) == [(0.0, 0.0, 23.0, 0), (0.0, 0.0, 31.0, 0)]


def test_events_count_apart_and_can_go_beyond_the_hours_open():
    room = ResourceFactory(space=SpaceFactory(), units=2)
    mondays(room, 8, 9)
    start = at_local(date(2021, 11, 1), time(18))
    hold(key="event:1", label="Dinner", resource=room, start=start, end=start + timedelta(hours=6))
    assert told(room, date(2021, 11, 1)) == [(0.0, 12.0, 10.0, 120)]


def test_only_confirmed_bookings_that_hold_their_unit_count():
    room = ResourceFactory(units=3, needs_approval=True)
    BookingFactory(resource=room, days=3, hours=(9, 10))
    confirmed = BookingFactory(resource=room, days=3, hours=(9, 11))
    cancelled = BookingFactory(resource=room, days=3, hours=(9, 17))
    confirm_booking(booking=confirmed, by=None)
    cancel_booking(booking=cancelled, by=None)
    month = timezone.localtime(in_days(3, 9)).date().replace(day=1)
    assert told(room, month)[0][0] == 2.0


def test_a_place_that_went_keeps_its_past():
    room = ResourceFactory(space=SpaceFactory(), units=2)
    mondays(room)
    enter(room, at_local(date(2021, 11, 8), time(9)), at_local(date(2021, 11, 8), time(12)), unit=1)
    room.units.filter(number=2).update(is_retired=True)
    assert told(room, date(2021, 11, 1)) == [(3.0, 0.0, 50.0, 6)]


@pytest.mark.parametrize("count", [1, 3])
def test_it_all_comes_in_one_query(django_assert_num_queries, count):
    rooms = ResourceFactory.create_batch(count)
    for room in rooms:
        BookingFactory(resource=room)
    with django_assert_num_queries(1):
        assert [one.resource for one in use_of(rooms, months_until(timezone.localdate()))] == rooms


def test_months_stand_in_order_over_the_turn_of_the_year():
    assert months_until(date(2027, 2, 28), 4) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


# --- the past keeps its hours ---


def last_month():
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def opened_room(**fields):
    """Return a room of a space that opens ten hours every day and had its first booking two months ago."""
    room = ResourceFactory(space=SpaceFactory(closes_on_public_holidays=False, **fields))
    for weekday in range(7):
        OpeningHours.objects.create(space=room.space, weekday=weekday, opens=time(8), closes=time(18))
    first = last_month() - timedelta(days=3)
    enter(room, at_local(first, time(9)), at_local(first, time(10)))
    return room


def test_days_that_are_over_keep_their_hours_when_the_hours_change():
    room, other = opened_room(), opened_room()
    before, before_elsewhere = told(room, last_month()), told(other, last_month())
    assert before[0][2] > 200
    note_opened_days(space=room.space)
    OpeningHours.objects.update(closes=time(12))
    assert told(room, last_month()) == before
    assert told(other, last_month())[0][2] < before_elsewhere[0][2]
    today = timezone.localdate()
    next_month = (today.replace(day=1) + timedelta(days=40)).replace(day=1)
    assert told(room, next_month) == told(other, next_month)


def test_each_day_is_noted_once_and_shut_days_without_hours():
    room = opened_room()
    days = (timezone.localdate() - (last_month() - timedelta(days=3))).days
    OpeningHours.objects.filter(space=room.space, weekday=6).delete()
    assert note_opened_days() == days
    assert note_opened_days() == 0
    assert note_opened_days(today=timezone.localdate() + timedelta(days=2)) == 2
    sundays = [one for one in room.space.opened_days.all() if one.day.weekday() == 6]
    assert sundays
    assert all(one.opens == one.closes == [] for one in sundays)
    OpeningHours.objects.all().delete()
    assert note_opened_days(today=timezone.localdate() + timedelta(days=9)) == 0


def test_a_manager_who_changes_the_hours_changes_no_past(client):
    room = opened_room()
    before = told(room, last_month())
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    address = reverse("admin:spaces_space_hours", args=[room.space.pk])
    form = next(
        form for form in Page(client.get(address).text, address).forms if "opening_hours-0-closes" in form.fields
    )
    changes = {f"opening_hours-{number}-closes": "12:00" for number in range(7)}
    assert client.post(address, form.data(**changes)).status_code == 302
    assert set(room.space.opening_hours.values_list("closes", flat=True)) == {time(12)}
    assert told(room, last_month()) == before


# --- and its units ---


def month_of_ten_hours(first):
    """Return the hours of a month in which each day has ten."""
    return 10 * ((first + timedelta(days=31)).replace(day=1) - first).days


@pytest.mark.parametrize("units_now", [2, 20])
def test_days_that_are_over_keep_their_units(units_now):
    room = opened_room()
    set_units(resource=room, number=8)
    note_opened_days()
    OpenedDay.objects.all().delete()
    first = last_month()
    for unit in range(8):
        enter(room, at_local(first, time(9)), at_local(first, time(17)), unit=unit)
    before = [(64.0, 0.0, 8.0 * month_of_ten_hours(first), round(6400 / (8 * month_of_ten_hours(first))))]
    assert told(room, first) == before
    set_units(resource=room, number=units_now)
    assert told(room, first) == before
    next_month = (timezone.localdate().replace(day=1) + timedelta(days=40)).replace(day=1)
    assert told(room, next_month)[0][2] == units_now * month_of_ten_hours(next_month)


def test_days_before_the_first_booking_keep_hours_and_units_too(client):
    """A space entered lately, whose first booking was a week ago."""
    room = ResourceFactory(space=SpaceFactory(closes_on_public_holidays=False))
    for weekday in range(7):
        OpeningHours.objects.create(space=room.space, weekday=weekday, opens=time(8), closes=time(18))
    day = timezone.localdate() - timedelta(days=7)
    enter(room, at_local(day, time(9)), at_local(day, time(10)))
    note_opened_days()
    assert OpenedDay.objects.count() == 7
    months = months_until(last_month(), 12)
    before = told(room, *months)
    assert [open_hours for _booked, _held, open_hours, _percent in before] == [
        month_of_ten_hours(one) for one in months
    ]
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    address = reverse("admin:spaces_space_hours", args=[room.space.pk])
    form = next(
        form for form in Page(client.get(address).text, address).forms if "opening_hours-0-closes" in form.fields
    )
    changes = {f"opening_hours-{number}-closes": "12:00" for number in range(7)}
    assert client.post(address, form.data(**changes)).status_code == 302
    assert told(room, *months) == before
    set_units(resource=room, number=3)
    assert told(room, *months) == before
