"""Test check-in, no-shows, and the places that no-shows free."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    BookingRequest,
    book,
    cancel_booking,
    change_booking,
    check_in,
    confirm_booking,
    release_missed,
    renew_door_code,
    take_over,
    tend_waits,
    withdraw_door_code,
)
from spaces.booking.rules import CORRECTED_WITHIN
from spaces.enums import BookingState, BookingStatus
from spaces.errors import BookingError
from spaces.models import Booking, Occupancy, Visit, Wait
from spaces.passes.queries import pass_balance
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
    in_days,
    running_booking,
)
from spaces.timing.hours import local_day
from tests.pages import Page

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(BookingError, check=lambda error: error.code == code)


def mails():
    return sorted(Message.objects.values_list("template", "to_email"))


@pytest.fixture
def room():
    return ResourceFactory(release_after_minutes=15)


# --- states ---


def test_the_clock_makes_states_of_what_is_stored(room):
    now = timezone.now()
    coming = BookingFactory(resource=room)
    asked = BookingFactory(resource=ResourceFactory(needs_approval=True))
    there = check_in(booking=running_booking(room), by=None)
    missed = running_booking(room, began=200, lasts=60)
    done = running_booking(ResourceFactory(), began=200, lasts=60)
    release_missed(now=now)
    cancelled = cancel_booking(booking=BookingFactory(days=2), by=None)
    states = {
        BookingState.CONFIRMED: coming,
        BookingState.REQUESTED: asked,
        BookingState.CHECKED_IN: there,
        BookingState.NO_SHOW: missed,
        BookingState.DONE: done,
        BookingState.CANCELLED: cancelled,
    }
    for state, booking in states.items():
        booking.refresh_from_db()
        assert booking.state == state
        assert list(Booking.objects.in_state(state)) == [booking]
    assert asked.state_at(asked.end) == BookingState.UNANSWERED
    assert list(Booking.objects.in_state(BookingState.UNANSWERED, asked.end)) == [asked]


# --- until when it is cancelled, and by whom ---


def test_a_member_cancels_until_the_deadline_a_manager_after_it():
    room = ResourceFactory(cancel_until_minutes=120)
    booking = running_booking(room, began=-90)
    for wish in (
        lambda: cancel_booking(booking=booking, by=booking.user),
        lambda: change_booking(booking=booking, start=in_days(1, 9), end=in_days(1, 10), by=booking.user),
    ):
        with refused("too_late"):
            wish()
    manager = UserFactory()
    booking = cancel_booking(booking=booking, by=manager, as_manager=True)
    assert (booking.status, booking.cancelled_by) == (BookingStatus.CANCELLED, manager)
    assert not booking.was_cancelled_by_the_person


def test_the_canceller_and_the_confirmer_are_kept_apart():
    booking, manager = BookingFactory(resource=ResourceFactory(needs_approval=True)), UserFactory()
    confirm_booking(booking=booking, by=manager)
    booking = cancel_booking(booking=booking, by=booking.user)
    assert (booking.decided_by, booking.cancelled_by) == (manager, booking.user)
    assert booking.was_cancelled_by_the_person
    assert booking.cancelled_at > booking.decided_at


def test_a_request_is_withdrawn_past_the_deadline():
    booking = running_booking(ResourceFactory(cancel_until_minutes=120), began=-30)
    Booking.objects.update(status=BookingStatus.REQUESTED)
    assert cancel_booking(booking=booking, by=booking.user).status == BookingStatus.CANCELLED


# --- check-in ---


@pytest.mark.parametrize(("began", "code"), [(-20, "too_early"), (-10, None), (100, None), (130, "over")])
def test_one_checks_in_from_a_quarter_of_an_hour_before_to_the_end(began, code):
    booking = running_booking(ResourceFactory(), began=began)
    if code:
        with refused(code):
            check_in(booking=booking, by=booking.user)
    else:
        booking = check_in(booking=booking, by=booking.user)
        assert booking.checked_in_by == booking.user
        assert booking.state == BookingState.CHECKED_IN


@pytest.mark.parametrize(("days", "code"), [(0, None), (6, None), (8, "over")])
def test_the_team_notes_who_came_until_seven_days_after(days, code):
    began = 120 + days * 24 * 60 + 60
    home = SpaceFactory(french=True)
    booking = running_booking(ResourceFactory(), user=HomeSpaceFactory(space=home).user, began=began)
    with refused("over"):
        check_in(booking=booking, by=booking.user)
    if code:
        with refused(code):
            check_in(booking=booking, by=UserFactory(), by_team=True)
        return
    check_in(booking=booking, by=UserFactory(), by_team=True)
    (visit,) = Visit.objects.crossings()
    assert (visit.day, visit.booking) == (local_day(booking.start), booking)


def test_the_manager_finds_the_button_on_the_page_of_a_booking_that_is_over(client):
    booking = running_booking(ResourceFactory(), began=3 * 24 * 60)
    manager = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(manager)
    page = client.get(reverse("admin:spaces_booking_change", args=[booking.pk]))
    assert page.context["can_check_in"]
    client.post(reverse("admin:spaces_booking_check_in", args=[booking.pk]))
    booking.refresh_from_db()
    assert booking.checked_in_by == manager


DAY = 24 * 60


def text_of(answer):
    return Page(answer.text).text.replace(dates.NBSP, " ")


def over(resource=None, *, days, **wish):
    """Make a booking of two hours that ended so many days ago, and a moment more."""
    return running_booking(resource or ResourceFactory(), began=days * DAY + 125, **wish)


def until(booking):
    """Return the last moment of the team's note as the pages write it."""
    last = booking.end + CORRECTED_WITHIN
    return f"jusqu’au {dates.day(last)} à {dates.hour(last)}".replace(dates.NBSP, " ")


