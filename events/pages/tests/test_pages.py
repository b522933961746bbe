"""The page of an event, and registering in the browser."""

from datetime import timedelta
from itertools import count

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from events.enums import EventState, Mode, RegistrationStatus
from events.models import Event, Registration
from events.programme.operations import cancel_event, repeat_event
from events.tests.factories import (
    EventFactory,
    GuestRegistrationFactory,
    HistoryEventFactory,
    PastEventFactory,
    RegistrationFactory,
)
from hacktiv.common import dates
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.tests.factories import ResourceFactory, SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db

LINK = "https://visio.ardenne.example/salle"
GUEST = {"name": "Aline Petit", "email": "aline@ardenne.example", "residence": "FR"}


ADDRESSES = count(1)


@pytest.fixture(autouse=True)
def own_address(client):
    """Give each test an address of its own, as rates are counted by visitor."""
    client.defaults["REMOTE_ADDR"] = f"198.51.100.{next(ADDRESSES)}"


@pytest.fixture
def member(client):
    user = UserFactory()
    client.force_login(user)
    return user


def page_of(client, event, status=200):
    response = client.get(event.get_absolute_url())
    assert response.status_code == status
    return response.content.decode()


def in_words(number_of_spaces):
    return number_of_spaces.replace("\xa0", " ")


def age(event, **delta):
    start = timezone.now() - timedelta(**delta)
    day = timezone.localdate(start)
    Event.objects.filter(pk=event.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=1), earliest=day, latest=day
    )


# --- the page ---------------------------------------------------------------------------------------------------


def test_only_managers_of_its_space_see_a_draft(client):
    manager = UserFactory()
    event = EventFactory(draft=True, space=SpaceFactory(managers=[manager]))
    page_of(client, event, 404)
    client.force_login(UserFactory())
    page_of(client, event, 404)
    client.force_login(manager)
    page_of(client, event)
    client.force_login(UserFactory(superuser=True))
    page_of(client, event)


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_an_event_is_shown_in_each_language(client, language):
    event = EventFactory(capacity=5, organisers=[SpaceFactory().operator], languages=["fr", "nl"], joint=True)
    with translation.override(language):
        page = page_of(client, event)
    assert getattr(event, f"title_{language}") in page
    assert f'<html lang="{language}"' in page


def test_a_past_event_without_a_time_shows_its_days(client):
    event = HistoryEventFactory()
    page = in_words(page_of(client, event))
    assert "Entre le 1er juillet 2020 et le 31 décembre 2020" in page
    assert reverse("events:register", args=[event.slug]) not in page


def test_html_in_a_description_is_shown_as_text(client):
    event = EventFactory(title_fr="<b>Midi</b>", description_fr="<script>x()</script>", place="<i>ici</i>")
    page = page_of(client, event)
    assert "<b>Midi" not in page
    assert "<script>x()" not in page
    assert "<i>ici" not in page


def test_the_online_link_is_shown_to_people_with_a_seat_only(client, member):
    event = EventFactory(mode=Mode.ONLINE, online_link=LINK, venues=[], online_capacity=1)
    assert LINK not in page_of(client, event)
    RegistrationFactory(event=event, user=member)
    assert LINK in page_of(client, event)
    other = UserFactory()
    client.force_login(other)
    RegistrationFactory(event=event, user=other)
    assert LINK not in page_of(client, event)
    client.logout()
    assert LINK not in page_of(client, event)


def test_a_cancelled_event_says_why_and_offers_no_seat(client, member):
    event = EventFactory()
    cancel_event(event=event, reason="Neige sur le plateau", by=member)
    page = page_of(client, event)
    assert "Neige sur le plateau" in page
    assert reverse("events:register", args=[event.slug]) not in page


def test_the_place_in_line_is_shown(client, member):
    event = EventFactory(capacity=0)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, user=member)
    assert "n°\N{NO-BREAK SPACE}2 sur la liste d’attente" in page_of(client, event)


