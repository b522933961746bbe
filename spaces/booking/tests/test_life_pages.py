"""Test the pages to move, check in and wait, as people use them in a browser without scripts."""

from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.admin_pages.doors import address_of, qr_code
from spaces.booking.operations import (
    cancel_booking,
    check_in,
    close,
    release_missed,
    renew_door_code,
    tend_waits,
    withdraw_door_code,
)
from spaces.enums import BookingStatus
from spaces.models import Booking, Visit, Wait
from spaces.tests.asking import choice, day, text
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, WaitFactory, in_days, running_booking
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def move_url(booking):
    return reverse("spaces:booking_move", args=[booking.reference])


# --- moving ---


def test_a_member_moves_a_booking_and_the_calendar_follows(client, user, mailoutbox):
    booking = BookingFactory(user=user)
    page = client.get(move_url(booking), {"day": day(2)})
    assert (page.context["form"].initial["start"], page.context["form"].initial["end"]) == ("09:00", "10:00")
    response = client.post(move_url(booking), {"day": day(2), "start": "14:00", "end": "15:30"})
    assert response.headers["Location"] == booking.get_absolute_url()
    booking.refresh_from_db()
    assert (booking.start, booking.end, booking.sequence) == (in_days(2, 14), in_days(2, 15, 30), 1)
    send_due()
    [moved] = [message for message in mailoutbox if "14" in message.subject]
    [entry] = Calendar.from_ical(moved.attachments[0].content).walk("VEVENT")
    assert (entry["UID"], entry["SEQUENCE"]) == (f"{booking.reference}@booking.hacktivardenne", 1)


def test_a_move_that_changes_nothing_says_so(client, user):
    booking = BookingFactory(user=user, hours=(9, 12))
    told = Message.objects.count()
    same = client.post(move_url(booking), {"day": day(), "start": "09:00", "end": "12:00"}, follow=True)
    booking.refresh_from_db()
    assert (booking.sequence, Message.objects.count()) == (0, told)
    assert "Vous n’avez rien changé" in same.text and "est modifiée" not in same.text
    moved = client.post(move_url(booking), {"day": day(), "start": "10:00", "end": "12:00"}, follow=True)
    assert "est modifiée" in moved.text and "Vous n’avez rien changé" not in moved.text


def test_its_own_time_does_not_stand_in_the_way_of_a_move(client, user):
    booking = BookingFactory(user=user, hours=(9, 12))
    page = client.get(move_url(booking))
    assert {slot.free for slot in page.context["plan"].slots} == {1}
    client.post(move_url(booking), {"day": day(), "start": "10:00", "end": "12:00"})
    booking.refresh_from_db()
    assert booking.start == in_days(1, 10)


def test_a_refused_move_keeps_what_was_chosen_and_offers_the_next_times(client, user):
    booking = BookingFactory(user=user)
    BookingFactory(resource=booking.resource, hours=(14, 16))
    response = client.post(move_url(booking), {"day": day(), "start": "14:30", "end": "15:30"})
    assert response.status_code == 409
    form = response.context["form"]
    assert (form["start"].value(), form["end"].value()) == ("14:30", "15:30")
    assert response.context["offers"][:2] == [(in_days(1, hour), in_days(1, hour + 1)) for hour in (13, 16)]
    assert "déjà pris" in text(response)
    assert "btn-accent" not in response.text, "what is refused is not the button to press"
    booking.refresh_from_db()
    assert booking.start == in_days(1, 9)


@pytest.mark.parametrize("sent", [{"day": "x"}, {"day": day(-1)}, {"day": day(), "start": "99:99", "end": "10:00"}])
def test_an_invalid_time_is_reported_beside_its_field(client, user, sent):
    booking = BookingFactory(user=user)
    assert client.post(move_url(booking), sent).status_code == 400


def test_past_the_deadline_the_page_says_so_and_moves_nothing(client, user):
    booking = running_booking(ResourceFactory(cancel_until_minutes=240), user=user, began=-60)
    assert "Il est trop tard" in text(client.get(booking.get_absolute_url()))
    response = client.post(move_url(booking), {"day": day(), "start": "09:00", "end": "10:00"}, follow=True)
    assert response.redirect_chain == [(booking.get_absolute_url(), 302)]
    booking.refresh_from_db()
    assert booking.sequence == 0


def test_a_manager_moves_it_for_the_member_and_a_stranger_finds_nothing(client, user):
    own = BookingFactory(resource=ResourceFactory(space=SpaceFactory(with_hours=True, managers=[user])))
    others = BookingFactory()
    sent = {"day": day(2), "start": "09:00", "end": "10:00"}
    assert client.post(move_url(own), sent).status_code == 302
    assert client.post(move_url(others), sent).status_code == client.get(move_url(others)).status_code == 404
    own.refresh_from_db()
    assert own.start == in_days(2, 9)


