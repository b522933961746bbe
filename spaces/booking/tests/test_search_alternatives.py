"""Test what a search without any result says, and what it offers instead."""

from datetime import date, datetime, time

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from spaces.booking.queries.nearest import alternatives
from spaces.enums import ResourceKind
from spaces.models import OpeningHours, Space, TravelTime
from spaces.tests.factories import (
    BookingFactory,
    FeatureFactory,
    ResourceFactory,
    SpaceFactory,
)
from tests.pages import Page

from .searching import DESKS, ask, everything, tomorrow, wanted

pytestmark = pytest.mark.django_db


def test_an_empty_search_offers_the_nearest_times_of_that_day():
    room, other = ResourceFactory.create_batch(2)
    BookingFactory(resource=room, hours=(9, 14))
    BookingFactory(resource=other, hours=(10, 11))
    assert everything(wanted()) == []
    offered = alternatives(wanted())
    hours = [(one.resource, *(f"{timezone.localtime(at):%H:%M}" for at in one.stretch)) for one in offered.times]
    assert hours == [(other, "11:00", "14:00"), (room, "14:00", "17:00")]
    assert offered.spaces == []


def test_an_empty_town_offers_the_nearest_spaces_with_something_free():
    here = ResourceFactory(space=SpaceFactory(town="Chimay", with_hours=True))
    far = SpaceFactory(town="Sedan", longitude="4.94", latitude="49.70", with_hours=True)
    near = SpaceFactory(town="Couvin", longitude="4.49", latitude="50.05", with_hours=True)
    full = SpaceFactory(town="Momignies", longitude="4.32", latitude="50.04", with_hours=True)
    for space in (far, near, full):
        ResourceFactory(space=space)
    for room in (here, full.resources.get()):
        BookingFactory(resource=room, hours=(8, 20))
    offered = alternatives(wanted(where=("chimay",)))
    assert offered.times == []
    assert offered.spaces == [near, far]


def test_the_way_to_another_space_says_from_where(client, border):
    meuse = border[2]
    Space.objects.filter(pk=meuse.pk).update(town="Charleville-Mézières")
    BookingFactory(resource=meuse.resources.get(), hours=(8, 20))
    for language, said in (
        ("fr", "depuis Charleville-Mézières"),
        ("nl", "vanaf Charleville-Mézières"),
        ("en", "from Charleville-Mézières"),
    ):
        with translation.override(language):
            page = client.get(reverse("spaces:search"), {"where": "charleville", "day": f"{tomorrow()}"})
        assert [space.name for space in page.context["instead"].spaces] == ["E420", "La Ferme"]
        assert " ".join(page.text.split()).count(said) == 2
    assert {space.way_from for space in alternatives(wanted(side="FR")).spaces} == {""}
    side = client.get(reverse("spaces:search"), {"side": "FR", "day": f"{tomorrow()}"})
    assert side.context["instead"].spaces
    assert "found-way" not in side.text


def test_alternatives_keep_to_the_kind_and_the_number_of_people():
    desks = ResourceFactory(units=2, **DESKS)
    BookingFactory(resource=desks, hours=(9, 12))
    assert alternatives(wanted(people=3)).times == []
    (offer,) = alternatives(wanted(people=2)).times
    assert (offer.free, timezone.localtime(offer.stretch.start).hour) == (2, 12)


def why_none(**changes):
    with translation.override("en"):
        return alternatives(wanted(**changes)).why


def test_an_empty_search_says_why_nothing_can_be_booked_then():
    first, second = (ResourceFactory(space=SpaceFactory(name=name, with_hours=True)) for name in ("La Ferme", "E420"))
    in_a_week = tomorrow(7)
    OpeningHours.objects.filter(weekday=in_a_week.weekday()).delete()
    assert why_none(day=in_a_week) == "The spaces are closed on that day."
    assert why_none(day=in_a_week, where=("ferme",)) == "La Ferme is closed on that day."
    assert why_none(start=time(1), end=time(3)) == "At these hours the spaces are closed."
    for room in (first, second):
        room.max_days_ahead = 30
        room.save()
    for days in (35, 36):  # whether the spaces are closed then or not
        assert why_none(day=tomorrow(days)).startswith("Nothing can be booked so far ahead yet.")
    BookingFactory(resource=first, hours=(8, 20))
    assert why_none(where=("ferme",)) == ""


@pytest.mark.parametrize("words", ["ce soir", "maintenant"])
def test_a_search_while_all_is_closed_leads_to_the_next_opening(client, border, words):
    """Nothing opens today or tomorrow; the day after, the first space does at ten."""
    for away in (0, 1, 2):
        OpeningHours.objects.filter(weekday=tomorrow(away).weekday()).delete()
    there, opens = border[1], tomorrow(2)
    OpeningHours.objects.create(space=there, weekday=opens.weekday(), opens=time(10), closes=time(11, 30))
    page, _parts = ask(client, words)
    asked = page.context["wanted"]
    # Late in the evening less is asked for than the space is open.
    length = datetime.combine(opens, asked.end) - datetime.combine(opens, asked.start)
    end = min(datetime.combine(opens, time(10)) + length, datetime.combine(opens, time(11, 30)))
    offer = f"day={opens}&start=10%3A00&end={end:%H}%3A{end:%M}"
    (link,) = [link for link in Page(page.text).links if offer in link]
    assert "Prochaine ouverture" in page.text
    there_then = client.get(f"{reverse('spaces:search')}{link}")
    assert [space.name for space in there_then.context["page_obj"].spaces] == ["E420"]


