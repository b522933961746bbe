"""A companion whose address is withheld has the link of their mail, and nothing else, to be rid of the registration."""

import pytest
from django.urls import reverse

from events.models import Registration
from events.registering.operations import bring_companion
from events.tests.factories import EventFactory, GuestRegistrationFactory
from hacktiv.portal.operations import erase_guest

pytestmark = pytest.mark.django_db


@pytest.fixture
def companion():
    event = EventFactory()
    gus = GuestRegistrationFactory(event=event, name="Gus Petit", email="gus@ardenne.example")
    GuestRegistrationFactory(event=event, name="Xenia Roy", email="xenia@ardenne.example")
    found = bring_companion(registration=gus, name="Xen Comp", email="xenia@ardenne.example")
    assert found.is_address_withheld
    return found


def page_of(companion, name="events:registration"):
    return reverse(name, args=[companion.token])


def test_the_seat_is_given_back_by_its_link_once_the_name_went_with_who_brought_them(client, companion):
    erase_guest(address="gus@ardenne.example", language="fr")
    companion.refresh_from_db()
    assert (companion.guest_name, companion.is_confirmed) == ("", True)
    leave = page_of(companion, "events:cancel")
    assert leave in client.get(page_of(companion)).text
    client.post(leave)
    companion.refresh_from_db()
    assert companion.status == "cancelled"
    assert "Vos données sont effacées" in client.get(page_of(companion)).text


def test_the_link_erases_the_name_and_gives_the_seat_back(client, companion):
    erase = page_of(companion, "portal:erase_guest")
    assert erase in client.get(page_of(companion)).text
    page = client.get(erase)
    assert "xenia@" not in page.text and "Gus" not in page.text
    assert client.post(erase).status_code == 400
    for _click in range(2):
        client.post(erase, {"understood": "on"})
    companion.refresh_from_db()
    assert (companion.guest_name, companion.status) == ("", "cancelled")
    assert Registration.objects.get(guest_email="xenia@ardenne.example").is_confirmed