# --- at the door ---


@pytest.fixture
def room():
    return renew_door_code(resource=ResourceFactory(release_after_minutes=30))


def door_url(room):
    return reverse("spaces:door", args=[room.door_token])


def test_one_button_at_the_door(client, user, room):
    booking = running_booking(room, user=user, began=5)
    page = client.get(door_url(room))
    assert page.context["today"] == [(booking, True, None)]
    assert "Je suis là" in text(page)
    for _ in range(2):
        response = client.post(door_url(room), {"booking": booking.reference})
        assert response.headers["Location"] == door_url(room)
    booking.refresh_from_db()
    assert booking.checked_in_by == user
    assert Visit.objects.get().booking == booking
    assert "Je suis là" not in text(client.get(door_url(room)))


def test_looking_checks_nobody_in(client, user, room):
    booking = running_booking(room, user=user)
    client.get(door_url(room))
    booking.refresh_from_db()
    assert booking.checked_in_at is None


def test_at_the_door_one_finds_ones_own_bookings_of_this_room_only(client, user, room):
    theirs = running_booking(room, began=30)
    mine_elsewhere = running_booking(ResourceFactory(), user=user)
    assert client.get(door_url(room)).context["today"] == []
    for reference in (theirs.reference, mine_elsewhere.reference, "x", uuid4(), ""):
        assert client.post(door_url(room), {"booking": reference}).status_code == 400
    assert Booking.objects.filter(checked_in_at__isnull=False).count() == 0


def test_a_stranger_signs_in_at_the_door_and_comes_back(client, room):
    response = client.get(door_url(room))
    assert response.headers["Location"] == f"{reverse('account_login')}?next={door_url(room)}"


def test_a_code_that_was_replaced_or_withdrawn_leads_nowhere(client, user, room):
    old = door_url(room)
    new = door_url(renew_door_code(resource=room))
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    withdraw_door_code(resource=room)
    assert client.get(new).status_code == 404


def test_the_printed_address_leads_to_the_readers_own_language(client, room):
    path = address_of(room).removeprefix(settings.SITE_URL)
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            response = client.get(path, headers={"Accept-Language": language})
        assert response.headers["Location"] == f"/{language}{path}"


def test_the_code_is_a_drawing_without_styles(room):
    drawing = qr_code(address_of(room))
    assert drawing.startswith('<svg viewBox="0 0 ')
    assert "style" not in drawing


# --- waiting ---


def wait_url(room):
    return reverse("spaces:wait_join", args=[room.space.slug])


def test_a_group_that_waits_for_a_room_is_booked_with_its_number(client, user):
    taken = BookingFactory()
    client.post(wait_url(taken.resource), choice(taken.resource, people="4"))
    wait = Wait.objects.get()
    for page in (wait.get_absolute_url(), reverse("portal:me")):
        assert "4 personnes" in text(client.get(page))
    cancel_booking(booking=taken, by=taken.user)
    wait.refresh_from_db()
    assert wait.booking.people == 4


def test_a_member_joins_the_waiting_list_with_one_button(client, user):
    taken = BookingFactory()
    refusal = client.post(reverse("spaces:book", args=[taken.resource.space.slug]), choice(taken.resource))
    assert refusal.status_code == 409
    assert f'formaction="{wait_url(taken.resource)}"' in refusal.content.decode()
    response = client.post(wait_url(taken.resource), choice(taken.resource, purpose="Calme"))
    wait = Wait.objects.get()
    assert response.headers["Location"] == wait.get_absolute_url()
    assert (wait.user, wait.start, wait.end, wait.purpose) == (user, taken.start, taken.end, "Calme")
    assert "Vous êtes en tête de la liste d’attente" in text(client.get(wait.get_absolute_url()))
    cancel_booking(booking=taken, by=taken.user)
    booking = Booking.objects.get(user=user)
    assert (booking.status, booking.purpose) == (BookingStatus.CONFIRMED, "Calme")
    assert client.get(wait.get_absolute_url()).headers["Location"] == booking.get_absolute_url()


def test_who_waits_for_a_time_that_is_closed_reads_so(client, user):
    taken = BookingFactory()
    client.post(wait_url(taken.resource), choice(taken.resource))
    close(
        space=taken.resource.space,
        start=in_days(1, 8),
        end=in_days(1, 20),
        reason="Travaux",
        by=None,
        cancel_bookings=True,
    )
    for page in (Wait.objects.get().get_absolute_url(), reverse("portal:me")):
        shown = text(client.get(page))
        assert "Fermé à cet horaire : Travaux" in shown
        assert "en tête de la liste" not in shown


