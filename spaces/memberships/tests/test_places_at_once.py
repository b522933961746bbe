"""Test that those who take places of one organisation at the same moment wait for each other: none fails, and none has
a place that another has."""

import pytest

from members.tests.factories import OrganisationFactory, UserFactory
from spaces.memberships.operations import end_membership, give_membership, make_agreement, renew_membership
from spaces.memberships.operations import take_back_end as keep
from spaces.memberships.queries.places import places_used
from spaces.models import Agreement, Membership, MembershipChange
from spaces.tests.at_once import at_once
from spaces.tests.factories import AgreementFactory, MembershipFactory, MembershipKindFactory, SpaceFactory, away

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_of_one_organisation_are_renewed_at_the_same_moment():
    """The one into the next agreement, the other within the present one, which has the greater key."""
    for _round in range(12):
        coming = AgreementFactory(places=3, since=away(20), until=away(60))
        here = {"organisation": coming.organisation, "space": coming.space, "kind": coming.kind}
        present = AgreementFactory(**here, places=3, until=away(20))
        going_on, staying, leaving = (MembershipFactory(**here, until=away(days)) for days in (20, 10, 10))
        MembershipChange.objects.create(membership=leaving, step="given", kind=leaving.kind, until=leaving.until)
        end_membership(membership=leaving, by=leaving.user, on=away(5))
        assert (
            at_once(
                lambda one=going_on, until=coming.until: renew_membership(membership=one, by=None, until=until),
                lambda one=staying, until=present.until: renew_membership(membership=one, by=None, until=until),
                lambda one=leaving: keep(membership=one, by=one.user),
            )
            == ["ok"] * 3
        )


def test_the_first_agreement_is_made_while_memberships_are_given():
    space, kind = SpaceFactory(), MembershipKindFactory()
    for _round in range(6):
        organisation = OrganisationFactory()
        terms = {"organisation": organisation, "space": space, "kind": kind, "since": away(0), "by": None}
        gifts = [lambda one=one, terms=terms: give_membership(user=one, **terms) for one in UserFactory.create_batch(4)]
        results = at_once(lambda terms=terms: make_agreement(**terms, places=1), *gifts)
        given = Membership.objects.filter(organisation=organisation).count()
        assert set(results) <= {"ok", "no_place"}
        assert results.count("ok") == given + Agreement.objects.filter(organisation=organisation).count()
        for agreement in Agreement.objects.filter(organisation=organisation):
            assert places_used(agreement) <= 1
