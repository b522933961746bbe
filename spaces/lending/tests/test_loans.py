"""Loans of travelling equipment: the rules of the journey, the occupancy, and the notes on hand-overs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from hacktiv.common.calendar import REQUEST
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.files import calendar_file
from spaces.booking.operations import (
    BookingRequest,
    SeriesRequest,
    book,
    book_series,
    cancel_booking,
    change_booking,
    check_in,
    close,
    hold,
    reopen,
    set_units,
    undo_check_in,
    wait_for,
)
from spaces.booking.queries import person_of
from spaces.booking.queries.timeline import week
from spaces.booking.queries.whereabouts import all_features
from spaces.booking.rules import can_be_corrected
from spaces.enums import HandoverKind
from spaces.errors import BookingError
from spaces.lending.operations import bring, hand_over, settle_closures, take_back
from spaces.lending.queries import outlook_of_loan, pieces
from spaces.models import Booking, Handover, Occupancy, Visit
from spaces.passes.queries import pass_balance
from spaces.places.queries import bookings_shut_out
from spaces.tests.factories import (
    EquipmentFactory,
    FeatureFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    running_booking,
)
from spaces.timing.periods import period

pytestmark = pytest.mark.django_db


@pytest.fixture
def kit():
    return EquipmentFactory(space__name="Home")


@pytest.fixture
def there():
    return SpaceFactory(name="There", with_hours=True)


def lend(kit, place, first, last=None, *, user=None, as_manager=False, **wish):
    """Book a loan from nine on one day to five in the afternoon of another."""
    user = user or UserFactory()
    start, end = in_days(first, 9), in_days(first if last is None else last, 17)
    asked = BookingRequest(resource=kit, place=place, start=start, end=end, user=user, **wish)
    return book(asked=asked, by=user, as_manager=as_manager)


def refusal(call, *args, **kwargs):
    with pytest.raises(BookingError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def began_today(booking):
    """Move the loan so that it began today, an hour ago at the latest, and lasts some days."""
    booking.period = period(min(in_days(0, 9), timezone.now()), in_days(2, 17))
    booking.save(update_fields=["period"])
    booking.occupancy.delete()
    stretch = {"period": booking.period, "reach": period(booking.start, in_days(3, 17))}
    Occupancy.objects.create(booking=booking, unit=booking.resource.units.get(), place=booking.place, **stretch)
    return Booking.objects.get(pk=booking.pk)


# --- booking a loan ---


def test_a_loan_holds_its_piece_plus_the_time_of_a_journey(kit, there):
    booking = lend(kit, there, 3, 5)
    assert (booking.place, booking.space) == (there, there)
    held = booking.occupancy
    assert (held.place, held.period, held.reach) == (there, booking.period, period(in_days(3, 9), in_days(6, 17)))


def test_only_travelling_equipment_is_taken_over_at_a_place(kit, there):
    room = ResourceFactory()
    assert refusal(lend, kit, None, 3) == "no_place"
    assert refusal(lend, room, there, 3) == "no_place"
    wish = {"start": in_days(3, 9), "end": in_days(3, 17), "user": UserFactory()}
    assert refusal(wait_for, resource=kit, **wish) == "no_place"
    days = {"pattern": "weekly", "first_day": in_days(3, 9).date(), "until": in_days(9, 9).date()}
    hours = {"starts": in_days(3, 9).time(), "ends": in_days(3, 10).time()}
    asked = SeriesRequest(resource=kit, user=wish["user"], **days, **hours)
    assert refusal(book_series, asked=asked, by=wish["user"]) == "no_place"


def test_a_piece_at_another_space_needs_the_notice_of_a_journey(kit, there):
    assert refusal(lend, kit, there, 1) == "too_soon_to_travel"
    assert lend(kit, kit.space, 1).place == kit.space
    lend(kit, there, 4)
    bring(unit=kit.units.get(), from_space=kit.space, space=there, by=None)
    assert lend(kit, kit.space, 2).place == kit.space
    assert [journey.space for journey in pieces(timezone.now())[0].journeys] == [kit.space, there]


def test_a_manager_may_lend_without_the_notice_of_a_journey(kit, there):
    assert lend(kit, there, 1, as_manager=True).place == there


def test_between_loans_at_two_spaces_lies_a_journey(kit, there):
    lend(kit, there, 5)
    assert refusal(lend, kit, kit.space, 6) == "taken"
    assert refusal(lend, kit, kit.space, 4) == "taken"
    assert lend(kit, there, 6).place == there
    assert lend(kit, kit.space, 3).place == kit.space
    # The gap lasts from five in the afternoon to nine on the day after the next.
    assert lend(kit, kit.space, 8).place == kit.space


def test_the_database_refuses_loans_without_time_to_travel(kit, there):
    lend(kit, there, 5)
    unit, user = kit.units.get(), UserFactory()
    start, end = in_days(6, 9), in_days(6, 17)
    other = Booking.objects.create(resource=kit, user=user, period=period(start, end), place=kit.space)
    row = {"unit": unit, "booking": other, "period": period(start, end), "place": kit.space}
    with pytest.raises(IntegrityError, match="spaces_occupancy_time_to_travel"), transaction.atomic():
        Occupancy.objects.create(**row, reach=period(start, in_days(7, 17)))
    with pytest.raises(IntegrityError, match="spaces_occupancy_place_with_its_reach"), transaction.atomic():
        Occupancy.objects.create(**row)


def test_a_loan_takes_the_piece_that_stands_at_the_place(kit, there):
    set_units(resource=kit, number=2)
    second = kit.units.get(number=2)
    bring(unit=second, from_space=kit.space, space=there, by=None)
    assert lend(kit, there, 1).occupancy.unit == second
    # The other piece is free, but would have to be brought first.
    assert refusal(lend, kit, there, 1) == "too_soon_to_travel"
    assert lend(kit, there, 3).occupancy.unit == second


def test_a_moved_loan_moves_its_place_and_ignores_itself(kit, there):
    user = UserFactory()
    booking = lend(kit, there, 4, user=user)
    wish = {"booking": booking, "by": user}
    moved = change_booking(**wish, start=in_days(5, 9), end=in_days(5, 17), place=kit.space)
    assert (moved.place, moved.occupancy.place, moved.sequence) == (kit.space, kit.space, 1)
    assert refusal(change_booking, **wish, start=in_days(1, 9), end=in_days(1, 17), place=there) == "too_soon_to_travel"
    assert change_booking(**wish, start=in_days(1, 9), end=in_days(1, 17)).place == kit.space


def test_a_loan_takes_no_day_of_a_pass(kit, there):
    user = HomeSpaceFactory(space=there).user
    PassSchemeFactory(days=1)
    lend(kit, kit.space, 1, user=user)
    assert pass_balance(user, in_days(1, 9).date()).left == 1


def test_a_closed_space_hands_nothing_over_but_loans_may_span_it(kit, there):
    by = UserFactory()
    closing = {"space": there, "start": in_days(5, 0), "end": in_days(6, 0), "reason": "Repairs", "by": by}
    closure = close(**closing)
    assert refusal(lend, kit, there, 5, 7) == "closed"
    assert refusal(lend, kit, there, 4, 5) == "closed"
    assert lend(kit, there, 4, 6).occupancy.period == period(in_days(4, 9), in_days(6, 17))
    reopen(closure=closure)
    close(**{**closing, "space": kit.space})
    assert refusal(close, **{**closing, "start": in_days(6, 0), "end": in_days(7, 0)}) == "bookings_in_the_way"


def test_closures_of_a_space_bind_equipment_only_while_it_stays(kit):
    by = UserFactory()
    close(space=kit.space, start=in_days(5, 0), end=in_days(6, 0), reason="Repairs", by=by)
    kit.travels = False
    kit.save()
    settle_closures(resource=kit)
    assert Occupancy.objects.filter(unit__resource=kit).count() == 1
    kit.travels = True
    kit.save()
    settle_closures(resource=kit)
    assert not Occupancy.objects.filter(unit__resource=kit).exists()


def test_an_event_takes_equipment_over_at_its_home(kit, there):
    lend(kit, there, 4)
    event = {"key": "event:1", "label": "Fair", "resource": kit}
    assert refusal(hold, **event, start=in_days(5, 9), end=in_days(5, 12)) == "taken"
    held = hold(**event, start=in_days(6, 9), end=in_days(6, 12))
    assert [row.place for row in held.occupancies.all()] == [kit.space]


# --- hand-overs ---


def test_the_journeys_follow_from_the_loans(kit, there):
    first, second = lend(kit, there, 3), lend(kit, kit.space, 6)
    (piece,) = pieces(timezone.now())
    assert [(one.from_space, one.space, one.booking, one.after, one.before) for one in piece.journeys] == [
        (kit.space, there, first, None, first.start),
        (there, kit.space, second, first.end, second.start),
    ]
    cancel_booking(booking=first, by=first.user)
    assert pieces(timezone.now())[0].journeys == []


def test_a_piece_is_brought_handed_over_and_taken_back(kit, there):
    manager = UserFactory()
    booking = began_today(lend(kit, there, 3))
    unit = kit.units.get()
    assert refusal(hand_over, booking=booking, by=manager) == "stands_elsewhere"
    bring(unit=unit, from_space=kit.space, space=there, by=manager, note="Complete")
    bring(unit=unit, from_space=kit.space, space=there, by=manager)
    assert pieces(timezone.now())[0].standing == there
    handed = hand_over(booking=booking, by=manager)
    hand_over(booking=booking, by=manager)
    assert handed.checked_in_by == manager
    assert pieces(timezone.now())[0].holder == booking
    assert refusal(bring, unit=unit, from_space=there, space=kit.space, by=manager) == "on_loan"
    assert refusal(change_booking, booking=booking, start=in_days(4, 9), end=in_days(4, 17), by=booking.user) in {
        "lent",
        "over",
    }
    take_back(booking=booking, space=kit.space, by=manager, note="A cable is missing")
    take_back(booking=booking, space=there, by=manager)
    (piece,) = pieces(timezone.now())
    assert (piece.standing, piece.holder) == (kit.space, None)
    assert list(Handover.objects.order_by("at", "pk").values_list("kind", "space", "note", "by")) == [
        (HandoverKind.BROUGHT, there.pk, "Complete", manager.pk),
        (HandoverKind.LENT, there.pk, "", manager.pk),
        (HandoverKind.RETURNED, kit.space_id, "A cable is missing", manager.pk),
    ]
    assert not Visit.objects.exists()


def test_no_handover_before_its_day_and_no_return_without_handover(kit):
    booking = lend(kit, kit.space, 2)
    assert refusal(hand_over, booking=booking, by=None) == "too_early"
    assert refusal(take_back, booking=booking, space=kit.space, by=None) == "not_lent"
    assert refusal(check_in, booking=booking, by=None) == "by_hand"


def test_mail_and_calendar_name_the_place_of_a_loan(kit, there):
    booking = lend(kit, there, 4)
    assert b"LOCATION:There" in calendar_file(booking, method=REQUEST)
    message = Message.objects.get(template="spaces.booking_confirmed")
    assert message.to_email == booking.user.email


def test_the_database_refuses_impossible_equipment(kit):
    room = ResourceFactory()
    room.travels = True
    with pytest.raises(IntegrityError, match="spaces_resource_only_equipment_travels"), transaction.atomic():
        room.save()
    kit.journey_hours = 49
    with pytest.raises(IntegrityError, match="spaces_resource_notice_covers_the_journey"), transaction.atomic():
        kit.save()


# --- loans in the other parts of the app ---


def test_a_handover_is_no_check_in_that_can_be_undone(kit):
    loan = began_today(lend(kit, kit.space, 1, 2))
    hand_over(booking=loan, by=UserFactory())
    assert refusal(undo_check_in, booking=loan, by=UserFactory()) == "by_hand"
    assert not can_be_corrected(Booking.objects.get(pk=loan.pk), timezone.now())
    assert Booking.objects.get(pk=loan.pk).checked_in_at is not None
    assert pieces(timezone.now())[0].holder == loan


def test_a_withdrawn_visit_does_not_pass_to_a_loan(kit):
    member = UserFactory()
    loan = began_today(lend(kit, kit.space, 1, 2, user=member))
    hand_over(booking=loan, by=UserFactory())
    booking = running_booking(ResourceFactory(space=kit.space), user=member, began=0)
    check_in(booking=booking, by=member)
    undo_check_in(booking=booking, by=UserFactory())
    assert not Visit.objects.exists()


def test_new_hours_warn_of_loans_that_change_hands_there(kit, there):
    member = UserFactory()
    loan = lend(kit, there, 3, 5, user=member)
    now = timezone.now()
    days = {(timezone.localdate() + timedelta(days=days)).weekday() for days in (3, 5)}
    shorter = [row for row in there.opening_hours.all() if row.weekday not in days]
    assert bookings_shut_out(there, there, shorter, now) == [loan]
    without_the_way_back = [row for row in there.opening_hours.all() if row.weekday != loan.end.weekday()]
    assert bookings_shut_out(there, there, without_the_way_back, now) == [loan]
    assert bookings_shut_out(there, there, list(there.opening_hours.all()), now) == []
    assert bookings_shut_out(kit.space, kit.space, [], now) == []


def test_equipment_is_not_listed_as_a_room_of_its_home(kit):
    lend(kit, kit.space, 1)
    assert week(kit.space, [timezone.localdate() + timedelta(days=1)]) == []
    kit.features.add(FeatureFactory())
    assert [feature for feature in all_features() if feature.is_offered] == []


def test_a_loan_that_is_out_cannot_be_cancelled(kit):
    loan = began_today(lend(kit, kit.space, 1, 2))
    hand_over(booking=loan, by=UserFactory())
    manager = UserFactory()
    assert refusal(cancel_booking, booking=loan, by=manager, as_manager=True) == "lent"
    day = {"start": in_days(2, 0), "end": in_days(3, 0), "reason": "Works", "by": manager}
    assert refusal(close, space=kit.space, **day) == "bookings_in_the_way"
    close(space=kit.space, cancel_bookings=True, **day)
    assert Booking.objects.get(pk=loan.pk).is_live
    take_back(booking=loan, space=kit.space, by=manager)
    assert not cancel_booking(booking=loan, by=manager, as_manager=True).is_live


def is_out_there(kit, there, user):
    lend(kit, there, 3, 5)


def is_out_elsewhere(kit, there, user):
    """The loan elsewhere ends on the evening before: the journey takes a day."""
    lend(kit, kit.space, 3)


def is_shut_there(kit, there, user):
    close(space=there, start=in_days(4, 8), end=in_days(4, 12), reason="Travaux", by=None)


def is_under_repair(kit, there, user):
    close(space=kit.space, resource=kit, start=in_days(4, 8), end=in_days(4, 12), reason="Révision", by=None)


def is_lent_to_them(kit, there, user):
    set_units(resource=kit, number=2)
    lend(kit, there, 4, 5, user=user)


@pytest.mark.parametrize("how", [is_out_there, is_out_elsewhere, is_shut_there, is_under_repair, is_lent_to_them])
def test_the_page_of_a_loan_refuses_in_the_words_of_the_operation(kit, there, how):
    user = UserFactory()
    how(kit, there, user)
    with pytest.raises(BookingError) as caught:
        lend(kit, there, 4, user=user)
    shown = outlook_of_loan(kit, there, in_days(4, 9), in_days(4, 17), person_of(user)).refusal
    assert (shown.code, str(shown.message)) == (caught.value.code, str(caught.value.message))


def test_a_loan_is_not_in_its_own_way_when_it_moves(kit, there):
    user = UserFactory()
    loan = lend(kit, there, 4, user=user)
    person = person_of(user, moved=loan)
    assert outlook_of_loan(kit, there, in_days(4, 10), in_days(4, 17), person, loan).refusal is None
