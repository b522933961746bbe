"""Each rule that the database itself keeps is broken once."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError
from django.db.models.deletion import ProtectedError
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.enums import BookingStatus
from spaces.models import Booking, Closure, Hold, HomeSpace, Occupancy, OpeningHours, Resource, Unit
from spaces.timing.periods import period

from .factories import BookingFactory, HomeSpaceFactory, ResourceFactory, SpaceFactory, in_days

pytestmark = pytest.mark.django_db


def breaks(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def a_booking(resource, **fields):
    wish = {"status": BookingStatus.CONFIRMED, "period": period(in_days(1, 9), in_days(1, 10)), "guest_name": "Zoé"}
    return Booking.objects.create(resource=resource, **{**wish, **fields})


def a_hold(resource, start, end, key="event:1"):
    return Hold.objects.create(key=key, label="Lunch", resource=resource, period=period(start, end))


def a_closure(space, start, end):
    return Closure.objects.create(space=space, period=period(start, end), reason="Works")


def test_two_bookings_never_hold_one_unit_at_once():
    resource = ResourceFactory()
    unit = resource.units.get()
    Occupancy.objects.create(unit=unit, period=period(in_days(1, 9), in_days(1, 11)), booking=a_booking(resource))
    with breaks("spaces_occupancy_one_holder"):
        Occupancy.objects.create(unit=unit, period=period(in_days(1, 10), in_days(1, 12)), booking=a_booking(resource))


def test_a_booking_and_an_event_never_hold_one_unit_at_once():
    resource = ResourceFactory()
    unit = resource.units.get()
    held = a_hold(resource, in_days(1, 9), in_days(1, 11))
    Occupancy.objects.create(unit=unit, period=held.period, hold=held)
    with breaks("spaces_occupancy_one_holder"):
        Occupancy.objects.create(unit=unit, period=held.period, booking=a_booking(resource))


@pytest.mark.parametrize("first", ["booking", "closure"])
def test_nothing_is_held_while_a_unit_is_closed(first):
    resource = ResourceFactory()
    unit = resource.units.get()
    stretch = period(in_days(1, 9), in_days(1, 11))
    holders = [
        {"booking": a_booking(resource)},
        {"closure": a_closure(resource.space, in_days(1, 9), in_days(1, 11))},
    ]
    if first == "closure":
        holders.reverse()
    Occupancy.objects.create(unit=unit, period=stretch, **holders[0])
    with breaks("spaces_occupancy_none_while_closed"):
        Occupancy.objects.create(unit=unit, period=stretch, **holders[1])


def test_closures_may_overlap_each_other():
    resource = ResourceFactory()
    for _ in range(2):
        closure = a_closure(resource.space, in_days(1, 9), in_days(1, 11))
        Occupancy.objects.create(unit=resource.units.get(), period=closure.period, closure=closure)
    assert Occupancy.objects.count() == 2


def test_one_after_the_other_is_no_overlap():
    resource = ResourceFactory()
    unit = resource.units.get()
    Occupancy.objects.create(unit=unit, period=period(in_days(1, 9), in_days(1, 10)), booking=a_booking(resource))
    Occupancy.objects.create(unit=unit, period=period(in_days(1, 10), in_days(1, 11)), booking=a_booking(resource))
    assert Occupancy.objects.count() == 2


@pytest.mark.parametrize("count", [0, 2])
def test_an_occupancy_has_exactly_one_holder(count):
    resource = ResourceFactory()
    stretch = period(in_days(1, 9), in_days(1, 11))
    holders = [
        ("booking", a_booking(resource)),
        ("hold", a_hold(resource, in_days(1, 9), in_days(1, 11))),
    ]
    with breaks("spaces_occupancy_one_reason"):
        Occupancy.objects.create(unit=resource.units.get(), period=stretch, **dict(holders[:count]))


def test_a_member_has_one_live_booking_of_a_resource_at_a_time():
    resource, user = ResourceFactory(units=2), UserFactory()
    a_booking(resource, user=user, status=BookingStatus.CANCELLED, cancelled_at=timezone.now())
    a_booking(resource, user=user)
    with breaks("spaces_booking_one_per_person"):
        a_booking(resource, user=user, status=BookingStatus.REQUESTED)


def test_a_booking_is_a_whole_stretch():
    with breaks("spaces_booking_period_whole"):
        a_booking(ResourceFactory(), period=period(in_days(1, 9), in_days(1, 9)))


def test_a_booking_is_refused_with_a_reason():
    with breaks("spaces_booking_refused_with_reason"):
        a_booking(ResourceFactory(), status=BookingStatus.REFUSED)


def test_a_closure_is_a_whole_stretch():
    with breaks("spaces_closure_period_whole"):
        Closure.objects.create(space=SpaceFactory(), period=period(in_days(1, 9), None), reason="Works")


def test_a_hold_is_a_whole_stretch():
    with breaks("spaces_hold_period_whole"):
        a_hold(ResourceFactory(), None, in_days(1, 9))


def test_a_hold_has_its_key_to_itself():
    resource = ResourceFactory()
    a_hold(resource, in_days(1, 9), in_days(1, 10))
    with breaks("key"):
        a_hold(resource, in_days(2, 9), in_days(2, 10))


def test_a_slug_names_one_resource_of_a_space():
    resource = ResourceFactory(slug="les-serres")
    ResourceFactory(slug="les-serres")
    with breaks("spaces_resource_slug_once"):
        Resource.objects.create(space=resource.space, slug="les-serres", name="Other", kind="office")


@pytest.mark.parametrize(("shortest", "longest"), [(60, 30), (0, 30)])
def test_durations_are_in_order(shortest, longest):
    with breaks("spaces_resource_durations_in_order"):
        ResourceFactory(min_minutes=shortest, max_minutes=longest)


def test_a_unit_has_its_number_to_itself():
    resource = ResourceFactory()
    with breaks("spaces_unit_number_once"):
        Unit.objects.create(resource=resource, number=1)


def test_a_unit_with_a_past_cannot_be_deleted():
    booking = BookingFactory()
    with pytest.raises(ProtectedError):
        booking.occupancy.unit.delete()


def test_a_space_closes_after_it_opens():
    with breaks("spaces_openinghours_in_order"):
        OpeningHours.objects.create(space=SpaceFactory(), weekday=0, opens=time(12), closes=time(9))


def test_hours_are_entered_once():
    space = SpaceFactory()
    OpeningHours.objects.create(space=space, weekday=0, opens=time(9), closes=time(12))
    with breaks("spaces_openinghours_once"):
        OpeningHours.objects.create(space=space, weekday=0, opens=time(9), closes=time(13))


def test_a_membership_ends_after_it_begins():
    with breaks("spaces_homespace_in_order"):
        HomeSpaceFactory(since=date(2026, 1, 2), until=date(2026, 1, 1))


def test_a_person_has_one_home_space_at_a_time():
    first = HomeSpaceFactory()
    with breaks("spaces_homespace_one_at_a_time"):
        HomeSpaceFactory(user=first.user, since=first.since + timedelta(days=1))


def test_memberships_follow_each_other_day_by_day():
    first = HomeSpaceFactory(until=date(2026, 1, 1))
    HomeSpaceFactory(user=first.user, since=date(2026, 1, 1))
    assert HomeSpace.objects.current(date(2025, 12, 31)).get() == first
