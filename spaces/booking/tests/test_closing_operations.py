"""Test closures, holds and changes of the number of units."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    cancel_booking,
    change_closure,
    close,
    hold,
    hold_all,
    release_all,
    reopen,
    set_units,
    wait_for,
)
from spaces.enums import BookingStatus
from spaces.models import Booking, Closure, Hold, Occupancy, Unit, Wait
from spaces.tests.asking import closed, mails, refused
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, in_days, running_booking
from spaces.timing.periods import period

pytestmark = pytest.mark.django_db


# --- closures ---


def test_a_closed_day_cannot_be_booked_and_the_next_can():
    resource = ResourceFactory(units=2)
    closed(resource.space)
    with refused("closed") as caught:
        BookingFactory(resource=resource, days=1)
    with translation.override("en"):
        assert str(caught.value) == f"{resource.name} is closed then: Holiday."
    BookingFactory(resource=resource, days=2)


def test_a_blocked_room_leaves_the_others_open():
    resource = ResourceFactory()
    other = ResourceFactory(space=resource.space)
    closed(resource.space, resource=resource)
    with refused("closed"):
        BookingFactory(resource=resource)
    BookingFactory(resource=other)


def test_bookings_in_the_way_are_shown_first():
    resource = ResourceFactory(units=2)
    bookings = [BookingFactory(resource=resource, hours=hours) for hours in ((9, 10), (10, 11))]
    with refused("bookings_in_the_way") as caught:
        closed(resource.space)
    assert caught.value.in_the_way == bookings
    assert Closure.objects.count() == 0


def test_bookings_in_the_way_are_cancelled_and_told_on_demand():
    booking = BookingFactory()
    closed(booking.resource.space, cancel_bookings=True)
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == (BookingStatus.CANCELLED, "Holiday")
    assert ("spaces.booking_cancelled", booking.user.email) in mails()
    assert Occupancy.objects.get().closure == Closure.objects.get()


def test_a_closure_shortens_kept_time_on_its_own_side_only():
    resource = ResourceFactory(buffer_before_minutes=30, buffer_minutes=60)
    early, late = BookingFactory(resource=resource, hours=(9, 12)), BookingFactory(resource=resource, hours=(14, 16))
    closed(resource.space, start=in_days(1, 12), end=in_days(1, 14))
    kept = {booking: Occupancy.objects.get(booking=booking).period for booking in (early, late)}
    assert kept == {
        early: period(in_days(1, 8, 30), in_days(1, 12)),
        late: period(in_days(1, 14), in_days(1, 17)),
    }


def test_beside_a_closure_nothing_is_prepared_or_cleared_up():
    resource = ResourceFactory(buffer_before_minutes=30, buffer_minutes=60)
    closed(resource.space, start=in_days(1, 12), end=in_days(1, 14))
    booking = BookingFactory(resource=resource, hours=(9, 12))
    held = hold(key="event:1", label="Lunch", resource=resource, start=in_days(1, 14), end=in_days(1, 15))
    assert booking.occupancy.period == period(in_days(1, 8, 30), in_days(1, 12))
    assert held.occupancies.get().period == period(in_days(1, 14), in_days(1, 16))


def test_the_time_to_clear_up_gives_way_to_a_closure():
    resource = ResourceFactory(buffer_minutes=60)
    booking = BookingFactory(resource=resource, hours=(9, 12))
    closed(resource.space, start=in_days(1, 12), end=in_days(1, 20))
    booking.occupancy.refresh_from_db()
    assert booking.occupancy.period == booking.period


def test_an_event_is_always_in_the_way():
    resource = ResourceFactory()
    held = hold(key="event:1", label="Lunch", resource=resource, start=in_days(1, 12), end=in_days(1, 14))
    with refused("event_in_the_way") as caught:
        closed(resource.space, cancel_bookings=True)
    assert caught.value.in_the_way == [held]


def test_closures_overlap_and_end_one_by_one():
    resource = ResourceFactory()
    day, room = closed(resource.space), closed(resource.space, resource=resource, reason="Works")
    reopen(closure=day)
    with refused("closed"):
        BookingFactory(resource=resource)
    reopen(closure=room)
    BookingFactory(resource=resource)


def changed(closure, start, end, reason="Holiday", **wish):
    change_closure(closure=closure, start=start, end=end, reason=reason, by=None, **wish)


def test_a_closure_that_is_moved_frees_its_old_time_and_takes_the_new_one():
    resource = ResourceFactory(units=2)
    closure = closed(resource.space, is_example=True)
    changed(closure, in_days(2, 0), in_days(3, 0), " Works ")
    closure.refresh_from_db()
    held = Occupancy.objects.filter(closure=closure, unit__resource=resource).values_list("period", flat=True)
    assert (closure.reason, closure.is_example, set(held)) == ("Works", False, {closure.period})
    BookingFactory(resource=resource, days=1)
    with refused("closed"):
        BookingFactory(resource=resource, days=2)


def test_a_closure_that_is_lengthened_meets_bookings_but_keeps_what_it_holds_already():
    closure = closed((resource := ResourceFactory()).space)
    booking = BookingFactory(resource=resource, days=2)
    with refused("bookings_in_the_way") as caught:
        changed(closure, in_days(1, 0), in_days(3, 0))
    assert caught.value.in_the_way == [booking]
    closure.refresh_from_db()
    assert closure.period == period(in_days(1, 0), in_days(2, 0))
    changed(closure, in_days(1, 0), in_days(3, 0), cancel_bookings=True)
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == (BookingStatus.CANCELLED, "Holiday")


def test_a_shorter_closure_serves_who_waits_for_the_time_it_frees():
    resource = ResourceFactory()
    taken = BookingFactory(resource=resource, days=1, hours=(14, 15))
    wait = wait_for(resource=resource, start=taken.start, end=taken.end, user=UserFactory())
    closure = closed(resource.space, cancel_bookings=True)
    wait.refresh_from_db()
    assert wait.booking is None
    changed(closure, in_days(1, 0), in_days(1, 12))
    wait.refresh_from_db()
    assert wait.booking.status == BookingStatus.CONFIRMED


def test_who_waits_for_a_time_that_is_closed_is_told_once_and_stays_in_line(mailoutbox):
    resource = ResourceFactory()
    taken = BookingFactory(resource=resource, days=1, hours=(14, 15))
    wait = wait_for(resource=resource, start=taken.start, end=taken.end, user=UserFactory())
    closure = closed(resource.space, cancel_bookings=True)
    changed(closure, in_days(1, 0), in_days(1, 20))
    send_due()
    [letter] = [letter for letter in mailoutbox if wait.user.email in letter.to[0]]
    assert closure.reason in letter.body and str(wait.reference) in letter.body
    assert Wait.objects.filter(pk=wait.pk, booking=None).exists()


def test_of_a_closure_that_has_begun_only_the_end_moves():
    resource = ResourceFactory()
    now = timezone.now()
    closure = close(
        space=resource.space, start=now - timedelta(hours=2), end=now + timedelta(hours=2), reason="Works", by=None
    )
    with refused("begun"):
        changed(closure, now - timedelta(hours=1), now + timedelta(hours=2))
    held = Occupancy.objects.get(closure=closure)
    changed(closure, closure.period.lower, now + timedelta(hours=5))
    held.refresh_from_db()
    assert held.period.upper == now + timedelta(hours=5)
    Closure.objects.filter(pk=closure.pk).update(period=period(now - timedelta(hours=2), now - timedelta(hours=1)))
    with refused("over"):
        changed(closure, closure.period.lower, now + timedelta(hours=2))


def test_a_closure_that_began_is_still_entered():
    closed(SpaceFactory(), start=in_days(-2, 0), end=in_days(1, 0))
    assert Closure.objects.count() == 1


def test_a_day_is_closed_although_bookings_of_that_day_are_over_already():
    room, other = ResourceFactory(units=2, buffer_minutes=240), ResourceFactory()
    other.space = room.space
    other.save()
    over = [running_booking(room, began=300, lasts=60) for _unit in range(2)]
    running = running_booking(other)
    set_units(resource=room, number=1)
    now, hours = timezone.now(), timedelta(hours=6)
    closing = {"space": room.space, "start": now - hours, "end": now + hours, "reason": "Snow", "by": None}
    with refused("bookings_in_the_way") as refusal:
        close(**closing)
    assert refusal.value.in_the_way == [running]
    close(**closing, cancel_bookings=True)
    assert set(Booking.objects.live()) == set(over)
    # A unit that was used in the morning comes back, and is closed like the other one.
    set_units(resource=room, number=2)
    assert Occupancy.objects.filter(closure__isnull=False, period__endswith=now + hours).count() == 3


def test_the_same_closure_sent_twice_is_stored_once():
    resource = ResourceFactory()
    assert closed(resource.space) == closed(resource.space, reason=" Holiday ")
    closed(resource.space, resource=resource)
    assert (Closure.objects.count(), Occupancy.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"reason": " "}, "reason_needed"),
        ({"end": in_days(1, 0)}, "not_in_order"),
        ({"start": in_days(-2, 0), "end": in_days(-1, 0)}, "in_the_past"),
    ],
)
def test_a_closure_has_a_reason_and_an_end_to_come(wish, code):
    with refused(code):
        closed(SpaceFactory(), **wish)


# --- holds ---


def test_an_event_holds_every_unit_even_at_night():
    resource = ResourceFactory(units=3)
    hold(key="event:1", label="Lunch", resource=resource, start=in_days(1, 19), end=in_days(1, 23))
    assert Occupancy.objects.filter(hold__key="event:1").count() == 3
    with refused("taken"):
        BookingFactory(resource=resource, hours=(18, 20))


@pytest.mark.parametrize("way", ["booking", "hold"])
def test_a_room_that_is_taken_is_not_held(way):
    resource = ResourceFactory()
    if way == "booking":
        in_the_way = BookingFactory(resource=resource, hours=(12, 13))
    else:
        in_the_way = hold(key="event:2", label="Talk", resource=resource, start=in_days(1, 12), end=in_days(1, 13))
    with refused("taken") as caught:
        hold(key="event:1", label="Lunch", resource=resource, start=in_days(1, 12), end=in_days(1, 14))
    assert caught.value.in_the_way == [in_the_way]
    assert not Hold.objects.filter(key="event:1").exists()


def test_a_closed_room_is_not_held():
    resource = ResourceFactory()
    closed(resource.space)
    with refused("closed"):
        hold(key="event:1", label="Lunch", resource=resource, start=in_days(1, 12), end=in_days(1, 14))


def lunch_in(resource, *hours, label="Lunch"):
    start, end = (in_days(1, hour) for hour in hours)
    return hold_all(owner="event:1", label=label, resources=[resource], start=start, end=end)


def test_a_hold_moves_over_itself_and_to_another_room():
    resource, other = ResourceFactory(), ResourceFactory(units=2)
    lunch_in(resource, 12, 14)
    lunch_in(resource, 13, 15)
    assert Occupancy.objects.get().period.lower == in_days(1, 13)
    lunch_in(other, 13, 15, label="Dinner")
    assert set(Occupancy.objects.values_list("unit__resource", "hold__label")) == {(other.pk, "Dinner")}
    BookingFactory(resource=resource, hours=(12, 14))


def test_a_hold_that_cannot_move_stays_where_it_was():
    resource = ResourceFactory()
    lunch_in(resource, 12, 14)
    BookingFactory(resource=resource, hours=(14, 15))
    with refused("taken"):
        lunch_in(resource, 13, 15)
    assert Hold.objects.get().period.lower == in_days(1, 12)
    assert Occupancy.objects.filter(hold__isnull=False).get().period.lower == in_days(1, 12)


def test_a_released_room_is_free_and_releasing_again_does_nothing():
    resource = ResourceFactory()
    lunch_in(resource, 12, 14)
    for _ in range(2):
        release_all(owner="event:1")
    BookingFactory(resource=resource, hours=(12, 14))


# --- units ---


def test_units_come_go_and_come_back():
    resource = ResourceFactory(units=2)
    assert [unit.number for unit in set_units(resource=resource, number=4)] == [1, 2, 3, 4]
    assert [unit.number for unit in set_units(resource=resource, number=1)] == [1]
    assert [unit.number for unit in set_units(resource=resource, number=3)] == [1, 2, 3]
    assert Unit.objects.count() == 4


def test_a_unit_that_comes_is_closed_and_held_like_its_sisters():
    resource = ResourceFactory()
    closed(resource.space)
    hold(key="event:1", label="Lunch", resource=resource, start=in_days(3, 12), end=in_days(3, 14))
    set_units(resource=resource, number=2)
    with refused("closed"):
        BookingFactory(resource=resource, days=1)
    with refused("taken"):
        BookingFactory(resource=resource, days=3, hours=(12, 14))


def test_a_booked_unit_does_not_go():
    resource = ResourceFactory(units=2)
    for _ in range(2):
        BookingFactory(resource=resource)
    with refused("units_in_use"):
        set_units(resource=resource, number=1)
    assert resource.units.in_use().count() == 2


def test_a_unit_between_two_bookings_of_others_goes_first():
    resource = ResourceFactory(units=3)
    kept = [BookingFactory(resource=resource) for _ in range(3)]
    cancel_booking(booking=kept[1], by=None)
    assert [unit.number for unit in set_units(resource=resource, number=2)] == [1, 3]


def test_a_resource_has_a_unit():
    with refused("no_unit"):
        set_units(resource=ResourceFactory(), number=0)
