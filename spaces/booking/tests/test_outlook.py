"""Test that the page refuses a booking as the operation does, in the same words."""

import pytest

from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, book, change_booking, hold
from spaces.booking.queries import free_slots, outlook, person_of
from spaces.enums import ResourceKind
from spaces.errors import BookingError
from spaces.tests.asking import closed
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)

pytestmark = pytest.mark.django_db


def taken(user):
    room = ResourceFactory()
    BookingFactory(resource=room, hours=(8, 12))
    return room


def without_a_place(user):
    room = ResourceFactory(units=2)
    for _ in range(2):
        BookingFactory(resource=room, hours=(8, 12))
    return room


def with_too_few_places(user):
    room = ResourceFactory(kind=ResourceKind.WORKPLACE, units=3)
    BookingFactory(resource=room, hours=(8, 12))
    return room


def without_time_to_clear_up(user):
    room = ResourceFactory(buffer_minutes=60)
    BookingFactory(resource=room, hours=(10, 11))
    return room


def without_time_for_some(user):
    """Of three places one is taken, and one lacks the time to clear up: a group of three finds too few."""
    room = with_too_few_places(user)
    room.buffer_minutes = 60
    room.save()
    BookingFactory(resource=room, hours=(11, 12))
    return room


def held_for_an_event(user):
    room = ResourceFactory()
    hold(key="event", label="Atelier", resource=room, start=in_days(1, 8), end=in_days(1, 12))
    return room


def closed_then(user):
    room = ResourceFactory()
    closed(room.space, reason="Travaux")
    return room


def already_yours(user):
    room = ResourceFactory(units=2)
    BookingFactory(resource=room, user=user, hours=(9, 11))
    return room


def with_a_pass_used_up(user):
    HomeSpaceFactory(user=user, space=SpaceFactory(name="Home"))
    PassSchemeFactory(days=1)
    BookingFactory(user=user, days=2)
    return ResourceFactory()


def too_long(user):
    return ResourceFactory(max_minutes=30)


WORLDS = {
    taken: "taken",
    without_a_place: "taken",
    with_too_few_places: "taken",
    without_time_to_clear_up: "taken",
    without_time_for_some: "taken",
    held_for_an_event: "taken",
    closed_then: "closed",
    already_yours: "already_yours",
    with_a_pass_used_up: "pass_used_up",
    too_long: "too_long",
}


def refusal(operation, **wish):
    with pytest.raises(BookingError) as caught:
        operation(**wish)
    return caught.value.code, str(caught.value.message)


@pytest.mark.parametrize(("world", "code"), WORLDS.items())
def test_the_page_refuses_in_the_words_of_the_operation(world, code):
    user = UserFactory()
    room = world(user)
    people = 3
    wanted, hours = room.units_for(people), (in_days(1, 9), in_days(1, 10))
    plan = free_slots(room, hours[0].date(), wanted=wanted)
    shown = outlook(plan, *hours, person_of(user), people=people).refusal
    asked = BookingRequest(resource=room, user=user, start=hours[0], end=hours[1], people=people, unit_count=wanted)
    met = refusal(book, asked=asked, by=user)
    assert met[0] == code
    assert (shown.code, str(shown.message)) == met


def test_a_booking_is_not_in_its_own_way_when_it_moves():
    room = ResourceFactory(buffer_minutes=60)
    mine = BookingFactory(resource=room, hours=(9, 10))
    BookingFactory(resource=room, hours=(13, 14))
    hours = in_days(1, 11), in_days(1, 12, 30)
    plan = free_slots(room, hours[0].date(), besides=mine)
    shown = outlook(plan, *hours, person_of(mine.user, moved=mine), besides=mine).refusal
    met = refusal(change_booking, booking=mine, start=hours[0], end=hours[1], by=mine.user)
    assert (shown.code, str(shown.message)) == met


def test_the_cap_keeps_nobody_from_changing_a_booking():
    room = ResourceFactory(max_open_bookings=2)
    mine = BookingFactory(resource=room)
    BookingFactory(resource=room, user=mine.user, days=2)
    room.max_open_bookings = 1
    room.save()
    hours = in_days(1, 11), in_days(1, 12)
    plan = free_slots(room, hours[0].date(), besides=mine)
    assert outlook(plan, *hours, person_of(mine.user, moved=mine), besides=mine).refusal is None
    assert change_booking(booking=mine, start=hours[0], end=hours[1], by=mine.user).start == hours[0]