def test_other_refusals_offer_no_line(client, user):
    room = ResourceFactory()
    close(space=room.space, start=in_days(1, 9), end=in_days(1, 10), reason="Works", by=None)
    refusal = client.post(reverse("spaces:book", args=[room.space.slug]), choice(room))
    assert refusal.status_code == 409
    assert "formaction" not in refusal.content.decode()


def test_waiting_for_a_free_place_is_refused_with_advice_to_book(client, user):
    room = ResourceFactory()
    response = client.post(wait_url(room), choice(room))
    assert response.status_code == 409
    assert "Une place est libre" in text(response)
    assert response.context["form"]["start"].value() == "09:00"


def test_the_choice_survives_the_sign_in(client):
    taken = BookingFactory()
    response = client.post(wait_url(taken.resource), choice(taken.resource))
    assert response.status_code == 302
    assert reverse("account_login") in response.headers["Location"]
    page = client.get(response.headers["Location"])
    room = taken.resource
    assert f"{room.name}, {room.space.name}, {dates.span(in_days(1, 9), in_days(1, 10))}".replace("\xa0", " ") in text(
        page
    )
    assert "Un compte est gratuit" in text(page)
    assert f"{reverse('account_signup')}?next=" in page.text
    [back] = parse_qs(urlsplit(response.headers["Location"]).query)["next"]
    assert parse_qs(urlsplit(back).query)["start"] == ["09:00"]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/fr/spaces/caché/book/?resource=salle",
        "/fr/spaces/cache/book/?resource=salle&day=2026-12-01",
        "/fr/spaces/nowhere/book/",
        "/fr/spaces/%00/book/?resource=%00",
        "javascript:alert(1)",
        "//[",
    ],
)
def test_the_sign_in_page_tells_only_of_published_spaces(client, address):
    ResourceFactory(space__slug="cache", space__name="Caché", space__is_published=False, slug="salle")
    page = client.get(reverse("account_login"), {"next": address})
    assert page.status_code == 200
    assert "Caché" not in text(page)
    assert "Votre choix" not in text(page)


def test_the_sign_in_page_promises_no_booking_and_names_the_number_of_people(client):
    room = ResourceFactory()
    wish = {"resource": room.slug, "day": day(-9), "start": "09:00", "end": "10:00", "people": "4"}
    address = f"{reverse('spaces:book', args=[room.space.slug])}?{urlencode(wish)}"
    page = text(client.get(reverse("account_login"), {"next": address}))
    assert "Votre choix :" in page and "Votre réservation vous attend" not in page
    assert "4 personnes" in page
    assert "personne" not in text(client.get(reverse("account_login"), {"next": address[:-1] + "x"}))


def test_leaving_is_one_click_and_nobody_elses(client, user):
    mine, theirs = WaitFactory(user=user), WaitFactory()
    for wait, status in ((mine, 302), (theirs, 404)):
        url = reverse("spaces:wait_leave", args=[wait.reference])
        assert client.get(url).status_code == 405
        assert client.post(url).status_code == status
    assert list(Wait.objects.all()) == [theirs]
    assert client.get(theirs.get_absolute_url()).status_code == 404


# --- what a booking's page says of its life ---


def test_the_page_says_who_cancelled_and_why(client, user):
    booking = BookingFactory(user=user)
    cancel_booking(booking=booking, by=user, reason="Malade")
    page = text(client.get(booking.get_absolute_url()))
    assert "Annulée par vous-même" in page
    assert "Malade" in page
    other = BookingFactory(user=user)
    cancel_booking(booking=other, by=UserFactory(first_name="Maugis"), as_manager=True)
    page = text(client.get(other.get_absolute_url()))
    assert "Annulée par l’équipe" in page
    assert "Maugis" not in page


def test_the_page_says_how_to_check_in_and_until_when(client, user, room):
    booking = running_booking(room, user=user, began=5)
    page = text(client.get(booking.get_absolute_url()))
    assert "scannez le code affiché à la porte" in page
    assert "l’équipe vous le dira" in page, "a tariff that is not entered is told by the team, as before booking"
    withdraw_door_code(resource=room)
    assert "dites à l’équipe" in text(client.get(booking.get_absolute_url()))
    check_in(booking=booking, by=user)
    assert "Présence signalée à" in text(client.get(booking.get_absolute_url()))


# --- mails ---


