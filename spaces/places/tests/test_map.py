"""The map shows both sides of the border and the present state of each space, on the map and beside it."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from spaces.models import OpeningHours
from spaces.places.queries import state_now
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db

ARMISTICE = datetime(2027, 11, 11, 9, tzinfo=UTC)


@pytest.fixture
def noon(monkeypatch):
    """Freeze time at noon of Thursday, 12 November 2026."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 12, 11, tzinfo=UTC))


def markers(response):
    """Return the label of each place on the map, as a screen reader says it."""
    page = " ".join(response.content.decode().replace("\u00a0", " ").split())
    return re.findall(r'class="map-marker" xlink:href="([^"]+)" data-emblem="\w+" aria-label="([^"]+)"', page)


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_costs_the_same_for_one_space_and_three(client, django_assert_num_queries, count):
    SpaceFactory.create_batch(count, with_hours=True)
    SpaceFactory(is_published=False, name="Hidden")
    with django_assert_num_queries(3):
        response = client.get(reverse("spaces:map"))
    assert len(markers(response)) == count
    assert "Hidden" not in response.content.decode()


def test_map_and_list_show_whether_each_space_is_open_now(client, noon):
    opened = SpaceFactory(name="La Ferme", with_hours=True)
    unknown = SpaceFactory(name="Le Quai", french=True, latitude="49.76800", longitude="4.72500")
    evening = SpaceFactory(name="Le Soir", latitude="50.09500", longitude="4.52200")
    OpeningHours.objects.create(space=evening, weekday=5, opens="18:00", closes="22:30")
    response = client.get(reverse("spaces:map"))
    assert markers(response) == [
        (opened.get_absolute_url(), "La Ferme, Chimay, Belgique – ouvert jusqu’à 20 h"),
        (unknown.get_absolute_url(), "Le Quai, Charleville-Mézières, France – horaires à confirmer"),
        (evening.get_absolute_url(), "Le Soir, Chimay, Belgique – ouvre sam. 14 à 18 h"),
    ]
    page = response.content.decode()
    for kind in ("open", "unknown", "closed"):
        assert page.count(f"map-sign-{kind}") == 2, "once in the map and once in its key"
    beside = " ".join(page.partition('class="map-list"')[2].replace("\u00a0", " ").split())
    for said in ("Ouvert, ferme à 20 h", "Horaires à confirmer", "Fermé, ouvre samedi 14 novembre à 18 h"):
        assert said in beside


def test_a_public_holiday_is_said_in_brief_in_each_language():
    state = state_now(SpaceFactory(with_hours=True, closes_on_public_holidays=True), ARMISTICE)
    said = {}
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            said[language] = state.in_brief
    assert said == {
        "fr": "fermé, jour férié",
        "nl": "gesloten, feestdag",
        "en": "closed, public holiday",
    }


def test_the_home_page_and_the_list_show_the_same_map(client, noon):
    SpaceFactory(with_hours=True)
    drawn = [markers(client.get(reverse(name))) for name in ("spaces:map", "spaces:list", "portal:home")]
    assert len(drawn[0]) == 1
    assert drawn[1:] == drawn[:1] * 2


def test_a_map_without_spaces_says_what_will_come(client):
    assert "Aucun espace n’est encore ouvert au public" in client.get(reverse("spaces:map")).content.decode()
