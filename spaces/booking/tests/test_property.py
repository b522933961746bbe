"""Test that the promises of booking hold after random writes in a space, in any order."""

from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    BookingRequest,
    book,
    cancel_booking,
    change_booking,
    close,
    hold_all,
    leave_wait,
    release_all,
    release_missed,
    reopen,
    set_units,
    tend_waits,
    wait_for,
)
from spaces.booking.operations.free import free_units
from spaces.booking.queries import free_slots
from spaces.booking.queries.holds import refusals_to_hold
from spaces.enums import LIVE_BOOKINGS, ResourceKind
from spaces.errors import BookingError
from spaces.models import Booking, Closure, Hold, Occupancy, Wait
from spaces.models.resources import LONGEST_BUFFER, LONGEST_JOURNEY
from spaces.tests.factories import EquipmentFactory, ResourceFactory, SpaceFactory, in_days
from spaces.timing.hours import Stretch
from spaces.timing.periods import outside, period

STRETCH = st.tuples(st.integers(8, 18), st.integers(1, 4)).map(lambda pair: (pair[0], min(pair[0] + pair[1], 20)))
BUFFERS = [0, 15, 30, 75]
STEP = st.one_of(
    st.tuples(st.just("book"), st.integers(0, 3), STRETCH),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("move"), st.integers(0, 9), STRETCH),
    st.tuples(st.just("people"), st.integers(0, 9), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.integers(0, 3), STRETCH),
    st.tuples(st.just("leave"), st.integers(0, 3)),
    st.tuples(st.just("miss"), st.integers(0, 9)),
    st.tuples(st.just("close"), STRETCH, st.booleans()),
    st.tuples(st.just("reopen"), st.integers(0, 3)),
    st.tuples(st.just("hold"), st.integers(0, 2), STRETCH),
    st.tuples(st.just("release"), st.integers(0, 2)),
    st.tuples(st.just("units"), st.integers(1, 4)),
    st.tuples(st.just("buffers"), st.sampled_from(BUFFERS), st.sampled_from(BUFFERS)),
)


def take(step, resource, users):
    kind, *arguments = step
    if kind == "book":
        user, (first, last) = users[arguments[0]], arguments[1]
        book(asked=BookingRequest(resource=resource, user=user, start=in_days(1, first), end=in_days(1, last)), by=user)
    elif kind == "cancel":
        booking = next(iter(Booking.objects.order_by("pk")[arguments[0] :]), None)
        if booking:
            cancel_booking(booking=booking, by=booking.user)
    elif kind == "move":
        booking, (first, last) = next(iter(Booking.objects.order_by("pk")[arguments[0] :]), None), arguments[1]
        if booking:
            change_booking(booking=booking, start=in_days(1, first), end=in_days(1, last), by=booking.user)
    elif kind == "people":
        booking, people = next(iter(Booking.objects.order_by("pk")[arguments[0] :]), None), arguments[1]
        if booking:
            change_booking(booking=booking, people=people, by=booking.user)
    elif kind == "wait":
        user, (first, last) = users[arguments[0]], arguments[1]
        wait_for(resource=resource, user=user, start=in_days(1, first), end=in_days(1, last))
    elif kind == "leave":
        wait = next(iter(Wait.objects.in_line()[arguments[0] :]), None)
        if wait:
            leave_wait(wait=wait)
    elif kind == "miss":
        # End the time that this booking is kept, and no other booking's.
        booking = next(iter(Booking.objects.order_by("pk")[arguments[0] :]), None)
        if booking:
            Booking.objects.filter(pk=booking.pk).update(release_at=timezone.now())
            release_missed()
    elif kind == "close":
        (first, last), cancels = arguments
        start, end = in_days(1, first), in_days(1, last)
        close(space=resource.space, start=start, end=end, reason="Works", by=None, cancel_bookings=cancels)
    elif kind == "reopen":
        closure = next(iter(Closure.objects.order_by("pk")[arguments[0] :]), None)
        if closure:
            reopen(closure=closure)
    elif kind == "hold":
        key, (first, last) = arguments
        hold_all(
            owner=f"event:{key}",
            label="Lunch",
            resources=[resource],
            start=in_days(1, first),
            end=in_days(1, last),
        )
    elif kind == "release":
        release_all(owner=f"event:{arguments[0]}")
    elif kind == "buffers":
        resource.buffer_before_minutes, resource.buffer_minutes = arguments
        resource.save(update_fields=["buffer_before_minutes", "buffer_minutes"])
        tend_waits()
    else:
        set_units(resource=resource, number=arguments[0])


def around(own, resource):
    before, after = timedelta(minutes=resource.buffer_before_minutes), timedelta(minutes=resource.buffer_minutes)
    return period(own.lower - before, own.upper + after)


