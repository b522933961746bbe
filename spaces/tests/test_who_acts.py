"""Refuse in words, in the operations themselves, anybody who does not run the space or is there no more."""

import inspect
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from members.enums import AffiliationRole
from members.models import User
from members.tests.factories import AffiliationFactory, OrganisationFactory, UserFactory
from spaces.enums import MembershipState, Role
from spaces.errors import BookingError
from spaces.memberships import operations as of_memberships
from spaces.memberships.operations import (
    Wish,
    approve_membership,
    change_agreement,
    change_kind,
    correct_note,
    delete_note,
    end_membership,
    end_person,
    give_membership,
    invite,
    invite_own_people,
    invite_several,
    make_agreement,
    name_person,
    pause_membership,
    previewed,
    refuse_kind,
    refuse_membership,
    renew_membership,
    resume_membership,
    send_again,
    take_back,
    take_back_end,
    take_back_wish,
    wish_kind,
    wish_renewal,
    withdraw_request,
    write_note,
)
from spaces.models import Invitation
from spaces.places import operations as of_places
from spaces.places.operations import answer_message, send_message, settle_message
from spaces.roles import operations as of_roles
from spaces.roles.operations import end_role, give_role
from spaces.tests.factories import (
    AgreementFactory,
    MembershipFactory,
    MembershipKindFactory,
    SpaceFactory,
    SpaceRoleFactory,
)
from tests.waiting import until_somebody_waits

ADDRESS = "zoe@ardenne.example"


class World:
    """A space with its manager, and one of everything that its managers decide about."""

    def __init__(self):
        self.manager = UserFactory()
        self.space = SpaceFactory(managers=[self.manager])
        self.kind, self.other_kind = MembershipKindFactory(lasts_months=12), MembershipKindFactory()
        self.today = timezone.localdate()

    def member(self, state=MembershipState.ACTIVE, **fields):
        held = {"since": None} if state == MembershipState.REQUESTED else {"until": self.day(20)}
        return MembershipFactory(space=self.space, kind=self.kind, state=state, **{**held, **fields})

    def asked(self):
        return self.member(MembershipState.REQUESTED)

    def paused(self):
        return self.member(MembershipState.PAUSED)

    def left(self):
        days = {"since": self.today, "until": self.day(20)}
        membership = give_membership(user=self.person(), space=self.space, kind=self.kind, by=None, **days)
        return end_membership(membership=membership, on=self.day(5), by=membership.user)

    def person(self):
        return UserFactory()

    def desk(self):
        return SpaceRoleFactory(space=self.space, role=Role.FRONT_DESK)

    def invitation(self):
        return invite(space=self.space, wish=self.wish(), by=None)

    def invited_earlier(self, **fields):
        invitation = invite(space=self.space, wish=self.wish(**fields), by=None)
        earlier = timezone.now() - timedelta(hours=1)
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=earlier)
        return invitation

    def agreement(self):
        return AgreementFactory(space=self.space, kind=self.kind)

    def agreement_to_make(self):
        terms = {"kind": self.kind, "places": 2, "since": self.today}
        return {"organisation": OrganisationFactory(), "space": self.space, **terms}

    def named(self):
        agreement = self.agreement()
        row = AffiliationFactory(organisation=agreement.organisation, space=self.space)
        return {"agreement": agreement, "affiliation": row}

    def contact(self):
        return self.named()["affiliation"].user

    def wishing(self):
        return self.member(wished_kind=self.other_kind)

    def offered(self):
        return MembershipKindFactory(space=self.space)

    def day(self, number):
        return self.today + timedelta(days=number)

    def wish(self, **fields):
        return Wish(email=ADDRESS, kind=self.kind, **fields)

    def note(self):
        return write_note(space=self.space, person=self.member().user, text="Vient le mardi.", by=self.manager)

    def message(self):
        words = {"name": "Zoé", "email": ADDRESS, "text": "Une place ?", "language": "fr"}
        return send_message(space=self.space, **words)


def nothing(_world):
    return None


