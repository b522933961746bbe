"""Test what each write of a booking stores, refuses and mails."""

from datetime import time, timedelta

import pytest
from django.utils import timezone, translation

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    BookingRequest,
    book,
    cancel_booking,
    change_booking,
    confirm_booking,
    hold,
    refuse_booking,
    set_units,
)
from spaces.enums import BookingStatus, ResourceKind
from spaces.models import Booking, Occupancy, OpeningHours
from spaces.tests.asking import mails, refused
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    kept_for,
)
from spaces.timing.periods import period
from spaces.timing.public_holidays import holiday_on

pytestmark = pytest.mark.django_db


# --- booking ---


def test_a_free_unit_is_booked_confirmed_and_told():
    resource, user = ResourceFactory(), UserFactory()
    booking = book(
        asked=BookingRequest(resource=resource, start=in_days(1, 9), end=in_days(1, 10), user=user, purpose="Call"),
        by=user,
    )
    booking.refresh_from_db()
    assert (booking.status, booking.user, booking.purpose) == (BookingStatus.CONFIRMED, user, "Call")
    assert (booking.start, booking.end) == (in_days(1, 9), in_days(1, 10))
    assert booking.occupancy.unit.resource == resource
    assert mails() == {("spaces.booking_confirmed", user.email)}


def test_a_request_waits_for_the_manager_and_both_are_told():
    manager = UserFactory()
    resource = ResourceFactory(needs_approval=True, space__managers=[manager])
    booking = BookingFactory(resource=resource)
    assert booking.status == BookingStatus.REQUESTED
    assert booking.occupancy.period == booking.period
    assert mails() == {
        ("spaces.booking_requested", booking.user.email),
        ("spaces.booking_to_decide", manager.email),
    }


def test_a_manager_who_books_needs_no_approval():
    manager = UserFactory()
    resource = ResourceFactory(needs_approval=True, space__managers=[manager])
    booking = BookingFactory(resource=resource, by=manager, guest_name="Zoé", as_manager=True)
    assert (booking.status, booking.decided_by, booking.user) == (BookingStatus.CONFIRMED, manager, None)
    assert mails() == set()


def test_a_guest_with_an_address_is_told_in_their_language():
    BookingFactory(guest_name="Zoé", guest_email="Zoe@Example.org", guest_language="nl", as_manager=True)
    message = Message.objects.get()
    assert (message.template, message.to_email, message.language) == (
        "spaces.booking_confirmed",
        "zoe@example.org",
        "nl",
    )


def test_units_are_given_in_turn_until_none_is_free():
    resource = ResourceFactory(units=3)
    numbers = [BookingFactory(resource=resource).occupancy.unit.number for _ in range(3)]
    assert numbers == [1, 2, 3]
    with refused("taken") as caught:
        BookingFactory(resource=resource)
    with translation.override("en"):
        assert str(caught.value) == f"No place in {resource.name} is free for the whole of that time."
    assert Booking.objects.count() == 3


@pytest.mark.parametrize("hours", [(9, 11), (10, 12), (9, 12), (10, 11)])
def test_a_room_is_not_booked_over_a_booking(hours):
    resource = ResourceFactory()
    BookingFactory(resource=resource, hours=(10, 11))
    with refused("taken"):
        BookingFactory(resource=resource, hours=hours)


@pytest.mark.parametrize("hours", [(9, 10), (11, 12)])
def test_a_room_is_booked_before_and_after_a_booking(hours):
    resource = ResourceFactory()
    BookingFactory(resource=resource, hours=(10, 11))
    BookingFactory(resource=resource, hours=hours)
    assert Booking.objects.live().count() == 2


def test_the_time_to_prepare_is_kept_free():
    """Twenty minutes before each booking and ten after are kept: half an hour between two."""
    resource = ResourceFactory(buffer_before_minutes=20, buffer_minutes=10, start_interval_minutes=15)
    BookingFactory(resource=resource, hours=(10, 11))
    for start, end in [((11, 15), (12, 0)), ((9, 0), (9, 45)), ((9, 0), (9, 31))]:
        with refused("taken") as caught:
            BookingFactory(resource=resource, start=in_days(1, *start), end=in_days(1, *end))
        with translation.override("en"):
            assert str(caught.value).startswith(f"{resource.name} is free then, but there is no time to prepare")
    after = BookingFactory(resource=resource, start=in_days(1, 11, 30), end=in_days(1, 12))
    before = BookingFactory(resource=resource, start=in_days(1, 9), end=in_days(1, 9, 30))
    assert after.occupancy.period == period(in_days(1, 11, 10), in_days(1, 12, 10))
    assert before.occupancy.period == period(in_days(1, 8, 40), in_days(1, 9, 40))


