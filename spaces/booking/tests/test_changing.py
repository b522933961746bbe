"""Test that a booking changes as a whole: its time, how many come, what for; by its person and by a manager."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import change_booking, check_in
from spaces.booking.queries.usage import months_until, use_of
from spaces.enums import BookingStatus, ResourceKind
from spaces.models import Booking, OpeningHours, Visit, Wait
from spaces.passes.queries import pass_balance
from spaces.tests.asking import day, refused, text
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
    in_days,
    make_manager,
    running_booking,
)
from spaces.timing.hours import day_bounds
from tests.pages import Page

from .promises import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]


def group(room, people, **wish):
    return BookingFactory(resource=room, people=people, unit_count=room.units_for(people), **wish)


def numbers(booking):
    return [unit.number for unit in booking.units]


def change(booking, **wish):
    return change_booking(booking=booking, by=booking.user, **wish)


def change_url(booking):
    return reverse("spaces:booking_move", args=[booking.reference])


# --- places in an open plan ---


def test_more_people_take_more_places_and_fewer_give_the_last_ones_back(desks):
    booking = group(desks, 2, unit=desks.units.get(number=3))
    assert numbers(booking) == [3, 1]
    grown = change(booking, people=4)
    assert (numbers(grown), grown.people, grown.unit_count, faults()) == ([3, 1, 2, 4], 4, 4, {})
    shrunk = change(booking, people=1)
    assert (numbers(shrunk), shrunk.people, shrunk.unit_count, faults()) == ([3], 1, 1, {})
    moved = change(change(booking, people=3), start=in_days(1, 14), end=in_days(1, 15), people=1)
    assert (numbers(moved), faults()) == ([3], {})


def test_all_the_places_or_none(desks):
    booking, other = group(desks, 2), group(desks, 1)
    with refused("taken"):
        change(booking, people=4, purpose="Atelier")
    booking.refresh_from_db()
    assert (booking.people, booking.purpose, booking.sequence, len(booking.units)) == (2, "", 0, 2)
    with refused("too_many_people"):
        change(booking, people=5)
    assert numbers(change(other, people=2)) == [3, 4]


def test_places_that_come_keep_the_time_around_of_those_that_are_there(desks):
    booking = group(desks, 1)
    BookingFactory(resource=desks, hours=(10, 11), unit=desks.units.get(number=1))
    desks.buffer_minutes = 60
    desks.save()
    change(booking, people=2)
    assert {row.period for row in booking.occupancies.all()} == {booking.period}


def test_a_place_given_back_goes_to_who_waits(desks):
    booking = group(desks, 4)
    wait = WaitFactory(resource=desks)
    change(booking, people=3)
    served = Wait.objects.get(pk=wait.pk).booking
    assert (served.user, numbers(served), faults()) == (wait.user, [4], {})


# --- what a change of people asks for, and what it leaves alone ---


def test_a_room_keeps_its_limit_of_seats_but_not_for_a_manager():
    booking = group(ResourceFactory(seats=6), 4)
    with refused("too_many_people"):
        change(booking, people=7)
    assert change(booking, people=6).people == 6
    managed = change(booking, people=8, as_manager=True)
    assert (managed.people, managed.unit_count) == (8, 1)
    assert change(booking, people=7).people == 7, "fewer than a manager allowed is never refused"


def test_a_time_that_stays_is_not_judged_anew(desks):
    booking = group(desks, 1)
    desks.min_notice_minutes, desks.min_minutes, desks.max_open_bookings = 60 * 48, 120, 1
    desks.save()
    OpeningHours.objects.filter(space=desks.space).delete()
    assert change(booking, people=2).unit_count == 2
    with refused("hours_unknown"):
        change(booking, people=2, start=in_days(1, 10), end=in_days(1, 12))


def test_the_deadline_is_that_of_moving():
    room = ResourceFactory(cancel_until_minutes=240)
    booking = running_booking(room, began=-60)
    for wish in ({"people": 2}, {"purpose": "Atelier"}):
        with refused("too_late"):
            change(booking, **wish)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"people": 2}, BookingStatus.CONFIRMED),
        ({"purpose": "Atelier"}, BookingStatus.CONFIRMED),
        ({"people": 4}, BookingStatus.REQUESTED),
        ({"people": 4, "as_manager": True}, BookingStatus.CONFIRMED),
    ],
    ids=["fewer", "another purpose", "more", "more, by a manager"],
)
def test_only_more_people_than_approved_are_approved_anew(wish, status):
    room = ResourceFactory(needs_approval=True, space__managers=[UserFactory()], release_after_minutes=30)
    booking = group(room, 3, as_manager=True)
    kept = booking.release_at
    changed = change(booking, **wish)
    assert (changed.status, changed.release_at) == (status, kept if status == BookingStatus.CONFIRMED else None)
    asked = Message.objects.filter(template="spaces.booking_to_decide").count()
    assert asked == (1 if status == BookingStatus.REQUESTED else 0)


def test_a_check_in_ends_with_what_must_be_approved_anew():
    booking = running_booking(ResourceFactory(needs_approval=True), began=-5, people=1)
    check_in(booking=booking, by=booking.user)
    changed = change(booking, people=2)
    assert (changed.status, changed.checked_in_at, Visit.objects.count()) == (BookingStatus.REQUESTED, None, 0)


def test_check_in_visit_release_and_pass_day_stay():
    room = ResourceFactory(kind=ResourceKind.WORKPLACE, units=3, release_after_minutes=30)
    member = HomeSpaceFactory(space=SpaceFactory(name="Home")).user
    PassSchemeFactory(days=1)
    booking = running_booking(room, user=member, began=-5, people=1)
    check_in(booking=booking, by=member)
    kept, used = Booking.objects.get().release_at, pass_balance(member, timezone.localdate()).left
    room.release_after_minutes = 10
    room.save()
    changed = change(booking, people=3)
    assert (changed.checked_in_by, changed.release_at, Visit.objects.count()) == (member, kept, 1)
    assert pass_balance(member, timezone.localdate()).left == used == 0
    assert faults() == {}


def test_what_is_left_of_a_pass_is_said_to_leave_the_changed_booking_out(client, desks):
    member = HomeSpaceFactory(space=SpaceFactory(name="Home")).user
    PassSchemeFactory(days=5)
    booking = BookingFactory(resource=desks, user=member)
    client.force_login(member)
    page = text(client.get(reverse("spaces:booking_move", args=[booking.reference])))
    assert "Sans compter cette réservation : Il vous reste 5 jours sur 5" in page


def test_the_use_of_a_room_counts_the_places_of_now(desks):
    booking = group(desks, 3, hours=(9, 11))
    change(booking, people=2)
    (use,) = use_of([desks], months_until(timezone.localdate(booking.start).replace(day=1), 1))
    assert use.months[0].booked == 4


# --- who is told ---


def letters():
    mail.outbox.clear()
    send_due()
    return mail.outbox


def test_one_mail_tells_what_changed_and_brings_the_calendar_up_to_date(desks):
    booking = group(desks, 2)
    letters()
    change(booking, people=3, start=in_days(2, 14), end=in_days(2, 16))
    [letter] = letters()
    body = letter.body.replace("\xa0", " ")
    assert letter.subject.startswith("Modifié") and "14 h" in letter.subject
    now, _until, before = body.partition("Jusqu’ici :")
    assert "3 personnes, 3 places" in now and "14 h" in now
    assert "2 personnes, 2 places" in before and "9 h – 10 h" in before
    [entry] = Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")
    assert (entry["SEQUENCE"], entry["DESCRIPTION"]) == (1, "3 personnes, 3 places")
    change(booking, people=2)
    [letter] = letters()
    assert "Jusqu’ici" in letter.body and "9 h" not in letter.body
    assert Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")[0]["SEQUENCE"] == 2


def test_another_purpose_alone_mails_nobody_and_leaves_the_calendar(desks):
    booking = group(desks, 2)
    letters()
    changed = change(booking, purpose=" Atelier ")
    assert (changed.purpose, changed.sequence, letters()) == ("Atelier", 0, [])
    assert change(booking, people=2, start=booking.start).sequence == 0, "what stays is no change"


# --- the page of a member ---


def test_a_member_changes_people_and_purpose_and_everybody_reads_it(client, desks):
    manager = UserFactory(is_staff=True)
    make_manager(desks.space, manager)
    booking = group(desks, 2, purpose="Réunion")
    client.force_login(booking.user)
    own = client.get(booking.get_absolute_url())
    assert "2 personnes, 2 places" in text(own) and "Modifier cette réservation" in text(own)
    form = client.get(change_url(booking)).context["form"]
    shown = [form[name].value() for name in ("day", "start", "end", "people", "purpose")]
    assert shown == [day(), "09:00", "10:00", "2", "Réunion"]
    asked = {"day": day(), "start": "09:00", "end": "10:00", "people": "3", "purpose": "Atelier"}
    looked = client.post(change_url(booking), {**asked, "look": "people"})
    assert "3 personnes, 3 places" in text(looked) and looked.context["outlook"].refusal is None
    answer = client.post(change_url(booking), {**asked, "seen": looked.context["form"].choice()}, follow=True)
    assert answer.redirect_chain == [(booking.get_absolute_url(), 302)]
    assert "La réservation est modifiée" in text(answer) and "3 personnes, 3 places" in text(answer)
    client.force_login(manager)
    row = text(client.get(reverse("admin:spaces_booking_change", args=[booking.pk])))
    assert "Plateau 3" in row and "Atelier" in row
    for view in ("", "week"):
        timeline = reverse("admin:spaces_space_timeline", args=[desks.space.pk])
        assert "(3 personnes, 3 places)" in text(client.get(timeline, {"day": day(), "view": view}))


def test_a_page_opened_before_somebody_else_moved_the_booking_does_not_move_it_back(client, desks):
    booking = BookingFactory(resource=desks, people=1)
    client.force_login(booking.user)
    url = change_url(booking)
    opened = Page(client.get(url).text, url).form(url)
    start = booking.start + timedelta(hours=1)
    change_booking(booking=booking, by=UserFactory(), start=start, end=start + timedelta(hours=1), as_manager=True)
    shown = client.post(url, opened.data(purpose="Atelier"))
    if shown.status_code != 302:  # The summary was of the former hours: it is shown once more.
        client.post(url, Page(shown.text, url).form(url).data())
    booking.refresh_from_db()
    assert (booking.start, booking.purpose) == (start, "Atelier")


@pytest.mark.parametrize(
    ("wish", "hours"),
    [
        ({"end": "11:00"}, ("09:00", "11:00")),
        ({"pick": "10:00", "picking": "last"}, ("09:00", "10:30")),
        ({"purpose": "Atelier"}, ("13:00", "14:00")),
    ],
    ids=["an hour", "an hour of the grid", "another field"],
)
def test_hours_chosen_while_somebody_else_moved_the_booking_are_not_mixed_with_its_own(client, desks, wish, hours):
    booking = BookingFactory(resource=desks, people=1)
    client.force_login(booking.user)
    url = change_url(booking)
    opened = Page(client.get(url).text, url).form(url)
    start = booking.start + timedelta(hours=4)
    change_booking(booking=booking, by=UserFactory(), start=start, end=start + timedelta(hours=1), as_manager=True)
    shown = client.post(url, {"look": "end", **opened.data(**wish)})
    assert tuple(shown.context["form"][name].value() for name in ("start", "end")) == hours
    assert client.post(url, Page(shown.text, url).form(url).data()).status_code == 302
    booking.refresh_from_db()
    assert f"{timezone.localtime(booking.start):%H:%M}" == hours[0]


def test_the_page_refuses_people_in_the_words_of_the_operation(client, desks):
    booking = group(desks, 1)
    group(desks, 2)
    client.force_login(booking.user)
    asked = {"day": day(), "start": "09:00", "end": "10:00", "people": "3", "purpose": "Atelier"}
    shown = client.post(change_url(booking), {**asked, "look": "people"})
    answer = client.post(change_url(booking), asked)
    assert (answer.status_code, answer.context["form"]["purpose"].value()) == (409, "Atelier")
    assert [str(shown.context["outlook"].refusal.message)] == answer.context["form"].non_field_errors()
    assert "2 places libres" in text(answer)


def test_the_summary_says_if_the_team_decides(client):
    booking = group(ResourceFactory(needs_approval=True, seats=8), 3, as_manager=True)
    client.force_login(booking.user)
    asked = {"day": day(), "start": "09:00", "end": "10:00", "look": "people"}
    assert "La réservation reste confirmée" in text(client.post(change_url(booking), {**asked, "people": "2"}))
    more = client.post(change_url(booking), {**asked, "people": "4"})
    assert "L’équipe confirme la modification" in text(more) and "Demander cette modification" in text(more)
    moved = client.post(change_url(booking), {**asked, "start": "10:00", "end": "11:00", "look": "start"})
    assert "L’équipe confirme la modification" in text(moved)


def test_people_can_be_changed_on_a_day_that_can_no_longer_be_chosen(client, desks):
    booking = group(desks, 1)
    desks.min_notice_minutes = 60 * 24 * 5
    desks.save()
    client.force_login(booking.user)
    page = client.get(change_url(booking))
    assert "l’horaire ne peut plus être modifié" in text(page) and 'name="people"' in page.text
    asked = {"day": day(), "start": "09:00", "end": "10:00", "people": "2"}
    assert client.post(change_url(booking), asked).status_code == 302
    booking.refresh_from_db()
    assert booking.unit_count == 2


# --- the page of a manager ---


@pytest.fixture
def manager(client):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    return user


def test_a_manager_changes_a_booking_beyond_the_limits_of_members(client, manager):
    space = SpaceFactory(with_hours=True, managers=[manager])
    room = ResourceFactory(space=space, seats=2, max_days_ahead=3, min_notice_minutes=60 * 24, needs_approval=True)
    booking = group(room, 1, days=2)
    far = {"day": day(20), "start": "09:10", "end": "09:25", "people": "3", "purpose": "Visite"}
    page = client.post(change_url(booking), {**far, "look": "people"})
    assert page.context["outlook"].refusal is None
    assert [page.context["form"][name].value() for name in ("start", "end")] == ["09:10", "09:25"]
    words = text(page)
    assert "3 personnes pour 2 places assises" in words and f"Un e-mail part à {booking.user.email}" in words
    answer = client.post(change_url(booking), far, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:spaces_booking_change", args=[booking.pk])
    assert "1 personne est prévenue par e-mail" in text(answer)
    booking.refresh_from_db()
    assert (booking.start, booking.end) == (in_days(20, 9, 10), in_days(20, 9, 25))
    assert (booking.people, booking.purpose) == (3, "Visite")


def test_a_manager_lengthens_what_has_begun_and_is_told_whom_to_phone(client, manager):
    room = ResourceFactory(space=SpaceFactory(managers=[manager]))
    OpeningHours.objects.bulk_create(
        OpeningHours(space=room.space, weekday=weekday, opens="00:00", closes="23:59") for weekday in range(7)
    )
    midnight = day_bounds(timezone.localdate()).start
    start = max(midnight, (timezone.now() - timedelta(minutes=10)).replace(second=0, microsecond=0))
    guest = {"user": None, "guest_name": "Jeanne", "as_manager": True, "by": manager}
    booking = BookingFactory(resource=room, start=start, end=start + timedelta(minutes=30), **guest)
    assert change_booking(booking=booking, by=manager, people=3, as_manager=True).people == 3
    answer = client.post(change_url(booking), {"people": "2"}, follow=True)
    assert "La réservation est modifiée" in text(answer) and "Prévenez par téléphone : Jeanne" in text(answer)
    booking.refresh_from_db()
    assert (booking.people, booking.start) == (2, start)