#: Each operation by which a team decides: what is made before, and the call with that, by who acts.
ACTS = {
    "approve": (World.asked, lambda w, row, by: approve_membership(membership=row, since=w.today, by=by)),
    "refuse": (World.asked, lambda w, row, by: refuse_membership(membership=row, reason="Complet", by=by)),
    "pause": (World.member, lambda w, row, by: pause_membership(membership=row, by=by)),
    "resume": (World.paused, lambda w, row, by: resume_membership(membership=row, by=by)),
    "change kind": (World.member, lambda w, row, by: change_kind(membership=row, kind=w.other_kind, by=by)),
    "renew": (World.member, lambda w, row, by: renew_membership(membership=row, until=w.day(90), by=by)),
    "end": (World.member, lambda w, row, by: end_membership(membership=row, on=w.day(5), by=by)),
    "give": (
        World.person,
        lambda w, row, by: give_membership(user=row, space=w.space, kind=w.kind, since=w.today, by=by),
    ),
    "invite": (nothing, lambda w, row, by: invite(space=w.space, wish=w.wish(), by=by)),
    "invite several": (nothing, lambda w, row, by: invite_several(space=w.space, wishes=[w.wish()], by=by)),
    "take back": (World.invitation, lambda w, row, by: take_back(invitation=row, by=by)),
    "preview": (nothing, lambda w, row, by: previewed(space=w.space, wish=w.wish(), by=by)),
    "send again": (World.invited_earlier, lambda w, row, by: send_again(invitation=row, by=by)),
    "refuse a kind": (World.wishing, lambda w, row, by: refuse_kind(membership=row, reason="Complet", by=by)),
    "make an agreement": (World.agreement_to_make, lambda w, row, by: make_agreement(**row, by=by)),
    "change an agreement": (
        World.agreement,
        lambda w, row, by: change_agreement(agreement=row, places=1, until=w.day(9), by=by),
    ),
    "name a contact": (
        World.agreement,
        lambda w, row, by: name_person(
            agreement=row, user=UserFactory(), role=AffiliationRole.CONTACT, since=w.today, by=by
        ),
    ),
    "end a contact": (World.named, lambda w, row, by: end_person(**row, on=w.today, by=by)),
    "write a note": (
        World.member,
        lambda w, row, by: write_note(space=w.space, person=row.user, text="Vient le mardi.", by=by),
    ),
    "correct a note": (World.note, lambda w, row, by: correct_note(note=row, text="Vient le jeudi.", by=by)),
    "delete a note": (World.note, lambda w, row, by: delete_note(note=row, by=by)),
    "give a role": (
        World.person,
        lambda w, row, by: give_role(user=row, space=w.space, role=Role.FRONT_DESK, since=w.today, by=by),
    ),
    "end a role": (World.desk, lambda w, row, by: end_role(role=row, on=w.day(1), by=by)),
    "answer": (World.message, lambda w, row, by: answer_message(message=row, text="Oui", by=by)),
    "settle": (World.message, lambda w, row, by: settle_message(message=row, by=by)),
}
#: What people do about their own membership, and nobody else in their place.
OWN = {
    "wish a renewal": (World.member, lambda w, row, by: wish_renewal(membership=row, by=by)),
    "end": (World.member, lambda w, row, by: end_membership(membership=row, on=w.day(5), by=by)),
    "withdraw": (World.asked, lambda w, row, by: withdraw_request(membership=row, by=by)),
    "take back an end": (World.left, lambda w, row, by: take_back_end(membership=row, by=by)),
    "wish a kind": (World.member, lambda w, row, by: wish_kind(membership=row, kind=w.offered(), by=by)),
    "take back a wish": (World.wishing, lambda w, row, by: take_back_wish(membership=row, by=by)),
}
#: What a contact of an organisation does at the space: what is made before, and the call with that.
OF_CONTACTS = {
    "invite own people": (
        World.agreement,
        lambda w, row, by: invite_own_people(agreement=row, addresses=[ADDRESS], language="fr", by=by),
    ),
    "send again": (
        lambda w: w.invited_earlier(organisation=w.agreement().organisation),
        lambda w, row, by: send_again(invitation=row, by=by),
    ),
    "take back": (
        lambda w: w.invited_earlier(organisation=w.agreement().organisation),
        lambda w, row, by: take_back(invitation=row, by=by),
    ),
    "end": (
        lambda w: w.member(organisation=w.agreement().organisation),
        lambda w, row, by: end_membership(membership=row, on=w.day(5), by=by),
    ),
}
#: What is part of another operation, which checks who acts: the merging of two accounts.
PARTS = {"join_memberships"}


