"""Test the rooms of a space hour by hour: what everybody sees, and what only the person sees."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.booking.operations import close, hold
from spaces.booking.queries.timeline import timeline
from spaces.enums import ResourceKind
from spaces.models import OpeningHours
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    kept_for,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db


def tomorrow(days=1):
    return timezone.localdate() + timedelta(days=days)


def hours(moment):
    return f"{timezone.localtime(moment):%H:%M}"


def told(space, *, day=None, **kwargs):
    """Return each row of the day as (kind, from, to, free units)."""
    (shown,) = timeline(space, [day or tomorrow()], **kwargs)
    return [
        [(block.kind, hours(block.start), hours(block.end), block.free) for block in row.blocks] for row in shown.rows
    ]


def test_a_day_is_told_in_blocks():
    room = ResourceFactory()
    BookingFactory(resource=room, hours=(9, 10))
    hold(key="event:1", label="Secret dinner", resource=room, start=in_days(1, 12), end=in_days(1, 13))
    close(space=room.space, resource=room, start=in_days(1, 18), end=in_days(1, 23), reason="Works", by=None)
    assert told(room.space) == [
        [
            ("free", "08:00", "09:00", 1),
            ("taken", "09:00", "10:00", 0),
            ("free", "10:00", "12:00", 1),
            ("held", "12:00", "13:00", 0),
            ("free", "13:00", "18:00", 1),
            ("closed", "18:00", "20:00", 0),
        ]
    ]


def test_an_open_plan_says_how_many_places_are_left():
    desks = ResourceFactory(units=3, kind=ResourceKind.WORKPLACE)
    BookingFactory(resource=desks, hours=(9, 12))
    BookingFactory(resource=desks, hours=(10, 12))
    assert told(desks.space) == [
        [
            ("free", "08:00", "09:00", 3),
            ("free", "09:00", "10:00", 2),
            ("free", "10:00", "12:00", 1),
            ("free", "12:00", "20:00", 3),
        ]
    ]


def test_ones_own_booking_is_told_to_oneself_only():
    mine, other = UserFactory(), UserFactory()
    booking = BookingFactory(user=mine, hours=(9, 10))
    space = booking.resource.space
    for user, kind in ((mine, "mine"), (other, "taken"), (None, "taken")):
        (shown,) = timeline(space, [tomorrow()], user=user)
        block = shown.rows[0].blocks[1]
        assert (block.kind, block.booking) == (kind, booking if kind == "mine" else None)


def test_the_time_to_clear_up_is_taken_and_shortens_what_can_be_booked():
    room = ResourceFactory(buffer_minutes=30)
    BookingFactory(resource=room, hours=(12, 13))
    (shown,) = timeline(room.space, [tomorrow()])
    first, taken, last = shown.rows[0].blocks
    assert [hours(moment) for moment in (first.end, first.until)] == ["11:30", "11:30"]
    assert [hours(moment) for moment in (taken.start, taken.end)] == ["11:30", "13:30"]
    assert hours(last.until) == "20:00"


def test_a_booking_begins_where_the_rules_let_it():
    room = ResourceFactory(start_interval_minutes=60, max_minutes=120)
    BookingFactory(resource=room, hours=(8, 10), as_manager=True, end=in_days(1, 10, 30))
    (shown,) = timeline(room.space, [tomorrow()])
    (block,) = shown.rows[0].free_blocks
    assert [hours(moment) for moment in (block.start, block.since, block.until)] == ["10:30", "11:00", "13:00"]


def test_a_resource_for_another_spaces_members_gives_no_booking_link():
    room, home = ResourceFactory(), SpaceFactory()
    kept_for(room, home)
    member, stranger = UserFactory(), UserFactory()
    MembershipFactory(user=member, space=home)
    for user, leads in ((member, True), (stranger, False), (None, False)):
        (block,) = timeline(room.space, [tomorrow()], user=user)[0].rows[0].blocks
        assert (block.kind, block.until is not None) == ("free", leads)


def test_on_a_public_holiday_a_space_that_keeps_it_shows_nothing():
    room = ResourceFactory(space=SpaceFactory(with_hours=True, closes_on_public_holidays=True))
    assert told(room.space, day=date(timezone.localdate().year + 1, 12, 25)) == [[]]


def test_time_that_nobody_may_book_has_no_link():
    room = ResourceFactory(min_minutes=180, max_days_ahead=30)
    BookingFactory(resource=room, hours=(10, 18))
    untils = [block.until and hours(block.until) for block in timeline(room.space, [tomorrow()])[0].rows[0].free_blocks]
    assert untils == [None, None]
    (far,) = timeline(room.space, [tomorrow(40)])
    assert far.rows[0].blocks[0].until is None


def test_past_hours_and_the_closed_noon_cannot_be_chosen():
    room = ResourceFactory(space=SpaceFactory())
    for opens, closes in ((time(9), time(12)), (time(13), time(15))):
        OpeningHours.objects.create(space=room.space, weekday=tomorrow().weekday(), opens=opens, closes=closes)
    assert told(room.space, now=in_days(1, 10, 15)) == [
        [
            ("over", "09:00", "10:30", 0),
            ("free", "10:30", "12:00", 1),
            ("shut", "12:00", "13:00", 0),
            ("free", "13:00", "15:00", 1),
        ]
    ]
    assert told(room.space, day=tomorrow(2)) == [[]]


def test_the_head_counts_half_hours_on_the_day_the_clocks_change():
    room = ResourceFactory(space=SpaceFactory())
    OpeningHours.objects.create(space=room.space, weekday=6, opens=time(0), closes=time(4, 30))
    for day, half_hours in ((date(2027, 3, 28), [2, 2, 2, 1]), (date(2027, 10, 31), [2, 2, 2, 2, 2, 1])):
        (shown,) = timeline(room.space, [day], now=timezone.now())
        assert [span for _start, span in shown.hours] == half_hours


def test_managers_see_each_unit_with_its_person():
    desks = ResourceFactory(units=2, kind=ResourceKind.WORKPLACE, buffer_minutes=30, needs_approval=True)
    booking = BookingFactory(resource=desks, hours=(9, 10))
    assert told(desks.space, named=True) == [
        [
            ("free", "08:00", "09:00", 1),
            ("requested", "09:00", "10:00", 0),
            ("clearing", "10:00", "10:30", 0),
            ("free", "10:30", "20:00", 1),
        ],
        [("free", "08:00", "20:00", 1)],
    ]
    (shown,) = timeline(desks.space, [tomorrow()], named=True)
    assert shown.rows[0].blocks[1].booking == booking


# --- the page ---


def test_a_day_is_over_when_no_room_has_anything_ahead():
    room = ResourceFactory()
    days = timeline(room.space, [tomorrow(-1), tomorrow()])
    assert [day.is_over for day in days] == [True, False]
    assert not timeline(SpaceFactory(with_hours=True), [tomorrow(-1)])[0].is_over, "there is no room to say so"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("view", ["day", "week"])
def test_a_timeline_costs_the_same_for_one_room_and_three(client, django_assert_num_queries, count, view):
    space = SpaceFactory(with_hours=True)
    for room in ResourceFactory.create_batch(count, space=space):
        BookingFactory(resource=room)
    with django_assert_num_queries(10):
        response = client.get(reverse("spaces:timeline", args=[space.slug]), {"view": view, "day": f"{tomorrow()}"})
    assert [len(day.rows) for day in response.context["days"]] == [count] * (7 if view == "week" else 1)


@pytest.mark.parametrize("view", ["day", "week"])
def test_a_stranger_reads_nobodys_name_and_no_event(client, view):
    booking = BookingFactory(user=UserFactory(first_name="Secretive", last_name="Person"), purpose="Secret plan")
    room = booking.resource
    hold(key="event:1", label="Secret dinner", resource=room, start=in_days(1, 12), end=in_days(1, 13))
    response = client.get(reverse("spaces:timeline", args=[room.space.slug]), {"day": f"{tomorrow()}", "view": view})
    assert "Secret" not in response.text
    assert str(booking.reference) not in response.text


@pytest.mark.parametrize("view", ["day", "week"])
def test_what_is_drawn_for_one_reader_is_not_shown_to_another(client, view):
    booking = BookingFactory(hours=(8, 10))
    address = reverse("spaces:timeline", args=[booking.resource.space.slug])
    found = []
    for reader in (booking.user, UserFactory(), booking.user):
        client.force_login(reader)
        found.append(booking.get_absolute_url() in client.get(address, {"day": f"{tomorrow()}", "view": view}).text)
    assert found == [True, False, True]


@pytest.mark.parametrize("view", ["day", "week"])
def test_a_change_is_drawn_at_once(client, view):
    room = ResourceFactory(name="Old hall")
    address = reverse("spaces:timeline", args=[room.space.slug])

    def shown():
        page = Page(client.get(address, {"day": f"{tomorrow()}", "view": view}).text)
        return (
            "Old hall" in page.text,
            "New hall" in page.text,
            any(f"day={tomorrow()}&start=08:00" in one for one in page.links),
        )

    assert shown() == (True, False, True)
    room.name = room.name_fr = room.name_nl = room.name_en = "New hall"
    room.save()
    BookingFactory(resource=room, hours=(8, 10))
    assert shown() == (False, True, False)


def test_a_free_block_links_to_a_filled_form_and_an_own_one_to_its_page(client):
    booking = BookingFactory(hours=(8, 10))
    room = booking.resource
    client.force_login(booking.user)
    links = Page(client.get(reverse("spaces:timeline", args=[room.space.slug]), {"day": f"{tomorrow()}"}).text).links
    address = reverse("spaces:book", args=[room.space.slug])
    assert f"{address}?resource={room.slug}&day={tomorrow()}&start=10:00&end=20:00#book" in links
    assert booking.get_absolute_url() in links


def test_a_day_that_is_none_is_said(client):
    space = ResourceFactory().space
    for day in ("2020-01-01", "9999-12-31", "yesterday"):
        response = client.get(reverse("spaces:timeline", args=[space.slug]), {"day": day})
        assert (response.status_code, list(response.context["form"].errors)) == (400, ["day"])


def test_a_space_without_hours_or_hidden_has_no_timeline(client):
    space = ResourceFactory(space=SpaceFactory()).space
    assert "n’a pas encore publié" in client.get(reverse("spaces:timeline", args=[space.slug])).text
    hidden = SpaceFactory(is_published=False)
    assert client.get(reverse("spaces:timeline", args=[hidden.slug])).status_code == 404
