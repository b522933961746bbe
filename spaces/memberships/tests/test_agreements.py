"""Test the places of organisations: who takes one, who frees one, and that there are never more than agreed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.enums import AffiliationRole
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.enums import InvitationState, MembershipState
from spaces.errors import BookingError
from spaces.memberships.operations import (
    Wish,
    accept,
    change_agreement,
    decline,
    end_membership,
    give_membership,
    invite,
    invite_own_people,
    make_agreement,
    pause_membership,
    renew_membership,
    send_again,
    take_back,
    wish_kind,
    wish_renewal,
)
from spaces.memberships.queries.places import places_used, what_ends_with
from spaces.models import Agreement, Invitation, Membership
from spaces.tests.asking import refused
from spaces.tests.factories import AgreementFactory, MembershipFactory, MembershipKindFactory, SpaceRoleFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def agreement(db):
    return AgreementFactory()


@pytest.fixture
def contact(agreement):
    return AffiliationFactory(organisation=agreement.organisation).user


def invited(agreement, contact, *addresses):
    return invite_own_people(agreement=agreement, addresses=addresses, language="fr", words="Venez", by=contact)


def one_invited(agreement, contact, person):
    return invited(agreement, contact, person.email).sent[0]


def through(agreement, person):
    return give_membership(
        user=person,
        space=agreement.space,
        kind=agreement.kind,
        since=TODAY(),
        organisation=agreement.organisation,
        by=None,
    )


def expire(invitation):
    past = timezone.now() - timedelta(days=1)
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=past - timedelta(days=30), expires_at=past)
    invitation.refresh_from_db()


def test_a_contact_invites_within_the_places(agreement, contact):
    sent = invited(agreement, contact, "Zoe@ardenne.example", "zoe@ardenne.example", "leo@ardenne.example").sent
    assert [one.email for one in sent] == ["zoe@ardenne.example", "leo@ardenne.example"]
    assert {(one.organisation, one.kind, one.made_by) for one in sent} == {
        (agreement.organisation, agreement.kind, contact)
    }
    assert Message.objects.filter(template="spaces.membership_invitation").count() == 2
    with refused("no_place"):
        invited(agreement, contact, "ana@ardenne.example")


def test_nobody_but_a_contact_invites(agreement, contact):
    person = AffiliationFactory(organisation=agreement.organisation, role=AffiliationRole.PERSON).user
    for somebody in (person, UserFactory(), AffiliationFactory().user):
        with refused("not_yours"):
            invited(agreement, somebody, "zoe@ardenne.example")


def test_accepting_makes_an_active_membership_through_the_organisation(agreement, contact):
    person = UserFactory()
    accepted = accept(invitation=one_invited(agreement, contact, person), user=person)
    assert accepted.membership.state == MembershipState.ACTIVE
    assert accepted.membership.organisation == agreement.organisation
    assert places_used(agreement) == 1
    assert Message.objects.filter(template="spaces.membership_invitation_answered", to_email=contact.email).exists()


def test_the_same_list_twice_invites_each_once(agreement, contact):
    invited(agreement, contact, "zoe@ardenne.example")
    again = invited(agreement, contact, "zoe@ardenne.example")
    assert (again.sent, again.left_out) == ([], ["zoe@ardenne.example"])


def test_nothing_tells_the_contact_who_is_known_to_the_space(agreement, contact):
    member = MembershipFactory(space=agreement.space).user
    invite(space=agreement.space, wish=Wish(email="leo@ardenne.example", kind=agreement.kind), by=None)
    found = invited(agreement, contact, member.email, "leo@ardenne.example")
    assert (len(found.sent), found.left_out) == (2, [])
    [theirs, _other] = found.sent
    expire(theirs)
    send_again(invitation=theirs, by=None)
    kept = accept(invitation=theirs, user=member)
    assert not kept.is_new
    assert kept.membership.organisation is None
    assert places_used(agreement) == 1


def test_the_contact_reads_that_the_place_is_free_and_nothing_of_the_membership(agreement, contact):
    own = MembershipFactory(space=agreement.space, kind=MembershipKindFactory(name="Soutien"))
    accept(invitation=one_invited(agreement, contact, own.user), user=own.user)
    assert places_used(agreement) == 0
    message = Message.objects.get(template="spaces.membership_invitation_answered", to_email=contact.email)
    message.language = "en"
    mail = render(message)
    for part in (mail.body, mail.alternatives[0][0]):
        assert "the place is free again" in part
        assert "Soutien" not in part
        assert "First day" not in part
    assert "is already a member of" in mail.subject


def test_a_member_who_chooses_it_goes_on_through_the_organisation(agreement, contact):
    Agreement.objects.update(places=1, until=TODAY() + timedelta(days=90))
    own = MembershipFactory(space=agreement.space, until=TODAY() + timedelta(days=9), end_is_decided=True)
    done = accept(invitation=one_invited(agreement, contact, own.user), user=own.user, goes_on=True)
    assert (done.is_new, done.goes_on) == (False, True)
    own.refresh_from_db()
    assert (own.organisation, own.kind) == (agreement.organisation, agreement.kind)
    assert (own.until, own.end_is_decided) == (TODAY() + timedelta(days=90), False)
    assert places_used(agreement) == 1
    with refused("no_place"):
        invited(agreement, contact, "ana@ardenne.example")


def test_nobody_goes_on_through_an_organisation_while_paused_or_before_its_place_begins(agreement, contact):
    paused = MembershipFactory(space=agreement.space, state=MembershipState.PAUSED)
    with refused("not_through_it"):
        accept(invitation=one_invited(agreement, contact, paused.user), user=paused.user, goes_on=True)
    own = MembershipFactory(space=agreement.space)
    later = one_invited(agreement, contact, own.user)
    Invitation.objects.filter(pk=later.pk).update(first_day=TODAY() + timedelta(days=3))
    with refused("not_through_it"):
        accept(invitation=later, user=own.user, goes_on=True)
    assert accept(invitation=later, user=own.user).membership.organisation is None


@pytest.mark.django_db(transaction=True)
def test_members_who_go_on_while_the_places_shrink_never_go_beyond():
    agreement = AgreementFactory(places=4)
    contact = AffiliationFactory(organisation=agreement.organisation).user
    people = [MembershipFactory(space=agreement.space).user for _number in range(4)]
    sent = invited(agreement, contact, *(person.email for person in people)).sent
    barrier = Barrier(5)

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            call()
        except BookingError as error:
            return error.code
        else:
            return "ok"
        finally:
            connection.close()

    calls = [
        lambda pair=pair: accept(invitation=pair[0], user=pair[1], goes_on=True)
        for pair in zip(sent, people, strict=True)
    ]
    calls.append(lambda: change_agreement(agreement=agreement, places=2, until=None, by=None))
    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(run, calls))
    assert set(results) <= {"ok", "answered", "no_place"}
    agreement.refresh_from_db()
    left = what_ends_with(agreement, places=2, until=None).memberships
    assert places_used(agreement) - len(left) <= 2


def mail_of(template, person):
    message = Message.objects.filter(template=f"spaces.{template}", to_email=person.email).order_by("pk").last()
    message.language = "en"
    return render(message).body


def test_who_is_ended_by_the_organisation_goes_on_in_their_own_name_if_the_team_agrees(agreement, contact):
    boss = SpaceRoleFactory(space=agreement.space).user
    own, end = through(agreement, UserFactory()), TODAY() + timedelta(days=60)
    with refused("no_end"):
        wish_renewal(membership=own, by=own.user)
    end_membership(membership=own, by=contact, on=end)
    assert "You can continue in your own name" in mail_of("membership_news", own.user)
    assert wish_renewal(membership=own, by=own.user).wishes_own_name
    assert "in their own name" in mail_of("membership_to_renew", boss)
    assert places_used(agreement) == 1
    renewed = renew_membership(membership=own, by=boss, until=None)
    assert (renewed.organisation, renewed.until, renewed.end_is_decided) == (None, None, False)
    assert "in your own name" in mail_of("membership_news", own.user)
    assert places_used(agreement) == 0


def test_the_mail_of_a_membership_names_its_price_but_not_of_an_organisations_place(agreement):
    kind = MembershipKindFactory(prices="30 € a month", included=5)
    wish = {"space": agreement.space, "kind": kind, "since": TODAY(), "by": None}
    own = give_membership(user=UserFactory(), **wish)
    told = mail_of("membership_news", own.user)
    assert "30 € a month" in told
    assert "5 days a month" in told
    theirs = give_membership(user=UserFactory(), organisation=agreement.organisation, **wish)
    assert "30 €" not in mail_of("membership_news", theirs.user)


def test_who_has_left_themselves_does_not_ask_to_go_on(agreement):
    own = through(agreement, UserFactory())
    end_membership(membership=own, by=own.user, on=TODAY() + timedelta(days=9))
    with refused("end_decided"):
        wish_renewal(membership=own, by=own.user)


def test_an_end_answers_the_wish_for_another_kind(agreement, contact):
    own, other = through(agreement, UserFactory()), MembershipKindFactory(name="Nomade")
    wish_kind(membership=own, kind=other, by=own.user)
    end_membership(membership=own, by=contact, on=TODAY() + timedelta(days=9))
    assert "“Nomade”: with this end, that request lapses" in mail_of("membership_news", own.user)


@pytest.mark.parametrize(
    "free",
    [
        lambda invitation: take_back(invitation=invitation, by=None),
        lambda invitation: decline(invitation=invitation, user=None),
        expire,
    ],
)
def test_an_invitation_that_ends_frees_its_place(agreement, contact, free):
    first, _second = invited(agreement, contact, "zoe@ardenne.example", "leo@ardenne.example").sent
    free(first)
    assert len(invited(agreement, contact, "ana@ardenne.example").sent) == 1
    with refused("no_place"):
        invited(agreement, contact, "noe@ardenne.example")


def test_an_expired_invitation_is_sent_again_only_within_the_places(agreement, contact):
    first, _second = invited(agreement, contact, "zoe@ardenne.example", "leo@ardenne.example").sent
    expire(first)
    invited(agreement, contact, "ana@ardenne.example")
    with refused("no_place"):
        send_again(invitation=first, by=None)


def test_who_was_invited_in_vain_is_invited_anew(agreement, contact):
    [first] = invited(agreement, contact, "zoe@ardenne.example").sent
    expire(first)
    [second] = invited(agreement, contact, "zoe@ardenne.example").sent
    first.refresh_from_db()
    assert (first.state, second.state) == (InvitationState.TAKEN_BACK, InvitationState.OPEN)


def test_an_ended_membership_frees_its_place_and_a_paused_one_does_not(agreement, contact):
    one, other = (through(agreement, person) for person in UserFactory.create_batch(2))
    pause_membership(membership=one, by=None)
    with refused("no_place"):
        through(agreement, UserFactory())
    end_membership(membership=other, by=contact, on=TODAY())
    assert through(agreement, UserFactory()).state == MembershipState.ACTIVE


def test_a_membership_ends_with_the_agreement_at_the_latest(agreement):
    end = TODAY() + timedelta(days=20)
    Agreement.objects.update(until=end)
    membership = through(agreement, UserFactory())
    assert membership.until == end
    with refused("no_agreement"):
        renew_membership(membership=membership, by=None, until=end + timedelta(days=1))
    Agreement.objects.update(until=end + timedelta(days=9))
    with refused("days"):
        renew_membership(membership=membership, by=None, until=None)
    renewed = renew_membership(membership=membership, by=None, until=end + timedelta(days=9))
    assert renewed.until == end + timedelta(days=9)


def test_nobody_is_let_in_by_an_agreement_that_is_over(agreement, contact):
    person = UserFactory()
    invitation = one_invited(agreement, contact, person)
    Agreement.objects.update(until=TODAY())
    for write in (
        lambda: accept(invitation=invitation, user=person),
        lambda: invited(agreement, contact, "zoe@ardenne.example"),
        lambda: through(agreement, person),
    ):
        with refused("no_agreement"):
            write()
    assert not Membership.objects.exists()


def test_an_organisation_without_an_agreement_is_for_the_team_to_decide(agreement):
    other = AgreementFactory(organisation=agreement.organisation).space
    kind = MembershipKindFactory()
    wish = {"kind": kind, "since": TODAY(), "organisation": AffiliationFactory().organisation, "by": None}
    assert give_membership(user=UserFactory(), space=other, **wish).state == MembershipState.ACTIVE


def test_fewer_places_end_invitations_before_memberships_the_latest_first(agreement, contact):
    Agreement.objects.update(places=4)
    one, other = (through(agreement, person) for person in UserFactory.create_batch(2))
    invited(agreement, contact, "zoe@ardenne.example")
    agreement.refresh_from_db()
    coming = what_ends_with(agreement, places=2, until=None)
    assert ([row.email for row in coming.invitations], coming.memberships) == (["zoe@ardenne.example"], [])
    coming = what_ends_with(agreement, places=1, until=None)
    assert coming.memberships == [(other, TODAY())]
    change_agreement(agreement=agreement, places=1, until=None, by=None)
    assert Invitation.objects.get().state == InvitationState.TAKEN_BACK
    assert what_ends_with(agreement, places=1, until=None).memberships == [(other, TODAY())]
    assert one.state == MembershipState.ACTIVE


def test_who_leaves_is_counted_under_the_lock(agreement):
    people = [through(agreement, person) for person in UserFactory.create_batch(2)]
    with refused("no_place"):
        change_agreement(agreement=agreement, places=1, until=None, by=None, leaving=[])
    with refused("no_place"):
        change_agreement(agreement=agreement, places=1, until=None, by=None, leaving=[MembershipFactory().pk])
    later = TODAY() + timedelta(days=9)
    wish = {"places": 1, "until": None, "fewer_from": later, "leaving": [people[0].pk]}
    assert what_ends_with(agreement, **wish).memberships == [(people[0], later)]
    change_agreement(agreement=agreement, **wish, by=None)
    with refused("no_place"):
        through(agreement, UserFactory())


def test_places_that_go_later_are_promised_to_nobody_meanwhile(agreement, contact):
    Agreement.objects.update(places=3)
    agreement.refresh_from_db()
    people = [through(agreement, person) for person in UserFactory.create_batch(2)]
    invited(agreement, contact, "zoe@ardenne.example")
    wish = {"places": 2, "until": None, "fewer_from": TODAY() + timedelta(days=9), "leaving": [people[0].pk]}
    change_agreement(agreement=agreement, **wish, by=None)
    assert Invitation.objects.get().state == InvitationState.TAKEN_BACK


def test_an_earlier_end_takes_what_would_last_longer(agreement):
    membership, end = through(agreement, UserFactory()), TODAY() + timedelta(days=9)
    assert what_ends_with(agreement, places=2, until=end).memberships == [(membership, end)]
    assert what_ends_with(agreement, places=2, until=TODAY()).memberships == [(membership, TODAY())]


def test_one_agreement_holds_at_a_time(agreement):
    wish = {"organisation": agreement.organisation, "space": agreement.space, "kind": agreement.kind, "places": 1}
    with refused("held"):
        make_agreement(**wish, since=TODAY(), by=None)
    with pytest.raises(IntegrityError):
        Agreement.objects.create(**wish, since=TODAY())


def test_an_agreement_has_a_place_for_each_who_is_a_member_through_it(agreement):
    other = AffiliationFactory().organisation
    for person in UserFactory.create_batch(2):
        MembershipFactory(space=agreement.space, user=person, organisation=other)
    wish = {"organisation": other, "space": agreement.space, "kind": agreement.kind, "since": TODAY(), "by": None}
    with refused("no_place"):
        make_agreement(**wish, places=1)
    assert places_used(make_agreement(**wish, places=2)) == 2


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_taken_once_by_eight_at_once():
    agreement = AgreementFactory(places=1)
    contact = AffiliationFactory(organisation=agreement.organisation).user
    people, barrier = UserFactory.create_batch(8), Barrier(8)

    def take(number):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            if number % 2:
                invited(agreement, contact, f"p{number}@ardenne.example")
            else:
                through(agreement, people[number])
        except BookingError as error:
            return error.code
        else:
            return "taken"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(take, range(8)))
    assert sorted(results) == [*["no_place"] * 7, "taken"]
    assert places_used(agreement) == 1


@pytest.mark.django_db(transaction=True)
def test_acceptances_while_the_places_shrink_never_go_beyond():
    agreement = AgreementFactory(places=4)
    contact = AffiliationFactory(organisation=agreement.organisation).user
    people = UserFactory.create_batch(4)
    sent = invited(agreement, contact, *(person.email for person in people)).sent
    barrier = Barrier(5)

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            call()
        except BookingError as error:
            return error.code
        else:
            return "ok"
        finally:
            connection.close()

    calls = [lambda pair=pair: accept(invitation=pair[0], user=pair[1]) for pair in zip(sent, people, strict=True)]
    calls.append(lambda: change_agreement(agreement=agreement, places=2, until=None, by=None))
    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(run, calls))
    assert set(results) <= {"ok", "answered", "no_place"}
    agreement.refresh_from_db()
    left = what_ends_with(agreement, places=2, until=None).memberships
    assert places_used(agreement) - len(left) <= 2
