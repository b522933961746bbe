"""Test that a contact named by a space acts at that space alone, and only while it has an agreement."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone, translation

from members.enums import AffiliationRole
from members.errors import MemberError
from members.models import Affiliation
from members.organisations.operations import affiliate, end_affiliation
from members.tests.factories import AffiliationFactory, NetworkRoleFactory, UserFactory
from spaces.enums import InvitationState
from spaces.memberships.operations import (
    end_membership,
    end_person,
    invite_own_people,
    name_person,
    send_again,
    take_back,
)
from spaces.memberships.queries import is_contact, organisations_left_by, organisations_of_contact
from spaces.models import Agreement, Invitation, Membership
from spaces.tests.asking import refused, text
from spaces.tests.factories import AgreementFactory, MembershipFactory, SpaceFactory, SpaceRoleFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def theirs(db):
    """The agreement of another space, which one of the people has a place of, and one is invited to."""
    agreement = AgreementFactory(organisation__slug="tisserands", space=SpaceFactory(with_hours=True), places=5)
    names = {"user__first_name": "Zélie", "user__last_name": "Ailleurs"}
    MembershipFactory(space=agreement.space, organisation=agreement.organisation, kind=agreement.kind, **names)
    contact = AffiliationFactory(organisation=agreement.organisation, space=agreement.space).user
    wish = {"addresses": ["invited@ailleurs.example"], "language": "fr", "by": contact}
    invite_own_people(agreement=agreement, **wish)
    earlier = timezone.now() - timedelta(hours=1)
    Invitation.objects.update(sent_at=earlier)
    return agreement


@pytest.fixture
def ours(theirs):
    """Make an agreement of the same organisation with the space of a manager."""
    return AgreementFactory(organisation=theirs.organisation)


@pytest.fixture
def contact(ours):
    return AffiliationFactory(organisation=ours.organisation, space=ours.space, user__language="en").user


def addresses_of(agreement):
    membership = Membership.objects.get(organisation=agreement.organisation, space=agreement.space)
    invitation = Invitation.objects.get(organisation=agreement.organisation, space=agreement.space)
    return [
        reverse(f"portal:organisation_{name}", args=[agreement.organisation.slug, row.pk])
        for name, row in (("end", membership), ("again", invitation), ("back", invitation))
    ]


def acts_at(agreement, by):
    """Return each operation of a contact at the space of the agreement."""
    membership = Membership.objects.get(organisation=agreement.organisation, space=agreement.space)
    invitation = Invitation.objects.get(organisation=agreement.organisation, space=agreement.space)
    return [
        lambda: invite_own_people(agreement=agreement, addresses=["new@ailleurs.example"], language="fr", by=by),
        lambda: send_again(invitation=invitation, by=by),
        lambda: take_back(invitation=invitation, by=by),
        lambda: end_membership(membership=membership, on=TODAY() + timedelta(days=1), by=by),
    ]


def is_refused_everywhere(client, agreement, user):
    client.force_login(user)
    page = client.get(reverse("portal:organisation", args=[agreement.organisation.slug]))
    if page.status_code != 404:
        assert "Ailleurs" not in text(page)
        assert "ailleurs.example" not in text(page)
        sent = {"agreement": agreement.pk, "addresses": "new@ailleurs.example", "language": "fr"}
        assert client.post(page.request["PATH_INFO"], sent).status_code == 400
    answers = [client.post(address, {"last": f"{TODAY()}"}).status_code for address in addresses_of(agreement)]
    assert answers == [404] * 3
    for act in acts_at(agreement, user):
        with refused("not_yours"):
            act()
    return True


def test_three_posts_take_no_organisation_of_another_space_over(client, theirs):
    boss = SpaceRoleFactory(user__language="en", space__with_hours=True)
    client.force_login(boss.user)
    kind = AgreementFactory(space=boss.space).kind
    wish = {"organisation": theirs.organisation.pk, "space": boss.space.pk, "kind": kind.pk, "places": 4}
    client.post(reverse("admin:spaces_agreement_add"), {**wish, "since": f"{TODAY()}", "last_day": ""})
    made = Agreement.objects.get(organisation=theirs.organisation, space=boss.space)
    MembershipFactory(space=boss.space, user=boss.user)
    people = reverse("admin:spaces_agreement_people", args=[made.pk])
    own = Affiliation.objects.get()
    assert own.user.email not in text(client.get(people)), "Its contact was named by the other space."
    named = {"email": boss.user.email, "role": "contact", "since": f"{TODAY()}", "last_day": ""}
    client.post(people, named)
    assert Affiliation.objects.get(user=boss.user).space == boss.space
    assert is_contact(boss.user, theirs.organisation, boss.space)
    assert is_refused_everywhere(client, theirs, boss.user)
    end = reverse("admin:spaces_agreement_person_end", args=[made.pk, own.pk])
    assert client.post(end, {"on": f"{TODAY()}"}).status_code == 404
    own.refresh_from_db()
    assert own.until is None


def test_a_contact_reads_and_decides_at_no_other_space(client, theirs, contact):
    assert is_refused_everywhere(client, theirs, contact)


def test_a_contact_reads_and_decides_at_the_space_that_named_them(client, theirs):
    contact = Affiliation.objects.get(space=theirs.space).user
    client.force_login(contact)
    assert "Ailleurs" in text(client.get(reverse("portal:organisation", args=["tisserands"])))
    assert client.get(addresses_of(theirs)[0]).status_code == 200
    for act in acts_at(theirs, contact):
        act()
    assert Invitation.objects.get(email="invited@ailleurs.example").state == InvitationState.TAKEN_BACK


def test_a_contact_keeps_nothing_after_the_agreement(client, theirs):
    contact = Affiliation.objects.get(space=theirs.space).user
    Agreement.objects.filter(pk=theirs.pk).update(until=TODAY())
    assert not organisations_of_contact(contact)
    assert is_refused_everywhere(client, theirs, contact)
    client.force_login(contact)
    assert client.get(reverse("portal:organisation", args=["tisserands"])).status_code == 404


def test_an_agreement_without_a_day_opens_nothing(theirs):
    contact, day = Affiliation.objects.get(space=theirs.space).user, TODAY() + timedelta(days=9)
    Agreement.objects.filter(pk=theirs.pk).update(since=day, until=None)
    assert is_contact(contact, theirs.organisation, theirs.space), "It is agreed already."
    Agreement.objects.filter(pk=theirs.pk).update(until=day)
    assert not is_contact(contact, theirs.organisation, theirs.space)


def test_the_contact_whom_the_network_names_acts_at_all_spaces(client, theirs, ours):
    contact = AffiliationFactory(organisation=theirs.organisation, user__language="en").user
    client.force_login(contact)
    page = client.get(reverse("portal:organisation", args=["tisserands"]))
    assert [one.agreement for one in page.context["places"]] == [theirs, ours]
    for act in acts_at(theirs, contact):
        act()
    Agreement.objects.update(until=TODAY())
    assert list(organisations_of_contact(contact)) == [theirs.organisation]


def test_a_closed_account_is_no_contact(theirs):
    row = AffiliationFactory(organisation=theirs.organisation, user__is_active=False)
    assert not is_contact(row.user, theirs.organisation, theirs.space)


def test_each_space_and_the_network_name_the_same_person(theirs, ours, contact):
    wish = {"user": contact, "role": AffiliationRole.CONTACT, "since": TODAY()}
    name_person(agreement=theirs, by=None, **wish)
    affiliate(organisation=theirs.organisation, by=None, **wish)
    for again in (
        lambda: name_person(agreement=ours, by=None, **wish),
        lambda: affiliate(organisation=theirs.organisation, by=None, **wish),
    ):
        with pytest.raises(MemberError, check=lambda error: error.code == "held"):
            again()
    for space in (None, ours.space):
        with pytest.raises(IntegrityError), transaction.atomic():
            Affiliation.objects.create(user=contact, organisation=ours.organisation, space=space, since=TODAY())


def test_a_space_ends_only_whom_it_has_named(theirs, ours, contact):
    boss = SpaceRoleFactory(space=ours.space).user
    of_all = AffiliationFactory(organisation=ours.organisation)
    for row in (Affiliation.objects.get(space=theirs.space), of_all):
        with refused("not_yours"):
            end_person(agreement=ours, affiliation=row, on=TODAY(), by=boss)
        with pytest.raises(MemberError, check=lambda error: error.code == "not_yours"):
            end_affiliation(affiliation=row, on=TODAY(), by=boss)
    own = Affiliation.objects.get(user=contact)
    assert end_person(agreement=ours, affiliation=own, on=TODAY(), by=boss).until == TODAY()


def test_who_runs_no_space_names_nobody_for_it(ours):
    boss = SpaceRoleFactory().user
    wish = {"user": UserFactory(), "role": AffiliationRole.CONTACT, "since": TODAY(), "by": boss}
    with pytest.raises(MemberError, check=lambda error: error.code == "not_yours"):
        affiliate(organisation=ours.organisation, space=ours.space, **wish)
    with refused("not_yours"):
        name_person(agreement=ours, **wish)


def test_an_administrator_sees_and_ends_all_on_the_page_of_the_organisation(client, theirs, contact):
    client.force_login(NetworkRoleFactory(role="administrator", user__language="en").user)
    shown = text(client.get(reverse("admin:members_organisation_people", args=[theirs.organisation.pk])))
    row = Affiliation.objects.get(user=contact)
    assert contact.email in shown
    assert row.space.name in shown
    end = reverse("admin:members_organisation_person_end", args=[theirs.organisation.pk, row.pk])
    client.post(end, {"on": f"{TODAY()}"})
    row.refresh_from_db()
    assert row.until == TODAY()


def test_an_invitation_by_the_contact_of_another_space_speaks_for_the_team(theirs):
    elsewhere = AffiliationFactory(organisation=theirs.organisation, space=SpaceFactory()).user
    told = Invitation.objects.telling_who_invites()
    assert told.get().is_of_contact
    Invitation.objects.update(made_by=elsewhere)
    assert not told.all().get().is_of_contact


@pytest.mark.django_db(transaction=True)
def test_whom_a_manager_had_named_for_all_is_of_their_space():
    """Before, no row said which space had named them."""
    boss, network = SpaceRoleFactory(), NetworkRoleFactory(role="administrator").user
    agreement = AgreementFactory(space=boss.space)
    AgreementFactory(organisation=agreement.organisation)
    own = AffiliationFactory(organisation=agreement.organisation, space=boss.space, given_by=boss.user)
    of_all = [AffiliationFactory(organisation=agreement.organisation, given_by=by) for by in (network, None)]
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        MigrationExecutor(connection).migrate([("members", "0016_unused_account")])
    finally:
        MigrationExecutor(connection).migrate(leaves)
    spaces = dict(Affiliation.objects.values_list("pk", "space"))
    assert spaces == {own.pk: boss.space.pk, **{row.pk: None for row in of_all}}


def test_an_organisation_is_left_by_its_only_contact_at_a_space(theirs, contact):
    assert list(organisations_left_by(contact)) == [theirs.organisation], "The other is one of another space."
    other = AffiliationFactory(organisation=theirs.organisation)
    assert not organisations_left_by(contact)
    assert list(organisations_left_by(other.user)) == [theirs.organisation], "Nobody else is one for all spaces."
