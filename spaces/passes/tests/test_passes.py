"""Passes limit the days in other spaces, check-ins record visits, and the spaces count them."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking, change_booking
from spaces.booking.queries.persons import person_of
from spaces.booking.tests.test_races import at_once, booking_call
from spaces.enums import BookingStatus
from spaces.errors import BookingError
from spaces.models import Booking, PassScheme, Resource, Visit
from spaces.passes.operations import record_visit, redeem_voucher
from spaces.passes.queries import Crossing, crossings, exchanges, pass_balance, visits_paid, years_of_visits
from spaces.passes.rules import draw, pots_of
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    VisitFactory,
    in_days,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    """Return a member whose home space is Belgian."""
    user = UserFactory()
    HomeSpaceFactory(user=user, space__name="Home", space__with_hours=True)
    return user


def room(**space):
    return ResourceFactory(units=4, space=SpaceFactory(with_hours=True, **space))


def left(user, days=1):
    balance = pass_balance(user, timezone.localdate() + timedelta(days=days))
    return balance and balance.left


# --- the balance ---


def test_a_day_in_another_space_takes_one_and_a_cancelled_one_returns(member):
    PassSchemeFactory(days=3)
    other, third = room(), room(french=True)
    assert left(member) == 3
    first = BookingFactory(resource=other, user=member, days=1)
    BookingFactory(resource=other, user=member, days=1, hours=(14, 15))
    assert left(member) == 2
    BookingFactory(resource=third, user=member, days=1, hours=(10, 12))
    assert left(member) == 1
    cancel_booking(booking=first, by=member)
    assert left(member) == 1
    BookingFactory(resource=ResourceFactory(space=member.homes.get().space), user=member)
    assert left(member) == 1


def test_a_request_takes_a_day_until_it_is_over_unanswered(member):
    PassSchemeFactory(days=21)
    asked = room()
    Resource.objects.filter(pk=asked.pk).update(needs_approval=True)
    asked.refresh_from_db()
    requested = BookingFactory(resource=asked, user=member, days=1)
    confirmed = BookingFactory(resource=room(), user=member, days=2)
    assert requested.status == BookingStatus.REQUESTED
    assert left(member) == 19
    now = timezone.now()
    for booking, ended in ((requested, now - timedelta(minutes=1)), (confirmed, now - timedelta(hours=3))):
        Booking.objects.filter(pk=booking.pk).update(period=(ended - timedelta(minutes=30), ended))
    assert left(member, days=0) == 20
    assert person_of(member).balance(timezone.localdate()).left == 20


def test_a_used_up_pass_refuses_a_day_but_not_a_second_booking(member):
    PassSchemeFactory(days=1)
    other = room()
    BookingFactory(resource=other, user=member, days=1)
    BookingFactory(resource=other, user=member, days=1, hours=(14, 15))
    with pytest.raises(BookingError) as refusal:
        BookingFactory(resource=other, user=member, days=2)
    assert refusal.value.code == "pass_used_up"
    year = timezone.localdate().year
    assert str(refusal.value.message) == (
        f"Votre pass {year} est épuisé\u00a0: il reste 0\u00a0jour sur 1 dans les autres espaces (Pass)."
    )
    # A manager may still book, and a booking that moves frees its own day.
    moved = BookingFactory(resource=other, user=member, days=3, as_manager=True)
    cancel_booking(booking=moved, by=member)


def test_a_booking_that_moves_takes_its_day_along(member):
    PassSchemeFactory(days=1)
    booking = BookingFactory(resource=room(), user=member, days=1)
    change_booking(booking=booking, start=in_days(2, 9), end=in_days(2, 10), by=member)
    assert left(member) == 0


def test_the_passes_of_a_member_add_up(member):
    home = member.homes.get().space
    PassSchemeFactory(days=5)
    PassSchemeFactory(days=2).homes.add(home)
    PassSchemeFactory(days=100).homes.add(SpaceFactory())
    PassSchemeFactory(days=7).members.add(member)
    PassSchemeFactory(days=200).members.add(UserFactory())
    PassSchemeFactory(days=400, ends_on=timezone.localdate() - timedelta(days=1))
    PassSchemeFactory(days=800, starts_on=timezone.localdate() + timedelta(days=30))
    assert left(member) == 14


def test_without_pass_or_home_space_nothing_is_limited(member):
    assert left(member) is None
    PassSchemeFactory(days=0)
    assert left(UserFactory()) is None
    assert left(member) == 0
    assert BookingFactory(resource=room(), user=UserFactory()).pk


@pytest.mark.django_db(transaction=True)
def test_two_bookings_at_once_do_not_exceed_the_balance():
    member = UserFactory()
    HomeSpaceFactory(user=member)
    PassSchemeFactory(days=3)
    calls = [booking_call(room(), member, in_days(1, 9), in_days(1, 10)) for _ in range(8)]
    assert Counter(code for code, _text in at_once(*calls)) == {"ok": 3, "pass_used_up": 5}
    assert left(member) == 0


# --- packages of employers, and vouchers ---


def package(*members, **fields):
    scheme = PassSchemeFactory(name="Forfait", is_shared=True, **fields)
    scheme.members.set(members)
    return scheme


def colleague():
    user = UserFactory()
    HomeSpaceFactory(user=user)
    return user


def test_members_of_a_package_share_its_days_after_their_own(member):
    PassSchemeFactory(days=1)
    other, room_there = colleague(), room()
    package(member, other, days=3)
    outsider = colleague()
    assert (left(member), left(other), left(outsider)) == (4, 4, 1)
    bookings = [BookingFactory(resource=room_there, user=member, days=day) for day in (1, 2, 3)]
    assert (left(member), left(other)) == (1, 2)
    BookingFactory(resource=room_there, user=other, days=1)
    assert (left(member), left(other)) == (1, 1)
    BookingFactory(resource=room_there, user=other, days=2)
    with pytest.raises(BookingError) as refusal:
        BookingFactory(resource=room_there, user=other, days=3)
    assert "0\u00a0jour sur 4 dans les autres espaces (Pass, Forfait)" in str(refusal.value.message)
    cancel_booking(booking=bookings[0], by=member)
    assert (left(member), left(other), left(outsider)) == (1, 1, 1)


def test_a_voucher_gives_days_until_its_last_day_and_is_used_first(member):
    today = timezone.localdate()
    PassSchemeFactory(days=2)
    ends = today + timedelta(days=3)
    PassSchemeFactory(days=2, renews=False, code="ARDENNE-1", starts_on=today, ends_on=ends)
    assert left(member) == 2
    assert redeem_voucher(user=member, code=" ardenne-1 ") == redeem_voucher(user=member, code="ARDENNE-1")
    assert (left(member), left(member, 4)) == (4, 2)
    resource = room()
    for day in (1, 2):
        BookingFactory(resource=resource, user=member, days=day)
    assert (left(member, 3), left(member, 4)) == (2, 2)
    BookingFactory(resource=resource, user=member, days=3)
    assert (left(member, 3), left(member, 4)) == (1, 1)
    lines = pass_balance(member, ends).lines
    assert sorted((line.left, line.pot.days, line.pot.scheme.code) for line in lines if line.pot.scheme.code) == [
        (0, 2, "ARDENNE-1")
    ]


def test_a_pass_for_named_members_alone_sets_no_limit(member):
    package(member, days=1)
    PassSchemeFactory(days=1, code="ARDENNE-1")
    assert left(member) is None
    assert left(colleague()) is None


def test_a_code_has_a_limit_of_members_and_a_last_day(member):
    voucher = PassSchemeFactory(code="ARDENNE-1", places=1)
    yesterday = timezone.localdate() - timedelta(days=1)
    PassSchemeFactory(code="ARDENNE-2", ends_on=yesterday)
    redeem_voucher(user=member, code="ARDENNE-1")
    for code, expected in (
        ("ARDENNE-1", "voucher_used_up"),
        ("ARDENNE-2", "unknown_code"),
        ("ARDENNE-3", "unknown_code"),
        ("", "unknown_code"),
    ):
        with pytest.raises(BookingError) as refusal:
            redeem_voucher(user=colleague(), code=code)
        assert refusal.value.code == expected
    assert list(voucher.members.all()) == [member]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_members_who_book_at_once_never_overdraw_their_package():
    PassSchemeFactory(days=1)
    members = [colleague() for _ in range(4)]
    package(*members, days=3)
    calls = [booking_call(room(), member, in_days(day, 9), in_days(day, 10)) for member in members for day in (1, 2)]
    assert Counter(code for code, _text in at_once(*calls)) == {"ok": 7, "pass_used_up": 1}
    day = timezone.localdate() + timedelta(days=1)
    assert [(pass_balance(one, day).left, pass_balance(one, day).overdrawn) for one in members] == [(0, 0)] * 4


@pytest.mark.django_db(transaction=True)
def test_a_code_used_at_once_keeps_its_limit_of_members():
    voucher = PassSchemeFactory(code="ARDENNE-1", places=2)
    members = [UserFactory() for _ in range(8)]
    calls = [lambda member=member: redeem_voucher(user=member, code="ARDENNE-1") for member in members]
    assert Counter(code for code, _text in at_once(*calls)) == {"ok": 2, "voucher_used_up": 6}
    assert voucher.members.count() == 2


def test_a_shared_pass_names_members_and_each_shares_one_only(admin_client, member):
    package(member, days=3, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    form = {"name": "Autre", "days": "5", "is_shared": "on", "starts_on": "2026-06-01", "members": [member.pk]}
    url = reverse("admin:spaces_passscheme_add")
    for changed, wrong in (
        ({}, {"members"}),
        ({"members": []}, {"members"}),
        ({"code": "ARDENNE-1", "starts_on": "2026-07-01"}, {"__all__"}),
        ({"code": "petit", "is_shared": ""}, {"code"}),
    ):
        response = admin_client.post(url, {**form, **changed})
        assert (response.status_code, response.context["adminform"].form.errors.keys()) == (200, wrong)
    assert admin_client.post(url, {**form, "starts_on": "2026-07-01"}).status_code == 302
    assert PassScheme.objects.get(name="Autre").is_shared


NEW_YEAR = date(2026, 1, 1)
DAY = st.integers(0, 720).map(lambda number: NEW_YEAR + timedelta(days=number))
SCHEME = st.builds(
    PassScheme, days=st.integers(0, 3), renews=st.booleans(), starts_on=DAY, ends_on=st.one_of(st.none(), DAY)
)


@given(st.lists(SCHEME, max_size=4), st.lists(DAY, max_size=8))
def test_no_pot_is_overdrawn_and_no_day_is_left_out_needlessly(schemes, days):
    pots = pots_of(schemes, NEW_YEAR, NEW_YEAR + timedelta(days=730))
    beyond, rests = draw(days, pots)
    assert min(rests, default=0) >= 0
    assert sum(pot.days for pot in pots) - sum(rests) == len(days) - len(beyond)
    for pot, rest in zip(pots, rests, strict=True):
        assert not rest or not [day for day in beyond if pot.first <= day <= pot.last]


def test_a_day_takes_from_the_pot_that_ends_first():
    spring = PassScheme(days=1, renews=False, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    year = PassScheme(days=1, starts_on=date(2026, 1, 1))
    pots = pots_of([year, spring], date(2026, 1, 1), date(2026, 12, 31))
    assert draw([date(2026, 9, 1), date(2026, 5, 1)], pots) == ([], [0, 0])
    assert draw([date(2026, 9, 1), date(2026, 10, 1)], pots) == ([date(2026, 10, 1)], [0, 1])


# --- visits ---


def test_a_visit_keeps_both_sides_and_outlives_the_account(member):
    booking = BookingFactory(resource=room(french=True), user=member)
    visit = record_visit(booking=booking)
    assert record_visit(booking=booking) == visit
    assert (visit.side, visit.home_side, visit.home_space.name) == ("FR", "BE", "Home")
    number = member.participant_number
    member.homes.all().delete()
    member.delete()
    assert Visit.objects.crossings().get().participant_number == number


def test_a_guest_leaves_no_visit():
    booking = BookingFactory(guest_name="Zoé", as_manager=True)
    assert record_visit(booking=booking) is None
    assert not Visit.objects.exists()


def test_visits_are_counted_between_spaces_and_sides():
    belgian, french, second = SpaceFactory(), SpaceFactory(french=True), SpaceFactory()
    crosser = VisitFactory(space=french, home_space=belgian, day=date(2026, 3, 2)).participant_number
    VisitFactory(space=french, home_space=belgian, day=date(2026, 3, 3), participant_number=crosser)
    VisitFactory(space=belgian, home_space=french, day=date(2026, 3, 3))
    VisitFactory(space=second, home_space=belgian, day=date(2026, 3, 4))
    VisitFactory(space=belgian, home_space=belgian, day=date(2026, 3, 4))
    VisitFactory(space=belgian, home_space=None, day=date(2026, 3, 4))
    VisitFactory(space=belgian, home_space=french, day=date(2025, 3, 4))
    spring = (date(2026, 1, 1), date(2026, 6, 30))
    assert exchanges(*spring) == [(belgian, french, 2, 1), (belgian, second, 1, 1), (french, belgian, 1, 1)]
    assert crossings(*spring) == [Crossing("BE", "FR", 2, 1), Crossing("FR", "BE", 1, 1)]
    assert crossings(date(2026, 3, 3), date(2026, 3, 3)) == [Crossing("BE", "FR", 1, 1), Crossing("FR", "BE", 1, 1)]
    assert crossings(date(2024, 1, 1), date(2024, 12, 31)) == [Crossing("BE", "FR", 0, 0), Crossing("FR", "BE", 0, 0)]
    assert visits_paid(*spring).count() == 4
    assert visits_paid(*spring, spaces=[second]).count() == 1
    assert years_of_visits(2027) == [2027, 2026, 2025]


# --- on the pages ---


def test_the_booking_page_says_how_many_days_are_left(client, member):
    PassSchemeFactory(days=2)
    resource = room()
    client.force_login(member)
    page = client.get(reverse("spaces:book", args=[resource.space.slug]))
    assert page.context["balance"].left == 2
    own = ResourceFactory(space__with_hours=True)
    member.homes.update(space=own.space)
    assert "Il vous reste" not in client.get(reverse("spaces:book", args=[own.space.slug])).text
