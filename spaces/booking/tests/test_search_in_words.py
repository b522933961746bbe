"""Test the search by a sentence: what is understood filters, and what is not is said."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from hacktiv.common import dates
from spaces.booking.queries.search import by_day
from spaces.booking.queries.whereabouts import whereabouts
from spaces.models import TravelTime
from spaces.tests.factories import (
    FeatureFactory,
    HomeSpaceFactory,
    in_days,
)
from tests.pages import Page

from .searching import ask, tomorrow, wanted

pytestmark = pytest.mark.django_db


def test_a_sentence_becomes_an_address_with_removable_parts(client, border):
    quiet = FeatureFactory(slug="quiet", name="Au calme")
    room = border[2].resources.get()
    room.features.add(quiet)
    page, parts = ask(client, "un endroit calme à Charleville demain de 9 h à 11 h pour 4")
    assert [space.name for space in page.context["page_obj"].spaces] == ["Rimbaud'Tech"]
    (found,) = page.context["page_obj"].spaces[0].found
    assert (found.resource, found.stretch) == (room, (in_days(1, 9), in_days(1, 11)))
    assert parts[:2] == ["Charleville-Mézières", "4 personnes"]
    assert [" ".join(part.split()) for part in parts[3:]] == ["9 h – 11 h", "Au calme"]
    sent = f"where=Charleville-M%C3%A9zi%C3%A8res&people=4&day={tomorrow()}&start=09%3A00&end=11%3A00&features=quiet"
    assert page.redirect_chain[-1][0] == f"{reverse('spaces:search')}?{sent}"
    without_quiet = page.context["chips"][-1].query
    assert "features" not in without_quiet
    assert f"?{without_quiet}" in Page(page.text).links


def test_words_add_to_what_is_searched_already(client, border):
    page, parts = ask(client, "pour 3", where="Chimay", day=f"{tomorrow(2)}", people="1")
    assert parts[:2] == ["Chimay", "3 personnes"]
    assert page.context["wanted"].day == tomorrow(2)


def test_a_town_without_a_space_finds_the_nearest_by_time(client, border):
    page, _parts = ask(client, "Givet demain")
    spaces = page.context["page_obj"].spaces
    assert [(space.name, space.minutes) for space in spaces] == [("E420", 30), ("La Ferme", 50), ("Rimbaud'Tech", 55)]
    text = " ".join(page.text.split())
    assert "Pas d’espace à Givet" in text
    assert "environ 30 min depuis Givet" in text


def test_all_spaces_are_sorted_by_the_time_that_managers_entered(client, border):
    chimay, couvin, meuse = border
    TravelTime.objects.create(space=meuse, to_space=chimay, mode="car", minutes=12)
    TravelTime.objects.create(space=chimay, to_space=couvin, mode="bicycle", minutes=1)
    near = wanted(near=whereabouts(["Chimay"], by_time=True).near)
    times = [(space.name, space.minutes) for space in by_day(near).spaces]
    assert times == [("La Ferme", 0), ("Rimbaud'Tech", 12), ("E420", 20)]
    member = HomeSpaceFactory(space=meuse).user
    client.force_login(member)
    page = client.get(reverse("spaces:search"), {"sort": "time"})
    assert [space.name for space in page.context["page_obj"].spaces] == ["Rimbaud'Tech", "La Ferme", "E420"]


def test_what_is_not_understood_filters_nothing_and_is_said(client, border):
    page, parts = ask(client, "ping-pong à Chimay")
    assert parts == ["Chimay"]
    assert page.context["form"]["q"].value() == "ping-pong"
    assert "Nous n’avons pas compris" in page.text
    assert "Rien n’est libre" not in page.text
    page = client.get(reverse("spaces:search"), {"where": "Marseille"})
    assert len(page.context["page_obj"].spaces) == 3
    assert "Nous ne connaissons pas" in page.text


def test_words_that_are_left_are_read_once(client, border):
    page, _parts = ask(client, "samedi ou dimanche à Chimay")
    assert page.context["wanted"].day.weekday() == 5
    assert page.context["form"]["q"].value() == "dimanche"
    assert "Nous n’avons pas compris" in page.text
    again = client.get(f"{reverse('spaces:search')}?{page.context['week_query']}")
    assert again.context["wanted"].day.weekday() == 5
    form = Page(page.text, reverse("spaces:search")).form(reverse("spaces:search"))
    sent = client.get(form.path, form.data(), follow=True)
    assert sent.context["wanted"].day.weekday() == 6


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("fr", "{wrong} {day}", "Le jour de la semaine et la date ne concordent pas"),
        ("nl", "{wrong} {day}", "De weekdag en de datum komen niet overeen"),
        ("en", "{wrong} {day}", "The weekday and the date do not go together"),
        ("fr", "hier", "Ce jour est passé"),
        ("fr", "le 31 novembre", "Cette date n’existe pas"),
        ("fr", "pour 500 personnes", "inférieure ou égale à 200"),
        ("fr", "de 12h à 9h", "La fin doit venir après le début."),
        ("fr", "pas à Chimay", "Nous n’avons pas compris « pas à Chimay »"),
    ],
)
def test_what_a_sentence_cannot_mean_is_said(client, border, language, words, said):
    wrong, day = ("monday", "lundi", "maandag")[["en", "fr", "nl"].index(language)], tomorrow(8)
    if day.weekday() == 0:
        day += timedelta(days=1)
    sent = words.format(wrong=wrong, day=f"{day:%d/%m/%Y}")
    with translation.override(language):
        page = client.get(reverse("spaces:search"), {"q": sent}, follow=True)
    assert said in " ".join(page.text.replace("\u202f", " ").replace("\xa0", " ").split())


def test_a_date_that_there_is_not_is_said_with_the_day_that_is_shown(client, border):
    page = client.get(reverse("spaces:search"), {"q": "le 31 novembre"}, follow=True)
    said = " ".join(Page(page.text).text.split())
    assert f"Cette date n’existe pas. Voici : {' '.join(dates.day(page.context['wanted'].day).split())}" in said
    assert "Nous n’avons pas compris « le 31 novembre »" in said


def test_a_feature_that_no_place_has_is_said_and_does_not_empty_the_results(client, border):
    FeatureFactory(slug="quiet", name="Au calme")
    page, parts = ask(client, "au calme demain")
    assert parts[-1] == "Au calme"
    assert len(page.context["page_obj"].spaces) == 3
    assert "Aucune place n’est encore décrite ainsi" in page.text


def test_a_sentence_that_is_too_long_is_refused_beside_the_box(client, border):
    page = client.get(reverse("spaces:search"), {"q": "jeudi " * 40})
    assert (page.status_code, list(page.context["form"].errors)) == (400, ["q"])


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_examples_of_the_home_page_are_understood_in_every_language(client, border, language):
    FeatureFactory(slug="quiet", name="Quiet")
    with translation.override(language):
        home = Page(client.get(reverse("portal:home")).text)
        found = [link for link in home.links if link.startswith(f"{reverse('spaces:search')}?q=")]
    assert len(found) == 3
    for link in found:
        page = client.get(link, follow=True)
        assert page.context["form"]["q"].value() in {None, ""}, link
        assert page.context["chips"], link
