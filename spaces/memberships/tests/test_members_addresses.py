"""Test that a member is known by all their addresses, when one of them is invited."""

import pytest
from allauth.account.models import EmailAddress

from members.models import EarlierAddress
from members.tests.factories import OrganisationFactory
from spaces.memberships.operations import Wish, invite_several
from spaces.memberships.queries import members_among, placed_among
from spaces.memberships.tests.inviting import ADDRESS, zoe
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return SpaceFactory()


@pytest.mark.parametrize("holder", ["nobody", "unconfirmed", "another"])
@pytest.mark.parametrize("address", ["earlier", "confirmed", "typed"])
def test_a_member_is_known_by_all_their_addresses_and_no_one_elses(space, address, holder):
    """An earlier address that another account has confirmed by now is the next holder's."""
    kind = MembershipKindFactory()
    member = MembershipFactory(space=space, organisation=OrganisationFactory()).user
    if address == "earlier":
        EarlierAddress.objects.create(user=member, email=ADDRESS)
    else:
        EmailAddress.objects.create(user=member, email="Zoe@Ardenne.example", verified=address == "confirmed")
    if holder != "nobody" and address == "earlier":
        zoe(verified=holder == "another")
    is_theirs = address == "confirmed" or (address == "earlier" and holder != "another")
    assert members_among(space, [ADDRESS]) == ({ADDRESS} if is_theirs else set())
    found = invite_several(space=space, wishes=[Wish(email=ADDRESS, kind=kind)], by=None)
    assert bool(found.sent) == (not is_theirs)
    own = set(placed_among(member.memberships.get().organisation, space, [ADDRESS]))
    assert own == ({ADDRESS} if is_theirs else set())