def check_promises(resource, kept):
    """Check every promise. `kept` carries the kept time of each occupancy from one step to the next."""
    units = set(resource.units.in_use().values_list("pk", flat=True))
    rows = list(Occupancy.objects.select_related("booking", "closure", "hold"))
    # No two holders of one unit overlap, closures among themselves apart.
    for one in rows:
        for other in rows:
            if one.pk < other.pk and one.unit_id == other.unit_id and not (one.closure_id and other.closure_id):
                assert one.period.upper <= other.period.lower or other.period.upper <= one.period.lower
    # A live booking holds one unit in use for each of its people; any other booking holds none.
    held = Counter(row.booking_id for row in rows if row.booking_id)
    live = Booking.objects.filter(status__in=LIVE_BOOKINGS)
    assert held == {booking.pk: booking.people or 1 for booking in live}
    assert {row.unit_id for row in rows if row.booking_id} <= units
    # A person who is served has one place and one mail; a person who waits has nothing then, and nothing is free.
    waits = list(Wait.objects.select_related("user"))
    keys = Message.objects.filter(template="spaces.wait_booked").values_list("key", flat=True)
    assert len({key.split(":")[1] for key in keys}) == len(keys)
    for wait in waits:
        if wait.booking_id is None:
            assert not Booking.objects.live().filter(user=wait.user, period__overlap=wait.period).exists()
            assert not free_units(resource, wait.start, wait.end).exists()
    # A booking keeps the buffer of the day when it was made or moved, less the closures made since, for all its units.
    for row in (row for row in rows if not row.closure_id):
        own = (row.booking or row.hold).period
        holder = row.booking_id, row.hold_id
        sisters = [other.pk for other in rows if (other.booking_id, other.hold_id) == holder and other.pk in kept]
        before = kept[row.pk] if row.pk in kept else kept[sisters[0]] if sisters else around(own, resource)
        for closure in (other.period for other in rows if other.closure_id and other.unit_id == row.unit_id):
            before = outside(before, own, closure)
        assert row.period == before
        assert before.lower <= own.lower
        assert own.upper <= before.upper
        kept[row.pk] = before
    # Closures and holds take every unit in use, and no other.
    for closure in Closure.objects.all():
        assert {row.unit_id for row in rows if row.closure_id == closure.pk} == units
    for held_by_event in Hold.objects.all():
        assert {row.unit_id for row in rows if row.hold_id == held_by_event.pk} == units


def check_the_page(resource):
    """Check that exactly the hours that the booking page calls free can be booked."""
    somebody, plan = UserFactory(), free_slots(resource, timezone.localdate() + timedelta(days=1))
    for first, last in [(8, 9), (9, 11), (11, 12), (12, 14), (13, 14), (15, 16), (17, 20), (19, 20)]:
        start, end = in_days(1, first), in_days(1, last)
        with transaction.atomic():
            try:
                book(asked=BookingRequest(resource=resource, user=somebody, start=start, end=end), by=somebody)
            except BookingError:
                can_be_booked = False
            else:
                can_be_booked = True
            transaction.set_rollback(True)
        assert plan.is_free(start, end) == can_be_booked, (first, last)


def check_the_preview(resource, times):
    """Check that the preview of an event refuses the resource exactly when the hold does, and in its words."""
    for stretch, preview in zip(times, refusals_to_hold(resource, times), strict=True):
        met = None
        with transaction.atomic():
            try:
                hold_all(owner="event:new", label="New", resources=[resource], start=stretch.start, end=stretch.end)
            except BookingError as error:
                met = error.code, str(error.message)
            transaction.set_rollback(True)
        assert (preview and (preview.code, str(preview.message))) == met, stretch


IS_LONG = settings.default.max_examples > 25
SIZE = {"min_size": 5, "max_size": 40} if IS_LONG else {"min_size": 3, "max_size": 15}


@pytest.mark.django_db
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.long) for part in (1, 2, 3))])
@settings(max_examples=75 if IS_LONG else 8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, **SIZE), before=st.sampled_from(BUFFERS), after=st.sampled_from(BUFFERS))
def test_the_promises_hold_whatever_happens(part, steps, before, after):
    """Test a part of the examples: the workers of a run share them."""
    with undone():
        live(steps, {"buffer_before_minutes": before, "buffer_minutes": after})


def live(steps, buffers):
    resource = ResourceFactory(kind=ResourceKind.WORKPLACE, units=2, release_after_minutes=15, **buffers)
    users, kept = UserFactory.create_batch(4), {}
    for step in steps:
        try:
            take(step, resource, users)
        except BookingError as error:
            assert error.code in {
                "already_yours",
                "booked",
                "bookings_in_the_way",
                "closed",
                "event_in_the_way",
                "free",
                "over",
                "taken",
                "too_many_people",
                "units_in_use",
            }
        check_promises(resource, kept)
    check_the_page(resource)
    hours = [(8, 9), (10, 12), (13, 14), (17, 20)]
    check_the_preview(resource, [Stretch(in_days(1, first), in_days(1, last)) for first, last in hours])


@contextmanager
def undone():
    """Undo what one example wrote: the rows of many would slow down the next."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


#: (there, or at home; first day; days more) of a loan. The longest journey and the longest buffer reach past a month.
LOAN = st.tuples(st.booleans(), st.integers(1, 40), st.integers(0, 6))


@pytest.mark.long
@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    loans=st.lists(LOAN, max_size=4),
    journey=st.sampled_from([0, 24, LONGEST_JOURNEY]),
    buffer=st.sampled_from([0, LONGEST_BUFFER]),
    shut=st.sets(st.integers(1, 40), max_size=2),
)
def test_an_event_that_takes_equipment_is_previewed_as_it_is_held(loans, journey, buffer, shut):
    with undone():
        preview(loans, journey, buffer, shut)


def preview(loans, journey, buffer, shut):
    kit = EquipmentFactory(
        units=2,
        journey_hours=journey,
        transfer_notice_hours=LONGEST_JOURNEY,
        buffer_before_minutes=buffer,
        buffer_minutes=buffer,
    )
    there = SpaceFactory(with_hours=True)
    for is_there, first, more in loans:
        hours = {"start": in_days(first, 9), "end": in_days(first + more, 17)}
        asked = BookingRequest(resource=kit, user=UserFactory(), place=there if is_there else kit.space, **hours)
        with suppress(BookingError):
            book(asked=asked, by=None, as_manager=True)
    for day in shut:
        with suppress(BookingError):
            close(
                space=kit.space,
                resource=kit,
                start=in_days(day, 8),
                end=in_days(day, 20),
                reason="Works",
                by=None,
                cancel_bookings=True,
            )
    check_the_preview(kit, [Stretch(in_days(day, 18), in_days(day, 20)) for day in (1, 9, 25)])