def test_a_members_event_asks_visitors_to_sign_in(client):
    page = page_of(client, EventFactory(members_only=True))
    assert reverse("account_login") in page
    assert "/guest/" not in page


def test_an_event_page_takes_a_fixed_number_of_queries(client, django_assert_num_queries):
    event = EventFactory(organisers=[SpaceFactory().operator for _ in range(3)], capacity=9)
    for _ in range(3):
        RegistrationFactory(event=event)
    with django_assert_num_queries(6):
        page_of(client, event)


# --- members ----------------------------------------------------------------------------------------------------


def test_a_member_registers_in_one_click(client, member):
    event = EventFactory()
    response = client.post(reverse("events:register", args=[event.slug]), follow=True)
    assert response.redirect_chain[-1][0] == event.get_absolute_url()
    assert Registration.objects.get().user == member
    assert "Vous êtes inscrit" in response.content.decode()


def test_a_second_click_changes_nothing_and_says_so(client, member):
    event = EventFactory()
    for _ in range(2):
        response = client.post(reverse("events:register", args=[event.slug]), follow=True)
        assert response.status_code == 200
    assert "déjà inscrit" in response.content.decode()
    assert Registration.objects.count() == 1
    assert Message.objects.count() == 1


def test_registering_after_the_beginning_is_refused_with_a_reason(client, member):
    event = EventFactory()
    age(event, minutes=5)
    response = client.post(reverse("events:register", args=[event.slug]))
    assert response.status_code == 409
    assert "les inscriptions sont closes" in response.content.decode().lower()
    assert not Registration.objects.exists()


def test_a_visitor_is_sent_to_sign_in_and_back(client):
    event = EventFactory()
    response = client.post(reverse("events:register", args=[event.slug]))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))
    assert response.url.endswith(f"next={event.get_absolute_url()}")


def test_following_a_link_does_not_register(client, member):
    event = EventFactory()
    answer = client.get(reverse("events:register", args=[event.slug]))
    assert (answer.status_code, answer.url) == (302, event.get_absolute_url())
    assert not event.registrations.exists()


def test_a_member_cancels_after_a_question(client, member):
    registration = RegistrationFactory(user=member)
    address = reverse("events:cancel", args=[registration.token])
    assert client.get(address).status_code == 200
    registration.refresh_from_db()
    assert registration.is_confirmed
    assert client.post(address).url == registration.event.get_absolute_url()
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CANCELLED
    assert client.post(address).status_code == 409


def test_nobody_sees_or_cancels_another_members_registration(client):
    registration = RegistrationFactory()
    names = ("events:registration", "events:cancel", "events:registration_ics")
    addresses = [reverse(name, args=[registration.token]) for name in names]
    for address in addresses:
        assert client.get(address).url.startswith(reverse("account_login"))
    client.force_login(UserFactory())
    for address in addresses:
        assert client.get(address).status_code == 404
    assert client.post(addresses[1]).status_code == 404
    registration.refresh_from_db()
    assert registration.is_confirmed


@pytest.mark.parametrize(
    "name", ["events:registration", "events:cancel", "events:registration_ics", "events:confirm_guest"]
)
def test_a_forged_token_is_not_found(client, name):
    assert client.get(reverse(name, args=["00000000-0000-4000-8000-000000000000"])).status_code == 404


# --- guests -----------------------------------------------------------------------------------------------------


def guest_form(client, event, **typed):
    return client.post(reverse("events:register_guest", args=[event.slug]), {**GUEST, **typed})


def test_a_name_with_a_line_break_is_refused_beside_the_field(client):
    response = guest_form(client, EventFactory(), name="Anne\r\nBcc: v@x.example")
    assert list(response.context["form"].errors) == ["name"]
    assert not Registration.objects.exists()


