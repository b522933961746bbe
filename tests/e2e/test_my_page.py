"""Press the buttons of a person's own page, in a browser."""

import pytest
from playwright.sync_api import expect

from members.tests.factories import UserFactory
from spaces.models import Wait
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, WaitFactory

from .conftest import DESK

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_line_is_left_and_a_booking_opened_from_its_card(somebody):
    zoe, room = UserFactory(), ResourceFactory(space=SpaceFactory(with_hours=True), name_fr="Le Moulin")
    BookingFactory(resource=room, days=2)
    WaitFactory(resource=room, user=zoe, days=2)
    mine = BookingFactory(resource=room, user=zoe, days=3)
    page = somebody(zoe, viewport=DESK)
    page.goto("/fr/me/")
    page.get_by_role("link", name="Modifier cette réservation").click()
    expect(page).to_have_url(f"{page.url.partition('/fr/')[0]}/fr/spaces/bookings/{mine.reference}/move/")
    page.goto("/fr/me/")
    page.get_by_role("button", name="Quitter la liste d’attente").click()
    expect(page.get_by_role("button", name="Quitter la liste d’attente")).to_have_count(0)
    assert not Wait.objects.filter(user=zoe).exists()
