"""A guest erases what is held under their address, from the link of their registration."""

import pytest
from django.urls import reverse

from events.models import Registration
from events.tests.factories import GuestRegistrationFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.models import Booking
from spaces.tests.factories import BookingFactory

pytestmark = pytest.mark.django_db


def page_of(registration):
    return reverse("portal:erase_guest", args=[registration.token])


def test_the_guest_finds_the_way_confirms_and_is_erased_everywhere(client):
    guest = GuestRegistrationFactory(name="Zoé Lambert", email="zoe@ardenne.example")
    other = GuestRegistrationFactory(name="Léa")
    BookingFactory(guest_name="Zoé", guest_email="zoe@ardenne.example", as_manager=True)
    assert page_of(guest) in client.get(reverse("events:registration", args=[guest.token])).text
    page = client.get(page_of(guest))
    assert "zoe@ardenne.example" in page.text
    assert page.context["held"] == {"bookings": 1, "registrations": 1}
    assert client.post(page_of(guest)).status_code == 400
    assert client.post(page_of(guest), {"understood": "on"}).url == "/fr/"
    assert set(Registration.objects.values_list("guest_name", "status")) == {("", "cancelled"), ("Léa", "confirmed")}
    assert list(Booking.objects.values_list("guest_name", "status")) == [("", "cancelled")]
    assert client.get(page_of(guest)).status_code == 404
    assert client.get(page_of(other)).status_code == 200


def test_an_account_is_not_erased_by_a_link_alone(client):
    guest = GuestRegistrationFactory(email="zoe@ardenne.example")
    member = UserFactory(email="zoe@ardenne.example")
    assert client.post(page_of(guest), {"understood": "on"}).url == reverse("portal:delete_account")
    assert client.post(page_of(RegistrationFactory(user=member)), {"understood": "on"}).status_code == 302
    member.refresh_from_db()
    assert Registration.objects.exclude(guest_email="").exists()


def test_a_companion_without_an_address_is_erased_by_nobody_but_who_brought_them(client):
    guest = GuestRegistrationFactory(email="zoe@ardenne.example")
    companion = Registration.objects.create(event=guest.event, guest_name="Bram", brought_by=guest, status="confirmed")
    assert client.get(page_of(companion)).status_code == 404
