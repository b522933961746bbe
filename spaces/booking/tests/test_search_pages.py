"""Test the pages of results: their cost, what they lead to, and what they show of a result."""

import pytest
from django.urls import reverse
from django.utils import translation

from members.tests.factories import UserFactory
from spaces.booking.queries.persons import person_of
from spaces.booking.queries.search import by_day, by_week, week_days
from spaces.models import OpeningHours
from spaces.tests.factories import (
    BookingFactory,
    FeatureFactory,
    MembershipFactory,
    MembershipKindFactory,
    PhotoFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from tests.pages import Page

from .searching import tomorrow, wanted

pytestmark = pytest.mark.django_db

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
