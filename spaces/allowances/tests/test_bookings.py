"""Test that members book no more than their membership includes a month, by whatever way they book."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from hacktiv.common import dates
from spaces.booking.operations import (
    BookingRequest,
    SeriesRequest,
    book,
    book_series,
    cancel_booking,
    change_booking,
)
from spaces.booking.queries import person_of
from spaces.booking.queries.criteria import free_during
from spaces.booking.queries.wishes import Wanted
from spaces.enums import BookedBy, BookingStatus, MonthUnit, ResourceKind
from spaces.errors import BookingError
from spaces.models import Booking, StaffNote
from spaces.tests.asking import book_url, choice, refused, text
from spaces.tests.factories import (
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    SpaceRoleFactory,
)
from spaces.timing.hours import at_local

pytestmark = pytest.mark.django_db


def next_month():
    return timezone.localdate().replace(day=1) + relativedelta(months=1)


def on(number, hour, months=0):
    """Return an hour of a day of the next month, counted from 0."""
    return at_local(next_month() + relativedelta(months=months, days=number), time(hour))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def space(db):
    return SpaceFactory(name="La Ferme", with_hours=True)


@pytest.fixture
def room(space):
    fields = {"kind": ResourceKind.WORKPLACE, "units": 8, "max_minutes": 720, "max_days_ahead": 150}
    return ResourceFactory(space=space, name="Plateau", booked_by=BookedBy.MEMBERS, **fields)


def member_of(space, included, unit=MonthUnit.DAYS):
    kind = MembershipKindFactory(space=space, included=included, included_unit=unit)
    return MembershipFactory(space=space, kind=kind).user


@pytest.fixture
def member(space):
    """A member with two days a month."""
    return member_of(space, 2)


@pytest.fixture
def boss(space):
    return SpaceRoleFactory(space=space, user__language="en").user


def wish(room, user, number, starts=9, ends=12, months=0):
    return BookingRequest(resource=room, user=user, start=on(number, starts, months), end=on(number, ends, months))


def booked(room, user, number, *hours, **fields):
    by = fields.pop("by", user)
    return book(asked=wish(room, user, number, *hours), by=by, **fields)


def used_up(room, member):
    for number in (3, 4):
        booked(room, member, number)


def test_a_day_beyond_the_month_is_refused_and_the_next_month_begins_anew(room, member):
    used_up(room, member)
    with refused("month_used_up") as refusal:
        booked(room, member, 5)
    said = str(refusal.value.message)
    assert "includes 2 days a month" in said
    assert ": 0 days." in said
    book(asked=wish(room, member, 5, months=1), by=member)


def test_a_second_booking_of_a_booked_day_takes_nothing(room, member):
    used_up(room, member)
    booked(room, member, 4, 14, 17)


def test_what_is_cancelled_refused_or_missed_gives_its_day_back(room, member, boss):
    first = booked(room, member, 3)
    cancel_booking(booking=first, by=member)
    for number, status in ((4, BookingStatus.NO_SHOW), (5, BookingStatus.REFUSED)):
        given_back = booked(room, member, number)
        Booking.objects.filter(pk=given_back.pk).update(status=status, reason="Plein")
    used_up(ResourceFactory(space=room.space, booked_by=BookedBy.MEMBERS), member)
    with refused("month_used_up"):
        booked(room, member, 6)


def test_a_request_counts_until_it_is_refused(space, member):
    asked = ResourceFactory(space=space, booked_by=BookedBy.MEMBERS, needs_approval=True)
    used_up(asked, member)
    with refused("month_used_up"):
        booked(asked, member, 5)


def test_what_anybody_may_rent_neither_counts_nor_is_refused(space, room, member):
    rented = ResourceFactory(space=space, max_days_ahead=150)
    used_up(rented, member)
    used_up(room, member)
    booked(rented, member, 7)


def test_other_spaces_do_not_count(room, member):
    used_up(ResourceFactory(booked_by=BookedBy.MEMBERS), member)
    used_up(room, member)


def test_hours_are_counted_over_all_bookings(space, room):
    member = member_of(space, 5, MonthUnit.HOURS)
    booked(room, member, 3, 9, 12)
    with refused("month_used_up") as refusal:
        booked(room, member, 4, 9, 12)
    assert re.search(r": 2\sh\.", str(refusal.value.message))
    booked(room, member, 4, 9, 11)


def test_a_booking_that_moves_does_not_count_twice(room, member):
    used_up(room, member)
    last = Booking.objects.filter(user=member).last()
    moved = change_booking(booking=last, by=member, start=on(9, 9), end=on(9, 12))
    assert moved.start == on(9, 9)


def test_a_booking_does_not_move_into_a_month_that_is_used_up(room, member):
    used_up(room, member)
    later = book(asked=wish(room, member, 5, months=1), by=member)
    with refused("month_used_up"):
        change_booking(booking=later, by=member, start=on(9, 9), end=on(9, 12))


def a_series(room, user, **fields):
    first = next_month() + timedelta(days=2)
    days = {"first_day": first, "until": first + timedelta(days=20), "starts": time(9), "ends": time(10)}
    return SeriesRequest(resource=room, user=user, pattern="weekly", **days, **fields)


def test_a_series_takes_what_is_left_and_says_why_the_rest_is_refused(room, member):
    series = book_series(asked=a_series(room, member), by=member)
    assert list(series.occurrences.order_by("day").values_list("refusal", flat=True)) == ["", "", "month_used_up"]


def test_a_manager_goes_beyond_by_saying_why(room, member, boss):
    used_up(room, member)
    with refused("month_used_up"):
        booked(room, member, 5, by=boss, as_manager=True)
    booked(room, member, 5, by=boss, as_manager=True, beyond="Chantier chez lui")
    note = StaffNote.objects.get()
    assert (note.person, note.space, note.author) == (member, room.space, boss)
    assert "Chantier chez lui" in note.text


def test_a_manager_who_stays_within_it_leaves_no_note(room, member, boss):
    booked(room, member, 5, by=boss, as_manager=True, beyond="Chantier chez lui")
    assert not StaffNote.objects.exists()


def test_a_series_of_a_manager_goes_beyond_with_one_note(room, member, boss):
    wish = a_series(room, member)
    series = book_series(asked=wish, by=boss, as_manager=True, beyond="Résidence")
    assert series.occurrences.exclude(booking=None).count() == 3
    assert "Résidence" in StaffNote.objects.get().text


def test_the_front_desk_does_not_go_beyond(room, member):
    desk = SpaceRoleFactory(space=room.space, role="front_desk").user
    used_up(room, member)
    with refused("not_yours"):
        booked(room, member, 5, by=desk, as_manager=True, beyond="Il insiste")


def test_the_page_refuses_what_the_operation_refuses(room, member):
    used_up(room, member)
    person = person_of(member)
    assert person.why_not(room, on(5, 9), on(5, 10)) == "month_used_up"
    assert not person.may_book(room, on(5, 9), on(5, 10))
    assert person.may_book(room, on(4, 14), on(4, 15))


def test_the_booking_page_says_what_is_left(client, room, member):
    client.force_login(member)
    booked(room, member, 3)
    page = client.get(book_url(room), choice(room, day=f"{on(5, 9):%Y-%m-%d}"))
    assert "You have 1 day left" in text(page)
    assert "It takes 1 day, even for a single hour." in text(page)


def test_a_month_used_up_shows_the_refusal_alone_and_leads_to_the_team(client, room, member):
    client.force_login(member)
    used_up(room, member)
    page = client.get(book_url(room), choice(room, day=f"{on(5, 9):%Y-%m-%d}"))
    assert "It begins anew on" in text(page)
    assert "It takes" not in text(page)
    assert "You have 0 days left" not in text(page)
    assert reverse("spaces:contact", args=[room.space.slug]) in page.text.partition('id="book-side"')[2]
    assert "btn-outline" in page.text.partition('id="book-side"')[2]


def test_the_page_of_memberships_shows_the_next_month_once_it_is_booked(client, room, member):
    client.force_login(member)
    month = " ".join(dates.month(next_month()).split())
    assert f"left in {month}" not in text(client.get(reverse("portal:memberships")))
    booked(room, member, 3)
    shown = text(client.get(reverse("portal:memberships")))
    assert f"You have 1 day left in {month}" in shown
    assert "You have 2 days left" in shown


def test_the_page_of_memberships_says_what_is_left_this_month(client, room, member):
    client.force_login(member)
    assert "You have 2 days left" in text(client.get(reverse("portal:memberships")))


def test_the_page_of_the_person_tells_the_team_what_is_left(client, room, member, boss):
    client.force_login(boss)
    assert "2 days left" in text(client.get(reverse("admin:members_user_person", args=[member.pk])))


def test_a_kind_that_members_have_does_not_include_less(client, space, member, boss):
    client.force_login(boss)
    kind = member.memberships.get().kind
    address = reverse("admin:spaces_membershipkind_change", args=[kind.pk])
    sent = {"name_fr": "Deux jours", "name_nl": "", "name_en": "", "slug": kind.slug, "order": 0, "included": 1}
    sent |= {"opens_bookings": "on", "opens_events": "on", "opens_directory": "on", "included_unit": "days"}
    assert "includes less" in text(client.post(address, sent))
    assert client.post(address, {**sent, "included": 4}).status_code == 302
    kind.refresh_from_db()
    assert kind.included == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_bookings_at_once_for_the_last_day_one_is_made(space):
    member = member_of(space, 1)
    rooms = ResourceFactory.create_batch(8, space=space, booked_by=BookedBy.MEMBERS)
    barrier = Barrier(8)

    def ask(number, room):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            booked(room, member, number)
        except BookingError as error:
            return error.code
        else:
            return "booked"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(ask, range(3, 11), rooms))
    assert sorted(results) == ["booked", *["month_used_up"] * 7]


def test_the_search_leaves_out_what_is_not_included_any_more(room, member):
    used_up(room, member)
    person = person_of(member)
    days = {number: Wanted(day=on(number, 9).date(), start=time(14), end=time(15)) for number in (4, 5)}
    assert {number: list(free_during(wanted, person)) for number, wanted in days.items()} == {4: [room], 5: []}


def test_the_team_reads_the_months_ahead_and_what_is_beyond(client, boss, space, room, member):
    for day, months in ((3, 0), (4, 0), (3, 1)):
        book(asked=wish(room, member, day, months=months), by=member)
    membership = member.memberships.get()
    membership.kind = MembershipKindFactory(space=space, included=1)
    membership.save()
    client.force_login(boss)
    page = text(client.get(reverse("admin:members_user_person", args=[member.pk])))
    assert page.count("included a month") + page.count("more than included") >= 3
    assert "1 day more than included" in page
    assert page.count("0 days left") == 1
    assert page.count("1 day left") == 1
