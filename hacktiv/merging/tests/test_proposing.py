"""Test which accounts are proposed as those of one person, and to whom."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from hacktiv.merging.errors import MergingError
from hacktiv.merging.models import TwoPeople
from hacktiv.merging.operations import merge_accounts, say_two_people
from hacktiv.merging.queries import (
    number_of_pairs,
    proposed_pairs,
)
from members.enums import NetworkRoleKind
from members.models import EarlierAddress
from members.tests.factories import NetworkRoleFactory, UserFactory
from spaces.tests.factories import (
    HomeSpaceFactory,
    MembershipFactory,
    SpaceFactory,
)
from tests.one_person import administrator

from .conftest import OLD

pytestmark = pytest.mark.django_db


def pairs(by):
    return [({pair.first, pair.second}, pair.hints) for pair in proposed_pairs(by)]


def test_one_name_alone_is_no_hint(kept, gone, by):
    assert pairs(by) == []
    MembershipFactory(user=kept, space=SpaceFactory())
    MembershipFactory(user=gone, space=SpaceFactory())
    assert pairs(by) == []


def test_one_name_and_one_space_is_a_hint(kept, gone, by):
    space = SpaceFactory()
    MembershipFactory(user=kept, space=space)
    HomeSpaceFactory(user=gone, space=space)
    assert pairs(by) == [({kept, gone}, ("name_and_space",))]


def test_an_address_that_was_the_others_is_a_hint(kept, gone, by):
    EarlierAddress.objects.create(user=kept, email=OLD)
    assert pairs(by) == [({kept, gone}, ("earlier_address",))]


def test_two_people_are_not_proposed_again(kept, gone, by):
    EarlierAddress.objects.create(user=kept, email=OLD)
    say_two_people(one=gone, other=kept, by=by)
    say_two_people(one=kept, other=gone, by=by)
    assert TwoPeople.objects.count() == 1
    assert pairs(by) == []


PAIRS = {
    "two members": lambda by: (UserFactory(), UserFactory()),
    "one is who looks": lambda by: (by, UserFactory()),
    "who looks is the other": lambda by: (UserFactory(), by),
    "one administers": lambda by: (UserFactory(), administrator()),
    "one is a superuser": lambda by: (UserFactory(superuser=True), UserFactory()),
    "one is closed": lambda by: (UserFactory(), UserFactory(is_active=False)),
    "one is an example": lambda by: (UserFactory(), UserFactory(is_example=True)),
    "two examples": lambda by: (UserFactory(is_example=True), UserFactory(is_example=True)),
    "nobody has confirmed one": lambda by: (UserFactory(), unconfirmed()),
}


def unconfirmed():
    account = UserFactory()
    EmailAddress.objects.filter(user=account).update(verified=False)
    return account


def may_merge(by, one, other):
    """Tell if this person may merge two accounts that a hint proposes, by merging them; undo it."""
    with transaction.atomic():
        try:
            merge_accounts(kept=one, gone=other, by=by)
        except MergingError:
            return False
        finally:
            transaction.set_rollback(True)
    return True


@pytest.mark.parametrize("is_superuser", [False, True])
@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_proposed_is_what_the_operation_merges(pair, is_superuser):
    by = UserFactory(superuser=True) if is_superuser else administrator()
    one, other = PAIRS[pair](by)
    EarlierAddress.objects.create(user=one, email=other.email)
    assert bool(pairs(by)) is may_merge(by, one, other)


def test_a_pair_of_wider_rights_is_not_proposed(kept, gone):
    EarlierAddress.objects.create(user=kept, email=OLD)
    NetworkRoleFactory(user=kept, role=NetworkRoleKind.ADMINISTRATOR)
    assert pairs(administrator()) == []


@pytest.mark.django_db(transaction=True)
def test_the_number_of_proposals_is_kept_until_something_is_decided(django_assert_num_queries, kept, gone, by):
    EarlierAddress.objects.create(user=kept, email=OLD)
    assert number_of_pairs(by) == 1
    with django_assert_num_queries(0):
        assert number_of_pairs(by) == 1
    other = UserFactory()
    EarlierAddress.objects.create(user=other, email=OLD)
    say_two_people(one=gone, other=kept, by=by)
    assert number_of_pairs(by) == 2
    merge_accounts(kept=other, gone=gone, by=by)
    assert number_of_pairs(by) == 0


@pytest.mark.parametrize(
    "who", [administrator, partial(UserFactory, superuser=True)], ids=["administrator", "superuser"]
)
def test_the_proposals_take_a_fixed_number_of_queries(django_assert_num_queries, who):
    by = who()

    def a_pair():
        one, other = UserFactory(), UserFactory()
        EarlierAddress.objects.create(user=one, email=other.email)

    a_pair()
    with django_assert_num_queries(5):
        assert len(proposed_pairs(by)) == 1
    a_pair()
    a_pair()
    with django_assert_num_queries(5):
        assert len(proposed_pairs(by)) == 3
