"""Test that the promises of booking hold when people act at the same moments, on random days.

Each step runs some operations at once, in overlapping transactions on separate connections. The promises are checked
after each step.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from random import Random
from threading import Barrier
from typing import NamedTuple

import pytest
from django.db import connection, transaction
from django.db.models import Case, When
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

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
    check_in,
    close,
    confirm_booking,
    extend_series,
    leave_wait,
    refuse_booking,
    release_missed,
    reopen,
    retry_occurrence,
    tend_waits,
    wait_for,
)
from spaces.booking.rules import RULES
from spaces.enums import BookingStatus, Pattern, Refusal, ResourceKind
from spaces.errors import BookingError
from spaces.models import Booking, Closure, Correction, Occupancy, Occurrence, Series, Visit, Wait
from spaces.passes.queries import pass_balance
from spaces.tests.factories import (
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
    in_days,
)
from spaces.timing.hours import local_day
from spaces.timing.periods import period, with_buffer

from .promises import days_away, faults

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 8
#: Few hours and days, so that everybody wants the same ones.
DAYS, STARTS, LENGTHS = (1, 1, 2), (9, 10, 11), (1, 2)
CLOSED = (11, 13)
ALLOWED = 2
SIZES = (2, 3, 4, CROWD)
WEEK = timedelta(days=7)

OF_A_WISH = {code for _rule, code, _message in RULES} | {"already_yours", "closed", "pass_used_up", "taken"}
GONE = {"over", "too_late"}
#: Codes with which each operation may be refused.
KNOWN = {
    "book": OF_A_WISH,
    "guest": OF_A_WISH,
    "move": OF_A_WISH | GONE,
    "shift": OF_A_WISH | GONE,
    "people": {"taken", "too_many_people"} | GONE,
    "cancel": GONE,
    "withdraw": GONE,
    "confirm": {"not_requested"},
    "refuse": {"not_requested"},
    "check_in": {"released", "not_confirmed", "too_early", "over"},
    "miss": set(),
    "release": set(),
    "wait": OF_A_WISH | {"free"},
    "leave": {"booked"},
    "tend": set(),
    "repeat": OF_A_WISH,
    "retry": OF_A_WISH | {"over"},
    "extend": OF_A_WISH | {"not_in_order"},
    "end": {"over"},
    "close": {"bookings_in_the_way"},
    "reopen": set(),
}
KINDS = [*KNOWN, "book", "book", "move", "cancel", "wait", "check_in", "miss"]


class Day(NamedTuple):
    """A day: batches of acts that happen at once, each with its kind and drawn values, and settings of the rooms."""

    batches: list
    rooms: list
    units: list


def a_day(chance):
    """Draw a day from one seed. Hypothesis does not shrink it, because overlapping acts do not repeat exactly."""
    batches = [[an_act(chance) for _ in range(chance.choice(SIZES))] for _ in range(chance.randint(1, 3))]
    return Day(batches, [a_room(chance) for _ in range(4)], [chance.randint(1, 2) for _ in range(4)])


def an_act(chance):
    who, which, pick = chance.randint(0, 3), chance.randint(0, 3), chance.randint(0, 9)
    return chance.choice(KINDS), who, which, *map(chance.choice, (DAYS, STARTS, LENGTHS)), pick


def a_room(chance):
    return {
        "buffer_before_minutes": chance.choice([0, 15]),
        "buffer_minutes": chance.choice([0, 30]),
        "needs_approval": chance.random() < 0.5,
        "max_open_bookings": chance.choice([None, 1, 2]),
    }


class World:
    """Two rooms of one space and one each of two others; three members at home by the third room, one by the first."""

    def __init__(self, pool):
        self.pool = pool
        self.venue, self.home, other = SpaceFactory.create_batch(3, with_hours=True)
        spaces = (self.venue, self.venue, self.home, other)
        room = {"kind": ResourceKind.WORKPLACE, "units": 2, "release_after_minutes": 15}
        self.rooms = [ResourceFactory(space=space, **room) for space in spaces]
        self.users = UserFactory.create_batch(4)
        for user, home in zip(self.users, [self.home] * 3 + [self.venue], strict=True):
            HomeSpaceFactory(user=user, space=home)
        PassSchemeFactory(days=ALLOWED).homes.add(self.home)

    @transaction.atomic
    def begin(self, rooms, units):
        """Delete everything but people and rooms, and make the first rows.

        Everything is taken at ten tomorrow, one member waits for each room, one has a series with a refused day, and
        the fourth has two bookings that run now.
        """
        forget(Message, Visit, Wait, Occurrence, Series, Occupancy, Correction, Booking, Closure)
        for number, (room, rules, count) in enumerate(zip(self.rooms, rooms, units, strict=True)):
            for name, value in rules.items():
                setattr(room, name, value)
            room.save(update_fields=rules)
            room.units.update(is_retired=Case(When(number__gt=count, then=True), default=False))
            people = [self.users[(number + shift) % 3] for shift in range(3)]
            for user, unit in zip(people, room.units.in_use().order_by("number"), strict=False):
                standing(unit, room, user, in_days(1, 10), in_days(1, 12))
            WaitFactory(resource=room, user=people[2], hours=(10, 12))
        room, user, day = self.rooms[2], self.users[1], local_day(in_days(2, 9))
        booked = standing(room.units.get(number=1), room, user, in_days(9, 9), in_days(9, 10))
        series = {"pattern": Pattern.WEEKLY, "first_day": day, "until": day + WEEK, "starts": time(9), "ends": time(10)}
        series = Series.objects.create(resource=room, user=user, **series)
        Occurrence.objects.create(series=series, day=day, refusal="taken")
        Occurrence.objects.create(series=series, day=day + WEEK, booking=booked)
        for room in self.rooms[:2]:
            start = timezone.now() - timedelta(minutes=20)
            standing(room.units.get(number=1), room, self.users[3], start, start + timedelta(hours=2), confirmed=True)

    def at_once(self, acts):
        """Run the acts at one moment, and return the code that refused each, or None."""
        calls = [(act[0], self.call(*act)) for act in acts]
        barrier = Barrier(len(calls))

        def run(call):
            barrier.wait(timeout=60)
            try:
                call()
            except BookingError as error:
                assert str(error.message)
                return error.code
            return None

        codes = list(self.pool.map(run, [call for _kind, call in calls]))
        for (kind, _call), code in zip(calls, codes, strict=True):
            assert code is None or code in KNOWN[kind], (kind, code)
        return codes

    def call(self, kind, who, which, day, first, length, pick):
        user, room = self.users[who], self.rooms[which]
        wish = {"start": in_days(day, first), "end": in_days(day, first + length)}
        match kind:
            case "book":
                asked = BookingRequest(resource=room, user=user, **wish)
                return lambda: book(asked=asked, by=user)
            case "guest":
                asked = BookingRequest(resource=room, guest_name=f"Guest {who}", **wish)
                return lambda: book(asked=asked, by=None, as_manager=True)
            case "wait":
                return lambda: wait_for(resource=room, user=user, **wish)
            case "repeat":
                return self.repeating(user, room, day, first, length, pick)
            case "close":
                hours = {"start": in_days(day, CLOSED[0]), "end": in_days(day, CLOSED[1]), "reason": "Works"}
                what = {"space": room.space, "resource": room if pick % 2 else None, "cancel_bookings": pick % 3 == 0}
                return lambda: close(by=None, **what, **hours)
            case "reopen":
                return self.with_one(Closure.objects.all(), pick, lambda closure: reopen(closure=closure))
            case "release":
                return release_missed
            case "tend":
                return tend_waits
            case "leave":
                return self.with_one(Wait.objects.all(), pick, lambda wait: leave_wait(wait=wait))
            case "retry":
                refused = Occurrence.objects.filter(booking=None).select_related("series__user")
                return self.with_one(refused, pick, lambda row: retry_occurrence(occurrence=row, by=row.series.user))
            case "extend":
                until = local_day(in_days(16, 9))
                return self.with_one(
                    Series.objects.all(), pick, lambda series: extend_series(series=series, until=until, by=series.user)
                )
            case "end":
                from_day = local_day(in_days(8 if pick % 2 else 1, 9))
                return self.with_one(
                    Series.objects.all(),
                    pick,
                    lambda series: cancel_series(series=series, from_day=from_day, by=series.user),
                )
        return self.of_a_booking(kind, pick, wish)

    def of_a_booking(self, kind, pick, wish):
        live, now = Booking.objects.live(), timezone.now()
        ahead = live.filter(period__startswith__gt=now)
        asked = live.filter(status=BookingStatus.REQUESTED)
        # A pass does not bind a manager: here a manager moves bookings of people who need no pass.
        unbound = live.exclude(user__in=self.users[:3])
        match kind:
            case "move":
                return self.with_one(ahead.exclude(user=None), pick, lambda one: moved(one, **wish))
            case "shift":
                return self.with_one(unbound, pick, lambda one: moved(one, as_manager=True, **wish))
            case "people":
                return self.with_one(ahead, pick, lambda one: resized(one, people=pick % 3 + 1))
            case "cancel":
                return self.with_one(ahead, pick, lambda one: cancel_booking(booking=one, by=one.user))
            case "withdraw":
                return self.with_one(live, pick, lambda one: cancel_booking(booking=one, by=None, as_manager=True))
            case "confirm":
                return self.with_one(asked, pick, lambda one: confirm_booking(booking=one, by=None))
            case "refuse":
                return self.with_one(asked, pick, lambda one: refuse_booking(booking=one, by=None, reason="No"))
            case "check_in":
                running = live.filter(period__startswith__lte=now)
                return self.with_one(running, pick, lambda one: check_in(booking=one, by=one.user))
            case "miss":
                return self.with_one(live.exclude(user=None), pick, missed)

    def repeating(self, user, room, day, first, length, pick):
        first_day = local_day(in_days(day, 9))
        series = {
            "pattern": Pattern.WEEKLY,
            "first_day": first_day,
            "until": first_day + WEEK * (pick % 2),
            "starts": time(first),
            "ends": time(first + length),
        }
        return lambda: book_series(asked=SeriesRequest(resource=room, user=user, **series), by=user)

    def with_one(self, rows, pick, act):
        """Choose a row by its number, before the moment itself, so that all acts of the moment choose the same row."""
        rows = list(rows.order_by("pk"))
        return (lambda: act(rows[pick % len(rows)])) if rows else lambda: None

    def check(self):
        assert faults(closed=[in_days(day, hour) for day in DAYS for hour in CLOSED]) == {}
        assert set(Occurrence.objects.filter(booking=None).values_list("refusal", flat=True)) <= set(Refusal.values)
        away, tomorrow = days_away(), local_day(in_days(1, 9))
        assert max(away.values(), default=0) <= ALLOWED
        for user in self.users[:3]:
            balance, used = pass_balance(user, tomorrow), away.get((user.pk, tomorrow.year), 0)
            assert (len(balance.booked), balance.left) == (used, ALLOWED - used)

    def check_the_lines(self):
        """Check that nobody stays in line while they could book a place."""
        tend_waits()
        for wait in Wait.objects.live().select_related("resource__space", "user"):
            wish = {"resource": wait.resource, "user": wait.user, "start": wait.start, "end": wait.end}
            with pytest.raises(BookingError):
                book(asked=BookingRequest(**wish), by=wait.user)


def forget(*models):
    """Delete the rows of the models, those that refer to others first."""
    with connection.cursor() as cursor:
        cursor.execute(";".join(f"DELETE FROM {model._meta.db_table}" for model in models))  # noqa: S608


def standing(unit, room, user, start, end, *, confirmed=False):
    """Write a booking without the operations: this is quick, and possible at any hour of the day."""
    asked = room.needs_approval and not confirmed
    booking = Booking.objects.create(
        resource=room,
        user=user,
        period=period(start, end),
        status=BookingStatus.REQUESTED if asked else BookingStatus.CONFIRMED,
        release_at=None if asked else start + timedelta(minutes=15),
    )
    Occupancy.objects.create(unit=unit, booking=booking, period=with_buffer(start, end, room))
    return booking


def moved(booking, *, start, end, as_manager=False):
    change_booking(booking=booking, start=start, end=end, by=booking.user, as_manager=as_manager)


def resized(booking, *, people):
    change_booking(booking=booking, people=people, by=booking.user)


def missed(booking):
    """End the time that this booking is kept, and no other booking's."""
    Booking.objects.filter(pk=booking.pk).exclude(release_at=None).update(release_at=timezone.now())
    release_missed()


@pytest.fixture
def world(transactional_db):
    with ThreadPoolExecutor(CROWD) as pool:
        try:
            yield World(pool)
        finally:
            barrier = Barrier(CROWD)
            list(pool.map(lambda _number: (barrier.wait(timeout=60), connection.close()), range(CROWD)))


def live_a_day(world, seed):
    day = a_day(Random(seed))
    note(day)
    world.begin(day.rooms, day.units)
    for acts in day.batches:
        world.at_once(acts)
        world.check()
    if seed % 4 == 0:
        world.check_the_lines()


SEEDS = st.integers(0, 2**32)
#: A day of many people at once takes a second or two.
MOST = 200 if settings.default.max_examples > 25 else 5
TOGETHER = settings(deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.long) for part in (1, 2, 3))])
@settings(TOGETHER, max_examples=MOST)
@given(seed=SEEDS)
def test_the_promises_hold_whatever_happens_at_once(world, part, seed):
    """Test a part of the seeds: the workers of a run share them."""
    live_a_day(world, seed)
