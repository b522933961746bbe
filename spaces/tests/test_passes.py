"""Working in the other spaces: what a pass allows, what a visit leaves on record, what the spaces count."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.models import Visit
from spaces.operations import cancel_booking, move_booking, record_visit
from spaces.queries import Crossing, crossings, exchanges, pass_balance, visits_paid, years_of_visits
from spaces.rules import BookingError

from .factories import (
    BookingFactory,
    MembershipFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    VisitFactory,
    in_days,
)
from .test_races import at_once, booking_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    """Somebody whose home is a Belgian space."""
    user = UserFactory()
    MembershipFactory(user=user, space__name="Home", space__with_hours=True)
    return user


def room(**space):
    return ResourceFactory(units=4, space=SpaceFactory(with_hours=True, **space))


def left(user, days=1):
    balance = pass_balance(user, timezone.localdate() + timedelta(days=days))
    return balance and balance.left


# --- the balance ---


def test_each_day_in_another_space_takes_one_and_what_is_given_back_returns(member):
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
    BookingFactory(resource=ResourceFactory(space=member.memberships.get().space), user=member)
    assert left(member) == 1


def test_the_last_day_is_refused_with_its_reason_and_a_second_stay_on_a_day_is_not(member):
    PassSchemeFactory(days=1)
    other = room()
    BookingFactory(resource=other, user=member, days=1)
    BookingFactory(resource=other, user=member, days=1, hours=(14, 15))
    with pytest.raises(BookingError) as refusal:
        BookingFactory(resource=other, user=member, days=2)
    assert refusal.value.code == "pass_used_up"
    year = timezone.localdate().year
    assert str(refusal.value.message) == (
        f"Votre pass {year} est épuisé\u00a0: 1\u00a0jour dans les autres espaces du réseau."
    )
    # A manager may still enter it, and a booking that moves frees its own day.
    moved = BookingFactory(resource=other, user=member, days=3, as_manager=True)
    cancel_booking(booking=moved, by=member)


def test_a_booking_that_moves_takes_its_day_along(member):
    PassSchemeFactory(days=1)
    booking = BookingFactory(resource=room(), user=member, days=1)
    move_booking(booking=booking, start=in_days(2, 9), end=in_days(2, 10), by=member)
    assert left(member) == 0


def test_passes_add_up_for_those_whom_they_are_for(member):
    home = member.memberships.get().space
    PassSchemeFactory(days=5)
    PassSchemeFactory(days=2).homes.add(home)
    PassSchemeFactory(days=100).homes.add(SpaceFactory())
    PassSchemeFactory(days=7).members.add(member)
    PassSchemeFactory(days=200).members.add(UserFactory())
    PassSchemeFactory(days=400, ends_on=timezone.localdate() - timedelta(days=1))
    PassSchemeFactory(days=800, starts_on=timezone.localdate() + timedelta(days=30))
    assert left(member) == 14


def test_without_any_pass_or_home_space_nothing_is_counted(member):
    assert left(member) is None
    PassSchemeFactory(days=0)
    assert left(UserFactory()) is None
    assert left(member) == 0
    assert BookingFactory(resource=room(), user=UserFactory()).pk


@pytest.mark.django_db(transaction=True)
def test_two_spaces_booked_at_once_do_not_pass_the_balance():
    member = UserFactory()
    MembershipFactory(user=member)
    PassSchemeFactory(days=3)
    calls = [booking_call(room(), member, in_days(1, 9), in_days(1, 10)) for _ in range(8)]
    assert Counter(code for code, _text in at_once(*calls)) == {"ok": 3, "pass_used_up": 5}
    assert left(member) == 0


# --- visits ---


def test_a_visit_freezes_both_sides_and_outlives_the_account(member):
    booking = BookingFactory(resource=room(french=True), user=member)
    visit = record_visit(booking=booking)
    assert record_visit(booking=booking) == visit
    assert (visit.side, visit.home_side, visit.home_space.name) == ("FR", "BE", "Home")
    number = member.participant_number
    member.memberships.all().delete()
    member.delete()
    assert Visit.objects.crossings().get().participant_number == number


def test_a_guest_leaves_no_visit():
    booking = BookingFactory(guest_name="Zoé", as_manager=True)
    assert record_visit(booking=booking) is None
    assert not Visit.objects.exists()


def test_the_account_between_spaces_and_sides():
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


def test_the_booking_page_says_what_is_left(client, member):
    PassSchemeFactory(days=2)
    resource = room()
    client.force_login(member)
    page = client.get(reverse("spaces:book", args=[resource.space.slug]))
    assert page.context["balance"].left == 2
    own = ResourceFactory(space__with_hours=True)
    member.memberships.update(space=own.space)
    assert "Il vous reste" not in client.get(reverse("spaces:book", args=[own.space.slug])).text