def test_a_guest_registers_confirms_and_cancels(client):
    event = EventFactory()
    assert client.get(reverse("events:register_guest", args=[event.slug])).status_code == 200
    response = guest_form(client, event)
    assert response.url == reverse("events:guest_sent", args=[event.slug])
    assert "48 heures" in in_words(client.get(response.url).content.decode())
    guest = Registration.objects.get()
    assert (guest.guest_name, guest.guest_email, guest.guest_residence, guest.language) == (*GUEST.values(), "fr")

    confirm = reverse("events:confirm_guest", args=[guest.token])
    assert client.get(confirm).status_code == 200
    guest.refresh_from_db()
    assert guest.status == RegistrationStatus.UNCONFIRMED
    own_page = reverse("events:registration", args=[guest.token])
    assert client.post(confirm).url == own_page
    assert "Vous êtes inscrit" in client.get(own_page).content.decode()
    assert client.get(confirm).url == own_page

    assert client.post(reverse("events:cancel", args=[guest.token])).url == own_page
    page = client.get(own_page).content.decode()
    assert "Cette inscription est annulée" in page
    event.refresh_from_db()
    assert event.seats_taken == 0


@pytest.mark.parametrize(
    "page", ["events:registration", "events:confirm_guest", "events:cancel"], ids=lambda name: name.split(":")[1]
)
def test_a_guests_pages_are_not_for_search_engines(client, page):
    guest = GuestRegistrationFactory(confirmed=page != "events:confirm_guest")
    response = client.get(reverse(page, args=[guest.token]))
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_an_expired_link_says_how_to_get_a_new_one(client):
    guest = GuestRegistrationFactory(confirmed=False)
    Registration.objects.update(registered_at=timezone.now() - timedelta(days=3))
    address = reverse("events:confirm_guest", args=[guest.token])
    for response in (client.get(address), client.post(address)):
        assert response.status_code == 410
        assert "trop ancien" in response.content.decode()
    guest.refresh_from_db()
    assert guest.status == RegistrationStatus.UNCONFIRMED


def test_the_guests_form_sent_twice_stores_one_registration(client):
    event = EventFactory()
    for _ in range(2):
        assert guest_form(client, event).status_code == 302
    assert Registration.objects.count() == 1


def test_the_guests_form_does_not_reveal_who_is_registered(client):
    guest = GuestRegistrationFactory(email=GUEST["email"])
    known = guest_form(client, guest.event)
    unknown = guest_form(client, guest.event, email="autre@ardenne.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"name": "Ali\x00ne"}, "name"),
        ({"email": ""}, "email"),
        ({"email": "aline"}, "email"),
        ({"email": "x" * 10_000 + "@ardenne.example"}, "email"),
        ({"residence": "MARS"}, "residence"),
    ],
)
def test_an_error_stands_beside_its_field_and_the_input_is_kept(client, typed, field):
    response = guest_form(client, EventFactory(), **typed)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in response.content.decode()
    if field != "email":
        assert GUEST["email"] in response.content.decode()
    assert not Registration.objects.exists()
    assert not Message.objects.exists()


def test_a_name_with_html_is_escaped(client):
    event = EventFactory()
    refused = guest_form(client, event, name="<b>Aline</b>")
    assert "<b>Aline" not in refused.content.decode()
    assert not Registration.objects.exists()
    guest = GuestRegistrationFactory(event=event, confirmed=False)
    Registration.objects.update(guest_name="<b>Aline</b>")  # as written before names were looked at
    page = client.get(reverse("events:confirm_guest", args=[guest.token])).content.decode()
    assert "&lt;b&gt;Aline" in page
    assert "<b>Aline" not in page


def test_a_program_that_fills_every_field_is_not_registered(client):
    response = guest_form(client, EventFactory(), nickname="x")
    assert response.status_code == 302
    assert not Registration.objects.exists()


def test_a_visitor_who_sends_the_form_too_often_is_refused(client):
    event = EventFactory()
    answers = [guest_form(client, event, email=f"a{number}@ardenne.example").status_code for number in range(21)]
    assert answers == [302] * 20 + [429]


