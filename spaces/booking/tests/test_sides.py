"""Test that staff note on which side of the border a visitor without a home space lived."""

import pytest
from django.urls import reverse

from members.tests.factories import UserFactory
from spaces.booking.operations import check_in
from spaces.models import SideCorrection, Visit
from spaces.passes.operations import correct_side
from spaces.tests.asking import refused
from spaces.tests.factories import HomeSpaceFactory, ResourceFactory, SpaceFactory, running_booking
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(is_staff=True)


@pytest.fixture
def booking(manager):
    """A check-in in France of a member of whom nothing is known."""
    booking = running_booking(ResourceFactory(space=SpaceFactory(french=True, managers=[manager])))
    return check_in(booking=booking, by=manager)


def address_of(booking):
    return reverse("admin:spaces_booking_side", args=[booking.pk])


def traces():
    return list(SideCorrection.objects.values_list("before", "after", "reason", "made_by"))


def test_a_manager_notes_the_side_on_the_page_of_the_booking(client, booking, manager):
    client.force_login(manager)
    assert address_of(booking) in client.get(reverse("admin:spaces_booking_change", args=[booking.pk])).text
    page = Page(client.get(address_of(booking)).text, address_of(booking))
    assert "reason" not in page.form(address_of(booking)).data()
    answer = client.post(address_of(booking), {"side": "BE"})
    assert answer["Location"] == reverse("admin:spaces_booking_change", args=[booking.pk])
    assert Visit.objects.crossings().get().home_side == "BE"
    assert traces() == [("", "BE", "", manager.pk)]


def test_a_known_side_changes_with_a_reason_and_what_was_typed_stays(client, booking, manager):
    client.force_login(manager)
    client.post(address_of(booking), {"side": "BE"})
    asked = client.post(address_of(booking), {"side": "FR", "reason": " "})
    assert (asked.status_code, list(asked.context["form"].errors)) == (400, ["reason"])
    assert asked.context["form"]["side"].value() == "FR"
    for _click in range(2):
        client.post(address_of(booking), {"side": "FR", "reason": "Elle habite Givet"})
    assert not Visit.objects.crossings().exists()
    assert traces() == [("", "BE", "", manager.pk), ("BE", "FR", "Elle habite Givet", manager.pk)]
    page = client.get(address_of(booking))
    assert "Motif\N{NO-BREAK SPACE}: Elle habite Givet" in page.text and "Belgique → France" in page.text


def test_the_message_says_which_side_is_noted(client, booking, manager):
    client.force_login(manager)
    said = {}
    for side in ("BE", ""):
        wish = {"side": side, "reason": "Non dit"}
        said[side] = Page(client.post(address_of(booking), wish, follow=True).text).text
    assert "noté pour cette visite : Belgique." in said["BE"]
    assert "Aucun côté de la frontière n’est noté pour cette visite." in said[""]


def test_the_side_of_a_home_space_and_of_who_did_not_come_is_nothing_to_note(client, booking, manager):
    at_home = running_booking(ResourceFactory(space=booking.space), user=HomeSpaceFactory().user)
    absent = running_booking(ResourceFactory(space=booking.space))
    at_home = check_in(booking=at_home, by=manager)
    client.force_login(manager)
    for other in (at_home, absent):
        assert address_of(other) not in client.get(reverse("admin:spaces_booking_change", args=[other.pk])).text
        assert client.post(address_of(other), {"side": "BE"}).status_code == 404
    with refused("home_space"):
        correct_side(visit=at_home.visit, side="FR", by=manager)
    assert traces() == []


def test_a_manager_of_another_space_notes_nothing(client, booking):
    stranger = UserFactory(is_staff=True)
    SpaceFactory(managers=[stranger])
    client.force_login(stranger)
    assert client.post(address_of(booking), {"side": "BE"}).status_code == 404
    assert traces() == []


def test_a_visit_taken_back_meanwhile_has_no_side(booking, manager):
    visit = Visit.objects.get()
    Visit.objects.all().delete()
    with refused("no_visit"):
        correct_side(visit=visit, side="BE", by=manager)
