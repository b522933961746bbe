"""Test the waiting list of a place that is taken: who joins, who is served and when people are told."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    BookingRequest,
    SeriesRequest,
    book,
    book_series,
    cancel_booking,
    cancel_series,
    change_booking,
    close,
    hold_all,
    leave_wait,
    refuse_booking,
    release_all,
    release_missed,
    reopen,
    set_units,
    tend_waits,
    wait_for,
)
from spaces.booking.queries import waits_of
from spaces.booking.rules import MOST_WAITS
from spaces.enums import BookingStatus, Pattern
from spaces.errors import BookingError
from spaces.models import Booking, OpeningHours, Wait
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
    in_days,
    kept_for,
    running_booking,
)
from spaces.timing.hours import at_local

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(BookingError, check=lambda error: error.code == code)


def a_wait(resource, user=None, hours=(9, 10), days=1):
    user = user or UserFactory()
    return wait_for(resource=resource, start=in_days(days, hours[0]), end=in_days(days, hours[1]), user=user)


def told(template):
    return list(Message.objects.filter(template=template).order_by("pk").values_list("to_email", flat=True))


def served(*waits):
    """Tell for each of the waits if it has a booking."""
    return [Wait.objects.filter(pk=wait.pk, booking__isnull=False).exists() for wait in waits]


# --- joining and leaving ---


def test_one_waits_for_what_is_taken_only():
    room = ResourceFactory()
    with refused("free"):
        a_wait(room)
    booking = BookingFactory(resource=room)
    wait = a_wait(room)
    assert (wait.start, wait.end, wait.booking) == (booking.start, booking.end, None)
    with refused("already_yours"):
        a_wait(room, booking.user)


def test_a_wait_is_bound_by_the_rules_of_a_booking():
    room = ResourceFactory(max_days_ahead=10)
    with refused("outside_hours"):
        a_wait(room, hours=(6, 9))
    with refused("too_far"):
        a_wait(room, days=11)
    close(space=room.space, start=in_days(1, 9), end=in_days(1, 10), reason="Works", by=None)
    with refused("closed"):
        a_wait(room)


def test_asked_twice_it_is_one_wait():
    booking, user = BookingFactory(), UserFactory()
    assert a_wait(booking.resource, user) == a_wait(booking.resource, user)
    assert Wait.objects.count() == 1


def test_nobody_waits_for_everything():
    booking, user = BookingFactory(), UserFactory()
    for day in range(MOST_WAITS):
        WaitFactory(user=user, days=day + 2)
    with refused("too_many_waits"):
        a_wait(booking.resource, user)


def test_a_person_who_leaves_the_line_is_not_served():
    booking = BookingFactory()
    first, second = a_wait(booking.resource), a_wait(booking.resource)
    leave_wait(wait=first)
    leave_wait(wait=first)
    cancel_booking(booking=booking, by=booking.user)
    assert told("spaces.wait_booked") == [second.user.email]
    with refused("booked"):
        leave_wait(wait=second)


def test_the_position_counts_those_before_in_the_same_time():
    booking = BookingFactory(hours=(9, 12))
    later = BookingFactory(resource=booking.resource, hours=(14, 15))
    a_wait(booking.resource, hours=(9, 11))
    a_wait(booking.resource, later.user, hours=(10, 11))
    user = UserFactory()
    a_wait(booking.resource, user, hours=(10, 12))
    a_wait(booking.resource, user, hours=(14, 15))
    assert [wait.position for wait in waits_of(user, timezone.now())] == [3, 1]


# --- what makes a place free ---


@pytest.fixture
def room():
    return ResourceFactory()


def by_cancelling(room):
    booking = BookingFactory(resource=room)
    return lambda: cancel_booking(booking=booking, by=booking.user)


def by_refusing(room):
    booking = BookingFactory(resource=room)
    Booking.objects.update(status=BookingStatus.REQUESTED)
    return lambda: refuse_booking(booking=booking, by=None, reason="No")


def by_moving(room):
    booking = BookingFactory(resource=room)
    return lambda: change_booking(booking=booking, start=in_days(1, 15), end=in_days(1, 16), by=booking.user)


def by_shortening(room):
    booking = BookingFactory(resource=room, hours=(9, 12))
    return lambda: change_booking(booking=booking, start=in_days(1, 10), end=in_days(1, 12), by=booking.user)


def by_reopening(room):
    closure = close(space=room.space, start=in_days(1, 8), end=in_days(1, 20), reason="Works", by=None)
    return lambda: reopen(closure=closure)


def lunch_in(room, until=11):
    hold_all(owner="event:1", label="Lunch", resources=[room], start=in_days(1, 8), end=in_days(1, until))


def by_releasing_a_hold(room):
    lunch_in(room)
    return lambda: release_all(owner="event:1")


def by_moving_a_hold(room):
    lunch_in(room)
    return lambda: lunch_in(room, until=9)


def by_moving_a_hold_to_another_room(room):
    lunch_in(room)
    return lambda: lunch_in(ResourceFactory(space=room.space))


def by_adding_a_unit(room):
    BookingFactory(resource=room)
    return lambda: set_units(resource=room, number=2)


def by_a_closure_shorter_than_the_booking(room):
    BookingFactory(resource=room, hours=(9, 12))
    start, end = in_days(1, 10), in_days(1, 12)
    return lambda: close(space=room.space, start=start, end=end, reason="Works", by=None, cancel_bookings=True)


def by_a_missed_booking(room):
    room.release_after_minutes = 15
    room.save()
    running_booking(room, lasts=3 * 24 * 60)
    return release_missed


@pytest.mark.parametrize(
    "way",
    [
        by_cancelling,
        by_refusing,
        by_moving,
        by_shortening,
        by_reopening,
        by_releasing_a_hold,
        by_moving_a_hold,
        by_moving_a_hold_to_another_room,
        by_adding_a_unit,
        by_a_closure_shorter_than_the_booking,
        by_a_missed_booking,
    ],
)
def test_the_first_in_line_has_the_place_that_comes_free(room, way):
    free = way(room)
    first, second = WaitFactory(resource=room), WaitFactory(resource=room)
    free()
    assert served(first, second) == [True, False]
    booking = Booking.objects.get(wait=first)
    assert (booking.user, booking.period) == (first.user, first.period)
    assert booking.status == BookingStatus.CONFIRMED
    assert told("spaces.wait_booked") == [first.user.email]


def test_a_closure_takes_the_time_of_the_bookings_it_cancels():
    booking = BookingFactory()
    wait = a_wait(booking.resource)
    start, end = in_days(1, 8), in_days(1, 20)
    closure = close(space=booking.resource.space, start=start, end=end, reason="Works", by=None, cancel_bookings=True)
    assert served(wait) == [False]
    reopen(closure=closure)
    assert served(wait) == [True]


def test_the_first_in_line_gets_a_request_where_a_manager_decides():
    room = ResourceFactory(needs_approval=True, space__managers=[UserFactory()])
    booking = BookingFactory(resource=room)
    wait = a_wait(room)
    cancel_booking(booking=booking, by=booking.user)
    assert Booking.objects.get(wait=wait).status == BookingStatus.REQUESTED
    assert told("spaces.wait_booked") == [wait.user.email]
    assert len(told("spaces.booking_to_decide")) == 2


def test_a_person_refused_by_a_rule_lets_the_next_one_pass():
    booking = BookingFactory(hours=(9, 12))
    blocked = WaitFactory(resource=booking.resource, hours=(9, 11), user=UserFactory(is_active=False))
    tall, short = a_wait(booking.resource, hours=(9, 12)), a_wait(booking.resource, hours=(10, 11))
    cancel_booking(booking=booking, by=booking.user)
    assert served(blocked, tall, short) == [False, True, False]


def test_the_time_to_clear_up_is_kept_free_for_who_waited_too():
    room = ResourceFactory(buffer_minutes=30)
    booking = BookingFactory(resource=room, hours=(9, 10))
    BookingFactory(resource=room, hours=(11, 12))
    wait = WaitFactory(resource=room, hours=(9, 11))
    cancel_booking(booking=booking, by=booking.user)
    assert served(wait) == [False]


def test_a_booking_in_that_time_ends_the_wait():
    room, user = ResourceFactory(), UserFactory()
    exact = WaitFactory(resource=room, user=user, hours=(9, 10))
    longer = WaitFactory(resource=room, user=user, hours=(9, 11))
    other = WaitFactory(resource=room, user=user, hours=(14, 15))
    booking = BookingFactory(resource=room, user=user, hours=(9, 10))
    assert set(Wait.objects.values_list("pk", "booking")) == {(exact.pk, booking.pk), (other.pk, None)}
    assert longer.pk


def test_a_person_who_gave_the_place_back_may_wait_again():
    room = ResourceFactory()
    booking, user = BookingFactory(resource=room), UserFactory()
    a_wait(room, user)
    cancel_booking(booking=booking, by=booking.user)
    cancel_booking(booking=Booking.objects.get(user=user), by=user)
    BookingFactory(resource=room)
    assert a_wait(room, user).booking is None


# --- close to the beginning ---


def test_in_the_last_hour_people_are_told_in_turn_and_nothing_is_booked(room):
    first, second = WaitFactory(resource=room, hours=(10, 12)), WaitFactory(resource=room, hours=(10, 12))
    now = in_days(1, 9, 30)
    tend_waits(now=now)
    tend_waits(now=now)
    assert told("spaces.wait_told") == [first.user.email]
    tend_waits(now=now + timedelta(minutes=11))
    tend_waits(now=now + timedelta(minutes=25))
    assert told("spaces.wait_told") == [first.user.email, second.user.email]
    assert Booking.objects.live().count() == 0


def test_a_place_given_up_by_a_no_show_is_told_while_the_time_runs():
    room, now = ResourceFactory(release_after_minutes=15), in_days(1, 10, 15)
    running_booking(room, now=now, began=15)
    wait = WaitFactory(resource=room, hours=(10, 12))
    assert release_missed(now=now) == 1
    assert told("spaces.wait_told") == [wait.user.email]
    assert Booking.objects.live().count() == 0


def test_two_free_places_are_told_to_two():
    room = ResourceFactory(units=2)
    waits = [WaitFactory(resource=room, hours=(10, 12)) for _ in range(3)]
    tend_waits(now=in_days(1, 9, 30))
    assert told("spaces.wait_told") == [wait.user.email for wait in waits[:2]]


@pytest.mark.parametrize(("left", "expected"), [(40, 1), (20, 0)])
def test_of_a_rest_too_short_to_book_nobody_is_told(left, expected):
    WaitFactory(resource=ResourceFactory(min_minutes=30), start=in_days(1, 9), end=in_days(1, 10, left))
    tend_waits(now=in_days(1, 10))
    assert Message.objects.count() == expected


def by_the_members_rule(room, waits):
    kept_for(room, SpaceFactory())
    MembershipFactory(user=waits[1].user, space=room.open_to.get())


def by_the_pass(room, waits):
    HomeSpaceFactory(user=waits[0].user)
    PassSchemeFactory(days=0)


def by_the_cap(room, waits):
    BookingFactory(resource=room, user=waits[0].user, days=4)
    room.max_open_bookings = 1
    room.save()


@pytest.mark.parametrize("rule", [by_the_members_rule, by_the_pass, by_the_cap])
@pytest.mark.parametrize(("days", "template"), [(1, "spaces.wait_told"), (2, "spaces.wait_booked")])
def test_a_person_who_may_not_book_lets_the_next_one_pass(room, rule, days, template):
    waits = [WaitFactory(resource=room, days=days, hours=(10, 12)) for _ in range(2)]
    rule(room, waits)
    tend_waits(now=in_days(1, 9, 30))
    assert told(template) == [waits[1].user.email]
    assert Wait.objects.get(pk=waits[0].pk).booking is None


def test_a_closed_holiday_serves_nobody(room):
    room.space.closes_on_public_holidays = True
    room.space.save()
    year = timezone.localdate().year + 1
    start, end = at_local(date(year, 12, 25), time(9)), at_local(date(year, 12, 25), time(10))
    room.max_days_ahead = 800
    room.save()
    wait = WaitFactory(resource=room, start=start, end=end)
    tend_waits()
    assert served(wait) == [False]
    room.space.closes_on_public_holidays = False
    room.space.save()
    tend_waits()
    assert served(wait) == [True]


def test_nobody_waits_beyond_the_notice_that_a_booking_needs():
    room = ResourceFactory(min_notice_minutes=240)
    WaitFactory(resource=room, hours=(10, 12))
    stays = WaitFactory(resource=room, hours=(10, 12), days=2)
    for day in (1, 2):
        BookingFactory(resource=room, hours=(10, 12), days=day)
    tend_waits(now=in_days(1, 6, 1))
    assert list(Wait.objects.all()) == [stays]
    assert told("spaces.wait_told") == []


def test_one_waits_only_for_what_one_may_book(room):
    member = UserFactory()
    HomeSpaceFactory(user=member)
    BookingFactory(resource=room)
    scheme = PassSchemeFactory(days=0)
    with refused("pass_used_up"):
        a_wait(room, member)
    scheme.delete()
    kept_for(room, SpaceFactory())
    with refused("not_for_you"):
        a_wait(room, member)


def test_the_time_to_prepare_is_no_obstacle_where_a_closure_takes_it():
    room = ResourceFactory(buffer_before_minutes=60)
    booking = BookingFactory(resource=room, hours=(11, 12))
    wait = a_wait(room, hours=(11, 12))
    close(space=room.space, start=in_days(1, 10), end=in_days(1, 11), reason="Works", by=None)
    cancel_booking(booking=booking, by=booking.user)
    assert served(wait) == [True]


def test_a_cancelled_day_of_a_series_serves_who_waits(room):
    member, day = UserFactory(), timezone.localdate() + timedelta(days=7)
    wish = {"pattern": Pattern.WEEKLY, "starts": time(9), "ends": time(10), "user": member}
    asked = SeriesRequest(resource=room, first_day=day, until=day + timedelta(days=7), **wish)
    series = book_series(asked=asked, by=member)
    one, other = a_wait(room, days=7), a_wait(room, days=14)
    cancel_booking(booking=series.occurrences.get(day=day).booking, by=member)
    assert served(one, other) == [True, False]
    cancel_series(series=series, from_day=day, by=member)
    assert served(one, other) == [True, True]
    assert told("spaces.wait_booked") == [one.user.email, other.user.email]
    assert told("spaces.series_cancelled") == [member.email]


def test_the_sweep_serves_what_came_free_without_any_operation():
    room = ResourceFactory()
    wait = WaitFactory(resource=room)
    hours = list(OpeningHours.objects.all())
    OpeningHours.objects.all().delete()
    tend_waits()
    assert served(wait) == [False]
    OpeningHours.objects.bulk_create(hours)
    tend_waits()
    assert served(wait) == [True]


def test_a_wait_whose_time_is_over_is_forgotten():
    now = timezone.now()
    WaitFactory(start=now - timedelta(hours=2), end=now - timedelta(hours=1))
    stays = WaitFactory()
    BookingFactory(resource=stays.resource)
    assert tend_waits() == 1
    assert list(Wait.objects.all()) == [stays]


def test_the_same_person_is_one_booking_however_often_the_line_is_served():
    room = ResourceFactory(units=2)
    wait = WaitFactory(resource=room)
    for _ in range(3):
        tend_waits()
    assert Booking.objects.get() == Wait.objects.get(pk=wait.pk).booking
    assert told("spaces.wait_booked") == [wait.user.email]
    again = book(asked=BookingRequest(resource=room, user=wait.user, start=wait.start, end=wait.end), by=wait.user)
    assert Booking.objects.get() == again
