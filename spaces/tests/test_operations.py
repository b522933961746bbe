"""What each write stores, refuses and tells."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone, translation

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.enums import BookingStatus
from spaces.models import Booking, Closure, Hold, Membership, Occupancy, OpeningHours, Unit
from spaces.operations import (
    book,
    cancel_booking,
    close,
    confirm_booking,
    hold,
    move_booking,
    move_hold,
    refuse_booking,
    release_hold,
    reopen,
    send_message,
    set_home_space,
    set_units,
)
from spaces.periods import period
from spaces.public_holidays import holiday_on
from spaces.rules import BookingError

from .factories import BookingFactory, MembershipFactory, ResourceFactory, SpaceFactory, in_days, running_booking

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(BookingError, check=lambda error: error.code == code)


def mails():
    return set(Message.objects.values_list("template", "to_email"))


# --- booking ---


def test_a_free_unit_is_booked_confirmed_and_told():
    resource, user = ResourceFactory(), UserFactory()
    booking = book(resource=resource, start=in_days(1, 9), end=in_days(1, 10), user=user, by=user, purpose="Call")
    booking.refresh_from_db()
    assert (booking.status, booking.user, booking.purpose) == (BookingStatus.CONFIRMED, user, "Call")
    assert (booking.start, booking.end) == (in_days(1, 9), in_days(1, 10))
    assert booking.occupancy.unit.resource == resource
    assert mails() == {("spaces.booking_confirmed", user.email)}


def test_where_a_manager_decides_the_booking_waits_and_both_are_told():
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
        assert str(caught.value) == f"No place is free in {resource.name} all that time."
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
    """Twenty minutes before each and ten after: between two bookings half an hour."""
    resource = ResourceFactory(buffer_before_minutes=20, buffer_minutes=10, start_interval_minutes=15)
    BookingFactory(resource=resource, hours=(10, 11))
    for start, end in [((11, 15), (12, 0)), ((9, 0), (9, 45)), ((9, 0), (9, 31))]:
        with refused("taken") as caught:
            BookingFactory(resource=resource, start=in_days(1, *start), end=in_days(1, *end))
        with translation.override("en"):
            assert str(caught.value).startswith(f"{resource.name} is free then, but not all the time needed to prepare")
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


def test_a_room_of_one_space_is_for_its_members_and_a_manager_lets_in_whom_he_likes():
    resource = ResourceFactory()
    resource.open_to.set([resource.space])
    at_home, elsewhere, nowhere = UserFactory.create_batch(3)
    MembershipFactory(user=at_home, space=resource.space)
    MembershipFactory(user=elsewhere)
    for user in (elsewhere, nowhere):
        with refused("not_for_you"):
            BookingFactory(resource=resource, user=user)
    BookingFactory(resource=resource, user=at_home, hours=(9, 10))
    BookingFactory(resource=resource, user=elsewhere, hours=(10, 11), as_manager=True)
    assert Booking.objects.count() == 2


def test_the_home_space_counts_on_the_day_of_the_booking():
    resource = ResourceFactory()
    resource.open_to.set([resource.space])
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
    # To move opens no new one.
    move_booking(booking=second, by=user, start=in_days(4, 9), end=in_days(4, 10))
    # What a manager books counts, and is not held back.
    BookingFactory(resource=resource, user=user, days=5, as_manager=True)
    cancel_booking(booking=first, by=user)
    with refused("too_many_open"):
        BookingFactory(resource=resource, user=user, days=3)
    refuse_booking(booking=second, by=None, reason="Works")
    BookingFactory(resource=resource, user=user, days=3)
    # Another resource has a count of its own, and what is over counts no longer.
    BookingFactory(resource=ResourceFactory(max_open_bookings=2), user=user, days=3)
    Booking.objects.live().filter(resource=resource).update(period=period(in_days(-2, 9), in_days(-2, 10)), user=None)
    assert Booking.objects.live().upcoming().filter(resource=resource).count() == 0


def test_a_public_holiday_is_closed_for_members_and_managers_and_open_to_events():
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
        move_booking(booking=booking, start=in_days(1, 10), end=in_days(1, 9), by=booking.user)


def test_naive_times_are_a_programming_error():
    resource, user = ResourceFactory(), UserFactory()
    start = in_days(1, 9).replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        book(resource=resource, start=start, end=start, user=user, by=user)


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
def test_what_is_cancelled_cannot_be_decided(request_, decide):
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
    """Move a booking into the present, or the past, under the rules' feet."""
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
    moved = move_booking(booking=booking, start=in_days(1, 9, 30), end=in_days(1, 11), by=booking.user)
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
        move_booking(booking=booking, start=in_days(1, 9), end=in_days(1, 11), by=booking.user)
    booking.refresh_from_db()
    assert booking.occupancy.period == booking.period == type(booking.period)(in_days(1, 9), in_days(1, 10))