def test_a_number_of_people_that_no_room_holds_is_said_with_the_largest(client, border):
    ResourceFactory(space=border[0], name="Plateau", kind=ResourceKind.WORKPLACE, units=8)
    for view in ({}, {"view": "week"}):
        page = client.get(reverse("spaces:search"), {"people": 9, **view})
        assert "Le plus grand, Plateau (La Ferme), en accueille 8." in Page(page.text).text
    assert "Le plus grand" not in Page(client.get(reverse("spaces:search"), {"people": 8, "where": "ferme"}).text).text
    ResourceFactory(space=border[0], seats=None)
    page = client.get(reverse("spaces:search"), {"people": 9, "start": "02:00", "end": "03:00"})
    assert "Le plus grand" not in Page(page.text).text


@pytest.mark.parametrize(
    "words", ["Chimay ou Mariembourg demain", "Chimay of Mariembourg morgen", "Chimay, Mariembourg"]
)
def test_of_two_places_either_is_searched_and_each_is_a_part(client, border, words):
    page, parts = ask(client, words)
    assert parts[:2] == ["Chimay", "Mariembourg"]
    assert {space.town for space in page.context["page_obj"].spaces} == {"Chimay", "Mariembourg"}
    assert "pas compris" not in Page(page.text).text
    without_the_first = page.context["chips"][0].query
    page = client.get(f"{reverse('spaces:search')}?{without_the_first}")
    assert [space.town for space in page.context["page_obj"].spaces] == ["Mariembourg"]
    assert page.context["form"]["where"].value() == "Mariembourg"


def test_with_a_town_without_a_space_all_are_by_the_time_from_the_nearest_named(client, border):
    TravelTime.objects.create(space=border[2], to_space=border[0], mode="car", minutes=22)
    page, parts = ask(client, "Chimay ou Givet demain")
    ways = [(space.name, space.minutes, space.way_from) for space in page.context["page_obj"].spaces]
    assert ways == [("La Ferme", 0, "Chimay"), ("E420", 20, "Chimay"), ("Rimbaud'Tech", 22, "Chimay")]
    assert "Pas d’espace à Givet" in " ".join(page.text.split())
    page, parts = ask(client, "Sedan ou Givet demain")
    assert parts[:2] == ["Sedan", "Givet"]
    ways = [(space.name, space.minutes, space.way_from) for space in page.context["page_obj"].spaces]
    assert ways == [("Rimbaud'Tech", 25, "Sedan"), ("E420", 30, "Givet"), ("La Ferme", 50, "Givet")]
    said = " ".join(page.text.split())
    assert "Pas d’espace à Sedan, Givet" in said
    assert "environ 25 min depuis Sedan" in said


def test_the_field_takes_several_places_as_they_are_typed(client, border):
    address = reverse("spaces:search")
    page = client.get(address, {"where": "chimay, mariembourg"})
    assert {space.town for space in page.context["page_obj"].spaces} == {"Chimay", "Mariembourg"}
    page = client.get(address, {"where": "Chimay, Marseille"})
    assert [space.town for space in page.context["page_obj"].spaces] == ["Chimay"]
    assert "Nous ne connaissons pas « Marseille »" in " ".join(page.text.split())
    both = SpaceFactory(name="Pain et Chocolat, Couvin", with_hours=True)
    ResourceFactory(space=both)
    page = client.get(address, {"where": "pain et chocolat"})
    assert [space.pk for space in page.context["page_obj"].spaces] == [both.pk]
    page = client.get(address, {"where": "Revin, Givet, Sedan, Fumay, Chimay, Couvin"})
    assert page.status_code == 400
    assert "5 lieux au maximum" in page.text


def test_where_all_is_taken_the_nearest_to_any_place_are_offered(client, border):
    for space in border[:2]:
        BookingFactory(resource=space.resources.get(), hours=(8, 20))
    page = client.get(reverse("spaces:search"), {"where": "Chimay, Mariembourg", "day": f"{tomorrow()}"})
    ways = [(space.name, space.minutes, space.way_from) for space in page.context["instead"].spaces]
    assert ways == [("Rimbaud'Tech", 50, "Mariembourg")]


def test_an_empty_search_names_the_public_holiday():
    space = SpaceFactory(name="La Ferme", with_hours=True, closes_on_public_holidays=True)
    ResourceFactory(space=space, max_days_ahead=400)
    christmas = date(tomorrow().year, 12, 25)
    day = christmas if christmas > timezone.localdate() else christmas.replace(year=christmas.year + 1)
    assert why_none(day=day) == "La Ferme is closed on that day: Christmas Day."


def test_an_empty_search_offers_to_do_without_each_feature_that_alone_would_help(client):
    quiet, screen = FeatureFactory(slug="quiet", name="Au calme"), FeatureFactory(slug="screen", name="Écran")
    taken, free = ResourceFactory(), ResourceFactory()
    taken.features.set([quiet, screen])
    free.features.set([screen])
    BookingFactory(resource=taken, hours=(8, 20))
    asked = {"day": f"{tomorrow()}", "features": ["quiet", "screen"]}
    for language, said in (("fr", "Chercher sans"), ("nl", "Zoeken zonder"), ("en", "Search without")):
        with translation.override(language):
            page = client.get(reverse("spaces:search"), asked)
        assert [chip.query for chip in page.context["without"]] == [f"day={tomorrow()}&features=screen"]
        assert page.text.count(said) == 1
    assert client.get(f"{reverse('spaces:search')}?day={tomorrow()}&features=screen").context["page_obj"].spaces
