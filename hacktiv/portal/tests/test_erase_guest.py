"""A guest erases what is held under their address, from the link of their registration."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Registration, Speaker
from events.programme.operations import add_speaker
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.outbox.tests.factories import MessageFactory
from hacktiv.portal.operations import erase_guest
from hacktiv.portal.operations.erasing import ERASED_MAIL
from members.models import User
from members.tests.factories import UserFactory
from spaces.booking.operations import SeriesRequest, book_series
from spaces.models import Booking
from spaces.tests.factories import BookingFactory, ResourceFactory, make_manager
from tests.waiting import until_somebody_waits

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
    assert page.context["held"] == {"bookings": 1, "series": 0, "registrations": 1, "talks": 0}
    assert client.post(page_of(guest)).status_code == 400
    assert client.post(page_of(guest), {"understood": "on"}).url == "/fr/"
    assert set(Registration.objects.values_list("guest_name", "status")) == {("", "cancelled"), ("Léa", "confirmed")}
    assert list(Booking.objects.values_list("guest_name", "status")) == [("", "cancelled")]
    for address in (page_of(guest), reverse("events:registration", args=[guest.token])):
        assert "Vos données sont effacées" in client.get(address).text
    assert "Vos données sont effacées" in client.post(page_of(guest), {"understood": "on"}).text
    assert client.get(page_of(other)).status_code == 200


def test_all_links_to_the_address_that_nobody_followed_go(client, mailoutbox):
    event = EventFactory()
    for name in ("Zoé Lambert", "Max Inconnu"):
        guest = GuestRegistrationFactory(event=event, name=name, email="zoe@ardenne.example", confirmed=False)
    send_due()
    mailoutbox.clear()
    assert client.post(page_of(guest), {"understood": "on"}).url == "/fr/"
    assert set(Registration.objects.values_list("guest_name", "guest_email", "status")) == {("", "", "cancelled")}
    send_due()
    [last] = mailoutbox
    assert last.body.count(event.title) == 1
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_guest_erased_from_two_browsers_at_once_is_told_by_one_mail():
    address = "zoe@ardenne.example"
    add_speaker(event=EventFactory(), name="Zoé Lambert", email=address, by=None)

    def erase():
        try:
            erase_guest(address=address, language="fr")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            erase_guest(address=address, language="fr")
            second = pool.submit(erase)
            until_somebody_waits()
        second.result()
    assert Message.objects.filter(template=ERASED_MAIL).count() == 1
    assert not Speaker.objects.exists()


@pytest.mark.parametrize("with_account", [False, True])
def test_the_page_is_the_same_whether_the_address_has_an_account(client, with_account):
    guest = GuestRegistrationFactory(name="Zoé Lambert", email="zoe@ardenne.example")
    booking = BookingFactory(guest_name="Zoé", guest_email="zoe@ardenne.example", as_manager=True)
    if with_account:
        member = UserFactory(email="zoe@ardenne.example")
        own = RegistrationFactory(user=member)
        mail = MessageFactory(to_email=member.email)
    page = client.get(page_of(guest))
    held = {"bookings": 1, "series": 0, "registrations": 1, "talks": 0}
    assert (page.status_code, page.context["held"]) == (200, held)
    assert reverse("portal:delete_account") not in page.text
    assert client.post(page_of(guest), {"understood": "on"}).url == "/fr/"
    for row in (guest, booking):
        row.refresh_from_db()
        assert row.is_erased
    if with_account:
        assert User.objects.get(pk=member.pk).email == "zoe@ardenne.example"
        assert Registration.objects.get(pk=own.pk).status == "confirmed"
        assert Message.objects.filter(pk=mail.pk).exists()


def test_an_account_that_nobody_confirmed_narrows_no_erasure_and_goes_with_it(client):
    guest = GuestRegistrationFactory(name="Zoé Lambert", email="zoe@ardenne.example")
    UserFactory(email="zoe@ardenne.example", verified=False)
    MessageFactory(to_email="zoe@ardenne.example")
    client.post(page_of(guest), {"understood": "on"})
    assert not User.objects.exists()
    assert [one.template for one in Message.objects.filter(to_email__iexact="zoe@ardenne.example")] == ["portal.erased"]
    send_due()
    assert not Message.objects.exists()


def test_the_owner_of_an_account_reads_that_it_stays(client):
    guest, member = GuestRegistrationFactory(email="zoe@ardenne.example"), UserFactory(email="zoe@ardenne.example")
    client.force_login(member)
    page = client.get(page_of(guest)).text
    assert "Votre compte reste" in page
    assert reverse("portal:delete_account") in page
    own = RegistrationFactory(user=member)
    assert client.post(page_of(own), {"understood": "on"}).url == reverse("portal:delete_account")


def test_a_guest_with_only_a_booking_erases_their_data(client):
    booking = BookingFactory(guest_name="Zoé", guest_email="zoe@ardenne.example", as_manager=True)
    page = reverse("portal:erase_booker", args=[booking.reference])
    assert page in client.get(booking.get_absolute_url()).text
    manager, member = Client(), UserFactory()
    make_manager(booking.space, member)
    manager.force_login(member)
    assert page not in manager.get(booking.get_absolute_url()).text
    assert manager.post(page, {"understood": "on"}).status_code == 404
    assert client.post(page, {"understood": "on"}).url == "/fr/"
    booking.refresh_from_db()
    assert (booking.guest_name, booking.status) == ("", "cancelled")
    for address in (page, booking.get_absolute_url()):
        assert "Vos données sont effacées" in client.get(address).text


def test_a_companion_without_an_address_is_erased_by_nobody_but_who_brought_them(client):
    guest = GuestRegistrationFactory(email="zoe@ardenne.example")
    companion = Registration.objects.create(event=guest.event, guest_name="Bram", brought_by=guest, status="confirmed")
    assert client.get(page_of(companion)).status_code == 404


def a_series_for(address):
    first = timezone.localdate() + timedelta(days=2)
    wish = {"first_day": first, "until": first + timedelta(days=7), "starts": time(10), "ends": time(11)}
    asked = SeriesRequest(
        resource=ResourceFactory(), pattern="weekly", guest_name="Zoé Lambert", guest_email=address, **wish
    )
    return book_series(asked=asked, by=UserFactory(superuser=True), as_manager=True)


def test_the_page_counts_series_and_invitations_and_the_link_of_the_series_says_what_became_of_it(client):
    series = a_series_for("zoe@ardenne.example")
    [booking, *_others] = Booking.objects.order_by("period")
    add_speaker(event=EventFactory(), name="Zoé", email="zoe@ardenne.example", by=None)
    erase = reverse("portal:erase_booker", args=[booking.reference])
    page = client.get(series.get_absolute_url()).text
    assert erase in page
    assert reverse("spaces:booking_take_over", args=[booking.reference]) not in page
    told = client.get(erase)
    assert (told.context["held"]["series"], told.context["held"]["talks"]) == (1, 1)
    assert "1 réservation récurrente" in told.text and "1 événement où vous intervenez" in told.text
    client.post(erase, {"understood": "on"})
    gone = client.get(series.get_absolute_url())
    assert (gone.status_code, "Cette réservation récurrente n’existe plus" in gone.text) == (404, True)


def test_a_member_puts_a_series_made_for_their_address_into_their_account(client):
    series = a_series_for("zoe@ardenne.example")
    client.force_login(UserFactory(email="zoe@ardenne.example"))
    [booking, *_others] = Booking.objects.order_by("period")
    take = reverse("spaces:booking_take_over", args=[booking.reference])
    assert take in client.get(series.get_absolute_url()).text
    client.post(take)
    series.refresh_from_db()
    assert series.user.email == "zoe@ardenne.example"
    assert take not in client.get(series.get_absolute_url()).text