# --- closures ---


def closed(space, **wish):
    wish = {"start": in_days(1, 0), "end": in_days(2, 0), "reason": "Holiday", "by": None, **wish}
    return close(space=space, **wish)


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


def test_what_prepares_and_clears_up_gives_way_to_a_closure_on_its_own_side_only():
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
    # A unit that was used in the morning comes back closed like its sister.
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


def test_a_hold_moves_over_itself_and_to_another_room():
    resource, other = ResourceFactory(), ResourceFactory(units=2)
    hold(key="event:1", label="Lunch", resource=resource, start=in_days(1, 12), end=in_days(1, 14))
    move_hold(key="event:1", start=in_days(1, 13), end=in_days(1, 15))
    assert Occupancy.objects.get().period.lower == in_days(1, 13)
    move_hold(key="event:1", start=in_days(1, 13), end=in_days(1, 15), resource=other, label="Dinner")
    assert set(Occupancy.objects.values_list("unit__resource", "hold__label")) == {(other.pk, "Dinner")}
    BookingFactory(resource=resource, hours=(12, 14))


def test_a_hold_that_cannot_move_stays_where_it_was():
    resource = ResourceFactory()
    hold(key="event:1", label="Lunch", resource=resource, start=in_days(1, 12), end=in_days(1, 14))
    BookingFactory(resource=resource, hours=(14, 15))
    with refused("taken"):
        move_hold(key="event:1", start=in_days(1, 13), end=in_days(1, 15))
    assert Hold.objects.get().period.lower == in_days(1, 12)
    assert Occupancy.objects.filter(hold__key="event:1").get().period.lower == in_days(1, 12)


def test_a_released_room_is_free_and_releasing_again_does_nothing():
    resource = ResourceFactory()
    hold(key="event:1", label="Lunch", resource=resource, start=in_days(1, 12), end=in_days(1, 14))
    for _ in range(2):
        release_hold(key="event:1")
    BookingFactory(resource=resource, hours=(12, 14))


def test_what_was_never_held_cannot_move():
    with refused("unknown"):
        move_hold(key="event:1", start=in_days(1, 13), end=in_days(1, 15))


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


# --- memberships ---


def test_a_home_space_ends_the_one_before():
    before = MembershipFactory()
    space, day = SpaceFactory(), date(2026, 5, 1)
    set_home_space(user=before.user, space=space, on=day)
    assert list(Membership.objects.order_by("since").values_list("space", "since", "until")) == [
        (before.space_id, date(2020, 1, 1), day),
        (space.pk, day, None),
    ]


def test_the_same_home_space_again_changes_nothing():
    membership = MembershipFactory()
    assert set_home_space(user=membership.user, space=membership.space, on=date(2026, 5, 1)) == membership


def test_a_mind_changed_the_same_day_leaves_one_membership():
    user, day = UserFactory(), date(2026, 5, 1)
    for space in (SpaceFactory(), SpaceFactory(), None, SpaceFactory()):
        set_home_space(user=user, space=space, on=day)
    assert Membership.objects.get().space == space


def test_nowhere_is_a_home_too():
    membership = MembershipFactory()
    set_home_space(user=membership.user, space=None, on=date(2026, 5, 1))
    assert list(Membership.objects.current(date(2026, 5, 1))) == []


# --- messages ---


def test_a_message_reaches_the_managers_to_be_answered_directly():
    managers = UserFactory.create_batch(2)
    space = SpaceFactory(managers=managers)
    send_message(space=space, name="Zoé", email="zoe@example.org", text="Hello")
    assert set(Message.objects.values_list("to_email", "reply_to")) == {
        (manager.email, "zoe@example.org") for manager in managers
    }


def test_a_contact_address_comes_before_the_managers():
    space = SpaceFactory(managers=[UserFactory()], contact_email="hello@example.org")
    send_message(space=space, name="Zoé", email="zoe@example.org", text="Hello")
    assert mails() == {("spaces.contact", "hello@example.org")}


def test_without_anybody_the_superusers_read_it():
    superuser = UserFactory(superuser=True)
    UserFactory()
    space = SpaceFactory(managers=[UserFactory(is_active=False)])
    send_message(space=space, name="Zoé", email="zoe@example.org", text="Hello")
    assert mails() == {("spaces.contact", superuser.email)}


def test_the_same_message_twice_arrives_once():
    space = SpaceFactory(contact_email="hello@example.org")
    for text in ("Hello", "Hello", "Something else"):
        send_message(space=space, name="Zoé", email="zoe@example.org", text=text)
    assert Message.objects.count() == 2
