"""Test that what lasts beyond an agreement ends at night, where its change was cut off, and nothing else does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.portal.operations import end_beyond_agreements
from hacktiv.portal.tasks import end_beyond_agreements as nightly
from spaces.enums import BookedBy, MembershipState
from spaces.memberships.operations import change_agreement, end_beyond_agreement, end_membership
from spaces.memberships.queries.places import beyond_agreements
from spaces.models import Agreement, Membership
from spaces.tests.asking import refused
from spaces.tests.factories import AgreementFactory, BookingFactory, MembershipFactory, ResourceFactory, SpaceFactory

pytestmark = pytest.mark.django_db


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def agreement(db):
    return AgreementFactory(places=3, space=SpaceFactory(with_hours=True))


def through(agreement, days_ago=0, **fields):
    decided = timezone.now() - timedelta(days=days_ago)
    return MembershipFactory(
        space=agreement.space,
        organisation=agreement.organisation,
        kind=agreement.kind,
        decided_at=decided,
        **fields,
    )


def days_of(*memberships):
    return [Membership.objects.values_list("state", "until").get(pk=one.pk) for one in memberships]


def test_who_has_no_place_any_more_ends_with_what_it_opened(agreement):
    kept, lost = through(agreement, 9), through(agreement, 3)
    room = ResourceFactory(space=agreement.space, booked_by=BookedBy.MEMBERS)
    booking = BookingFactory(resource=room, user=lost.user, days=3)
    change_agreement(agreement=agreement, places=1, until=None, by=None)  # and here the process dies
    nightly()
    assert days_of(kept, lost) == [(MembershipState.ACTIVE, None), (MembershipState.ENDED, in_days(0))]
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert Message.objects.filter(template="spaces.membership_news", to_email=lost.user.email).count() == 1
    assert end_beyond_agreements() == 0


def test_who_lasts_beyond_the_end_ends_with_the_agreement(agreement):
    without, longer = through(agreement), through(agreement, until=in_days(99))
    shorter = through(agreement, until=in_days(5))
    change_agreement(agreement=agreement, places=3, until=in_days(10), by=None)
    assert end_beyond_agreements() == 2
    assert days_of(without, longer, shorter) == [(MembershipState.ACTIVE, in_days(days)) for days in (10, 10, 5)]


def test_who_is_left_after_the_agreement_ends_today(agreement):
    membership = through(agreement)
    Agreement.objects.update(until=in_days(-2))
    assert end_beyond_agreements() == 1
    assert days_of(membership) == [(MembershipState.ENDED, in_days(0))]


def test_who_begins_with_an_agreement_that_never_did_never_does(agreement):
    Agreement.objects.update(since=in_days(5), until=in_days(5))
    membership = through(agreement, since=in_days(5))
    terms = {"organisation": agreement.organisation, "space": agreement.space, "kind": agreement.kind}
    AgreementFactory(**terms, since=in_days(60))
    assert end_beyond_agreements() == 1
    assert days_of(membership) == [(MembershipState.ENDED, in_days(5))]


def test_what_is_within_stays(agreement):
    """Of a following agreement, of a coming one, and of an organisation that has none yet."""
    Agreement.objects.update(until=in_days(9))
    terms = {"organisation": agreement.organisation, "space": agreement.space, "kind": agreement.kind}
    AgreementFactory(**terms, since=in_days(9), until=in_days(30))
    AgreementFactory(**terms, since=in_days(60), places=1)
    through(agreement, until=in_days(30))
    through(agreement, since=in_days(60))
    coming = AgreementFactory(since=in_days(5), places=1)
    through(coming)
    through(coming)
    MembershipFactory()
    assert beyond_agreements() == []
    through(agreement, since=in_days(9), until=in_days(31))
    assert [on for _one, on in beyond_agreements()] == [in_days(30)]


def test_who_leaves_by_a_decision_takes_nobody_elses_place(agreement):
    leaving, staying = through(agreement, 9), through(agreement, 3)
    end_membership(membership=leaving, on=in_days(7), by=None)
    Agreement.objects.update(places=1)
    assert end_beyond_agreements() == 0
    assert days_of(staying) == [(MembershipState.ACTIVE, None)]


def test_what_a_manager_has_settled_meanwhile_is_left_alone(agreement):
    membership = through(agreement)
    Agreement.objects.update(until=in_days(3))
    assert beyond_agreements() == [(membership, in_days(3))]
    Agreement.objects.update(until=None)
    with refused("within"):
        end_beyond_agreement(membership=membership)
