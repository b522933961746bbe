"""A guest who is known by name alone is erased from a booking by the managers of the space."""

from datetime import time

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from hacktiv.erasures.models import Erasure
from members.tests.factories import UserFactory
from spaces.booking.operations import SeriesRequest, book_series, cancel_booking, cancel_series, forget_guest
from spaces.errors import BookingError
from spaces.models import Booking, Series
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, in_days, manager_of

pytestmark = pytest.mark.django_db

GUEST = {"guest_name": "Zoé Lambert", "purpose": "Zoé répète", "as_manager": True}


def test_name_and_words_of_a_cancelled_booking_are_erased():
    booking = BookingFactory(**GUEST)
    with pytest.raises(BookingError) as refusal:
        forget_guest(booking=booking)
    assert refusal.value.code == "to_come"
    cancel_booking(booking=booking, by=None, reason="Zoé est malade", as_manager=True)
    forget_guest(booking=booking)
    assert Erasure.objects.get().key == booking.erasure_key != Booking.objects.get().erasure_key
    assert list(Booking.objects.values_list("guest_name", "purpose", "reason", "status")) == [("", "", "", "cancelled")]


def test_the_series_goes_with_the_name():
    week = {"first_day": in_days(1, 9).date(), "until": in_days(8, 9).date(), "starts": time(9), "ends": time(10)}
    asked = SeriesRequest(resource=ResourceFactory(), pattern="weekly", guest_name="Zoé Lambert", **week)
    series = book_series(asked=asked, by=None, as_manager=True)
    first = Booking.objects.earliest("period")
    cancel_booking(booking=first, by=None, as_manager=True)
    with pytest.raises(BookingError):
        forget_guest(booking=first)
    cancel_series(series=series, from_day=week["first_day"], by=None, as_manager=True)
    forget_guest(booking=first)
    assert not Series.objects.exists()
    assert set(Booking.objects.values_list("guest_name", flat=True)) == {""}


def test_a_booking_of_an_account_is_its_owners():
    with pytest.raises(BookingError) as refusal:
        forget_guest(booking=BookingFactory(user=UserFactory()))
    assert refusal.value.code == "member"


def test_only_the_managers_of_the_space_erase_a_name(client):
    manager = UserFactory()
    booking = BookingFactory(resource=ResourceFactory(space=SpaceFactory(managers=[manager], with_hours=True)), **GUEST)
    cancel_booking(booking=booking, by=None, as_manager=True)
    asked = {"action": "erase_names_selected", ACTION_CHECKBOX_NAME: [booking.pk]}
    address = f"{reverse('admin:spaces_booking_changelist')}?when=all"
    for person, left in ((manager_of(SpaceFactory(managers=[UserFactory()])), "Zoé Lambert"), (manager, "")):
        client.force_login(person)
        client.post(address, asked)
        booking.refresh_from_db()
        assert booking.guest_name == "Zoé Lambert", "It is asked whether it is understood."
        client.post(address, {**asked, "understood": "on"})
        booking.refresh_from_db()
        assert booking.guest_name == left


def test_the_page_of_a_booking_offers_it_once_nobody_is_expected(client):
    client.force_login(UserFactory(superuser=True))
    booking = BookingFactory(**GUEST)
    page = reverse("admin:spaces_booking_change", args=[booking.pk])
    assert "erase_names_selected" not in client.get(page).text
    cancel_booking(booking=booking, by=None, as_manager=True)
    assert "erase_names_selected" in client.get(page).text
