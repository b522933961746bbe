"""What people see and can do, in a browser without scripts."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.enums import BookingStatus
from spaces.models import Booking, OpeningHours
from spaces.operations import cancel_booking, close, hold

from .factories import BookingFactory, ResourceFactory, SpaceFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_spent():
    cache.clear()


def text(response):
    """What stands on the page, in one line."""
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"[\s\u00a0]+", " ", words)


def day(days=1):
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


def choice(resource, **changes):
    return {"resource": resource.slug, "day": day(), "start": "09:00", "end": "10:00", "purpose": "", **changes}


def book_url(resource):
    return reverse("spaces:book", args=[resource.space.slug])


# --- the list ---


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_space_and_three(client, django_assert_num_queries, count):
    spaces = SpaceFactory.create_batch(count, with_hours=True)
    SpaceFactory(is_published=False, name="Hidden")
    with django_assert_num_queries(3):
        response = client.get(reverse("spaces:list"))
    assert [space.name for space in response.context["spaces"]] == [space.name for space in spaces]
    assert "Hidden" not in text(response)


def test_an_empty_network_says_what_comes(client):
    assert "Aucun espace n’est encore ouvert au public" in text(client.get(reverse("spaces:list")))


def test_the_list_says_which_space_has_no_hours_yet(client):
    SpaceFactory()
    assert "Horaires à confirmer" in text(client.get(reverse("spaces:list")))


# --- a space's page ---


@pytest.mark.parametrize("count", [1, 3])
def test_a_spaces_page_costs_the_same_for_one_room_and_three(client, django_assert_num_queries, count):
    space = SpaceFactory(with_hours=True)
    resources = ResourceFactory.create_batch(count, space=space)
    for days in range(count):
        close(space=space, start=in_days(days + 3, 0), end=in_days(days + 4, 0), reason="Works", by=None)
    with django_assert_num_queries(8):
        response = client.get(space.get_absolute_url())
    assert response.context["resources"] == resources
    assert len(response.context["closures"]) == count


def test_a_hidden_space_has_no_page(client):
    space = SpaceFactory(is_published=False)
    for url in (
        space.get_absolute_url(),
        reverse("spaces:contact", args=[space.slug]),
        reverse("spaces:book", args=[space.slug]),
    ):
        assert client.get(url).status_code == 404


def test_a_space_without_hours_offers_no_booking(client):
    space = ResourceFactory(space=SpaceFactory()).space
    page = client.get(space.get_absolute_url())
    assert reverse("spaces:book", args=[space.slug]) not in page.content.decode()
    response = client.get(reverse("spaces:book", args=[space.slug]))
    assert response.status_code == 200
    assert "n’a pas encore publié ses heures d’ouverture" in text(response)
    assert "form" not in response.context


def test_the_address_that_receives_messages_is_never_shown(client):
    space = SpaceFactory(contact_email="secret@example.org", managers=[UserFactory(email="boss@example.org")])
    for url in (space.get_absolute_url(), reverse("spaces:contact", args=[space.slug])):
        content = client.get(url).content.decode()
        assert "secret@example.org" not in content
        assert "boss@example.org" not in content


# --- writing to a space ---


def message(**changes):
    return {"name": "Zoé", "email": "zoe@example.org", "text": "Bonjour <b>vous</b>", "website": "", **changes}


def test_a_message_is_sent_and_the_visitor_told(client):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(), follow=True)
    assert response.redirect_chain == [(space.get_absolute_url(), 302)]
    assert "Votre message est parti" in text(response)
    assert Message.objects.get().context == {
        "space": space.pk,
        "name": "Zoé",
        "email": "zoe@example.org",
        "text": "Bonjour <b>vous</b>",
    }


def test_a_robot_that_fills_every_field_is_not_heard(client):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(website="http://spam.example"))
    assert (response.status_code, Message.objects.count()) == (302, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "zoe@example.org\nBcc: all@example.org"}, "email"),
        ({"text": " "}, "text"),
        ({"text": "x" * 10_000}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"name": "N" * 10_000}, "name"),
    ],
)
def test_a_faulty_message_is_kept_and_explained(client, changes, field):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(**changes))
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})
    assert Message.objects.count() == 0


def test_the_sixth_message_of_an_hour_waits(client):
    space = SpaceFactory(contact_email="hello@example.org")
    url = reverse("spaces:contact", args=[space.slug])
    statuses = [client.post(url, message(text=f"Message {n}")).status_code for n in range(6)]
    assert statuses == [302] * 5 + [429]
    assert Message.objects.count() == 5


# --- choosing ---


@pytest.mark.parametrize("units", [1, 3])
def test_the_booking_page_costs_the_same_for_one_unit_and_three(client, django_assert_num_queries, units):
    resource = ResourceFactory(units=units)
    for _ in range(units):
        BookingFactory(resource=resource)
    with django_assert_num_queries(9):
        response = client.get(book_url(resource), {"resource": resource.slug, "day": day()})
    assert [slot.free for slot in response.context["plan"].slots][:4] == [units, units, 0, 0]


def test_the_day_shows_what_bookings_events_and_closures_leave(client):
    resource = ResourceFactory()
    BookingFactory(resource=resource, hours=(9, 10))
    hold(key="event:1", label="Secret party", resource=resource, start=in_days(1, 12), end=in_days(1, 13))
    close(space=resource.space, start=in_days(1, 15), end=in_days(1, 20), reason="Works", by=None)
    response = client.get(book_url(resource), {"resource": resource.slug, "day": day()})
    free = {timezone.localtime(slot.start).hour for slot in response.context["plan"].slots if slot.free}
    assert free == {8, 10, 11, 13, 14}
    assert Booking.objects.get().person_name not in text(response)
    assert "Secret party" not in text(response)


def test_without_a_choice_the_first_room_and_the_next_open_day_are_shown(client):
    resource = ResourceFactory(space=SpaceFactory())
    tomorrow = timezone.localdate() + timedelta(days=1)
    OpeningHours.objects.create(space=resource.space, weekday=tomorrow.weekday(), opens="09:00", closes="12:00")
    plan = client.get(book_url(resource)).context["plan"]
    assert (plan.resource, plan.day) == (resource, tomorrow)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"day": "2026-13-45"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": ""}, "day"),
        ({"day": day(-1)}, "day"),
        ({"resource": "elsewhere"}, "resource"),
        ({"resource": "a\0b"}, "resource"),
        ({"resource": "x" * 10_000}, "resource"),
    ],
)
def test_a_faulty_address_is_explained(client, query, field):
    resource = ResourceFactory()
    response = client.get(book_url(resource), {"resource": resource.slug, **query})
    assert (response.status_code, set(response.context["day_form"].errors)) == (400, {field})


def test_a_day_further_ahead_than_the_room_allows_is_no_choice(client):
    resource = ResourceFactory(max_days_ahead=10)
    url = book_url(resource)
    response = client.get(url, {"resource": resource.slug, "day": day(11)})
    assert (response.status_code, response.context.get("plan")) == (400, None)
    assert f"{resource.name} se réserve au plus 10 jours à l’avance." in text(response)
    assert f'max="{day(10)}"' in response.content.decode()
    assert client.get(url, {"resource": resource.slug, "day": day(10)}).context["plan"].slots_ahead
    client.force_login(UserFactory())
    assert client.post(url, choice(resource, day=day(11))).status_code == 400


def test_a_resource_of_another_space_is_no_choice(client):
    resource, other = ResourceFactory(), ResourceFactory()
    response = client.get(book_url(resource), {"resource": other.slug})
    assert response.status_code == 400


# --- booking ---


def test_a_member_books_and_comes_to_the_booking(client):
    resource, user = ResourceFactory(), UserFactory()
    client.force_login(user)
    response = client.post(book_url(resource), choice(resource, purpose="Appel"), follow=True)
    booking = Booking.objects.get()
    assert response.redirect_chain == [(booking.get_absolute_url(), 302)]
    assert (booking.user, booking.start, booking.end, booking.purpose) == (
        user,
        in_days(1, 9),
        in_days(1, 10),
        "Appel",
    )
    assert "Confirmée" in text(response)


def test_a_visitor_signs_in_and_finds_the_choice_again(client):
    resource = ResourceFactory()
    response = client.post(book_url(resource), choice(resource))
    kept = f"{book_url(resource)}?resource={resource.slug}&day={day()}&start=09%3A00&end=10%3A00"
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))
    client.force_login(UserFactory())
    form = client.get(kept).context["form"]
    assert (form["start"].value(), form["end"].value()) == ("09:00", "10:00")
    assert Booking.objects.count() == 0


def test_a_taken_hour_is_refused_with_the_next_free_ones(client):
    resource = ResourceFactory()
    BookingFactory(resource=resource, hours=(9, 11))
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource))
    assert response.status_code == 409
    assert [str(error) for error in response.context["form"].non_field_errors()] == [
        f"{resource.name}\u00a0: déjà pris à ce moment. Choisissez une autre heure."
    ]
    assert [offer.start for offer in response.context["offers"]] == [in_days(1, hour) for hour in (11, 12, 13)]
    assert Booking.objects.count() == 1


def test_sending_twice_stores_one_booking(client):
    resource = ResourceFactory(units=3)
    client.force_login(UserFactory())
    urls = {client.post(book_url(resource), choice(resource)).url for _ in range(2)}
    assert urls == {Booking.objects.get().get_absolute_url()}


def test_who_has_a_booking_is_shown_the_way_to_it(client):
    booking = BookingFactory(resource=ResourceFactory(units=2), hours=(9, 11))
    client.force_login(booking.user)
    response = client.post(book_url(booking.resource), choice(booking.resource))
    assert response.status_code == 409
    assert booking.get_absolute_url() in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"start": "", "end": ""}, 400, "required"),
        ({"start": "25:00"}, 400, "invalid"),
        ({"purpose": "x" * 10_000}, 400, "max_length"),
        ({"purpose": "a\x07b"}, 400, "control_characters"),
        ({"start": "10:00", "end": "09:00"}, 409, None),
        ({"start": "03:00", "end": "04:00"}, 409, None),
        ({"end": "09:05"}, 409, None),
    ],
)
def test_a_faulty_booking_is_kept_and_explained(client, changes, status, code):
    resource = ResourceFactory()
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource, **changes))
    errors = [error for errors in response.context["form"].errors.as_data().values() for error in errors]
    assert response.status_code == status
    assert code is None or {error.code for error in errors} == {code}
    assert Booking.objects.count() == 0


def test_a_day_gone_by_cannot_be_booked(client):
    resource = ResourceFactory()
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource, day=day(-1)))
    assert (response.status_code, Booking.objects.count()) == (400, 0)
    assert "Ce jour est passé." in text(response)


def test_an_empty_form_is_explained(client):
    client.force_login(UserFactory())
    resource = ResourceFactory()
    response = client.post(book_url(resource), {})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"start", "end"})


def test_what_is_typed_is_shown_as_text(client):
    booking = BookingFactory(purpose="<script>alert(1)</script>")
    client.force_login(booking.user)
    content = client.get(booking.get_absolute_url()).content.decode()
    assert "<script>alert(1)</script>" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


# --- a booking ---


def test_a_booking_is_named_as_people_write_it():
    booking = BookingFactory(resource=ResourceFactory(name="Les Serres", space__name="La Ferme"), hours=(9, 11))
    written = dates.span(in_days(1, 9), in_days(1, 11))
    assert str(booking) == f"Les Serres (La Ferme), {written}"


PAGES = ["spaces:booking", "spaces:booking_cancel", "spaces:booking_ics"]


@pytest.mark.parametrize("view", PAGES)
def test_a_booking_is_its_owners_and_its_managers_only(client, view):
    manager = UserFactory()
    booking = BookingFactory(resource=ResourceFactory(space__managers=[manager]))
    url = reverse(view, args=[booking.reference])
    statuses = {}
    for name, user in (
        ("owner", booking.user),
        ("manager", manager),
        ("superuser", UserFactory(superuser=True)),
        ("member", UserFactory()),
        ("other manager", ResourceFactory(space__managers=[UserFactory()]).space.managers.get()),
    ):
        client.force_login(user)
        statuses[name] = client.get(url).status_code
    assert statuses == {"owner": 200, "manager": 200, "superuser": 200, "member": 404, "other manager": 404}


@pytest.mark.parametrize("view", PAGES)
def test_a_visitor_signs_in_first_and_a_forged_reference_is_nothing(client, view):
    url = reverse(view, args=[BookingFactory().reference])
    assert client.get(url).url == f"{reverse('account_login')}?next={url}"
    client.force_login(UserFactory(superuser=True))
    assert client.get(reverse(view, args=[uuid4()])).status_code == 404


def test_a_stranger_cannot_cancel(client):
    booking = BookingFactory()
    client.force_login(UserFactory())
    assert client.post(reverse("spaces:booking_cancel", args=[booking.reference])).status_code == 404
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_cancelling_asks_first_and_then_says_so(client):
    booking = BookingFactory()
    client.force_login(booking.user)
    url = reverse("spaces:booking_cancel", args=[booking.reference])
    assert "Annuler cette réservation ?" in text(client.get(url))
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert "La réservation est annulée." in text(client.post(url, {"reason": "Malade"}, follow=True))
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == (BookingStatus.CANCELLED, "Malade")


def test_a_cancelled_booking_offers_nothing_to_cancel(client):
    booking = BookingFactory()
    cancel_booking(booking=booking, by=booking.user)
    client.force_login(booking.user)
    response = client.get(booking.get_absolute_url())
    assert reverse("spaces:booking_cancel", args=[booking.reference]) not in response.content.decode()


def test_the_calendar_file_is_exact(client):
    booking = BookingFactory()
    client.force_login(booking.user)
    response = client.get(reverse("spaces:booking_ics", args=[booking.reference]))
    [entry] = Calendar.from_ical(response.content).walk("VEVENT")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (
        f"{booking.reference}@booking.hacktivardenne",
        0,
        "CONFIRMED",
    )
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (booking.start, booking.end)
