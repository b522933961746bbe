"""A guest who is known by name alone is erased from a registration by the organisers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.errors import EventError
from events.registering.operations import forget_guest, register_guest
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.erasures.models import Erasure
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory, manager_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def registration():
    """Return the registration of a guest by name at an event of yesterday."""
    event = EventFactory(space=SpaceFactory(managers=[UserFactory()]))
    registration = register_guest(event=event, name="Zoé Lambert", language="fr", residence="BE", by=UserFactory())
    start = timezone.now() - timedelta(days=1)
    event.starts_at, event.ends_at = start, start + timedelta(hours=1)
    event.save()
    return registration


def test_the_seat_stays_without_the_name(registration):
    key = registration.erasure_key
    forget_guest(registration=registration)
    registration.refresh_from_db()
    assert Erasure.objects.get().key == key != registration.erasure_key, "What is noted leads to no row."
    assert (registration.guest_name, registration.guest_residence, registration.status) == ("", "", "confirmed")


@pytest.mark.parametrize(("make", "code"), [(RegistrationFactory, "member"), (None, "to_come")])
def test_accounts_and_seats_to_come_are_left(make, code):
    guest = {"event": EventFactory(), "name": "Zoé", "language": "fr", "by": UserFactory()}
    with pytest.raises(EventError) as refusal:
        forget_guest(registration=make() if make else register_guest(**guest))
    assert refusal.value.code == code


def test_only_the_managers_of_the_space_erase_a_name(client, registration):
    address = reverse("admin:events_registration_erase", args=[registration.pk])
    client.force_login(manager_of(SpaceFactory(managers=[UserFactory()])))
    assert client.post(address).status_code == 404
    client.force_login(manager_of(registration.event.space))
    page = client.get(reverse("admin:events_registration_change", args=[registration.pk])).text
    assert address in page
    assert "Zoé Lambert" in client.get(address).text
    assert client.post(address).status_code == 302
    registration.refresh_from_db()
    assert registration.guest_name == ""
