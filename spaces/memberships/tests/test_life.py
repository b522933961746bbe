"""Test the life of a membership: paused, changed, renewed, ended, with its history and mails."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.core.queries import home_space
from spaces.enums import MembershipState, MembershipStep
from spaces.errors import BookingError
from spaces.memberships.operations import (
    approve_membership,
    ask_membership,
    change_kind,
    choose_home_space,
    end_membership,
    end_past_memberships,
    give_membership,
    pause_membership,
    refuse_membership,
    remind_of_ends,
    remind_of_requests,
    renew_membership,
    resume_membership,
    take_back_end,
    wish_renewal,
)
from spaces.memberships.queries import homes_to_choose, memberships_of, offers_of
from spaces.models import HomeSpace
from spaces.tests.factories import (
    MembershipFactory,
    MembershipKindFactory,
    SpaceFactory,
    SpaceRoleFactory,
    manager_of,
)

from .living import asked, code_of, mailed, steps

pytestmark = pytest.mark.django_db


# --- life ---


def test_a_pause_takes_the_rights_and_resuming_gives_them_back(space):
    membership = MembershipFactory(space=space)
    paused = pause_membership(membership=membership, by=None, reason="Congé")
    assert (paused.state, paused.reason) == (MembershipState.PAUSED, "Congé")
    resumed = resume_membership(membership=membership, by=None)
    assert (resumed.state, resumed.reason) == (MembershipState.ACTIVE, "")
    assert steps(membership) == [MembershipStep.PAUSED, MembershipStep.RESUMED]
    assert mailed("spaces.membership_news") == [membership.user.email] * 2


def test_the_same_kind_again_changes_nothing(space):
    membership = MembershipFactory(space=space)
    change_kind(membership=membership, kind=membership.kind, by=None)
    assert (steps(membership), mailed("spaces.membership_news")) == ([], [])
    other = MembershipKindFactory()
    assert change_kind(membership=membership, kind=other, by=None).kind == other
    assert steps(membership) == [MembershipStep.CHANGED]


def test_an_end_today_takes_the_home_too_and_tells_the_team_who_left(space, today):
    membership = MembershipFactory(space=space)
    HomeSpace.objects.create(user=membership.user, space=space, since=date(2020, 1, 1))
    ended = end_membership(membership=membership, by=membership.user, on=today, reason="Déménagement")
    assert (ended.state, ended.until) == (MembershipState.ENDED, today)
    assert home_space(membership.user, today) is None
    assert home_space(membership.user, today - timedelta(days=1)) == space
    assert mailed("spaces.membership_left") == ["gestion@ardenne.example"]


def test_an_end_to_come_holds_until_its_day_and_is_told_once(space, today):
    membership, last = MembershipFactory(space=space), today + timedelta(days=5)
    HomeSpace.objects.create(user=membership.user, space=space, since=date(2020, 1, 1))
    ended = end_membership(membership=membership, by=None, on=last)
    assert (ended.state, ended.until) == (MembershipState.ACTIVE, last)
    assert home_space(membership.user, last - timedelta(days=1)) == space
    assert home_space(membership.user, last) is None
    assert (end_past_memberships(today), end_past_memberships(last), end_past_memberships(last)) == (0, 1, 0)
    membership.refresh_from_db()
    assert membership.state == MembershipState.ENDED
    assert mailed("spaces.membership_news") == [membership.user.email]


def test_a_membership_that_ran_out_ends_by_itself_and_is_told(space, today):
    membership = MembershipFactory(space=space, until=today - timedelta(days=3))
    HomeSpace.objects.create(user=membership.user, space=space, since=date(2020, 1, 1))
    assert end_past_memberships() == 1
    assert home_space(membership.user, today - timedelta(days=4)) == space
    assert home_space(membership.user, today - timedelta(days=3)) is None
    assert mailed("spaces.membership_news") == [membership.user.email]


@pytest.mark.parametrize("away", [-1, 20])
def test_an_end_lies_between_today_and_the_end_there_is(space, today, away):
    membership = MembershipFactory(space=space, until=today + timedelta(days=10))
    with pytest.raises(BookingError) as caught:
        end_membership(membership=membership, by=None, on=today + timedelta(days=away))
    assert code_of(caught) == "days"


def test_a_membership_to_come_that_is_ended_never_began(space, today):
    membership = MembershipFactory(space=space, since=today + timedelta(days=10))
    ended, first = end_membership(membership=membership, by=None, on=today), today + timedelta(days=10)
    assert (ended.state, ended.since, ended.until) == (MembershipState.ENDED, first, first)
    again = ask_membership(user=membership.user, space=space, kind=membership.kind)
    assert approve_membership(membership=again, by=None, since=today).state == MembershipState.ACTIVE


def test_a_renewal_moves_the_end_and_never_back(space, today):
    membership = MembershipFactory(space=space, until=today + timedelta(days=10))
    with pytest.raises(BookingError) as caught:
        renew_membership(membership=membership, by=None, until=today + timedelta(days=10))
    assert code_of(caught) == "days"
    assert renew_membership(membership=membership, by=None, until=None).until is None
    with pytest.raises(BookingError) as caught:
        renew_membership(membership=membership, by=None, until=today + timedelta(days=30))
    assert code_of(caught) == "no_end"


def test_a_wish_to_renew_reaches_the_team_once(space, today):
    membership = MembershipFactory(space=space, until=today + timedelta(days=10))
    for _press in range(2):
        wish_renewal(membership=membership, by=membership.user)
    assert mailed("spaces.membership_to_renew") == ["gestion@ardenne.example"]
    membership.refresh_from_db()
    assert membership.renewal_wished_at
    renewed = renew_membership(membership=membership, by=None, until=today + timedelta(days=375))
    assert renewed.renewal_wished_at is None


def test_a_kind_that_nobody_approves_is_renewed_at_once_and_once(space, today):
    kind = MembershipKindFactory(needs_approval=False, lasts_months=12)
    membership = MembershipFactory(space=space, kind=kind, until=today + timedelta(days=10))
    renewed = wish_renewal(membership=membership, by=membership.user)
    assert renewed.until == kind.end_of(today + timedelta(days=10))
    assert mailed("spaces.membership_to_renew") == []
    with pytest.raises(BookingError) as caught:
        wish_renewal(membership=membership, by=membership.user)
    assert code_of(caught) == "too_early"


@pytest.mark.parametrize(
    ("since", "until", "renewed"),
    [
        (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)),
        (date(2027, 1, 31), date(2027, 4, 30), date(2027, 5, 31)),
        (date(2027, 1, 31), date(2027, 3, 15), date(2027, 4, 15)),
        (date(2027, 1, 31), None, None),
    ],
)
def test_renewed_months_are_counted_from_the_first_day(since, until, renewed):
    membership = MembershipFactory.build(kind__lasts_months=1, since=since, until=until, user=None, space=None)
    assert membership.renewed_end() == renewed


def test_who_ends_their_membership_may_take_that_back_until_then(space, today):
    until = today + timedelta(days=100)
    membership = give_membership(
        user=UserFactory(), space=space, kind=MembershipKindFactory(), since=today, until=until, by=None
    )
    for away in (20, 10):
        end_membership(membership=membership, by=membership.user, on=today + timedelta(days=away))
    stays = take_back_end(membership=membership, by=membership.user)
    assert (stays.until, stays.end_is_decided, stays.reason) == (today + timedelta(days=100), False, "")
    assert HomeSpace.objects.current(today + timedelta(days=50)).get().space == space
    assert mailed("spaces.membership_stays") == ["gestion@ardenne.example"]
    assert stays.changes.order_by("pk").last().step == MembershipStep.KEPT
    with pytest.raises(BookingError) as caught:
        take_back_end(membership=membership, by=membership.user)
    assert code_of(caught) == "not_ended"


def test_nobody_takes_back_an_end_that_the_team_has_set(space, today):
    manager, kind = UserFactory(), MembershipKindFactory()
    SpaceRoleFactory(space=space, user=manager)
    membership = give_membership(user=UserFactory(), space=space, kind=kind, since=today, by=manager)
    end_membership(membership=membership, by=manager, on=today + timedelta(days=20))
    end_membership(membership=membership, by=membership.user, on=today + timedelta(days=10))
    stays = take_back_end(membership=membership, by=membership.user)
    assert (stays.until, stays.end_is_decided) == (today + timedelta(days=20), True)
    with pytest.raises(BookingError) as caught:
        take_back_end(membership=membership, by=membership.user)
    assert code_of(caught) == "not_ended"


def test_an_end_before_which_nothing_is_noted_is_not_taken_back(space, today):
    membership = MembershipFactory(space=space, kind=MembershipKindFactory())
    ended = end_membership(membership=membership, by=membership.user, on=today + timedelta(days=10))
    assert steps(ended) == [MembershipStep.ENDED]
    with pytest.raises(BookingError) as caught:
        take_back_end(membership=membership, by=membership.user)
    assert code_of(caught) == "not_ended"
    ended.refresh_from_db()
    assert (ended.until, ended.end_is_decided) == (today + timedelta(days=10), True)


def test_nobody_renews_a_paused_membership_or_one_whose_end_is_decided(space, today):
    kind = MembershipKindFactory(needs_approval=False, lasts_months=12)
    paused = MembershipFactory(space=space, kind=kind, until=today + timedelta(days=9), state=MembershipState.PAUSED)
    left = MembershipFactory(space=space, kind=kind)
    end_membership(membership=left, by=None, on=today + timedelta(days=5))
    for membership, code in ((paused, "decided"), (left, "end_decided")):
        with pytest.raises(BookingError) as caught:
            wish_renewal(membership=membership, by=membership.user)
        assert code_of(caught) == code
    assert remind_of_ends(today) == 0
    renewed = renew_membership(membership=left, by=None, until=today + timedelta(days=20))
    assert not renewed.end_is_decided
    assert remind_of_ends(today) == 1


def test_an_end_noted_twice_is_told_once(space, today):
    membership, last = MembershipFactory(space=space), today + timedelta(days=5)
    for _press in range(2):
        end_membership(membership=membership, by=membership.user, on=last)
    assert steps(membership) == [MembershipStep.ENDED]
    assert mailed("spaces.membership_news") == [membership.user.email]


def test_a_wish_that_was_granted_is_not_mailed_any_more(space, today, mailoutbox):
    membership = MembershipFactory(space=space, until=today + timedelta(days=10))
    wish_renewal(membership=membership, by=membership.user)
    renew_membership(membership=membership, by=None, until=None)
    send_due()
    (mail,) = mailoutbox
    assert membership.user.email in mail.to[0]


def test_an_erased_account_asks_and_gets_nothing(space, today):
    membership, kind = asked(space), MembershipKindFactory()
    user = membership.user
    type(user).objects.filter(pk=user.pk).delete()
    for write in (
        lambda: ask_membership(user=user, space=space, kind=kind),
        lambda: give_membership(user=user, space=space, kind=kind, since=today, by=None),
        lambda: choose_home_space(user=user, space=space, on=today),
        lambda: approve_membership(membership=membership, by=None, since=today),
    ):
        with pytest.raises(BookingError) as caught:
            write()
        assert code_of(caught) == "gone"


def test_before_the_night_has_ended_what_is_over_one_asks_anew(space, today):
    over = MembershipFactory(space=space, until=today)
    again = ask_membership(user=over.user, space=space, kind=MembershipKindFactory(needs_approval=False))
    over.refresh_from_db()
    assert (over.state, again.state) == (MembershipState.ENDED, MembershipState.ACTIVE)


def test_a_renewal_brings_back_the_home_that_the_end_had_taken(space, today):
    membership, last = MembershipFactory(space=space), today + timedelta(days=5)
    HomeSpace.objects.create(user=membership.user, space=space, since=date(2020, 1, 1))
    end_membership(membership=membership, by=membership.user, on=last)
    assert home_space(membership.user, last) is None
    renew_membership(membership=membership, by=None, until=last + timedelta(days=365))
    assert home_space(membership.user, last) == space


def test_the_home_goes_on_where_the_person_is_still_a_member(space, today):
    membership = MembershipFactory(space=space)
    HomeSpace.objects.create(user=membership.user, space=space, since=date(2020, 1, 1))
    other = MembershipFactory(user=membership.user, since=date(2024, 1, 1)).space
    MembershipFactory(user=membership.user, since=date(2025, 1, 1))
    end_membership(membership=membership, by=None, on=today + timedelta(days=5))
    assert home_space(membership.user, today) == space
    assert home_space(membership.user, today + timedelta(days=5)) == other


@pytest.mark.parametrize("against", ["refused", "paused", "ended"])
def test_whom_a_team_decided_against_is_given_nothing_at_once(space, today, against):
    manager, kind = manager_of(space), MembershipKindFactory(needs_approval=False)
    if against == "refused":
        membership = asked(space)
        refuse_membership(membership=membership, by=manager, reason="Impayés")
    elif against == "paused":
        membership = MembershipFactory(space=space, until=today + timedelta(days=1))
        pause_membership(membership=membership, by=manager)
        end_past_memberships(today + timedelta(days=1))
    else:
        membership = MembershipFactory(space=space)
        end_membership(membership=membership, by=manager, on=today)
    again = ask_membership(user=membership.user, space=space, kind=kind)
    assert again.state == MembershipState.REQUESTED


def test_who_left_by_themselves_comes_back_at_once(space, today):
    membership, kind = MembershipFactory(space=space), MembershipKindFactory(needs_approval=False)
    end_membership(membership=membership, by=membership.user, on=today)
    assert ask_membership(user=membership.user, space=space, kind=kind).state == MembershipState.ACTIVE


def test_an_end_in_a_far_century_is_a_typing_error(space):
    with pytest.raises(BookingError) as caught:
        end_membership(membership=MembershipFactory(space=space), by=None, on=date(9999, 12, 31))
    assert code_of(caught) == "days"


def test_a_membership_given_up_before_its_first_day_is_over_at_once(space, today):
    membership = MembershipFactory(space=space, since=today + timedelta(days=200))
    ended = end_membership(membership=membership, by=membership.user, on=today + timedelta(days=1))
    assert ended.state == MembershipState.ENDED
    assert ask_membership(user=membership.user, space=space, kind=membership.kind).state == MembershipState.REQUESTED


# --- reminders ---


def test_an_unanswered_request_reminds_the_team_then_the_network(space):
    UserFactory(superuser=True, email="reseau@ardenne.example")
    membership = asked(space)
    for days, reminded in [(2, 0), (3, 1), (4, 0), (6, 1), (30, 0)]:
        assert remind_of_requests(membership.asked_at + timedelta(days=days, minutes=1)) == reminded, days
    assert mailed("spaces.membership_to_decide") == ["gestion@ardenne.example"] * 2
    assert mailed("spaces.membership_unanswered") == ["reseau@ardenne.example"]


def test_an_answered_request_reminds_nobody(space, today):
    membership = asked(space)
    approve_membership(membership=membership, by=None, since=today)
    assert remind_of_requests(timezone.now() + timedelta(days=30)) == 0


def test_a_month_ahead_the_member_is_asked_to_renew_once_for_each_end(space, today):
    membership = MembershipFactory(space=space, until=today + timedelta(days=31))
    MembershipFactory(space=space, until=today + timedelta(days=20), state=MembershipState.PAUSED)
    assert (remind_of_ends(today), remind_of_ends(today + timedelta(days=1))) == (0, 1)
    assert remind_of_ends(today + timedelta(days=2)) == 0
    renew_membership(membership=membership, by=None, until=today + timedelta(days=62))
    assert remind_of_ends(today + timedelta(days=40)) == 1
    assert mailed("spaces.membership_ends") == [membership.user.email] * 2


# --- what people see and choose ---


def test_a_home_is_chosen_among_current_memberships(space, today):
    member = UserFactory()
    theirs = MembershipFactory(user=member, space=space).space
    paused = MembershipFactory(user=member, state=MembershipState.PAUSED).space
    MembershipFactory(user=member, state=MembershipState.ENDED, until=today)
    MembershipFactory(user=member, since=today + timedelta(days=3))
    assert set(homes_to_choose(member, today)) == {theirs, paused}
    assert choose_home_space(user=member, space=theirs, on=today).space == theirs
    with pytest.raises(BookingError) as caught:
        choose_home_space(user=member, space=SpaceFactory(), on=today)
    assert code_of(caught) == "not_a_member"


def test_a_space_offers_its_own_kinds_and_those_of_the_network(space, today, django_assert_num_queries):
    everywhere, own = MembershipKindFactory(order=1), MembershipKindFactory(space=space, order=2)
    MembershipKindFactory(may_be_asked=False)
    other = SpaceFactory()
    membership = MembershipFactory(space=other, kind=everywhere)
    with django_assert_num_queries(2):
        found = offers_of([space, other], membership.user, today)
    assert [(offer.space, offer.kinds, offer.own) for offer in found] == [
        (space, [everywhere, own], None),
        (other, [everywhere], membership),
    ]


def test_memberships_are_listed_with_the_present_ones_first(space, today):
    member = UserFactory()
    ended = MembershipFactory(user=member, state=MembershipState.ENDED, until=today)
    active = MembershipFactory(user=member)
    assert memberships_of(member) == [active, ended]
