"""A manager books for somebody: the page shows what will be booked, under the rules that bind a manager."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import close
from spaces.booking.queries import free_slots
from spaces.enums import ResourceKind
from spaces.models import Booking, Series
from spaces.tests.asking import mails
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from spaces.timing.hours import at_local
from tests.pages import Page

pytestmark = pytest.mark.django_db

PATH = "/admin/spaces/booking/add/"


@pytest.fixture
def space(manager):
    return SpaceFactory(name="La Forge", managers=[manager], with_hours=True)


@pytest.fixture
def room(space):
    return ResourceFactory(space=space, name="Atelier", seats=6)


def local(days):
    return timezone.localdate() + timedelta(days=days)


class Drawn:
    """The page as a browser without scripts has it: what it says, and its form to send again."""

    def __init__(self, client, response):
        self.client, self.response, self.context = client, response, response.context
        page = Page(response.text, PATH)
        (self.form,) = [form for form in page.forms if "data-refreshed" in form.attributes]
        self.text = page.text

    def says(self, message):
        return " ".join(str(message).split()) in self.text

    def press(self, **changes):
        """Send the form with the changes, without a name of a button: book."""
        return self.client.post(PATH, self.form.data(**changes))

    def look(self, **changes):
        """Send the form with the changes, to be drawn anew."""
        return Drawn(self.client, self.press(look="hours", **changes))

    def pick(self, value):
        return Drawn(self.client, self.press(pick=value))


@pytest.fixture
def open_page(client, manager):
    def open_page(resource, day=1, **sent):
        wish = {"resource": resource.pk, "day": f"{local(day)}", **sent}
        return Drawn(client, client.get(reverse("admin:spaces_booking_add"), wish))

    return open_page


def hours_of(page):
    return page.form.fields["start"] + page.form.fields["end"]


# --- what is offered ---


def test_two_presses_on_the_grid_book_for_a_guest(open_page, room):
    page = open_page(room).pick("13:00").pick("15:30")
    assert hours_of(page) == ["13:00", "16:00"]
    page.press(guest_name="Jeanne Invitée", guest_email="jeanne@example.net", purpose="Photo")
    booking = Booking.objects.get()
    assert (booking.start, booking.end, booking.people) == (in_days(1, 13), in_days(1, 16), 1)
    assert (booking.guest_name, booking.purpose) == ("Jeanne Invitée", "Photo")
    assert mails() == {("spaces.booking_confirmed", "jeanne@example.net")}


def test_the_page_opens_on_the_first_room_and_the_next_day_that_is_open(client, room):
    room.space.opening_hours.exclude(weekday=local(2).weekday()).delete()
    page = Drawn(client, client.get(PATH))
    assert page.form.fields["resource"] == [str(room.pk)]
    assert page.form.fields["day"] == [f"{local(2)}"]
    assert page.context["plan"].starts_ahead


def test_rooms_of_several_spaces_are_grouped_and_those_of_others_are_refused(client, manager, open_page, room):
    other = ResourceFactory(space=SpaceFactory(managers=[manager], with_hours=True, name="Le Moulin"), name="Cuve")
    foreign = ResourceFactory(space=SpaceFactory(with_hours=True))
    page = open_page(room)
    assert page.form.choices["resource"] == [str(room.pk), str(other.pk)]
    assert '<optgroup label="Le Moulin">' in page.response.text
    refused = page.press(resource=foreign.pk, guest_name="Jeanne", seen=None)
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["resource"])
    assert client.get(PATH, {"resource": foreign.pk}).status_code == 400
    assert not Booking.objects.exists()


def test_somebody_who_belongs_to_no_space_of_the_manager_is_refused(open_page, room):
    stranger = HomeSpaceFactory(space=SpaceFactory()).user
    refused = open_page(room).press(user=stranger.pk, seen=None)
    assert "user" in refused.context["form"].errors
    assert not Booking.objects.exists()


def test_only_places_of_the_room_are_offered_and_each_says_if_it_is_free(open_page, room):
    desks = ResourceFactory(space=room.space, units=3, kind=ResourceKind.WORKPLACE)
    first, second, third = desks.units.order_by("number")
    BookingFactory(resource=desks, unit=second, hours=(9, 10))
    assert "unit" not in open_page(room).form.choices
    page = open_page(desks, start="09:00", end="10:00")
    assert page.form.choices["unit"] == ["", str(first.pk), str(second.pk), str(third.pk)]
    assert [choice.is_free for choice in page.context["form"].units] == [True, False, True]
    assert "2 places libres sur 3" in page.text
    assert "unit" not in page.look(people=2).form.choices, "a group is given some together"


def test_a_group_takes_a_place_for_each(open_page, room):
    desks = ResourceFactory(space=room.space, units=3, kind=ResourceKind.WORKPLACE)
    page = open_page(desks, people=2)
    assert "2 personnes, 2 places" in page.text
    page.press(guest_name="Jeanne Invitée")
    assert (Booking.objects.get().people, Booking.objects.get().occupancies.count()) == (2, 2)


# --- what only a manager may ---


def test_hours_that_a_manager_types_stay_as_they_are(open_page, room):
    room.min_minutes, room.max_minutes, room.min_notice_minutes, room.max_days_ahead = 60, 120, 10_000, 7
    room.save()
    page = open_page(room, day=20).look(start="09:07", end="19:52")
    assert hours_of(page) == ["09:07", "19:52"]
    assert page.context["outlook"].refusal is None
    page.press(guest_name="Jeanne Invitée")
    booking = Booking.objects.get()
    assert (booking.start, booking.end) == (in_days(20, 9, 7), in_days(20, 19, 52))


def test_hours_outside_the_opening_are_kept_and_refused_in_words(open_page, room):
    page = open_page(room).look(start="06:10", end="07:00")
    assert hours_of(page) == ["06:10", "07:00"]
    assert page.context["outlook"].refusal.code == "outside_hours"
    assert page.says(page.context["outlook"].refusal.message)
    assert page.press(guest_name="Jeanne").status_code == 409
    assert not Booking.objects.exists()


def test_a_time_that_is_no_time_to_book_says_nothing_of_free_places(open_page, room):
    desks = ResourceFactory(space=room.space, units=3, kind=ResourceKind.WORKPLACE)
    assert "3 places libres sur 3" in open_page(desks, start="09:00", end="10:00").text
    for day, start, end in ((1, "06:00", "07:00"), (-1, "09:00", "10:00")):
        page = open_page(desks, day=day, start=start, end=end)
        assert page.context["outlook"].refusal
        assert "sur 3" not in page.text
    close(space=room.space, start=in_days(3, 0), end=in_days(4, 0), reason="Foire", by=None)
    page = open_page(desks, day=3, start="09:00", end="10:00")
    assert ("Foire" in page.text, "sur 3" in page.text) == (True, False)


def test_what_has_begun_is_booked_while_it_runs(open_page, room):
    room.space.opening_hours.update(opens=time(0), closes=time(23, 59))
    now = timezone.localtime()
    begun = max(now - timedelta(minutes=40), now.replace(hour=0, minute=0))
    ends = min(now + timedelta(minutes=40), now.replace(hour=23, minute=59))
    page = open_page(room, day=0, start=f"{begun:%H:%M}", end=f"{ends:%H:%M}")
    assert page.context["outlook"].refusal is None
    assert page.press(guest_name="Jeanne Invitée").status_code == 302
    assert Booking.objects.get().start == begun.replace(second=0, microsecond=0)


def test_the_grid_shows_a_manager_what_runs_and_proposes_what_comes(room):
    room.start_interval_minutes, room.min_notice_minutes = 240, 600
    at = at_local(local(1), time(10, 40))
    plan = free_slots(room, local(1), now=at, by_manager=True)
    assert plan.slots_ahead[0].start == at_local(local(1), time(10)), "hour by hour, from the one that runs"
    assert plan.first_free().start == at_local(local(1), time(11))
    assert [slot.start for slot in free_slots(room, local(1), now=at).slots_ahead] == []


def test_what_is_over_is_refused(open_page, room):
    page = open_page(room, day=-1, start="09:00", end="10:00")
    assert page.press(guest_name="Jeanne").status_code == 409
    assert not Booking.objects.exists()


def test_more_people_than_seats_are_warned_of_and_yet_booked(open_page, room):
    assert "places assises" not in open_page(room, people=6).text
    page = open_page(room, people=9)
    assert "9 personnes pour 6 places assises" in page.text
    page.press(guest_name="Jeanne Invitée")
    assert Booking.objects.get().people == 9


# --- what is told before it is sent ---


def test_nothing_is_booked_that_the_page_did_not_show(open_page, room):
    member = HomeSpaceFactory(space=room.space).user
    page = open_page(room)
    for other in ({"day": f"{local(3)}"}, {"end": "12:00"}, {"people": 4}, {"user": member.pk}):
        changed = page.press(guest_name="Jeanne", **other)
        assert (changed.status_code, changed.context["is_changed"]) == (409, True)
    assert not Booking.objects.exists()
    again = Drawn(page.client, changed)
    assert member.get_full_name() in again.text
    assert again.press().status_code == 302
    assert Booking.objects.get().user == member


def test_what_is_taken_is_refused_in_words_and_what_is_free_instead_keeps_the_form(open_page, room):
    BookingFactory(resource=room, hours=(9, 12))
    page = open_page(room, start="09:00", end="11:00").look(guest_name="Jeanne Invitée")
    assert page.context["outlook"].refusal.code == "taken"
    assert page.says(page.context["outlook"].refusal.message)
    picks = [value for name, value in page.form.buttons if name == "pick" and value.startswith(f"{local(1)} ")]
    offered = page.pick(picks[0])
    assert hours_of(offered) == ["12:00", "14:00"]
    assert offered.form.fields["guest_name"] == ["Jeanne Invitée"]


def test_a_closed_day_says_why_and_leads_to_the_next_with_what_was_typed(open_page, room):
    room.space.opening_hours.filter(weekday=local(1).weekday()).delete()
    page = open_page(room).look(guest_name="Jeanne Invitée")
    assert "est fermé ce jour-là" in page.text
    following = page.pick(f"{local(2)}")
    assert following.form.fields["day"] == [f"{local(2)}"]
    assert following.form.fields["guest_name"] == ["Jeanne Invitée"]


def test_a_public_holiday_is_named(open_page, room):
    room.space.closes_on_public_holidays = True
    room.space.save()
    away = (date(local(0).year + 1, 1, 1) - local(0)).days
    assert "Jour de l’An" in open_page(room, day=away).text


def test_the_page_says_who_is_told(open_page, room):
    page = open_page(room)
    assert "Choisissez un membre" in page.text
    assert "aucun e-mail ne part" in page.look(guest_name="Jeanne").text
    assert "Un e-mail part à jeanne@example.net" in page.look(guest_name="J", guest_email="jeanne@example.net").text


def test_other_bookings_of_the_member_are_told_without_those_of_other_spaces(open_page, room):
    member = HomeSpaceFactory(space=room.space).user
    near = ResourceFactory(space=room.space, name="Grange")
    far = ResourceFactory(space=SpaceFactory(with_hours=True, name="Ailleurs"), name="Secret")
    page = open_page(room, start="09:00", end="12:00", user=member.pk)
    assert "autre réservation" not in page.text
    here = BookingFactory(resource=near, user=member, hours=(10, 11))
    BookingFactory(resource=far, user=member, hours=(11, 12))
    page = open_page(room, start="09:00", end="12:00", user=member.pk)
    assert "Grange" in page.text
    assert reverse("admin:spaces_booking_change", args=[here.pk]) in page.response.text
    assert "dans un autre espace" in page.text
    assert "Secret" not in page.response.text
    assert "Ailleurs" not in page.response.text
    page.press()
    assert room.bookings.get().user == member


def test_a_second_booking_of_the_room_is_refused_before_it_is_sent(open_page, room):
    desks = ResourceFactory(space=room.space, units=3, kind=ResourceKind.WORKPLACE)
    member = HomeSpaceFactory(space=room.space).user
    BookingFactory(resource=desks, user=member, hours=(9, 12))
    page = open_page(desks, start="10:00", end="11:00", user=member.pk)
    assert page.context["outlook"].refusal.code == "already_yours"
    assert "Cette personne y a déjà une réservation" in page.text
    refused = page.press()
    assert refused.status_code == 409
    assert "Cette personne y a déjà une réservation" in refused.text


def test_the_day_of_a_pass_is_told(open_page, room):
    PassSchemeFactory(days=5)
    member = HomeSpaceFactory(space=SpaceFactory()).user
    BookingFactory(resource=room, user=member, days=4)
    page = open_page(room, user=member.pk)
    assert "Un jour de son pass est décompté" in page.text


# --- again and again ---


def test_each_day_of_a_series_is_shown_and_one_is_left_out(open_page, room):
    BookingFactory(resource=room, days=8, hours=(9, 12))
    close(space=room.space, start=in_days(15, 0), end=in_days(16, 0), reason="Foire", by=None)
    Message.objects.all().delete()
    page = open_page(room, start="09:00", end="10:00").look(pattern="weekly", until=f"{local(29)}")
    shown = [(day, found.refusal) for day, found in page.context["days"]]
    assert shown == [(local(1), ""), (local(8), "taken"), (local(15), "closed"), (local(22), ""), (local(29), "")]
    assert "Réserver ces 3 dates" in page.text
    page = page.look(skip=[f"{local(22)}"])
    assert "Réserver ces 2 dates" in page.text
    assert not Series.objects.exists()
    page.press(guest_name="Jeanne Invitée", guest_email="jeanne@example.net")
    days = {row.day: row.booking and row.booking.status for row in Series.objects.get().occurrences.all()}
    assert days == {local(1): "confirmed", local(8): None, local(15): None, local(29): "confirmed"}
    assert mails() == {("spaces.series_booked", "jeanne@example.net")}


def test_a_series_that_was_not_shown_is_not_booked(open_page, room):
    changed = open_page(room).press(guest_name="Jeanne", pattern="weekly", until=f"{local(15)}")
    assert (changed.status_code, len(changed.context["days"])) == (409, 3)
    assert not Series.objects.exists()


def test_a_pattern_is_given_a_last_day_and_the_grid_of_its_first_open_day(open_page, room):
    monday = 7 - local(0).weekday()
    room.space.opening_hours.filter(weekday=0).delete()
    page = open_page(room, day=monday).look(pattern="workdays")
    assert page.form.fields["until"] == [f"{local(monday + 56)}"]
    assert page.context["plan"].day == local(monday + 1)
    assert page.context["days"][0][1].refusal == "outside_hours"


def test_a_series_counts_the_bookings_that_the_guest_has(open_page, room):
    desks = ResourceFactory(space=room.space, units=3, kind=ResourceKind.WORKPLACE)
    member = HomeSpaceFactory(space=room.space).user
    BookingFactory(resource=desks, user=member, days=8, hours=(9, 12))
    sent = {"pattern": "weekly", "until": f"{local(8)}", "guest_name": "X", "guest_email": member.email}
    page = open_page(desks, start="09:00", end="10:00").look(**sent)
    assert [found.refusal for _day, found in page.context["days"]] == ["", "already_yours"]
    assert "Ce membre a déjà une réservation à cet horaire" in page.text


# --- who may, and where nothing can be booked ---


def test_only_those_who_run_a_space_open_the_page(client, db):
    client.force_login(UserFactory())
    assert client.get(PATH).status_code in {302, 403}


def test_a_manager_without_rooms_is_told_to_add_one(client, space):
    response = client.get(PATH)
    assert response.status_code == 200
    assert reverse("admin:spaces_resource_add") in Page(response.text).links


def test_a_typing_error_loses_nothing(open_page, room):
    page = open_page(room)
    faulty = page.press(guest_name="Jeanne Invitée", guest_email="jeanne@", people="beaucoup", purpose="Photo")
    assert faulty.status_code == 400
    again = Drawn(page.client, faulty)
    kept = {name: again.form.fields[name] for name in ("guest_name", "guest_email", "people", "purpose", "start")}
    assert kept == {
        "guest_name": ["Jeanne Invitée"],
        "guest_email": ["jeanne@"],
        "people": ["beaucoup"],
        "purpose": ["Photo"],
        "start": page.form.fields["start"],
    }
    assert "Adresse e-mail" in faulty.text


@pytest.mark.parametrize("sent", [{"day": "hier"}, {"start": "25:99"}, {"unit": "x"}, {"user": "x"}, {"until": "2"}])
def test_an_address_that_says_nonsense_is_answered(client, room, sent):
    assert client.get(PATH, {"resource": room.pk, "pattern": "weekly", **sent}).status_code in {200, 400}


def test_a_place_of_the_room_before_is_forgotten_with_that_room(open_page, room):
    desks = ResourceFactory(space=room.space, units=3, kind=ResourceKind.WORKPLACE)
    others = ResourceFactory(space=room.space, units=2, kind=ResourceKind.WORKPLACE)
    page = open_page(desks, unit=desks.units.last().pk, start="09:00", end="10:00").look(resource=others.pk)
    assert page.form.fields["unit"] == [""]
    assert page.press(guest_name="Jeanne Invitée").status_code == 302
    assert others.bookings.count() == 1