def test_other_times_around_a_booking_are_for_those_to_come():
    resource = ResourceFactory()
    old = BookingFactory(resource=resource, hours=(10, 11))
    resource.buffer_before_minutes, resource.buffer_minutes = 30, 60
    resource.save()
    old.occupancy.refresh_from_db()
    assert old.occupancy.period == old.period
    new = BookingFactory(resource=resource, start=in_days(1, 11, 30), end=in_days(1, 12))
    assert new.occupancy.period == period(in_days(1, 11), in_days(1, 13))


def test_a_unit_that_comes_is_held_as_its_sisters_whatever_is_kept_since():
    resource = ResourceFactory()
    for key, hours in enumerate([(9, 10), (10, 11)]):
        hold(key=f"event:{key}", label="Lunch", resource=resource, start=in_days(1, hours[0]), end=in_days(1, hours[1]))
    resource.buffer_before_minutes, resource.buffer_minutes = 30, 30
    resource.save()
    set_units(resource=resource, number=2)
    kept = Occupancy.objects.order_by("period", "unit").values_list("unit__number", "period")
    assert list(kept) == [
        (number, period(in_days(1, hour), in_days(1, hour + 1))) for hour in (9, 10) for number in (1, 2)
    ]


# --- what holds members ---


def test_a_room_is_for_members_of_its_space_unless_a_manager_books():
    resource = ResourceFactory()
    kept_for(resource, resource.space)
    member, elsewhere, nowhere = UserFactory.create_batch(3)
    MembershipFactory(user=member, space=resource.space)
    MembershipFactory(user=elsewhere)
    for user in (elsewhere, nowhere):
        with refused("not_for_you"):
            BookingFactory(resource=resource, user=user)
    BookingFactory(resource=resource, user=member, hours=(9, 10))
    BookingFactory(resource=resource, user=elsewhere, hours=(10, 11), as_manager=True)
    assert Booking.objects.count() == 2


def test_who_has_no_right_brings_no_more_people():
    """The team has booked for them: the booking stays, and takes no more places."""
    resource = ResourceFactory(kind=ResourceKind.WORKPLACE, units=4)
    kept_for(resource, resource.space)
    booking = BookingFactory(resource=resource, user=UserFactory(), as_manager=True)
    with refused("not_for_you"):
        change_booking(booking=booking, people=3, by=booking.user)
    changed = change_booking(booking=booking, people=2, by=None, as_manager=True)
    assert changed.unit_count == 2


def test_the_membership_counts_on_the_day_of_the_booking():
    resource = ResourceFactory()
    kept_for(resource, resource.space)
    tomorrow = timezone.localdate() + timedelta(days=1)
    leaving = MembershipFactory(space=resource.space, until=tomorrow).user
    coming = MembershipFactory(space=resource.space, since=tomorrow).user
    with refused("not_for_you"):
        BookingFactory(resource=resource, user=leaving)
    BookingFactory(resource=resource, user=coming)


def test_the_cap_counts_what_is_requested_or_confirmed_and_not_over():
    resource, user = ResourceFactory(max_open_bookings=2, needs_approval=True), UserFactory()
    first = BookingFactory(resource=resource, user=user, days=1)
    second = BookingFactory(resource=resource, user=user, days=2)
    confirm_booking(booking=second, by=None)
    with refused("too_many_open"):
        BookingFactory(resource=resource, user=user, days=3)
    # A move counts as no new booking.
    change_booking(booking=second, by=user, start=in_days(4, 9), end=in_days(4, 10))
    # A booking by a manager counts, but is not refused.
    BookingFactory(resource=resource, user=user, days=5, as_manager=True)
    cancel_booking(booking=first, by=user)
    with refused("too_many_open"):
        BookingFactory(resource=resource, user=user, days=3)
    refuse_booking(booking=second, by=None, reason="Works")
    BookingFactory(resource=resource, user=user, days=3)
    # Each resource has its own count, and bookings that are over do not count.
    BookingFactory(resource=ResourceFactory(max_open_bookings=2), user=user, days=3)
    Booking.objects.live().filter(resource=resource).update(period=period(in_days(-2, 9), in_days(-2, 10)), user=None)
    assert Booking.objects.live().upcoming().filter(resource=resource).count() == 0