@pytest.mark.parametrize(("days", "is_open"), [(0, True), (3, True), (6, True), (7, False)])
def test_a_person_not_noted_as_come_reads_until_when_the_team_can(client, days, is_open):
    booking = over(days=days)
    client.force_login(booking.user)
    text = text_of(client.get(booking.get_absolute_url()))
    assert ("Votre présence n’a pas été notée" in text, until(booking) in text) == (is_open, is_open)


def test_a_no_show_reads_until_when_it_can_be_put_right(client, room):
    booking = running_booking(room, began=60)
    release_missed()
    client.force_login(booking.user)
    assert until(booking) in text_of(client.get(booking.get_absolute_url()))
    cancelled = over(days=1, user=booking.user)
    Booking.objects.filter(pk=cancelled.pk).update(status=BookingStatus.CANCELLED, cancelled_at=timezone.now())
    assert "n’a pas été notée" not in text_of(client.get(cancelled.get_absolute_url()))


def test_the_page_says_who_noted_it_afterwards_and_no_hour_of_arrival(client):
    booking = check_in(booking=over(days=3), by=UserFactory(), by_team=True)
    client.force_login(booking.user)
    text = text_of(client.get(booking.get_absolute_url()))
    assert f"notée après coup par l’équipe : {dates.day(timezone.now())}".replace(dates.NBSP, " ") in text
    assert "Présence signalée à" not in text and "n’a pas été notée" not in text


def test_the_door_tells_who_comes_back_after_the_end_to_ask_the_team(client):
    booking = running_booking(ResourceFactory(), began=0.01, lasts=0.005)
    door = reverse("spaces:door", args=[renew_door_code(resource=booking.resource).door_token])
    client.force_login(booking.user)
    assert until(booking) in text_of(client.get(door))
    refusal = client.post(door, {"booking": booking.reference}, follow=True)
    assert "elle peut encore le noter" in text_of(refusal)


@pytest.mark.parametrize(
    ("days", "said"),
    [(3, "La présence peut être notée ou corrigée"), (7, "la présence ne peut plus être notée ni corrigée")],
)
def test_the_booking_of_the_team_says_until_when_it_is_noted(client, days, said):
    booking = over(days=days)
    client.force_login(UserFactory(superuser=True))
    page = reverse("admin:spaces_booking_change", args=[booking.pk])
    assert said in text_of(client.get(page))
    running = reverse("admin:spaces_booking_change", args=[running_booking(ResourceFactory()).pk])
    assert "La présence peut" not in text_of(client.get(running))


def test_the_team_reads_why_a_note_is_refused_after_seven_days():
    with pytest.raises(BookingError) as refusal:
        check_in(booking=over(days=7), by=UserFactory(), by_team=True)
    with translation.override("fr"):
        assert "jusqu’à 7 jours après la fin" in str(refusal.value.message)


def test_a_second_click_changes_nothing():
    booking = running_booking(ResourceFactory())
    first = check_in(booking=booking, by=booking.user).checked_in_at
    again = check_in(booking=booking, by=UserFactory())
    assert (again.checked_in_at, again.checked_in_by) == (first, booking.user)
    assert mails() == []


def test_only_what_is_confirmed_is_checked_in():
    booking = running_booking(ResourceFactory())
    Booking.objects.update(status=BookingStatus.REQUESTED)
    with refused("not_confirmed"):
        check_in(booking=booking, by=booking.user)
    cancel_booking(booking=booking, by=None, as_manager=True)
    with refused("over"):
        check_in(booking=booking, by=booking.user)


