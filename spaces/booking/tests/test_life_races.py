"""Test check-ins, releases and waiting lists in transactions that overlap."""

from collections import Counter
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from hacktiv.outbox.models import Message
from members.models import User
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    BookingRequest,
    book,
    cancel_booking,
    change_booking,
    check_in,
    close,
    leave_wait,
    release_missed,
    tend_waits,
    wait_for,
)
from spaces.enums import BookingStatus, ResourceKind
from spaces.models import Booking, Occupancy, Visit, Wait
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, WaitFactory, in_days, running_booking

from .promises import faults
from .test_races import at_once, booking_call

pytestmark = pytest.mark.django_db(transaction=True)


def served():
    return list(Wait.objects.in_line().values_list("user", flat=True).filter(booking__isnull=False))


def told(template):
    return list(Message.objects.filter(template=template).order_by("pk").values_list("to_email", flat=True))


def test_two_cancel_and_three_wait():
    resource = ResourceFactory(units=2)
    bookings = [BookingFactory(resource=resource) for _ in range(2)]
    waits = [WaitFactory(resource=resource) for _ in range(3)]
    at_once(*[lambda booking=booking: cancel_booking(booking=booking, by=booking.user) for booking in bookings] * 4)
    assert served() == [wait.user_id for wait in waits[:2]]
    assert told("spaces.wait_booked") == [wait.user.email for wait in waits[:2]]
    assert Booking.objects.live().count() == Occupancy.objects.count() == 2


@pytest.mark.parametrize("crowd", [1, pytest.param(6, marks=pytest.mark.long)])
def test_one_adds_a_place_while_others_book_the_last_one(crowd):
    desks = ResourceFactory(kind=ResourceKind.WORKPLACE, units=3)
    booking = BookingFactory(resource=desks, people=2, unit_count=2)
    others = [booking_call(desks, user, in_days(1, 9), in_days(1, 10)) for user in UserFactory.create_batch(crowd)]
    answers = at_once(lambda: change_booking(booking=booking, people=3, by=booking.user), *others)
    assert Counter(code for code, _message in answers) == {"ok": 1, "taken": crowd}
    assert (Occupancy.objects.values("unit").distinct().count(), faults()) == (3, {})


def test_two_want_the_place_that_one_gives_back():
    desks = ResourceFactory(kind=ResourceKind.WORKPLACE, units=3)
    booking, other = BookingFactory(resource=desks, people=2, unit_count=2), BookingFactory(resource=desks)
    wait = WaitFactory(resource=desks)
    at_once(
        lambda: change_booking(booking=booking, people=1, by=booking.user),
        lambda: change_booking(booking=other, people=2, by=other.user),
        booking_call(desks, UserFactory(), in_days(1, 9), in_days(1, 10)),
    )
    assert (served(), faults()) == ([wait.user_id], {}), "who waits comes before who asks later"


@pytest.mark.long
def test_a_newcomer_does_not_pass_the_line():
    """People who come at the moment of the cancellation find the place taken, before and after it."""
    resource = ResourceFactory()
    booking, wait = BookingFactory(resource=resource), WaitFactory(resource=resource)
    newcomers = [booking_call(resource, user, in_days(1, 9), in_days(1, 10)) for user in UserFactory.create_batch(10)]
    answers = at_once(lambda: cancel_booking(booking=booking, by=booking.user), *newcomers)
    assert Counter(code for code, _message in answers) == {"ok": 1, "taken": 10}
    assert served() == [wait.user_id]


@pytest.mark.long
def test_nobody_waits_beside_a_free_place_when_joins_and_cancels_race():
    resource = ResourceFactory(units=2)
    bookings = [BookingFactory(resource=resource) for _ in range(2)]
    start, end = in_days(1, 9), in_days(1, 10)
    calls = [
        lambda user=user: wait_for(resource=resource, start=start, end=end, user=user)
        for user in UserFactory.create_batch(12)
    ]
    calls += [lambda booking=booking: cancel_booking(booking=booking, by=booking.user) for booking in bookings]
    answers = Counter(code for code, _message in at_once(*calls))
    # People who come after the cancellation, when nobody waits for the place, are told to book it.
    assert answers["ok"] + answers["free"] == len(calls)
    free = 2 - Occupancy.objects.count()
    assert free == 0 or Wait.objects.filter(booking=None).count() == 0
    assert len(told("spaces.wait_booked")) == Wait.objects.filter(booking__isnull=False).count() == 2 - free


def test_one_member_who_clicks_eight_times_waits_once():
    booking, user = BookingFactory(), UserFactory()
    call = {"resource": booking.resource, "start": booking.start, "end": booking.end, "user": user}
    assert Counter(code for code, _message in at_once(*[lambda: wait_for(**call)] * 8)) == {"ok": 8}
    assert Wait.objects.count() == 1