def test_the_mails_of_this_life_are_written(mailoutbox):
    room = ResourceFactory(release_after_minutes=15, name="Grange")
    missed = running_booking(room, lasts=3 * 24 * 60)
    waiting = WaitFactory(resource=room)
    told = WaitFactory(hours=(9, 10))
    release_missed()
    tend_waits(now=in_days(1, 8, 30))
    send_due()
    assert Message.objects.exclude(state="sent").count() == 0
    subjects = {message.to[0].rpartition("<")[2].strip(">"): message.subject for message in mailoutbox}
    assert subjects[missed.user.email].startswith("Place libérée")
    assert subjects[waiting.user.email].startswith("Une place s’est libérée")
    assert subjects[told.user.email].startswith("Libre maintenant")
    [released] = [message for message in mailoutbox if missed.user.email in message.to[0]]
    assert b"METHOD:CANCEL" in released.attachments[0].content
    [booked] = [message for message in mailoutbox if waiting.user.email in message.to[0]]
    assert b"METHOD:REQUEST" in booked.attachments[0].content
    assert "libérée pour d’autres à" in booked.body


# --- the manager's tool ---


@pytest.fixture
def managed(client):
    manager = UserFactory()
    client.force_login(manager)
    return ResourceFactory(space=SpaceFactory(with_hours=True, managers=[manager]))


def test_a_manager_checks_in_from_the_page_of_today(client, managed):
    booking, others = running_booking(managed), running_booking(ResourceFactory())
    url = reverse("admin:spaces_booking_check_in", args=[booking.pk])
    assert url in client.get(reverse("admin:index")).content.decode()
    assert client.get(url).status_code == 405
    assert client.post(url).headers["Location"] == f"{reverse('admin:index')}#today-arrivals"
    booking.refresh_from_db()
    assert booking.checked_in_at
    assert Visit.objects.get().booking == booking
    assert url not in client.get(reverse("admin:index")).content.decode()
    assert client.post(reverse("admin:spaces_booking_check_in", args=[others.pk])).status_code == 404
    others.refresh_from_db()
    assert others.checked_in_at is None


def test_a_manager_checks_in_many_and_is_told_of_the_refused_ones(client, managed):
    there, coming = running_booking(managed), BookingFactory(resource=managed, days=2)
    data = {"action": "check_in_selected", "_selected_action": [there.pk, coming.pk]}
    page = text(client.post(reverse("admin:spaces_booking_changelist"), data, follow=True))
    assert "1 présence notée." in page
    assert "La présence peut être signalée" in page
    assert list(Booking.objects.filter(checked_in_at__isnull=False)) == [there]
    assert [visit.booking for visit in Visit.objects.all()] == [there]


def test_presence_of_a_past_booking_is_noted_on_its_own_page(client, managed):
    """The list leaves the past out by itself; the buttons of the page act whatever it shows."""
    booking = running_booking(managed, began=26 * 60, lasts=60)
    url = reverse("admin:spaces_booking_change", args=[booking.pk])
    page = Page(client.get(url).content.decode(), url)
    form = next(form for form in page.forms if form.fields.get("action") == ["check_in_selected"])
    client.post(form.action, form.data())
    booking.refresh_from_db()
    assert booking.checked_in_at


@pytest.mark.parametrize(("state", "count"), [("confirmed", 1), ("checked_in", 1), ("no_show", 0), ("nonsense", 2)])
def test_the_list_is_filtered_by_state(client, managed, state, count):
    BookingFactory(resource=managed)
    check_in(booking=running_booking(managed), by=None)
    response = client.get(reverse("admin:spaces_booking_changelist"), {"state": state, "when": "all"})
    assert response.context["cl"].result_count == count


def test_the_sheet_for_the_door_is_made_replaced_and_withdrawn(client, managed):
    page = reverse("admin:spaces_resource_door", args=[managed.pk])
    assert "Cette porte n’a pas encore de code" in text(client.get(page))
    assert client.post(reverse("admin:spaces_resource_door_renew", args=[managed.pk])).headers["Location"] == page
    managed.refresh_from_db()
    assert str(managed.door_token) in client.get(page).content.decode()
    client.post(reverse("admin:spaces_resource_door_withdraw", args=[managed.pk]))
    managed.refresh_from_db()
    assert managed.door_token is None


def test_another_spaces_door_does_not_exist(client, managed):
    other = renew_door_code(resource=ResourceFactory())
    for name in ("door", "door_renew", "door_withdraw"):
        url = reverse(f"admin:spaces_resource_{name}", args=[other.pk])
        assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}
    token = other.door_token
    other.refresh_from_db()
    assert other.door_token == token
