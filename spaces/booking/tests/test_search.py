"""Test the search in all spaces: it finds exactly what can be booked, at a constant number of queries."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hacktiv.common import dates
from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, book, close
from spaces.booking.queries.nearest import alternatives
from spaces.booking.queries.persons import Person, person_of
from spaces.booking.queries.search import by_day, by_week, week_days
from spaces.booking.queries.whereabouts import whereabouts
from spaces.booking.queries.wishes import Wanted
from spaces.enums import ResourceKind
from spaces.errors import BookingError
from spaces.models import Booking, Feature, OpeningHours, Space, TravelTime
from spaces.tests.factories import (
    BookingFactory,
    FeatureFactory,
    HomeSpaceFactory,
    MembershipFactory,
    MembershipKindFactory,
    PassSchemeFactory,
    PhotoFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    kept_for,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db

DESKS = {"kind": ResourceKind.WORKPLACE, "seats": 1}


def tomorrow(days=1):
    return timezone.localdate() + timedelta(days=days)


def wanted(**changes):
    return Wanted(**{"day": tomorrow(), "start": time(9), "end": time(12), **changes})


def found(wish, **kwargs):
    """Return the resources on the page, by space."""
    return {space.slug: [one.resource for one in space.found] for space in by_day(wish, **kwargs).spaces}


def everything(wish, user=None):
    """Return the results in the order in which they were made."""
    rooms = [resource for resources in found(wish, person=person_of(user)).values() for resource in resources]
    return sorted(rooms, key=lambda room: room.pk)


# --- what is free ---


def test_only_resources_free_all_that_time_are_found():
    free, taken, begun = ResourceFactory.create_batch(3)
    BookingFactory(resource=taken, hours=(10, 11))
    BookingFactory(resource=begun, hours=(12, 13))
    assert everything(wanted()) == [free, begun]


def test_one_and_the_same_unit_must_be_free_all_that_time():
    room = ResourceFactory(units=2)
    BookingFactory(resource=room, hours=(9, 11))
    BookingFactory(resource=room, hours=(11, 13))
    BookingFactory(resource=room, hours=(9, 11))
    assert everything(wanted()) == []
    assert everything(wanted(start=time(11))) == [room]


def test_the_time_to_clear_up_counts_before_and_after():
    room = ResourceFactory(buffer_minutes=30)
    BookingFactory(resource=room, hours=(12, 13))
    assert everything(wanted()) == []
    assert everything(wanted(end=time(11, 30))) == [room]
    assert everything(wanted(start=time(13), end=time(14))) == []
    assert everything(wanted(start=time(13, 30), end=time(14))) == [room]


def test_a_closed_room_and_a_closed_space_are_not_found():
    room, other = ResourceFactory.create_batch(2)
    close(space=room.space, resource=room, start=in_days(1, 11), end=in_days(1, 14), reason="Works", by=None)
    close(space=other.space, start=in_days(1, 0), end=in_days(2, 0), reason="Holiday", by=None)
    assert everything(wanted()) == []
    assert everything(wanted(end=time(11))) == [room]


def test_adjoining_hours_are_one_opening_and_a_break_ends_it():
    room = ResourceFactory(space=SpaceFactory())
    weekday = tomorrow().weekday()
    for opens, closes in ((time(8), time(10)), (time(10), time(12)), (time(13), time(17))):
        OpeningHours.objects.create(space=room.space, weekday=weekday, opens=opens, closes=closes)
    assert everything(wanted(start=time(8), end=time(12))) == [room]
    assert everything(wanted(start=time(11), end=time(14))) == []
    assert everything(wanted(start=time(7), end=time(9))) == []
    assert everything(wanted(start=time(16), end=time(18))) == []
    assert everything(wanted(day=tomorrow(2), start=time(8), end=time(12))) == []


def test_resources_whose_rules_refuse_the_time_are_not_found():
    ResourceFactory(is_bookable=False)
    ResourceFactory(space=SpaceFactory(is_published=False, with_hours=True))
    ResourceFactory(max_minutes=120)
    ResourceFactory(min_minutes=240)
    ResourceFactory(max_days_ahead=0)
    ResourceFactory(space=SpaceFactory())
    assert everything(wanted()) == []


def test_a_time_that_has_begun_is_not_found():
    ResourceFactory()
    now = in_days(1, 10)
    assert found(wanted(), person=Person(now)) == {}
    assert list(found(wanted(start=time(10)), person=Person(now))) == [SpaceFactory._meta.model.objects.get().slug]


# --- for how many, where ---


def test_a_room_takes_its_seats_and_an_open_plan_its_free_places():
    small, large = ResourceFactory(seats=3), ResourceFactory(seats=4)
    unknown = ResourceFactory(seats=None)
    desks = ResourceFactory(units=4, **DESKS)
    assert everything(wanted(people=4)) == [large, unknown, desks]
    BookingFactory(resource=desks, hours=(11, 12))
    assert everything(wanted(people=4)) == [large, unknown]
    assert everything(wanted(people=3)) == [small, large, unknown, desks]
    assert [one.free for space in by_day(wanted(kind="workplace")).spaces for one in space.found] == [3]


@pytest.mark.parametrize("seats", [2, *(pytest.param(seats, marks=pytest.mark.long) for seats in (None, 1))])
def test_a_group_finds_a_room_exactly_where_the_booking_page_has_one(client, seats):
    user = UserFactory()
    client.force_login(user)
    space = SpaceFactory(with_hours=True)
    rooms = [
        ResourceFactory(space=space, kind=kind, units=3, seats=seats)
        for kind in (ResourceKind.WORKPLACE, ResourceKind.MEETING_ROOM)
    ]
    for people in (1, 2, 3, 4):
        wish = wanted(people=people)
        offered = everything(wish, user)
        weekly = by_week(wish, person=person_of(user)).spaces
        of_the_day = [room for one in weekly for room, cells in one.found if cells[tomorrow().weekday()].found]
        for room in rooms:
            asked = {"resource": room.slug, "day": f"{tomorrow()}", "start": "09:00", "end": "12:00", "people": people}
            outlook = client.get(reverse("spaces:book", args=[space.slug]), asked).context["outlook"]
            is_offered = room in offered
            assert is_offered == (outlook.refusal is None), (room.kind, people)
            assert is_offered == (room in of_the_day), (room.kind, people)


@pytest.mark.parametrize("where", ["charleville", "Charlevîlle mezieres", "08000", "val DE vence"])
def test_a_place_is_found_by_town_postcode_or_name_whatever_accents(where):
    here = SpaceFactory(
        french=True, name="Val de Vence", postcode="08000", town="Charleville-Mézières", with_hours=True
    )
    room = ResourceFactory(space=here)
    ResourceFactory()
    assert everything(wanted(where=(where,))) == [room]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Une place est réservée pour chaque personne."),
        ("nl", "Voor ieder van u wordt een plaats gereserveerd."),
        ("en", "A place is booked for each of you."),
    ],
)
def test_a_result_says_what_the_form_says_of_the_places_of_a_group(client, language, said):
    desks = ResourceFactory(units=4, **DESKS)
    client.force_login(UserFactory())
    asked = {"day": f"{tomorrow()}", "start": "09:00", "end": "12:00", "people": "4"}
    with translation.override(language):
        results = client.get(reverse("spaces:search"), asked).text
        form = client.get(reverse("spaces:book", args=[desks.space.slug]), {**asked, "resource": desks.slug}).text
    assert said in results
    assert said in form


def test_a_side_and_a_kind_can_be_wanted():
    belgian, french = ResourceFactory(), ResourceFactory(space=SpaceFactory(french=True, with_hours=True))
    studio = ResourceFactory(space=french.space, kind=ResourceKind.STUDIO)
    assert everything(wanted(side="FR")) == [french, studio]
    assert everything(wanted(side="BE")) == [belgian]
    assert everything(wanted(kind="studio")) == [studio]


def test_results_have_all_the_wanted_features(client):
    quiet, accessible, _unused = (Feature.objects.create(slug=name, name=name) for name in ("quiet", "ramp", "oven"))
    both, one, _none = ResourceFactory.create_batch(3)
    both.features.set([quiet, accessible])
    one.features.set([quiet])
    assert everything(wanted(features=("quiet",))) == [both, one]
    assert everything(wanted(features=("quiet", "ramp"))) == [both]
    assert everything(wanted(features=("oven",))) == []
    page = client.get(reverse("spaces:search"), {"day": f"{tomorrow()}", "features": ["quiet", "ramp"]})
    assert [space.slug for space in page.context["page_obj"].spaces] == [both.space.slug]
    assert page.context["form"].fields["features"].choices == [("quiet", "quiet"), ("ramp", "ramp")]
    assert page.context["week_query"] == f"day={tomorrow()}&features=quiet&features=ramp&view=week"


def test_a_group_is_not_offered_a_private_office_of_unknown_size():
    office = ResourceFactory(kind=ResourceKind.OFFICE, seats=None)
    studio = ResourceFactory(kind=ResourceKind.STUDIO, seats=None)
    large = ResourceFactory(kind=ResourceKind.OFFICE, seats=4)
    assert everything(wanted(people=2)) == [studio, large]
    assert everything(wanted()) == [office, studio, large]
    BookingFactory(resource=studio, hours=(8, 20))
    BookingFactory(resource=large, hours=(8, 20))
    assert alternatives(wanted(people=2)).times == []
    ((_room, cells),) = [row for row in by_week(wanted(day=tomorrow(7))).spaces[0].found if row[0] == office]
    assert cells


# --- in words ---


@pytest.fixture
def border():
    """Three spaces: one in Chimay, one in Mariembourg, and one in Charleville-Mézières."""
    chimay = SpaceFactory(name="La Ferme", town="Chimay", latitude="50.048", longitude="4.317", with_hours=True)
    couvin = SpaceFactory(name="E420", town="Mariembourg", latitude="50.095", longitude="4.522", with_hours=True)
    meuse = SpaceFactory(name="Rimbaud'Tech", french=True, latitude="49.768", longitude="4.725", with_hours=True)
    for space in (chimay, couvin, meuse):
        ResourceFactory(space=space, seats=6)
    return chimay, couvin, meuse


def ask(client, words, **sent):
    """Send a sentence; return the page of results, and its parts in words."""
    page = client.get(reverse("spaces:search"), {"q": words, **sent}, follow=True)
    assert page.status_code == 200
    return page, [str(chip.label) for chip in page.context["chips"]]


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


def test_a_visitor_may_book_after_signing_in_or_look_first(client):
    room = ResourceFactory()
    page = Page(client.get(reverse("spaces:search"), {"day": f"{tomorrow()}"}).text)
    book = reverse("spaces:book", args=[room.space.slug])
    (sign_in,) = [link for link in page.links if link.startswith(f"{reverse('account_login')}?next={book}%3F")]
    (look,) = [link for link in page.links if link.startswith(book)]
    assert unquote(sign_in).partition("?next=")[2] == look.removesuffix("#book")
    client.force_login(UserFactory())
    page = Page(client.get(reverse("spaces:search"), {"day": f"{tomorrow()}"}).text)
    assert not [link for link in page.links if link.startswith(f"{reverse('account_login')}?next={book}")]


# --- for whom ---


def test_resources_for_members_of_a_space_are_found_by_them_only():
    room, own = ResourceFactory.create_batch(2)
    kept_for(room, own.space)
    member, stranger = UserFactory(), UserFactory()
    MembershipFactory(user=member, space=own.space)
    assert everything(wanted()) == [own]
    assert everything(wanted(), stranger) == [own]
    assert everything(wanted(), member) == [room, own]


def test_notice_interval_and_public_holidays_are_kept_to():
    ResourceFactory(min_notice_minutes=7 * 24 * 60)
    hourly = ResourceFactory(start_interval_minutes=60)
    assert everything(wanted()) == [hourly]
    assert everything(wanted(start=time(9, 30))) == []
    christmas = date(timezone.localdate().year + 1, 12, 25)
    room = ResourceFactory(max_days_ahead=730)
    assert everything(wanted(day=christmas)) == [room]
    room.space.closes_on_public_holidays = True
    room.space.save()
    assert everything(wanted(day=christmas)) == []


def test_resources_booked_then_or_at_the_cap_are_not_found():
    room, other = ResourceFactory(max_open_bookings=1, units=2), ResourceFactory(units=2)
    member = UserFactory()
    BookingFactory(resource=room, user=member, days=2)
    BookingFactory(resource=other, user=member, hours=(11, 13))
    assert everything(wanted()) == [room, other]
    assert everything(wanted(), member) == []
    assert everything(wanted(start=time(14), end=time(16)), member) == [other]


def test_a_used_up_pass_leaves_home_and_the_space_of_that_days_booking():
    own, there, elsewhere = ResourceFactory.create_batch(3)
    member = UserFactory()
    HomeSpaceFactory(user=member, space=own.space)
    PassSchemeFactory(days=1)
    assert everything(wanted(), member) == [own, there, elsewhere]
    BookingFactory(resource=there, user=member, hours=(14, 15))
    assert everything(wanted(), member) == [own, there]
    assert everything(wanted(day=tomorrow(2)), member) == [own]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("view", ["day", "week"])
def test_a_members_search_costs_the_same_for_one_space_and_three(client, django_assert_num_queries, count, view):
    rooms = ResourceFactory.create_batch(count)
    member = UserFactory()
    HomeSpaceFactory(user=member, space=rooms[0].space)
    PassSchemeFactory(days=5)
    for number, room in enumerate(rooms):
        BookingFactory(resource=room, user=member, days=2 + number)
    client.force_login(member)
    with django_assert_num_queries(21):
        client.get(reverse("spaces:search"), {"view": view})


# --- a week ---


def test_a_week_says_of_each_day_whether_it_is_free_taken_closed_or_over():
    room = ResourceFactory(space=SpaceFactory())
    monday = week_days(tomorrow(7))[0]
    for weekday in (0, 1, 2, 3):
        OpeningHours.objects.create(space=room.space, weekday=weekday, opens=time(8), closes=time(18))
    days = (monday - timezone.localdate()).days
    BookingFactory(resource=room, days=days + 2)
    wish = wanted(day=monday + timedelta(days=4))
    now = in_days(days, 10)
    ((resource, cells),) = by_week(wish, person=Person(now)).spaces[0].found
    assert resource == room
    assert [cell.kind for cell in cells] == ["over", "free", "taken", "free", "closed", "closed", "closed"]
    assert [cell.day for cell in cells] == week_days(monday)


def test_a_week_keeps_the_local_hour_when_the_clocks_change():
    assert week_days(date(2027, 3, 28))[6] == date(2027, 3, 28)
    before, after = (replace(wanted(), day=date(2027, 3, number)).stretch for number in (27, 28))
    assert [timezone.localtime(moment).hour for moment in (*before, *after)] == [9, 12, 9, 12]
    assert after.start - before.start == timedelta(hours=23)


# --- nothing fits ---


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
    (link,) = [link for link in Page(page.text).links if f"day={opens}&start=10%3A00&end=11%3A30" in link]
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


# --- pages, and their cost ---


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("view", "queries"), [("day", 11), ("week", 11)])
def test_a_search_costs_the_same_for_one_space_and_three(client, django_assert_num_queries, count, view, queries):
    rooms = ResourceFactory.create_batch(count)
    with django_assert_num_queries(queries):
        response = client.get(reverse("spaces:search"), {"view": view})
    assert {space.slug for space in response.context["page_obj"].spaces} == {room.space.slug for room in rooms}


@pytest.mark.parametrize("count", [1, 3])
def test_an_empty_search_costs_the_same_for_one_space_and_three(client, django_assert_num_queries, count):
    for room in ResourceFactory.create_batch(count):
        BookingFactory(resource=room, days=4, hours=(9, 12))
    with django_assert_num_queries(12):
        response = client.get(reverse("spaces:search"), {"day": f"{tomorrow(4)}"})
    assert len(response.context["instead"].times) == count


def test_ten_spaces_stand_on_a_page_and_the_rest_on_the_next(client):
    rooms = [ResourceFactory(space=SpaceFactory(order=order, with_hours=True)) for order in range(12)]
    first, second = (by_day(wanted(), page=number) for number in (1, 2))
    assert [[space.pk for space in page.spaces] for page in (first, second)] == [
        [room.space.pk for room in part] for part in (rooms[:10], rooms[10:])
    ]
    assert (first.has_next, second.has_next) == (True, False)
    page = Page(client.get(reverse("spaces:search"), {"day": f"{tomorrow()}", "page": "2"}).text)
    assert f"?day={tomorrow()}&page=1" in page.links


def test_each_result_leads_to_the_booking_with_everything_filled_in(client):
    """Book with three clicks from the page of the spaces: search, book, confirm."""
    room = ResourceFactory(seats=6)
    spaces = Page(client.get(reverse("spaces:list")).text)
    form = spaces.form(reverse("spaces:search"))
    results = client.get(form.path, form.data(people="4", day=f"{tomorrow()}"))
    (link,) = [
        link for link in Page(results.text).links if link.startswith(reverse("spaces:book", args=[room.space.slug]))
    ]
    member = UserFactory()
    client.force_login(member)
    booking = Page(client.get(link).text).form(reverse("spaces:book", args=[room.space.slug]).replace("#book", ""))
    assert client.post(booking.path, booking.data()).status_code == 302
    made = member.bookings.get()
    assert (made.resource, made.start, made.end) == (room, in_days(1, 9), in_days(1, 12))


def test_the_map_says_where_something_is_free(client):
    free = ResourceFactory(space=SpaceFactory(name="Free", with_hours=True)).space
    SpaceFactory(name="Shut", latitude="49.9", longitude="4.6")
    shown = client.get(reverse("spaces:search")).text
    assert f'xlink:href="#{free.slug}"' in shown
    assert [space.is_found for space in client.get(reverse("spaces:search")).context["on_map"]] == [True, False]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"people": "0"}, "people"),
        ({"people": "many"}, "people"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"start": "25:99"}, "start"),
        ({"start": "12:00", "end": "9:00"}, "end"),
        ({"kind": "castle"}, "kind"),
        ({"side": "NL"}, "side"),
        ({"where": "x" * 241}, "where"),
    ],
)
def test_a_wish_that_makes_no_sense_is_said_beside_the_field(client, sent, field):
    response = client.get(reverse("spaces:search"), sent)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²"])
def test_a_page_that_is_none_is_the_first_or_an_empty_one(client, page):
    ResourceFactory()
    assert client.get(reverse("spaces:search"), {"page": page}).status_code == 200


# --- the same truth as the booking's ---


class TestAgreement(TestCase):
    @given(
        taken=st.lists(st.tuples(st.integers(8, 19), st.integers(1, 4)), max_size=4),
        closed=st.booleans(),
        before=st.sampled_from([0, 30, 60]),
        after=st.sampled_from([0, 30, 60]),
        units=st.integers(1, 2),
        start=st.integers(7, 19),
        length=st.integers(1, 5),
        limits=st.fixed_dictionaries(
            {
                "start_interval_minutes": st.sampled_from([15, 60, 120]),
                "min_notice_minutes": st.sampled_from([0, 24 * 60, 3 * 24 * 60]),
                "max_open_bookings": st.sampled_from([None, None, 1]),
            }
        ),
        is_kept=st.booleans(),
        is_at_home=st.booleans(),
        has_pass=st.booleans(),
        own=st.none() | st.tuples(st.integers(1, 2), st.integers(8, 17)),
    )
    def test_what_is_found_can_be_booked_and_what_can_be_booked_is_found(
        self,
        taken,
        closed,
        before,
        after,
        units,
        start,
        length,
        limits,
        is_kept,
        is_at_home,
        has_pass,
        own,
    ):
        room = ResourceFactory(
            buffer_before_minutes=before, buffer_minutes=after, units=units, max_minutes=240, **limits
        )
        member = UserFactory()
        HomeSpaceFactory(user=member, space=room.space if is_at_home else SpaceFactory())
        if is_kept:
            room.open_to.add(room.space)
        if has_pass:
            PassSchemeFactory(days=1)
        if closed:
            close(space=room.space, resource=room, start=in_days(1, 15), end=in_days(1, 16), reason="Works", by=None)
        for hour, hours in taken:
            with suppress(BookingError):
                BookingFactory(resource=room, hours=(hour, min(hour + hours, 23)), as_manager=True)
        if own:
            with suppress(BookingError):
                BookingFactory(resource=room, user=member, days=own[0], hours=(own[1], own[1] + 1))
        end = min(start + length, 23)
        wish = wanted(start=time(start), end=time(end))
        was_found = room in everything(wish, member)
        assert was_found == can_be_booked(room, member, *wish.stretch)
        for offer in alternatives(wish, person=person_of(member)).times:
            assert can_be_booked(room, member, *offer.stretch)


def can_be_booked(room, member, start, end):
    """Tell if a new booking can be made. The member's own booking would be returned again, and does not count."""
    had = set(Booking.objects.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            booking = book(asked=BookingRequest(resource=room, start=start, end=end, user=member), by=member)
            transaction.set_rollback(True)
    except BookingError:
        return False
    return booking.pk not in had


# --- what is shown of a result ---


def test_a_result_shows_what_the_place_has_and_its_first_photo(client):
    room, bare = ResourceFactory(), ResourceFactory()
    room.features.add(FeatureFactory(name="Daylight"))
    for order, text in ((2, "The second"), (1, "The first")):
        PhotoFactory(space=room.space, resource=room, order=order, alternative_text=text)
    PhotoFactory(space=bare.space, alternative_text="The house")
    page = client.get(reverse("spaces:search"), {"day": f"{tomorrow(3)}"}).content.decode()
    shown = {text: page.count(text) for text in ("The first", "The second", "The house", "found-photo")}
    assert shown == {"The first": 1, "The second": 0, "The house": 0, "found-photo": 1}
    assert page.partition('class="found-features"')[2].partition("</ul>")[0].count("Daylight") == 1


def test_a_week_says_for_whom_a_place_is_and_that_a_closed_day_is_closed(client):
    home = SpaceFactory(name="La Ferme")
    room = ResourceFactory(open_to=[home])
    monday = week_days(tomorrow(14))[0]
    OpeningHours.objects.filter(space=room.space, weekday=6).delete()
    member, stranger = person_of(MembershipFactory(space=home).user), person_of(UserFactory())
    kinds = [
        [cell.kind for cell in by_week(wanted(day=monday), person=person).spaces[0].found[0][1]]
        for person in (member, stranger)
    ]
    assert kinds == [["free"] * 6 + ["closed"], ["barred"] * 6 + ["closed"]]
    page = Page(client.get(reverse("spaces:search"), {"day": f"{monday}", "view": "week"}).content.decode())
    assert page.text.count("pas pour vous Les membres de La Ferme") == 6


@pytest.mark.parametrize(
    ("fields", "code", "why"),
    [
        ({"max_days_ahead": 7}, "too_far", "Too far ahead for now"),
        ({"min_notice_minutes": 32_000}, "too_soon", "Too soon"),
        ({"max_open_bookings": 1}, "too_many_open", "You have as many bookings as you may"),
    ],
)
def test_a_week_says_what_stands_against_this_person(fields, code, why):
    room, member = ResourceFactory(**fields), UserFactory()
    if "max_open_bookings" in fields:
        BookingFactory(resource=room, user=member)
    monday = week_days(tomorrow(14))[0]
    ((_room, cells),) = by_week(wanted(day=monday), person=person_of(member)).spaces[0].found
    with translation.override("en"):
        assert {(cell.kind, cell.refusal, str(cell.why)) for cell in cells} == {("barred", code, why)}


@pytest.mark.parametrize("opens", [True, False])
def test_a_member_whose_kind_opens_no_booking_is_told_so(client, opens):
    member = MembershipFactory(kind=MembershipKindFactory(opens_bookings=opens)).user
    client.force_login(member)
    answer = client.get("/en/spaces/search/")
    assert bool(answer.context["opens_no_booking"]) is not opens
    assert ("opens no places for members" in answer.text) is not opens
