"""Test the booking page and the page of a booking."""

from uuid import uuid4

import pytest
from django.urls import reverse
from icalendar import Calendar

from hacktiv.common import dates
from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking, close
from spaces.enums import BookingStatus
from spaces.models import Booking
from spaces.tests.asking import book_url, choice, day, text
from spaces.tests.factories import BookingFactory, ResourceFactory, in_days, manager_of
from tests.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]


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
    # The nearest ones before and after on that day come first, then the same hour of the next one.
    assert [offer.start for offer in response.context["offers"]] == [in_days(1, 8), in_days(1, 11), in_days(2, 9)]
    assert Booking.objects.count() == 1


def test_other_times_avoid_closures_and_the_persons_own_bookings(client):
    user, resource = UserFactory(), ResourceFactory(units=2)
    BookingFactory(resource=resource, user=user, days=20, hours=(8, 11))
    close(space=resource.space, start=in_days(1, 0), end=in_days(20, 0), reason="Vacances", by=None)
    client.force_login(user)
    response = client.post(book_url(resource), choice(resource))
    assert response.status_code == 409
    assert [offer.start for offer in response.context["offers"]] == [in_days(days, 9) for days in (21, 22, 23)]


def test_a_refused_wait_offers_free_times(client):
    resource = ResourceFactory()
    close(space=resource.space, start=in_days(1, 0), end=in_days(1, 12), reason="Travaux", by=None)
    client.force_login(UserFactory())
    response = client.post(reverse("spaces:wait_join", args=[resource.space.slug]), choice(resource))
    assert response.status_code == 409
    assert [offer.start for offer in response.context["offers"]] == [in_days(1, 12), in_days(2, 9), in_days(3, 9)]


def test_hours_that_are_not_on_offer_stay_in_the_refused_form(client):
    resource = ResourceFactory()
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource, start="07:10", end="21:00", purpose="Appel"))
    assert response.status_code == 409
    sent = Page(response.content.decode()).form(book_url(resource)).data()
    assert (sent["start"], sent["end"], sent["purpose"]) == (["07:10"], ["21:00"], ["Appel"])


def test_sending_twice_stores_one_booking(client):
    resource = ResourceFactory(units=3)
    client.force_login(UserFactory())
    urls = {client.post(book_url(resource), choice(resource)).url for _ in range(2)}
    assert urls == {Booking.objects.get().get_absolute_url()}


def test_a_second_booking_shows_the_way_to_the_first(client):
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


def test_typed_markup_is_shown_as_text(client):
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
        ("other manager", manager_of(ResourceFactory(space__managers=[UserFactory()]).space)),
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
