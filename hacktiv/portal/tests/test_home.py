from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import BookingFactory, MembershipFactory, ResourceFactory, SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("browser", "address"), [("fr-BE", "/fr/"), ("nl-BE,nl;q=0.9", "/nl/"), ("en", "/en/"), ("de", "/fr/")]
)
def test_root_leads_to_the_visitors_language(client, browser, address):
    response = client.get("/", headers={"accept-language": browser})
    assert (response.status_code, response.url) == (302, address)


def test_published_spaces_are_shown_with_their_state(client):
    space = SpaceFactory(with_hours=True)
    SpaceFactory(is_published=False)
    spaces = client.get("/fr/").context["spaces"]
    assert spaces == [space]
    assert spaces[0].state.kind in {"open", "closed"}


def test_next_events_are_those_one_may_take_part_in(client, sign_in):
    soon = EventFactory(starts_at=timezone.now() + timedelta(days=1))
    members = EventFactory(members_only=True)
    EventFactory(draft=True)
    PastEventFactory()
    assert client.get("/fr/").context["next_events"] == [soon]
    assert sign_in(UserFactory()).get("/fr/").context["next_events"] == [soon]
    assert sign_in(MembershipFactory().user).get("/fr/").context["next_events"] == [soon, members]


def test_member_sees_which_events_they_go_to(sign_in):
    zoe = UserFactory()
    registration = RegistrationFactory(user=zoe)
    EventFactory()
    events = sign_in(zoe).get("/fr/").context["next_events"]
    assert [event.registration for event in events] == [registration, None]


def test_member_finds_their_own_next_thing(sign_in):
    zoe = UserFactory()
    client = sign_in(zoe)
    assert client.get("/fr/").context["mine"] is None
    registration = RegistrationFactory(user=zoe)
    assert client.get("/fr/").context["mine"] == registration
    booking = BookingFactory(user=zoe, resource=ResourceFactory(), days=1)
    assert client.get("/fr/").context["mine"] == booking


@pytest.mark.parametrize("number", [1, 3])
def test_home_costs_a_fixed_number_of_queries(client, number, django_assert_num_queries):
    for _row in range(number):
        EventFactory(space=SpaceFactory(with_hours=True))
    client.get("/fr/")
    with django_assert_num_queries(5):
        assert len(client.get("/fr/").context["next_events"]) == number


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_privacy_notice_is_there_in_three_languages(client, language):
    response = client.get(f"/{language}/privacy/")
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


def test_the_home_page_says_what_joining_costs_and_searches_in_words(client):
    page = client.get("/en/").text
    assert "An account costs nothing." in page
    assert '<input type="search"' in page
    assert f'action="{reverse("spaces:search")}"'.replace("/fr/", "/en/") in page


def test_a_space_leads_to_the_map_and_the_way_once_its_street_is_entered(client):
    space = SpaceFactory(town="Chimay", postcode="6460", street="", position_is_exact=False)
    assert "openstreetmap.org" not in client.get(space.get_absolute_url()).text
    space.street = "Place 1"
    space.save()
    page = client.get(space.get_absolute_url()).text
    assert page.index("Place 1, 6460 Chimay") < page.index('id="rooms"')
    assert 'href="https://www.openstreetmap.org/search?query=Place+1%2C+6460+Chimay%2C+Belgique"' in page
    assert 'href="https://www.openstreetmap.org/directions?to=Place+1%2C+6460+Chimay%2C+Belgique"' in page
    space.position_is_exact, space.latitude, space.longitude = True, "50.04800", "4.31700"
    space.save()
    page = client.get(space.get_absolute_url()).text
    assert "mlat=50.04800&amp;mlon=4.31700#map=17/50.04800/4.31700" in page
    assert "directions?to=50.04800%2C4.31700" in page


def test_the_prices_of_a_space_and_its_rooms_stand_in_one_place(client):
    space = SpaceFactory(with_hours=True)
    assert "demandez-les" in client.get(space.get_absolute_url()).text
    ResourceFactory(space=space, prices="20 euros la demi-journée", name="Salle bleue")
    space.prices = "Abonnement 100 euros"
    space.save()
    page = client.get(space.get_absolute_url()).text
    prices = page[page.index('id="prices"') :].partition("</section>")[0]
    assert "Abonnement 100 euros" in prices
    assert "Salle bleue" in prices
    assert "20 euros la demi-journée" in prices
    assert page.count("20 euros la demi-journée") == 1
    assert "demandez-les" not in page