def test_a_public_holiday_is_closed_to_bookings_and_open_to_events():
    resource = ResourceFactory(space__closes_on_public_holidays=True, max_days_ahead=400)
    away = next(away for away in range(1, 370) if holiday_on("BE", timezone.localdate() + timedelta(days=away)))
    for as_manager in (False, True):
        with refused("public_holiday"):
            BookingFactory(resource=resource, days=away, as_manager=as_manager)
    hold(key="event:1", label="Party", resource=resource, start=in_days(away, 9), end=in_days(away, 10))
    resource.space.closes_on_public_holidays = False
    resource.space.save()
    BookingFactory(resource=resource, days=away, hours=(10, 11))


def test_the_time_to_clear_up_is_kept_free():
    resource = ResourceFactory(buffer_minutes=30, start_interval_minutes=15)
    BookingFactory(resource=resource, hours=(10, 11))
    with refused("taken"):
        BookingFactory(resource=resource, start=in_days(1, 11, 15), end=in_days(1, 12))
    BookingFactory(resource=resource, start=in_days(1, 11, 30), end=in_days(1, 12))
    with refused("taken"):
        BookingFactory(resource=resource, start=in_days(1, 9), end=in_days(1, 9, 45))
    BookingFactory(resource=resource, start=in_days(1, 9), end=in_days(1, 9, 30))


def test_the_same_booking_asked_twice_is_one():
    booking = BookingFactory()
    again = BookingFactory(resource=booking.resource, user=booking.user)
    assert again == booking
    assert (Booking.objects.count(), Message.objects.count()) == (1, 1)


def test_a_guests_booking_entered_twice_is_one():
    resource = ResourceFactory(units=2)
    for name in ("Zoé", "zoé "):
        BookingFactory(resource=resource, guest_name=name, as_manager=True)
    assert Booking.objects.count() == 1


def test_a_member_takes_one_place_of_a_room_at_a_time():
    resource, user = ResourceFactory(units=2), UserFactory()
    first = BookingFactory(resource=resource, user=user, hours=(9, 11))
    with refused("already_yours") as caught:
        BookingFactory(resource=resource, user=user, hours=(10, 12))
    assert caught.value.in_the_way == [first]


def test_without_an_account_only_a_manager_books():
    with refused("needs_account"):
        BookingFactory(guest_name="Zoé")
    with refused("no_person"):
        BookingFactory(guest_name=" ", as_manager=True)
    with refused("no_person"):
        BookingFactory(user=UserFactory(is_active=False))