@pytest.mark.long
def test_a_leaver_is_served_or_gone_and_the_next_gets_the_rest():
    resource = ResourceFactory()
    booking = BookingFactory(resource=resource)
    first, second = WaitFactory(resource=resource), WaitFactory(resource=resource)
    answers = at_once(*[lambda: leave_wait(wait=first)] * 4, lambda: cancel_booking(booking=booking, by=booking.user))
    assert {code for code, _message in answers} in ({"ok"}, {"ok", "booked"})
    kept = Wait.objects.filter(pk=first.pk).exists()
    assert served() == [first.user_id if kept else second.user_id]
    assert Booking.objects.live().count() == len(told("spaces.wait_booked")) == 1


@pytest.mark.long
def test_a_closure_and_the_cancellations_it_makes_serve_nobody_into_it():
    resource = ResourceFactory(units=3)
    bookings = [BookingFactory(resource=resource) for _ in range(3)]
    for _ in range(3):
        WaitFactory(resource=resource)
    start, end = in_days(1, 8), in_days(1, 20)
    at_once(
        lambda: close(space=resource.space, start=start, end=end, reason="Works", by=None, cancel_bookings=True),
        *[lambda booking=booking: cancel_booking(booking=booking, by=booking.user) for booking in bookings],
        *[tend_waits] * 4,
    )
    assert Booking.objects.live().count() == 0
    assert Occupancy.objects.filter(closure=None).count() == 0


@pytest.mark.long
def test_eight_workers_release_each_place_once():
    resource = ResourceFactory(units=3, release_after_minutes=15)
    bookings = [running_booking(resource, lasts=3 * 24 * 60) for _ in range(3)]
    waits = [WaitFactory(resource=resource) for _ in range(5)]
    at_once(*[release_missed, tend_waits] * 4)
    assert set(Booking.objects.filter(status=BookingStatus.NO_SHOW)) == set(bookings)
    assert sorted(told("spaces.booking_released")) == sorted(booking.user.email for booking in bookings)
    assert served() == [wait.user_id for wait in waits[:3]]
    assert told("spaces.wait_booked") == [wait.user.email for wait in waits[:3]]


def test_a_check_in_during_the_release_gets_the_place_or_a_refusal():
    resource = ResourceFactory(release_after_minutes=15)
    booking = running_booking(resource)
    answers = at_once(*[lambda: check_in(booking=booking, by=booking.user), release_missed] * 5)
    booking.refresh_from_db()
    if booking.checked_in_at:
        assert {code for code, _message in answers} == {"ok"}
        assert (booking.status, Occupancy.objects.count(), Message.objects.count()) == (BookingStatus.CONFIRMED, 1, 0)
    else:
        assert {code for code, _message in answers} == {"ok", "released"}
        assert (booking.status, Occupancy.objects.count(), Message.objects.count()) == (BookingStatus.NO_SHOW, 0, 1)


@pytest.mark.long
def test_moves_and_bookings_at_once_leave_the_place_to_who_waited():
    resource = ResourceFactory()
    booking, wait = BookingFactory(resource=resource), WaitFactory(resource=resource)
    calls = [lambda: change_booking(booking=booking, start=in_days(2, 9), end=in_days(2, 10), by=booking.user)] * 4
    calls += [
        lambda user=user: book(
            asked=BookingRequest(resource=resource, user=user, start=in_days(1, 9), end=in_days(1, 10)), by=user
        )
        for user in UserFactory.create_batch(6)
    ]
    assert Counter(code for code, _message in at_once(*calls)) == {"ok": 4, "taken": 6}
    assert served() == [wait.user_id]
    assert Occupancy.objects.count() == 2


def test_a_member_locked_by_another_write_is_served_by_the_next_sweep():
    booking = BookingFactory()
    wait = WaitFactory(resource=booking.resource)
    writing, done = Event(), Event()

    def write():
        with transaction.atomic():
            User.objects.select_for_update().get(pk=wait.user_id)
            writing.set()
            done.wait(timeout=30)
        connection.close()

    other = Thread(target=write)
    other.start()
    assert writing.wait(timeout=30)
    try:
        cancel_booking(booking=booking, by=booking.user)
        assert served() == []
    finally:
        done.set()
        other.join()
    tend_waits()
    assert served() == [wait.user_id]


@pytest.mark.long
def test_a_check_in_keeps_the_visit_while_another_booking_moves():
    space, user = SpaceFactory(with_hours=True), UserFactory()
    rooms = ResourceFactory.create_batch(2, space=space)
    first, second = [running_booking(room, user=user) for room in rooms]
    check_in(booking=first, by=user)
    moved, go = Event(), Event()

    def move():
        with transaction.atomic():
            change_booking(booking=first, start=in_days(1, 9), end=in_days(1, 10), by=None, as_manager=True)
            moved.set()
            go.wait(timeout=30)
        connection.close()

    def come():
        check_in(booking=second, by=user)
        connection.close()

    moving, coming = Thread(target=move), Thread(target=come)
    moving.start()
    assert moved.wait(timeout=30)
    coming.start()
    while coming.is_alive() and not somebody_waits():
        pass
    go.set()
    moving.join()
    coming.join()
    assert Visit.objects.get().booking == second


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() > (0,)