@pytest.mark.parametrize("change", [{"state": EventState.CANCELLED}, {"members_only": True}])
def test_a_closed_event_takes_no_guests(client, change):
    event = EventFactory(**change)
    assert guest_form(client, event).status_code == 409
    assert not Registration.objects.exists()


def test_a_guest_cannot_register_once_the_event_has_begun(client):
    event = EventFactory()
    age(event, minutes=1)
    assert guest_form(client, event).status_code == 409


# --- calendar files ---------------------------------------------------------------------------------------------


def test_the_public_calendar_file_has_no_online_link(client):
    event = EventFactory(mode=Mode.HYBRID, online_link=LINK)
    response = client.get(reverse("events:ics", args=[event.slug]))
    assert response["Content-Type"].startswith("text/calendar")
    [entry] = Calendar.from_ical(response.content).walk("VEVENT")
    assert entry["DTSTART"].dt == event.starts_at
    assert LINK.encode() not in response.content


def test_the_calendar_file_of_a_registration_has_the_online_link(client, member):
    registration = RegistrationFactory(user=member, event=EventFactory(mode=Mode.ONLINE, online_link=LINK))
    response = client.get(reverse("events:registration_ics", args=[registration.token]))
    assert LINK.encode() in response.content.replace(b"\r\n ", b"")


def test_a_past_event_without_a_time_has_no_calendar_file(client):
    assert client.get(reverse("events:ics", args=[HistoryEventFactory().slug])).status_code == 404


def test_a_past_event_says_that_it_is_over(client):
    assert "Cet événement est passé." in page_of(client, PastEventFactory())


@pytest.mark.parametrize(("days", "taken", "says"), [(10, 0, True), (2, 0, False), (10, 4, False)])
def test_the_page_says_how_long_seats_are_kept_for_the_other_side(client, days, taken, says):
    starts_at = timezone.now() + timedelta(days=days)
    event = EventFactory(space=SpaceFactory(), capacity=4, seats_held=2, seats_taken=taken, starts_at=starts_at)
    page = client.get(event.get_absolute_url())
    assert (page.context["held_until"] is not None) is says


def test_the_page_of_a_series_links_its_other_dates(client):
    first = EventFactory()
    days = repeat_event(event=first, pattern="weekly", until=first.earliest + timedelta(days=14), by=None)
    Event.objects.filter(pk__in=[other.pk for other in days]).update(state=EventState.PUBLISHED)
    page = client.get(first.get_absolute_url()).text
    assert [f'href="{other.get_absolute_url()}"' in page for other in days] == [True] * len(days)
    assert client.get(EventFactory().get_absolute_url()).context["other_dates"] == []


def test_the_page_of_a_series_says_which_of_its_other_dates_are_cancelled(client):
    first = EventFactory()
    days = repeat_event(event=first, pattern="weekly", until=first.earliest + timedelta(days=14), by=None)
    Event.objects.filter(pk=days[1].pk).update(state=EventState.CANCELLED)
    text = Page(client.get(first.get_absolute_url()).text).text
    taking_place, cancelled = (text.index(dates.day(day.starts_at).replace(dates.NBSP, " ")) for day in days)
    assert [at for at in range(len(text)) if text.startswith("Annulé", at)] == [text.index("Annulé", cancelled)]
    assert taking_place < cancelled


def test_when_and_where_names_the_room_and_the_price_who_tells_it(client):
    space = SpaceFactory(name="La Ferme", town="Chimay")
    event = EventFactory(space=space, resources=[ResourceFactory(space=space, name="La Grange")])
    page = " ".join(client.get(event.get_absolute_url()).text.split())
    assert "La Grange – La Ferme, Chimay" in page
    guest = " ".join(client.get(reverse("events:register_guest", args=[event.slug])).text.split())
    assert "La Grange – La Ferme, Chimay" in guest
    assert f'href="{reverse("spaces:contact", args=[space.slug])}">l’équipe vous le dira' in page