def test_a_refused_wish_stores_nothing():
    space = SpaceFactory()
    with refused("hours_unknown"):
        BookingFactory(resource=ResourceFactory(space=space))
    assert (Booking.objects.count(), Occupancy.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_the_hours_of_the_day_bind():
    resource = ResourceFactory(space=SpaceFactory())
    day = timezone.localdate() + timedelta(days=1)
    OpeningHours.objects.create(space=resource.space, weekday=day.weekday(), opens=time(9), closes=time(12))
    BookingFactory(resource=resource, hours=(9, 12))
    with refused("outside_hours"):
        BookingFactory(resource=resource, days=2, hours=(9, 12))


def test_a_stretch_that_runs_backwards_is_refused():
    booking = BookingFactory()
    with refused("not_in_order"):
        BookingFactory(resource=booking.resource, user=booking.user, hours=(10, 9))
    with refused("not_in_order"):
        change_booking(booking=booking, start=in_days(1, 10), end=in_days(1, 9), by=booking.user)


def test_naive_times_are_a_programming_error():
    resource, user = ResourceFactory(), UserFactory()
    start = in_days(1, 9).replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        book(asked=BookingRequest(resource=resource, start=start, end=start, user=user), by=user)


# --- decisions ---


@pytest.fixture
def request_():
    return BookingFactory(resource=ResourceFactory(needs_approval=True, space__managers=[UserFactory()]))


def test_a_confirmed_request_keeps_its_unit_and_is_told(request_):
    manager = UserFactory()
    booking = confirm_booking(booking=request_, by=manager)
    booking.refresh_from_db()
    assert (booking.status, booking.decided_by, booking.sequence) == (BookingStatus.CONFIRMED, manager, 1)
    assert Occupancy.objects.get().booking == booking
    assert ("spaces.booking_confirmed", booking.user.email) in mails()


def test_confirming_twice_tells_once(request_):
    for _ in range(2):
        confirm_booking(booking=request_, by=UserFactory())
    assert Message.objects.filter(template="spaces.booking_confirmed").count() == 1


def test_a_refused_request_gives_its_unit_back(request_):
    refuse_booking(booking=request_, by=UserFactory(), reason=" Works that day ")
    request_.refresh_from_db()
    assert (request_.status, request_.reason) == (BookingStatus.REFUSED, "Works that day")
    assert Occupancy.objects.count() == 0
    assert ("spaces.booking_refused", request_.user.email) in mails()


def test_a_refusal_needs_a_reason(request_):
    with refused("reason_needed"):
        refuse_booking(booking=request_, by=UserFactory(), reason=" ")


@pytest.mark.parametrize("decide", [confirm_booking, refuse_booking])
def test_a_cancelled_booking_cannot_be_decided(request_, decide):
    cancel_booking(booking=request_, by=request_.user)
    wish = {"reason": "Works"} if decide is refuse_booking else {}
    with refused("not_requested"):
        decide(booking=request_, by=UserFactory(), **wish)


def test_cancelling_frees_the_unit_for_another():
    booking = BookingFactory()
    cancel_booking(booking=booking, by=booking.user, reason="Ill")
    booking.refresh_from_db()
    assert (booking.status, booking.reason, booking.sequence) == (BookingStatus.CANCELLED, "Ill", 1)
    BookingFactory(resource=booking.resource)
    assert ("spaces.booking_cancelled", booking.user.email) in mails()


def test_cancelling_twice_tells_once():
    booking = BookingFactory()
    for _ in range(2):
        cancel_booking(booking=booking, by=booking.user)
    assert Message.objects.filter(template="spaces.booking_cancelled").count() == 1


def started(booking, *, ended=False):
    """Move a booking into the present or the past, without the rules."""
    now = timezone.now()
    shift = timedelta(hours=2 if ended else 1)
    length = timedelta(hours=1 if ended else 2)
    booking.period = type(booking.period)(now - shift, now - shift + length)
    booking.save()
    return booking


def test_a_member_cancels_until_the_beginning_a_manager_until_the_end():
    booking = started(BookingFactory())
    with refused("over"):
        cancel_booking(booking=booking, by=booking.user)
    cancel_booking(booking=booking, by=UserFactory(), as_manager=True)
    over = started(BookingFactory(), ended=True)
    with refused("over"):
        cancel_booking(booking=over, by=UserFactory(), as_manager=True)


def test_a_booking_moves_under_the_same_reference():
    booking = BookingFactory(hours=(9, 10))
    reference = booking.reference
    moved = change_booking(booking=booking, start=in_days(1, 9, 30), end=in_days(1, 11), by=booking.user)
    moved.refresh_from_db()
    assert (moved.reference, moved.start, moved.end, moved.sequence) == (
        reference,
        in_days(1, 9, 30),
        in_days(1, 11),
        1,
    )
    assert Occupancy.objects.get().period == moved.period


def test_a_booking_that_cannot_move_stays_where_it_was():
    booking = BookingFactory(hours=(9, 10))
    BookingFactory(resource=booking.resource, hours=(10, 11))
    with refused("taken"):
        change_booking(booking=booking, start=in_days(1, 9), end=in_days(1, 11), by=booking.user)
    booking.refresh_from_db()
    assert booking.occupancy.period == booking.period == type(booking.period)(in_days(1, 9), in_days(1, 10))