def code_of(act, *args):
    try:
        act(*args)
    except BookingError as refusal:
        assert str(refusal)
        return refusal.code
    return "done"


@pytest.fixture
def world(db):
    return World()


@pytest.mark.parametrize(("make", "act"), ACTS.values(), ids=ACTS)
def test_an_operation_serves_who_runs_the_space_alone(world, make, act):
    row, other = make(world), UserFactory()
    SpaceFactory(managers=[other])
    assert [code_of(act, world, row, by) for by in (other, world.desk().user)] == ["not_yours"] * 2
    assert code_of(act, world, row, world.manager) == "done"


@pytest.mark.parametrize(("make", "act"), OWN.values(), ids=OWN)
def test_a_person_decides_about_their_own_membership_alone(world, make, act):
    row, other = make(world), world.member().user
    assert code_of(act, world, row, other) == "not_yours"
    assert code_of(act, world, row, row.user) == "done"


@pytest.mark.parametrize(("make", "act"), OF_CONTACTS.values(), ids=OF_CONTACTS)
def test_a_contact_acts_for_their_organisation_at_the_space_alone(world, make, act):
    row, role = make(world), {"role": AffiliationRole.CONTACT}
    elsewhere = AgreementFactory(organisation=row.organisation)
    for other in (
        AffiliationFactory(organisation=row.organisation, space=elsewhere.space, **role),
        AffiliationFactory(organisation=AgreementFactory(space=world.space).organisation, space=world.space, **role),
        AffiliationFactory(organisation=row.organisation, space=world.space, role=AffiliationRole.PERSON),
    ):
        assert code_of(act, world, row, other.user) == "not_yours"
    contact = AffiliationFactory(organisation=row.organisation, space=world.space, **role).user
    assert code_of(act, world, row, contact) == "done"


def test_every_operation_that_asks_who_acts_is_tried_here():
    modules = (of_memberships, of_places, of_roles)
    functions = [found for module in modules for found in inspect.getmembers(module, inspect.isfunction)]
    own = [
        (name, one) for name, one in functions if one.__module__.startswith(tuple(each.__name__ for each in modules))
    ]
    asks = {name for name, one in own if "by" in inspect.signature(one).parameters and not name.startswith("_")}
    cases = [*ACTS.values(), *OWN.values(), *OF_CONTACTS.values()]
    tried = {name for _make, act in cases for name in act.__code__.co_names}
    assert asks - tried == PARTS


@pytest.mark.parametrize("name", ["approve", "refuse", "pause", "resume", "change kind", "renew"])
def test_nobody_decides_about_their_own_membership_as_its_team(world, name):
    make, act = ACTS[name]
    row = make(world)
    assert code_of(act, world, row, row.user) == "not_yours"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("make", "act"), ACTS.values(), ids=ACTS)
def test_who_is_erased_while_they_act_is_told_so(make, act):
    """The erasure holds the account first; the operation waits for its end, and finds nobody who acts."""
    world, is_locked = World(), Event()
    row, manager = make(world), world.manager

    def erase():
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=manager.pk)
                is_locked.set()
                until_somebody_waits()
                User.objects.get(pk=manager.pk).delete()
        finally:
            connection.close()

    def acting():
        assert is_locked.wait(timeout=60)
        try:
            return code_of(act, world, row, manager)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        erasing, acted = pool.submit(erase), pool.submit(acting)
        erasing.result(timeout=60)
        assert acted.result(timeout=60) == "gone"
