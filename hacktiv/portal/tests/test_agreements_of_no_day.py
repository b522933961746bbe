"""Test that an agreement that was ended before its first day is in nobody's way, and offers nothing."""

import pytest

from hacktiv.portal.queries.organisations import agreements_of
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.memberships.operations import (
    change_agreement,
    give_membership,
    invite_own_people,
    make_agreement,
)
from spaces.memberships.queries.places import beyond_agreements
from spaces.models import Agreement
from spaces.tests.asking import refused
from spaces.tests.factories import AgreementFactory, MembershipFactory, away

pytestmark = pytest.mark.django_db


@pytest.fixture
def present(db):
    return AgreementFactory(until=away(10))


@pytest.fixture
def dead(present):
    """The next agreement, wrongly made, and ended before it began."""
    here = {"organisation": present.organisation, "space": present.space, "kind": present.kind}
    coming = AgreementFactory(**here, since=present.until, until=away(40))
    return change_agreement(agreement=coming, places=2, until=coming.since, by=None)


@pytest.fixture
def contact(present):
    return AffiliationFactory(organisation=present.organisation).user


def test_it_is_no_agreement_any_more(present, dead, contact):
    assert [one.agreement for one in agreements_of(contact, present.organisation)] == [present]
    assert list(Agreement.objects.not_over()) == [present]
    with refused("no_agreement"):
        invite_own_people(agreement=dead, addresses=["zoe@ardenne.example"], language="fr", by=contact)


def test_the_present_one_goes_on_over_its_days_and_invites(present, dead, contact):
    longer = change_agreement(agreement=present, places=2, until=away(100), by=None)
    with refused("no_agreement"):
        invite_own_people(agreement=dead, addresses=["zoe@ardenne.example"], language="fr", by=contact)
    assert invite_own_people(agreement=longer, addresses=["zoe@ardenne.example"], language="fr", by=contact).sent


def test_another_one_is_made_over_its_days(present, dead):
    here = {"organisation": present.organisation, "space": present.space, "kind": present.kind}
    change_agreement(agreement=present, places=2, until=away(5), by=None)
    assert make_agreement(**here, places=3, since=away(5), until=away(80), by=None).pk


def test_nobody_ends_with_it(present, dead):
    longer = change_agreement(agreement=present, places=2, until=away(100), by=None)
    own = MembershipFactory(
        **{name: getattr(longer, name) for name in ("organisation", "space", "kind")}, since=away(20), until=away(100)
    )
    assert beyond_agreements() == []
    change_agreement(agreement=longer, places=1, until=away(100), by=None)
    assert beyond_agreements() == []
    assert own.until == away(100)


def test_an_organisation_that_had_no_other_is_given_another_first(dead, present):
    Agreement.objects.filter(pk=present.pk).delete()
    here = {"space": dead.space, "kind": dead.kind, "organisation": dead.organisation}
    with refused("no_agreement"):
        give_membership(user=UserFactory(), since=away(0), by=None, **here)
    with refused("no_agreement"):
        give_membership(user=UserFactory(), since=away(10), by=None, **here)
    make_agreement(**here, places=1, since=away(0), by=None)
    assert give_membership(user=UserFactory(), since=away(0), by=None, **here).until is None
