"""Press the buttons of a person's own page, in a browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from members.enums import ArchiveState
from members.models import DataArchive
from members.tests.factories import UserFactory
from spaces.models import Wait
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, WaitFactory

from .conftest import DESK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.long
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


@pytest.mark.long
def test_the_file_of_my_data_shows_its_progress_without_reloading(somebody):
    zoe = UserFactory()
    archive = DataArchive(user=zoe)
    archive.await_worker()
    archive.save()
    page = somebody(zoe, viewport=DESK)
    page.goto("/fr/me/data/")
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "0")
    DataArchive.objects.filter(pk=archive.pk).update(progress=40)
    expect(bar).to_have_attribute("value", "40")
    DataArchive.objects.filter(pk=archive.pk).update(
        state=ArchiveState.READY,
        file="archives/of-zoe.zip",
        progress=100,
        ready_at=timezone.now(),
        kept_until=timezone.now() + timedelta(days=7),
    )
    expect(page.get_by_role("link", name="Emporter mes données")).to_be_visible()
