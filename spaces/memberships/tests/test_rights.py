"""Test what a membership opens: kinds, states and days against rights and resources."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.enums import BookedBy, MembershipState, Right
from spaces.memberships.queries import access_of, may, standing_of
from spaces.memberships.rules import LOOKING, STRANGER, Access
from spaces.tests.factories import (
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    kept_for,
    make_manager,
)

pytestmark = pytest.mark.django_db

OPENS = {"opens_directory": Right.DIRECTORY, "opens_events": Right.EVENTS}
HELD = (MembershipState.ACTIVE, MembershipState.PAUSED, MembershipState.ENDED)


@pytest.mark.parametrize("state", MembershipState.values)
@pytest.mark.parametrize("directory", [True, False])
@pytest.mark.parametrize("events", [True, False])
@pytest.mark.parametrize("bookings", [True, False])
def test_a_membership_opens_what_its_kind_says_while_it_is_active(state, directory, events, bookings):
    kind = MembershipKindFactory(opens_directory=directory, opens_events=events, opens_bookings=bookings)
    days = {"since": date(2020, 1, 1)} if state in HELD else {"since": None}
    member = MembershipFactory(kind=kind, state=state, reason="Complet", **days).user
    today, is_active = timezone.localdate(), state == MembershipState.ACTIVE
    standing = standing_of(member)
    assert may(member, Right.DIRECTORY) == (is_active and directory)
    assert may(member, Right.EVENTS) == (is_active and events)
    assert standing.may_book(Access(BookedBy.MEMBERS), today) == (is_active and bookings)
    assert standing.may_book(Access(BookedBy.KINDS, frozenset({kind.pk})), today) == (is_active and bookings)
    assert standing.may_book(Access(BookedBy.ANYONE), today)


def test_rights_hold_from_the_first_day_to_the_day_before_the_end():
    today = timezone.localdate()
    member = MembershipFactory(since=today + timedelta(days=1), until=today + timedelta(days=3)).user
    held = [may(member, Right.EVENTS, today + timedelta(days=away)) for away in range(5)]
    assert held == [False, True, True, False, False]


def test_two_memberships_add_up():
    member, today = UserFactory(), timezone.localdate()
    MembershipFactory(user=member, kind=MembershipKindFactory(opens_directory=False))
    MembershipFactory(user=member, kind=MembershipKindFactory(opens_events=False, opens_bookings=False))
    assert all(may(member, right, today) for right in Right)


def test_whoever_has_no_account_or_a_closed_one_has_no_rights():
    member = MembershipFactory().user
    member.is_active = False
    for person in (None, AnonymousUser(), member):
        assert standing_of(person) == STRANGER
        assert not any(may(person, right) for right in Right)


def test_who_runs_a_space_has_the_rights_of_its_members():
    space, today = SpaceFactory(), timezone.localdate()
    manager = UserFactory()
    make_manager(space, manager)
    standing = standing_of(manager)
    assert all(may(manager, right) for right in Right)
    assert standing.may_book(Access(BookedBy.MEMBERS), today)
    assert standing.may_book(Access(BookedBy.SPACES, frozenset({space.pk})), today)
    assert not standing.may_book(Access(BookedBy.SPACES, frozenset({space.pk + 1})), today)
    assert not standing.may_book(Access(BookedBy.KINDS, frozenset({1})), today)


def test_who_looks_around_is_shown_what_any_member_may_book():
    today = timezone.localdate()
    assert LOOKING.may_book(Access(BookedBy.MEMBERS), today)
    assert not LOOKING.may_book(Access(BookedBy.SPACES, frozenset({1})), today)
    assert not any(LOOKING.may(right, today) for right in Right)


def test_who_coordinates_the_network_reads_the_directory():
    assert all(may(UserFactory(coordinates=True), right) for right in Right)
    assert not any(may(UserFactory(), right) for right in Right)


def test_the_standing_costs_one_query(django_assert_num_queries):
    member = MembershipFactory().user
    MembershipFactory.create_batch(2, user=member)
    SpaceFactory(managers=[member])
    with django_assert_num_queries(1):
        standing = standing_of(member)
    assert (len(standing.held), len(standing.runs)) == (3, 1)


def test_a_resource_names_the_spaces_or_kinds_that_count():
    room, kind = ResourceFactory(), MembershipKindFactory(name="Nomade")
    room.open_to_kinds.add(kind)
    assert access_of(room) == Access(BookedBy.ANYONE)
    kept_for(room, SpaceFactory(name="La Ferme"))
    assert access_of(room).names == ("La Ferme",)
    room.booked_by = BookedBy.KINDS
    assert access_of(room) == Access(BookedBy.KINDS, frozenset({kind.pk}), ("Nomade",))