def test_a_booking_moved_after_check_in_is_checked_in_again():
    booking = check_in(booking=running_booking(ResourceFactory(), began=-5), by=None)
    moved = change_booking(booking=booking, start=in_days(1, 9), end=in_days(1, 10), by=booking.user)
    moved.refresh_from_db()
    assert (moved.checked_in_at, moved.checked_in_by) == (None, None)


@pytest.mark.parametrize("minutes", [-10, 5])
def test_who_is_there_stays_checked_in_where_only_the_end_moves(monkeypatch, minutes):
    """Check in who comes early before the beginning, and keep their place as that of anybody who is there."""
    booking = BookingFactory(resource=ResourceFactory(release_after_minutes=15))
    now = booking.start + timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: now)
    check_in(booking=booking, by=booking.user)
    end = booking.end + timedelta(minutes=30)
    moved = change_booking(booking=booking, start=booking.start, end=end, by=None, as_manager=True)
    moved.refresh_from_db()
    assert (moved.checked_in_by, moved.end, Visit.objects.count()) == (booking.user, end, 1)
    assert release_missed(now=booking.start + timedelta(minutes=20)) == 0


def test_a_check_in_leaves_one_visit_with_both_sides():
    member = UserFactory()
    HomeSpaceFactory(user=member, space__name="Home")
    abroad = SpaceFactory(with_hours=True, french=True)
    for resource in (ResourceFactory(space=abroad), ResourceFactory(space=abroad)):
        booking = running_booking(resource, user=member, began=5)
        check_in(booking=booking, by=member)
        check_in(booking=booking, by=None)
    visit = Visit.objects.get()
    assert (visit.participant_number, visit.day) == (member.participant_number, local_day(booking.start))
    assert (visit.space, visit.side, visit.home_space.name, visit.home_side) == (abroad, "FR", "Home", "BE")


def test_a_check_in_that_no_longer_holds_takes_its_visit_back():
    member, space = UserFactory(), SpaceFactory(with_hours=True)
    first, second = (
        check_in(booking=running_booking(ResourceFactory(space=space), user=member, began=-5), by=member) for _ in "ab"
    )
    assert Visit.objects.get().booking == first
    change_booking(booking=first, start=in_days(1, 9), end=in_days(1, 10), by=member)
    assert Visit.objects.get().booking == second
    change_booking(booking=second, start=in_days(1, 9), end=in_days(1, 10), by=member)
    assert not Visit.objects.exists()


def test_a_no_show_takes_no_day_of_the_pass(room):
    member = UserFactory()
    HomeSpaceFactory(user=member)
    PassSchemeFactory(days=3)
    missed = running_booking(room, user=member)
    today = local_day(missed.start)
    assert pass_balance(member, today).left == 2
    assert release_missed() == 1
    assert pass_balance(member, today).left == 3


def test_a_door_has_one_code_at_a_time():
    room = ResourceFactory()
    first = renew_door_code(resource=room).door_token
    second = renew_door_code(resource=room).door_token
    assert first != second
    assert withdraw_door_code(resource=room).door_token is None


# --- release ---


def test_a_place_is_kept_so_long_and_then_given_to_others(room):
    booking = running_booking(room, began=14)
    assert release_missed() == 0
    assert release_missed(now=booking.start + timedelta(minutes=15)) == 1
    booking.refresh_from_db()
    assert (booking.status, booking.sequence) == (BookingStatus.NO_SHOW, 1)
    assert booking.released_at == booking.start + timedelta(minutes=15)
    assert Occupancy.objects.count() == 0
    assert mails() == [("spaces.booking_released", booking.user.email)]
    with refused("released"):
        check_in(booking=booking, by=booking.user)


def test_a_person_who_checked_in_keeps_the_place(room):
    check_in(booking=running_booking(room), by=None)
    assert release_missed() == 0
    assert Occupancy.objects.count() == 1


def test_run_again_nothing_is_released_or_told_twice(room):
    running_booking(room)
    assert [release_missed() for _ in range(3)] == [1, 0, 0]
    assert Message.objects.count() == 1


