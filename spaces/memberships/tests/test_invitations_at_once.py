"""Test invitations that several people answer, send or take back at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from members.models import User
from spaces.enums import MembershipState
from spaces.errors import BookingError
from spaces.memberships.operations import Wish, accept, ask_membership, invite, invite_several, send_again, take_back
from spaces.memberships.tests.inviting import ADDRESS, invited, long_ago, mailed, space_with_manager, zoe
from spaces.models import Invitation, Membership
from spaces.tests.at_once import at_once
from spaces.tests.factories import MembershipKindFactory, SpaceFactory, manager_of
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_acceptances_at_once_make_one_membership():
    invitation, user = invited(space_with_manager()), zoe()
    answers = at_once(*[partial(accept, invitation=invitation, user=user)] * 8)
    assert answers == ["ok"] * 8
    assert Membership.objects.count() == 1
    assert len(mailed("spaces.membership_invitation_answered")) == len(mailed("spaces.membership_news")) == 1


@pytest.mark.parametrize("number", range(3))
def test_taken_back_while_accepted_one_of_both_happens(number):
    invitation, user = invited(space_with_manager()), zoe()
    accepted, taken = at_once(
        partial(accept, invitation=invitation, user=user), partial(take_back, invitation=invitation, by=None)
    )
    assert sorted([accepted, taken]) == ["answered", "ok"]
    invitation.refresh_from_db()
    assert Membership.objects.exists() is (accepted == "ok") is bool(invitation.accepted_at)


def test_eight_managers_invite_one_address_once():
    space, kind = space_with_manager(), MembershipKindFactory()
    wish = Wish(email=ADDRESS, kind=kind)
    several = [Wish(email=f"{name}@ardenne.example", kind=kind) for name in ("zoe", "b", "c")]
    one = partial(invite, space=space, wish=wish, by=None)
    whole_list = partial(invite_several, space=space, wishes=several, by=None)
    answers = at_once(*[one] * 4, *[whole_list] * 4)
    assert set(answers) <= {"ok", "already_invited"}
    assert Invitation.objects.count() == len(mailed("spaces.membership_invitation")) == 3


def test_sent_again_by_eight_at_once_one_mail_leaves():
    invitation = invited(space_with_manager())
    long_ago(invitation)
    answers = at_once(*[partial(send_again, invitation=invitation, by=None)] * 8)
    assert sorted(answers) == ["ok"] + ["too_soon"] * 7
    assert len(mailed("spaces.membership_invitation")) == 2


def test_who_invited_erases_their_account_while_it_is_accepted():
    space, user = space_with_manager(), zoe()
    author = manager_of(space)
    invitation = invited(space, by=author)
    is_locked = Event()

    def erase():
        with transaction.atomic():
            locked = User.objects.select_for_update().get(pk=author.pk)
            is_locked.set()
            time.sleep(0.7)  # the other one waits for the account by now
            locked.delete()
        connection.close()

    def accepting():
        is_locked.wait(timeout=60)
        accept(invitation=invitation, user=user)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(erase), pool.submit(accepting)]:
            done.result(timeout=60)
    assert Membership.objects.get().decided_by is None


def test_taking_back_waits_for_the_erasure_of_who_does_it():
    space = space_with_manager()
    manager = manager_of(space)
    invitation, is_locked = invited(space, by=manager), Event()

    def erase():
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=manager.pk)
                is_locked.set()
                until_somebody_waits()
                Invitation.objects.select_for_update().get(pk=invitation.pk)
                User.objects.get(pk=manager.pk).delete()
        finally:
            connection.close()

    def taking_back():
        assert is_locked.wait(timeout=60)
        try:
            take_back(invitation=invitation, by=manager)
        except BookingError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        erasing, taking = pool.submit(erase), pool.submit(taking_back)
        erasing.result(timeout=60)
        assert taking.result(timeout=60) == "gone"
    invitation.refresh_from_db()
    assert invitation.taken_back_at is None


def test_a_request_a_gift_and_two_invitations_at_once_make_one_membership_each():
    space, other, user = space_with_manager(), SpaceFactory(), zoe()
    kind = MembershipKindFactory(needs_approval=False)
    rows = [invited(space, kind=kind), invited(other, kind=kind)]
    answers = at_once(
        *(partial(accept, invitation=row, user=user) for row in rows),
        partial(ask_membership, user=user, space=space, kind=kind),
    )
    assert answers[:2] == ["ok", "ok"]
    assert answers[2] in {"ok", "already_member"}
    assert Membership.objects.filter(state=MembershipState.ACTIVE).count() == 2
