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

from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, book, close
from spaces.booking.queries.nearest import alternatives
from spaces.booking.queries.persons import Person, person_of
from spaces.booking.queries.search import by_day, by_week, week_days
from spaces.enums import ResourceKind
from spaces.errors import BookingError
from spaces.models import Booking, Feature, OpeningHours
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    kept_for,
)
from tests.pages import Page

from .searching import DESKS, everything, found, tomorrow, wanted

pytestmark = pytest.mark.django_db

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


# --- for whom ---


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