def test_a_beat_that_slept_a_day_gives_to_others_only_what_still_runs(room):
    now = in_days(1, 14)
    yesterday = running_booking(room, now=now, began=20 * 60, lasts=60)
    over = running_booking(room, now=now, began=180, lasts=60)
    running = running_booking(room, now=now, began=120, lasts=240)
    waiting = WaitFactory(resource=room, start=running.start, end=running.end)
    gone = WaitFactory(resource=room, start=over.start, end=over.end)
    assert release_missed(now=now) == 3
    assert tend_waits(now=now) == 1
    for booking, released in ((yesterday, False), (over, False), (running, True)):
        booking.refresh_from_db()
        assert booking.status == BookingStatus.NO_SHOW
        assert bool(booking.released_at) is released
    assert mails() == [
        ("spaces.booking_released", running.user.email),
        ("spaces.wait_told", waiting.user.email),
    ]
    assert not Wait.objects.filter(pk=gone.pk).exists()
    assert (release_missed(now=now), tend_waits(now=now), Message.objects.count()) == (0, 0, 2)


def test_without_the_rule_nobody_is_a_no_show():
    running_booking(ResourceFactory(), began=60)
    assert release_missed() == 0


def test_a_rule_made_today_does_not_judge_what_was_booked_before(room):
    room.release_after_minutes = None
    running_booking(room, began=60)
    running_booking(room, began=200, lasts=60)
    room.release_after_minutes = 15
    room.save()
    assert release_missed() == 0


def test_a_rule_taken_back_releases_nothing(room):
    running_booking(room, began=60)
    room.release_after_minutes = None
    room.save()
    assert release_missed() == 0


def test_the_time_is_counted_from_when_it_was_booked_confirmed_or_moved(room):
    minutes = timedelta(minutes=15)
    booking = BookingFactory(resource=room)
    assert booking.release_at == booking.start + minutes
    moved = change_booking(booking=booking, start=in_days(2, 9), end=in_days(2, 10), by=booking.user)
    assert moved.release_at == in_days(2, 9) + minutes
    asked = BookingFactory(resource=ResourceFactory(release_after_minutes=15, needs_approval=True))
    assert asked.release_at is None
    late = running_booking(ResourceFactory(release_after_minutes=15), began=60)
    Booking.objects.filter(pk=late.pk).update(status=BookingStatus.REQUESTED)
    late = confirm_booking(booking=late, by=None)
    assert late.release_at == pytest.approx(timezone.now() + minutes, abs=timedelta(seconds=30))


def test_the_freed_place_can_be_booked_by_the_same_person(room):
    booking = running_booking(room, began=20, lasts=24 * 60 * 2)
    release_missed()
    again = book(
        asked=BookingRequest(resource=room, user=booking.user, start=in_days(1, 9), end=in_days(1, 10)), by=booking.user
    )
    assert again.status == BookingStatus.CONFIRMED


# --- a booking made for an address, checked in by the team ---


@pytest.fixture
def checked_in_by_the_team(room):
    """A running booking for the address of a member from across the border, checked in by the team; and the member."""
    member = HomeSpaceFactory(space=SpaceFactory(french=True)).user
    booking = running_booking(room, began=10)
    Booking.objects.update(user=None, guest_name="Madame E.", guest_email=member.email)
    booking.refresh_from_db()
    check_in(booking=booking, by=UserFactory())
    assert not Visit.objects.exists()
    return booking, member


def is_the_visit_of(member, booking):
    visit = Visit.objects.get()
    return (visit.participant_number, visit.day, visit.side, visit.home_side, visit.booking) == (
        member.participant_number,
        local_day(booking.start),
        "BE",
        "FR",
        booking,
    )


@pytest.mark.parametrize("act", ["take_over", "check_in"])
def test_the_visit_is_recorded_once_the_person_takes_a_checked_in_booking_over(checked_in_by_the_team, act):
    booking, member = checked_in_by_the_team
    taken = take_over(booking=booking, user=member) if act == "take_over" else check_in(booking=booking, by=member)
    assert taken.user == member
    assert is_the_visit_of(member, booking)
    assert Visit.objects.crossings().count() == 1


def test_at_the_door_the_person_says_so_after_the_team(client, checked_in_by_the_team):
    booking, member = checked_in_by_the_team
    door = renew_door_code(resource=booking.resource).door_token
    client.force_login(member)
    page = reverse("spaces:door", args=[door])
    assert str(booking.reference) in client.get(page).content.decode().split("<form", 2)[-1]
    client.post(page, {"booking": booking.reference})
    assert is_the_visit_of(member, booking)
    assert not client.get(page).context["today"][0][1]


def test_equipment_taken_over_records_no_visit(checked_in_by_the_team):
    booking, member = checked_in_by_the_team
    Booking.objects.update(place=booking.resource.space)
    take_over(booking=booking, user=member)
    assert not Visit.objects.exists()
