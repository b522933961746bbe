"""Test the correction of a check-in or a no-show noted by mistake."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking, check_in, close, release_missed, undo_check_in, undo_no_show
from spaces.booking.rules import CORRECTED_WITHIN
from spaces.enums import BookingStatus, Presence
from spaces.models import Booking, Correction, Occupancy, Visit
from spaces.passes.queries import pass_balance
from spaces.tests.asking import mails, refused
from spaces.tests.factories import HomeSpaceFactory, PassSchemeFactory, ResourceFactory, running_booking

from .test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return ResourceFactory(release_after_minutes=15)


def corrections():
    return list(Correction.objects.values_list("of", "noted_by", "made_by"))


def end_long_ago(booking, ago):
    end = timezone.now() - ago
    Booking.objects.filter(pk=booking.pk).update(period=(end - timedelta(hours=2), end))


def test_a_check_in_taken_back_takes_its_visit_along_and_stays_on_record(room):
    booking, door, manager = running_booking(room, began=5), UserFactory(), UserFactory()
    check_in(booking=booking, by=door)
    booking = undo_check_in(booking=booking, by=manager)
    assert (booking.status, booking.checked_in_at, booking.checked_in_by) == (BookingStatus.CONFIRMED, None, None)
    assert not Visit.objects.exists()
    assert corrections() == [(Presence.CHECK_IN, door.pk, manager.pk)]
    assert mails() == set()
    assert check_in(booking=booking, by=manager).checked_in_by == manager
    assert Visit.objects.get().booking == booking


def test_the_place_is_kept_as_long_as_one_confirmed_now(room):
    booking = running_booking(room, began=60)
    Booking.objects.update(checked_in_at=timezone.now())
    before = timezone.now()
    booking = undo_check_in(booking=booking, by=UserFactory())
    assert timedelta() <= booking.release_at - before - timedelta(minutes=15) < timedelta(minutes=1)
    assert release_missed(now=before + timedelta(minutes=14)) == 0
    assert release_missed(now=booking.release_at) == 1


def test_the_visit_stays_that_of_another_booking_of_the_day(room):
    member = UserFactory()
    first, second = running_booking(room, user=member), running_booking(ResourceFactory(space=room.space), user=member)
    for booking in (first, second):
        check_in(booking=booking, by=member)
    undo_check_in(booking=first, by=UserFactory())
    assert Visit.objects.get().booking == second


def test_nobody_takes_back_what_was_not_noted(room):
    booking = running_booking(room)
    with refused("not_checked_in"):
        undo_check_in(booking=booking, by=UserFactory())
    with refused("not_a_no_show"):
        undo_no_show(booking=booking, by=UserFactory())
    assert corrections() == []


@pytest.mark.parametrize("past", [timedelta(seconds=-60), timedelta(seconds=60)])
def test_after_a_week_what_is_on_record_stays(room, past):
    booking = running_booking(room)
    check_in(booking=booking, by=booking.user)
    end_long_ago(booking, CORRECTED_WITHIN + past)
    if past > timedelta():
        with refused("too_late"):
            undo_check_in(booking=booking, by=UserFactory())
    else:
        undo_check_in(booking=booking, by=UserFactory())
    assert Correction.objects.exists() is (past < timedelta())


@pytest.mark.parametrize(("began", "as_manager"), [(-10, False), (30, True)])
def test_a_cancelled_booking_leaves_no_visit_and_gives_the_day_back(room, began, as_manager):
    home = HomeSpaceFactory(space__french=True)
    PassSchemeFactory(days=21)
    booking = check_in(booking=running_booking(room, user=home.user, began=began), by=home.user)
    assert pass_balance(home.user, timezone.localdate()).left == 20
    assert Visit.objects.away().count() == 1
    by = UserFactory() if as_manager else home.user
    booking = cancel_booking(booking=booking, by=by, as_manager=as_manager)
    assert (booking.status, booking.checked_in_at) == (BookingStatus.CANCELLED, None)
    assert not Visit.objects.exists()
    assert pass_balance(home.user, timezone.localdate()).left == 21
    assert corrections() == [(Presence.CHECK_IN, home.user.pk, by.pk)]


def test_a_closure_cancels_the_booking_of_somebody_who_was_there_and_keeps_the_visit(room):
    booking = check_in(booking=running_booking(room), by=None)
    now = timezone.now()
    close(
        space=room.space,
        start=now,
        end=now + timedelta(hours=9),
        reason="Flood",
        by=UserFactory(),
        cancel_bookings=True,
    )
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert Visit.objects.get().booking == booking


# --- no-shows ---


def missed(room, **fields):
    booking = running_booking(room, **fields)
    assert release_missed() == 1
    return booking


def test_undoing_a_no_show_restores_place_and_visit_and_uses_the_pass(room):
    member, manager = HomeSpaceFactory().user, UserFactory()
    PassSchemeFactory(days=3)
    today = timezone.localdate()
    booking = missed(room, user=member)
    assert pass_balance(member, today).left == 3
    booking = undo_no_show(booking=booking, by=manager)
    assert (booking.status, booking.checked_in_by, booking.released_at) == (BookingStatus.CONFIRMED, manager, None)
    assert Occupancy.objects.get().booking == booking
    assert Visit.objects.get().booking == booking
    assert pass_balance(member, today).left == 2
    assert corrections() == [(Presence.NO_SHOW, None, manager.pk)]
    assert ("spaces.booking_confirmed", member.email) in mails()
    undo_check_in(booking=booking, by=manager)
    assert not Visit.objects.exists()


def test_once_it_is_over_nobody_is_written_to(room):
    booking = missed(room)
    end_long_ago(booking, timedelta(minutes=1))
    undo_no_show(booking=booking, by=UserFactory())
    assert mails() == {("spaces.booking_released", booking.user.email)}


def test_a_place_that_somebody_else_has_had_meanwhile_is_not_taken_again(room):
    booking = missed(room, began=30)
    running_booking(room, began=1)
    with refused("taken"):
        undo_no_show(booking=booking, by=UserFactory())
    booking.refresh_from_db()
    assert booking.status == BookingStatus.NO_SHOW
    assert corrections() == []


@pytest.mark.django_db(transaction=True)
def test_eight_who_take_it_back_at_once_leave_one_correction():
    booking = running_booking(ResourceFactory())
    check_in(booking=booking, by=booking.user)
    manager = UserFactory()
    answers = at_once(*[lambda: undo_check_in(booking=booking, by=manager)] * 8)
    assert Counter(code for code, _message in answers) == {"ok": 1, "not_checked_in": 7}
    assert (Correction.objects.count(), Visit.objects.count()) == (1, 0)
