"""Test writes at the same moment, in overlapping transactions that one barrier releases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.urls import reverse

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, book, close, hold, set_units
from spaces.errors import BookingError
from spaces.models import Booking, Closure, Occupancy, Photo
from spaces.places.operations import draw_renditions
from spaces.tests.asking import book_url, choice, day
from spaces.tests.factories import (
    BookingFactory,
    EquipmentFactory,
    PhotoFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from spaces.timing.periods import period

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 40


def at_once(*calls):
    """Run every call at one moment in its own thread and connection, and return « ok » or the refusal of each."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            call()
        except BookingError as error:
            return error.code, str(error.message)
        else:
            return ("ok", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def booking_call(resource, user, start, end):
    return lambda: book(asked=BookingRequest(resource=resource, user=user, start=start, end=end), by=user)


@pytest.mark.long
def test_forty_members_one_room_overlapping_hours():
    resource = ResourceFactory(start_interval_minutes=15)
    # All these times cover noon, and no two are equal.
    calls = [
        booking_call(resource, user, in_days(1, 9 + n % 3, n % 4 * 15), in_days(1, 13 + n % 5, 15))
        for n, user in enumerate(UserFactory.create_batch(CROWD))
    ]
    answers = at_once(*calls)
    assert Counter(code for code, _message in answers) == {"ok": 1, "taken": CROWD - 1}
    assert {message for code, message in answers if code == "taken"} == {
        f"{resource.name}\N{NO-BREAK SPACE}: déjà pris à ce moment. Choisissez une autre heure."
    }
    assert (Booking.objects.count(), Occupancy.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_forty_members_eight_workplaces():
    resource = ResourceFactory(units=8)
    calls = [booking_call(resource, user, in_days(1, 9), in_days(1, 17)) for user in UserFactory.create_batch(CROWD)]
    assert Counter(code for code, _message in at_once(*calls)) == {"ok": 8, "taken": CROWD - 8}
    assert Occupancy.objects.values("unit").distinct().count() == Booking.objects.count() == 8


def overtaken_by(call):
    """Let the call, in a connection of its own, have the lock of the resource before the request that wants it."""
    calls = [call]

    def execute(execute, sql, *args):
        if "FOR NO KEY UPDATE" in sql and calls:
            assert at_once(calls.pop()) == [("ok", "")]
        return execute(sql, *args)

    return connection.execute_wrapper(execute)


def to_book(resource, user):
    return book_url(resource), choice(resource)


def to_move(resource, user):
    booking = BookingFactory(resource=resource, user=user, hours=(14, 15))
    return reverse("spaces:booking_move", args=[booking.reference]), choice(resource)


def to_repeat(resource, user):
    return reverse("spaces:repeat", args=[resource.space.slug]), choice(resource, pattern="weekly", until=day())


@pytest.mark.parametrize("journey", [to_book, to_move, to_repeat])
def test_a_page_that_loses_the_race_shows_the_hours_as_they_are_by_then(client, journey):
    resource, user, other = ResourceFactory(), UserFactory(), UserFactory()
    client.force_login(user)
    address, sent = journey(resource, user)
    with overtaken_by(booking_call(resource, other, in_days(1, 9), in_days(1, 10))):
        response = client.post(address, sent)
    form = response.context["form"]
    assert (response.status_code, len(form.non_field_errors())) == (409, 1)
    taken = [slot.start for slot, is_free, _is_chosen in form.grid() if not is_free]
    assert taken == [in_days(1, 9), in_days(1, 9, 30)]
    listed = dict(form.fields["start"].widget.choices)
    assert [hour for hour in ("08:30", "09:00", "09:30", "10:00") if "(" in listed[hour]] == ["09:00", "09:30"]


@pytest.mark.long
def test_eight_members_one_chosen_workplace():
    """One person gets the unit; the others are told of the free units and have taken none."""
    resource = ResourceFactory(units=3)
    unit = resource.units.get(number=2)
    wish = {"resource": resource, "unit": unit, "start": in_days(1, 9), "end": in_days(1, 17)}
    users = UserFactory.create_batch(8)
    answers = at_once(*(partial(book, asked=BookingRequest(user=user, **wish), by=user) for user in users))
    assert Counter(code for code, _message in answers) == {"ok": 1, "unit_taken": 7}
    assert [held.unit for held in Occupancy.objects.all()] == [unit]


def test_one_member_who_clicks_eight_times_has_one_booking():
    resource, user = ResourceFactory(units=8), UserFactory()
    calls = [booking_call(resource, user, in_days(1, 9), in_days(1, 17))] * 8
    assert Counter(code for code, _message in at_once(*calls)) == {"ok": 8}
    assert (Booking.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.long
def test_one_member_who_books_eight_times_at_once_stays_under_the_cap():
    resource, user = ResourceFactory(units=8, max_open_bookings=3), UserFactory()
    calls = [booking_call(resource, user, in_days(day, 9), in_days(day, 10)) for day in range(1, 9)]
    assert Counter(code for code, _message in at_once(*calls)) == {"ok": 3, "too_many_open": 5}
    assert Booking.objects.live().count() == Occupancy.objects.count() == Message.objects.count() == 3


@pytest.mark.long
def test_the_cap_counts_each_resource_and_each_member_apart():
    space = SpaceFactory(with_hours=True)
    rooms = ResourceFactory.create_batch(2, space=space, units=8, max_open_bookings=2)
    users = UserFactory.create_batch(2)
    calls = [
        booking_call(room, user, in_days(day, 9), in_days(day, 10))
        for room in rooms
        for user in users
        for day in (1, 2, 3)
    ]
    assert Counter(code for code, _message in at_once(*calls)) == {"ok": 8, "too_many_open": 4}
    assert Counter(Booking.objects.values_list("resource", "user")) == {
        (room.pk, user.pk): 2 for room in rooms for user in users
    }


@pytest.mark.long
def test_bookings_with_time_around_them_at_once_keep_apart():
    """Book twelve hours, each a quarter of an hour after the one before, with twenty and ten minutes kept."""
    resource = ResourceFactory(start_interval_minutes=15, buffer_before_minutes=20, buffer_minutes=10)
    calls = [
        booking_call(resource, user, in_days(1, 9 + n // 4, n % 4 * 15), in_days(1, 10 + n // 4, n % 4 * 15))
        for n, user in enumerate(UserFactory.create_batch(12))
    ]
    answers = Counter(code for code, _message in at_once(*calls))
    assert set(answers) == {"ok", "taken"}
    kept = sorted(Booking.objects.live().values_list("period", flat=True), key=lambda stretch: stretch.lower)
    assert len(kept) == answers["ok"]
    for one, other in pairwise(kept):
        assert other.lower - one.upper >= timedelta(minutes=30)


@pytest.mark.long
def test_bookings_closures_and_events_at_once_leave_one_kind_of_holder():
    resource = ResourceFactory(units=2)
    start, end = in_days(1, 9), in_days(1, 12)
    calls = [booking_call(resource, user, start, end) for user in UserFactory.create_batch(6)]
    calls += [
        lambda why=why: close(space=resource.space, start=start, end=end, reason=why, by=None)
        for why in ("Works", "Holiday", "Snow")
    ]
    calls += [
        lambda key=key: hold(key=f"event:{key}", label="Lunch", resource=resource, start=start, end=end)
        for key in range(3)
    ]
    at_once(*calls)
    kinds = {
        "booking": Occupancy.objects.filter(booking__isnull=False).count(),
        "closure": Occupancy.objects.filter(closure__isnull=False).count(),
        "hold": Occupancy.objects.filter(hold__isnull=False).count(),
    }
    # Two bookings, or one event on both units, or three closures of both units: never a mixture.
    assert kinds in (
        {"booking": 2, "closure": 0, "hold": 0},
        {"booking": 0, "closure": 6, "hold": 0},
        {"booking": 0, "closure": 0, "hold": 2},
    )


@pytest.mark.long
@pytest.mark.parametrize("units", [0, 2])
def test_a_closure_sent_eight_times_at_once_is_stored_once(units):
    space = ResourceFactory(units=units).space if units else SpaceFactory()
    wish = {"space": space, "start": in_days(1, 9), "end": in_days(1, 12), "reason": "Works", "by": None}
    assert Counter(code for code, _message in at_once(*[lambda: close(**wish)] * 8)) == {"ok": 8}
    assert (Closure.objects.count(), Occupancy.objects.count()) == (1, units)


@pytest.mark.long
def test_closing_with_cancellation_leaves_no_booking_behind():
    resource = ResourceFactory(units=4)
    start, end = in_days(1, 9), in_days(1, 12)
    calls = [booking_call(resource, user, start, end) for user in UserFactory.create_batch(7)]
    calls.append(
        lambda: close(space=resource.space, start=start, end=end, reason="Works", by=None, cancel_bookings=True)
    )
    answers = at_once(*calls)
    assert answers[-1] == ("ok", "")
    assert Booking.objects.live().count() == 0
    assert Occupancy.objects.filter(closure__isnull=False).count() == Occupancy.objects.count() == 4


@pytest.mark.long
def test_a_unit_that_goes_takes_no_booking_with_it():
    resource = ResourceFactory(units=8)
    calls = [booking_call(resource, user, in_days(1, 9), in_days(1, 12)) for user in UserFactory.create_batch(8)]
    calls.append(lambda: set_units(resource=resource, number=1))
    at_once(*calls)
    assert Booking.objects.live().count() <= resource.units.in_use().count()
    assert Booking.objects.live().filter(occupancies__unit__is_retired=True).count() == 0


def test_the_constraint_holds_without_any_lock_of_ours():
    """PostgreSQL accepts only one of several writers that skip the operation and its lock."""
    resource = ResourceFactory()
    unit = resource.units.get()
    users = UserFactory.create_batch(8)
    barrier = Barrier(len(users))

    def write(user):
        try:
            with transaction.atomic():
                booking = Booking.objects.create(
                    resource=resource, user=user, status="confirmed", period=period(in_days(1, 9), in_days(1, 10))
                )
                barrier.wait(timeout=60)
                Occupancy.objects.create(unit=unit, period=booking.period, booking=booking)
        except (IntegrityError, OperationalError) as error:
            # PostgreSQL may end one of two writers as a deadlock when it compares their rows at the same moment.
            return "spaces_occupancy_one_holder" in str(error) or 'relation "spaces_occupancy"' in str(error)
        else:
            return "ok"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(users)) as pool:
        answers = list(pool.map(write, users))
    assert Counter(answers) == {"ok": 1, True: 7}
    assert (Occupancy.objects.count(), Booking.objects.count()) == (1, 1)


def test_eight_workers_draw_a_picture_once_and_deletion_removes_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = PhotoFactory()
    drawn = []
    workers = [lambda: drawn.append(draw_renditions(model=Photo, pk=photo.pk))] * 8
    assert at_once(*workers) == [("ok", "")] * 8
    assert Counter(drawn) == {True: 1, False: 7}
    Photo.objects.update(renditions=None)
    stale = Photo.objects.get()
    assert at_once(*workers, stale.delete) == [("ok", "")] * 9
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_two_loans_at_two_spaces_at_once_that_no_journey_joins():
    kit, there = EquipmentFactory(), SpaceFactory(with_hours=True)
    here, members = kit.space, UserFactory.create_batch(8)

    def loan(place, day, user):
        start, end = in_days(day, 9), in_days(day, 17)
        return lambda: book(asked=BookingRequest(resource=kit, place=place, user=user, start=start, end=end), by=user)

    calls = [loan((here, there)[n % 2], 4 + n % 2, user) for n, user in enumerate(members)]
    answers = at_once(*calls)
    assert Counter(code for code, _message in answers) == {"ok": 1, "taken": 7}
    assert Occupancy.objects.count() == 1
