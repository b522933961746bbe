"""Test how a membership is asked for and decided, with its history and mails."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.core.queries import home_space
from spaces.enums import MembershipState, MembershipStep
from spaces.errors import BookingError
from spaces.memberships.operations import (
    approve_membership,
    ask_membership,
    end_membership,
    give_membership,
    pause_membership,
    refuse_membership,
    renew_membership,
    resume_membership,
    withdraw_request,
)
from spaces.models import HomeSpace, Membership
from spaces.tests.factories import (
    MembershipFactory,
    MembershipKindFactory,
    SpaceFactory,
    manager_of,
)

from .living import asked, code_of, mailed, steps

pytestmark = pytest.mark.django_db

# --- asking ---


def test_a_request_waits_for_the_team_and_gives_nothing(space):
    membership = asked(space, words="  Je viens le jeudi ")
    assert (membership.state, membership.since, membership.note) == ("requested", None, "Je viens le jeudi")
    assert steps(membership) == [MembershipStep.ASKED]
    assert mailed("spaces.membership_to_decide") == ["gestion@ardenne.example"]
    assert home_space(membership.user, timezone.localdate()) is None


def test_a_second_request_is_the_first_one(space):
    first = asked(space)
    assert ask_membership(user=first.user, space=space, kind=first.kind) == first
    assert Membership.objects.count() == 1
    assert len(mailed("spaces.membership_to_decide")) == 1


def test_a_kind_that_nobody_approves_is_given_at_once(space, today):
    kind = MembershipKindFactory(needs_approval=False, lasts_months=12)
    membership = ask_membership(user=UserFactory(), space=space, kind=kind)
    assert (membership.state, membership.since) == (MembershipState.ACTIVE, today)
    assert (membership.until.year, membership.until.month) == (today.year + 1, today.month)
    assert home_space(membership.user, today) == space
    assert mailed("spaces.membership_news") == [membership.user.email]


@pytest.mark.parametrize(
    "kind",
    [
        {"may_be_asked": False},
        {"ends_on": date(2020, 1, 1)},
        {"starts_on": date(2099, 1, 1)},
        {"of_another_space": True},
    ],
)
def test_what_a_space_does_not_offer_cannot_be_asked_for(space, kind):
    if kind.pop("of_another_space", False):
        kind["space"] = SpaceFactory()
    with pytest.raises(BookingError) as caught:
        ask_membership(user=UserFactory(), space=space, kind=MembershipKindFactory(**kind))
    assert code_of(caught) == "not_offered"


def test_a_hidden_space_offers_nothing():
    with pytest.raises(BookingError) as caught:
        asked(SpaceFactory(is_published=False))
    assert code_of(caught) == "not_offered"


@pytest.mark.parametrize("state", [MembershipState.ACTIVE, MembershipState.PAUSED])
def test_who_is_a_member_asks_no_second_time(space, state):
    membership = MembershipFactory(space=space, state=state)
    with pytest.raises(BookingError) as caught:
        ask_membership(user=membership.user, space=space, kind=membership.kind)
    assert code_of(caught) == "already_member"


def test_who_was_refused_or_left_may_ask_again(space, today):
    membership = asked(space)
    refuse_membership(membership=membership, by=None, reason="Complet")
    again = ask_membership(user=membership.user, space=space, kind=membership.kind)
    assert again != membership
    withdraw_request(membership=again, by=again.user)
    third = ask_membership(user=membership.user, space=space, kind=membership.kind)
    given = approve_membership(membership=third, by=None, since=today)
    end_membership(membership=given, by=None, on=today)
    assert ask_membership(user=membership.user, space=space, kind=membership.kind).state == MembershipState.REQUESTED


# --- deciding ---


def test_an_approved_request_is_active_makes_a_home_and_is_mailed(space, today):
    manager, membership = manager_of(space), asked(space)
    given = approve_membership(membership=membership, by=manager, since=today, until=today + timedelta(days=365))
    assert (given.state, given.since, given.decided_by) == (MembershipState.ACTIVE, today, manager)
    assert home_space(given.user, today) == space
    assert steps(given) == [MembershipStep.ASKED, MembershipStep.GIVEN]
    assert mailed("spaces.membership_news") == [given.user.email]


def test_a_home_elsewhere_stays_the_home(space, today):
    membership = asked(space)
    HomeSpace.objects.create(user=membership.user, space=SpaceFactory(name="Val"), since=date(2020, 1, 1))
    approve_membership(membership=membership, by=None, since=today)
    assert home_space(membership.user, today).name == "Val"


def test_a_membership_to_come_makes_its_home_on_its_first_day(space, today):
    membership, first = asked(space), today + timedelta(days=10)
    approve_membership(membership=membership, by=None, since=first)
    assert home_space(membership.user, today) is None
    assert home_space(membership.user, first) == space


def test_a_refusal_needs_a_word_and_is_mailed(space):
    membership = asked(space)
    with pytest.raises(BookingError) as caught:
        refuse_membership(membership=membership, by=None, reason="  ")
    assert code_of(caught) == "reason_needed"
    refused = refuse_membership(membership=membership, by=None, reason="Complet jusqu’en mars")
    assert (refused.state, refused.changes.last().reason) == (MembershipState.REFUSED, "Complet jusqu’en mars")
    assert mailed("spaces.membership_news") == [membership.user.email]


def test_what_is_decided_is_decided_once(space, today):
    membership = asked(space)
    refuse_membership(membership=membership, by=None, reason="Complet")
    for decide in (
        lambda: approve_membership(membership=membership, by=None, since=today),
        lambda: refuse_membership(membership=membership, by=None, reason="Encore"),
        lambda: withdraw_request(membership=membership, by=membership.user),
        lambda: pause_membership(membership=membership, by=None),
        lambda: resume_membership(membership=membership, by=None),
        lambda: end_membership(membership=membership, by=None, on=today),
        lambda: renew_membership(membership=membership, by=None, until=None),
    ):
        with pytest.raises(BookingError) as caught:
            decide()
        assert code_of(caught) == "decided"
    assert len(mailed("spaces.membership_news")) == 1


def test_a_kind_of_another_space_cannot_be_given(space, today):
    membership, other = asked(space), MembershipKindFactory(space=SpaceFactory())
    with pytest.raises(BookingError) as caught:
        approve_membership(membership=membership, by=None, since=today, kind=other)
    assert code_of(caught) == "kind"
    with pytest.raises(BookingError) as caught:
        give_membership(user=UserFactory(), space=space, kind=other, since=today, by=None)
    assert code_of(caught) == "kind"


def test_a_given_membership_answers_the_open_request(space, today):
    membership, kind = asked(space), MembershipKindFactory()
    given = give_membership(user=membership.user, space=space, kind=kind, since=today, by=manager_of(space))
    assert (given, given.kind, given.state) == (membership, kind, MembershipState.ACTIVE)


def test_days_that_are_over_are_given_to_nobody(space, today):
    with pytest.raises(BookingError) as caught:
        approve_membership(membership=asked(space), by=None, since=today - timedelta(days=9), until=today)
    assert code_of(caught) == "days"


def test_days_of_two_memberships_at_a_space_never_overlap(space, today):
    former = MembershipFactory(space=space, until=today, state=MembershipState.ENDED)
    kind = MembershipKindFactory()
    with pytest.raises(BookingError) as caught:
        give_membership(user=former.user, space=space, kind=kind, since=today - timedelta(days=1), by=None)
    assert code_of(caught) == "days"
    give_membership(user=former.user, space=space, kind=kind, since=today, by=None)
