"""Test that each agreement of an organisation counts its own days: who goes on under the next one takes a place of
both, and on no day are there more people than places."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import product
from random import Random
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone, translation

from hacktiv.common import dates
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.enums import InvitationState
from spaces.errors import BookingError
from spaces.memberships.operations import (
    Wish,
    accept,
    change_agreement,
    end_beyond_agreement,
    end_membership,
    give_membership,
    invite,
    invite_own_people,
    make_agreement,
    renew_membership,
    send_again,
    take_back_end,
)
from spaces.memberships.queries.places import (
    beyond_agreements,
    places_used,
    places_used_of,
    using_places,
    what_ends_with,
)
from spaces.models import Agreement, Invitation, Membership
from spaces.tests.asking import refused
from spaces.tests.factories import AgreementFactory, MembershipFactory, away

pytestmark = pytest.mark.django_db


@pytest.fixture
def present(db):
    """An agreement of two places that lasts ten days more."""
    return AgreementFactory(places=2, until=away(10))


@pytest.fixture
def contact(present):
    return AffiliationFactory(organisation=present.organisation).user


def following(agreement, **fields):
    """Make the agreement that follows from day to day."""
    here = {"organisation": agreement.organisation, "space": agreement.space, "kind": agreement.kind}
    return AgreementFactory(**here, **{"places": 2, "since": agreement.until, "until": away(40), **fields})


def member(agreement, **fields):
    here = {"organisation": agreement.organisation, "space": agreement.space, "kind": agreement.kind}
    return MembershipFactory(**here, **{"until": agreement.until, **fields})


def invited(agreement, contact, *addresses):
    return invite_own_people(agreement=agreement, addresses=addresses, language="fr", by=contact)


def asked(agreement, number=0, **fields):
    """Make an open invitation to a place, whatever days it has."""
    here = {"organisation": agreement.organisation, "space": agreement.space, "kind": agreement.kind}
    valid = timezone.now() + timedelta(days=9)
    return Invitation.objects.create(**here, email=f"p{number}@ardenne.example", **{"expires_at": valid, **fields})


def fill(agreement):
    return [member(agreement, since=max(agreement.since, away(-20))) for _number in range(agreement.places)]


@pytest.mark.parametrize("full", list(product([True, False], repeat=3)))
def test_each_agreement_counts_its_own_people(full):
    """Whichever of a past, a present and a next agreement are full, a place is left where it is free, nowhere else."""
    present = AgreementFactory(since=away(-5), until=away(10))
    past = following(present, since=away(-30), until=away(-5))
    coming = following(present)
    contact = AffiliationFactory(organisation=present.organisation).user
    for agreement, is_full in zip((past, present, coming), full, strict=True):
        if is_full:
            fill(agreement)
    used = {past: 0, present: 2 * full[1], coming: 2 * full[2]}
    assert {one: places_used(one) for one in used} == used
    assert places_used_of(list(used)) == {one.pk: number for one, number in used.items()}
    found = using_places(list(used))
    assert {one: len(found[one.pk].members) for one in used} == used
    for agreement, is_full in ((present, full[1]), (coming, full[2])):
        if is_full:
            with refused("no_place"):
                invited(agreement, contact, f"of-{agreement.pk}@ardenne.example")
        else:
            [sent] = invited(agreement, contact, f"of-{agreement.pk}@ardenne.example").sent
            assert agreement.holds(sent.begins_on(timezone.localdate()))


def test_the_next_agreement_is_made_with_fewer_places_while_the_present_one_is_full(present):
    fill(present)
    here = {"organisation": present.organisation, "space": present.space, "kind": present.kind}
    coming = make_agreement(**here, places=1, since=present.until, by=None)
    assert (places_used(present), places_used(coming)) == (2, 0)


def test_who_goes_on_takes_one_place_of_each(present, contact):
    staying, _leaving = fill(present)
    coming = following(present, places=1)
    renew_membership(membership=staying, by=None, until=coming.until)
    assert (places_used(present), places_used(coming)) == (2, 1)
    with refused("no_place"):
        invited(coming, contact, "zoe@ardenne.example")


def test_nobody_is_renewed_beyond_the_places_of_the_next_agreement(present):
    one, other = fill(present)
    coming = following(present, places=1)
    renew_membership(membership=one, by=None, until=coming.until)
    with refused("no_place"):
        renew_membership(membership=other, by=None, until=coming.until)
    assert places_used(coming) == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_places_of_the_next_agreement_are_taken_once_by_eight_at_once():
    """By renewals, invitations and ends that are taken back, while a task looks for what lasts beyond."""
    present = AgreementFactory(places=8, until=away(10))
    coming = following(present, places=2)
    contact = AffiliationFactory(organisation=present.organisation).user
    people = [member(present) for _number in range(6)]
    barrier = Barrier(8)

    def renewed(number):
        renew_membership(membership=people[number], by=None, until=coming.until)

    def beyond(number):
        end_beyond_agreement(membership=people[number - 6])

    def run(number):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            if number == 5:
                invited(coming, contact, "zoe@ardenne.example")
            else:
                (renewed if number < 5 else beyond)(number)
        except BookingError as error:
            return error.code
        else:
            return "taken"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, range(8)))
    assert sorted(results) == [*["no_place"] * 4, *["taken"] * 2, *["within"] * 2]
    assert places_used(coming) == 2


def test_who_takes_their_end_back_finds_their_place_in_the_next_agreement_or_reads_that_it_is_taken(present, contact):
    own = member(present)
    coming = following(present, places=1)
    own = renew_membership(membership=own, by=None, until=coming.until)
    own = end_membership(membership=own, by=own.user, on=away(4))
    assert take_back_end(membership=own, by=own.user).until == coming.until
    end_membership(membership=own, by=own.user, on=away(4))
    invited(coming, contact, "zoe@ardenne.example")
    with refused("no_place"):
        take_back_end(membership=own, by=own.user)


def test_who_has_a_place_is_not_invited_to_the_next_agreement(present, contact):
    own = member(present)
    coming = following(present)
    found = invited(coming, contact, own.user.email)
    assert (found.sent, found.left_out) == ([], [own.user.email.lower()])


def test_fewer_places_now_end_nobody_who_goes_on(present):
    coming = following(present)
    going_on = member(present, until=coming.until)
    assert what_ends_with(present, places=1, until=present.until).memberships == []
    assert what_ends_with(present, places=2, until=away(5)).memberships == [(going_on, away(5))]


def test_fewer_places_of_the_next_agreement_take_them_from_its_first_day(present):
    coming = following(present)
    one, other = (member(present, until=coming.until, decided_at=timezone.now() - timedelta(days=n)) for n in (9, 3))
    assert what_ends_with(coming, places=1, until=coming.until).memberships == [(other, coming.since)]
    change_agreement(agreement=coming, places=1, until=coming.until, by=None)
    assert beyond_agreements() == [(other, coming.since)], "A crash in between is mended at night."
    assert end_beyond_agreement(membership=other).until == present.until
    assert beyond_agreements() == []
    one.refresh_from_db()
    assert one.until == coming.until


def test_an_invitation_lasts_no_longer_than_the_agreement(present, contact):
    coming = following(present, places=1)
    [sent] = invited(present, contact, "zoe@ardenne.example").sent
    assert timezone.localdate(sent.expires_at) == present.last_day
    assert (places_used(present), places_used(coming)) == (1, 0)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=1))
    again = send_again(invitation=sent, by=contact)
    assert timezone.localdate(again.expires_at) == present.last_day
    team = invite(
        space=present.space,
        wish=Wish(email="leo@ardenne.example", kind=present.kind, organisation=present.organisation),
        by=None,
    )
    assert timezone.localdate(team.expires_at) == present.last_day


def test_an_earlier_end_shortens_invitations_and_takes_back_those_that_begin_later(present, contact):
    [sent] = invited(present, contact, "zoe@ardenne.example").sent
    late = asked(present, first_day=away(7))
    assert what_ends_with(present, places=2, until=away(5)).invitations == [late]
    change_agreement(agreement=present, places=2, until=away(5), by=None)
    for row in (sent, late):
        row.refresh_from_db()
    assert (sent.state, late.state) == (InvitationState.OPEN, InvitationState.TAKEN_BACK)
    assert timezone.localdate(sent.expires_at) == away(4)


def by_hand(agreement):
    """Count day by day who is there, and who may be by then; return the highest number."""
    today = timezone.localdate()
    days = [day for day in (away(number) for number in range(61)) if agreement.holds(day)]
    here = {"organisation": agreement.organisation, "space": agreement.space}
    held = list(Membership.objects.current().filter(**here))
    begins = []
    for one in Invitation.objects.open().filter(**here):
        last = max(one.first_day or today, timezone.localdate(one.expires_at))
        begins += [day for day in days if one.begins_on(today) <= day <= last][:1]
    numbers = [sum(one.holds(day) for one in held) + sum(first <= day for first in begins) for day in days]
    return max(numbers, default=0)


@pytest.mark.parametrize("seed", range(3))
def test_places_are_counted_as_by_hand(present, seed):
    chance = Random(seed)
    coming = following(present, until=chance.choice([None, away(30)]))
    Agreement.objects.filter(pk=present.pk).update(since=away(chance.choice([-10, 0])))
    present.refresh_from_db()
    past = following(present, since=away(-400), until=present.since)
    here = {"organisation": present.organisation, "space": present.space, "kind": present.kind}
    marks = [-20, -1, 0, 1, 9, 10, 11, 29, 30]
    for number in range(25):
        since = chance.choice(marks)
        until = chance.choice([None, *[day for day in [*marks, 50] if day >= max(since, 1)]])
        MembershipFactory(**here, since=away(since), until=away(until))
        valid = timezone.now() + timedelta(days=chance.choice([1, 8, 9, 10, 29]))
        asked(present, number, first_day=away(chance.choice([None, *marks])), expires_at=valid)
    agreements = [past, present, coming]
    counted = {one.pk: by_hand(one) for one in agreements}
    assert {one.pk: places_used(one) for one in agreements} == counted
    assert places_used_of(agreements) == counted


class Tried:
    """A present and a next agreement, and whatever people, their contact and the team try."""

    def __init__(self, seed):
        self.chance = Random(seed)
        self.now = AgreementFactory(places=2, since=away(-5), until=away(10))
        self.next = following(self.now, until=self.chance.choice([None, away(40)]))
        self.contact = AffiliationFactory(organisation=self.now.organisation).user
        self.people = UserFactory.create_batch(5)
        self.here = {"organisation": self.now.organisation, "space": self.now.space}

    def one(self, model):
        return self.chance.choice(list(model.objects.filter(**self.here)) or [None])

    def step(self):
        choice = self.chance.choice
        act = choice([self.give, self.invite, self.accept, self.renew, self.end, self.keep, self.change, self.again])
        with suppress(BookingError):
            act()

    def give(self):
        since, until = away(self.chance.choice([0, 3, 10, 12])), away(self.chance.choice([None, 15, 60]))
        wish = {**self.here, "kind": self.now.kind, "since": since, "until": until}
        give_membership(user=self.chance.choice(self.people), **wish, by=None)

    def invite(self):
        day = away(self.chance.choice([None, 0, 3, 5, 12, 15]))
        wish = {"addresses": [self.chance.choice(self.people).email], "language": "fr", "first_day": day}
        invite_own_people(agreement=self.chance.choice([self.now, self.next]), **wish, by=self.contact)

    def accept(self):
        if invitation := self.one(Invitation):
            person = next(one for one in self.people if one.email.lower() == invitation.email)
            accept(invitation=invitation, user=person, goes_on=self.chance.choice([True, False]))

    def renew(self):
        if membership := self.one(Membership):
            until = self.chance.choice([away(5), self.now.until, self.next.until or away(60)])
            renew_membership(membership=membership, by=None, until=until)

    def end(self):
        if membership := self.one(Membership):
            by = self.chance.choice([None, membership.user])
            end_membership(membership=membership, by=by, on=away(self.chance.choice([0, 3, 10, 15])))

    def keep(self):
        if membership := self.one(Membership):
            take_back_end(membership=membership, by=membership.user)

    def again(self):
        if invitation := self.one(Invitation):
            Invitation.objects.update(sent_at=timezone.now() - timedelta(days=1))
            send_again(invitation=invitation, by=None)

    def change(self):
        """Change one of them, and end what ends with it."""
        agreement = Agreement.objects.get(pk=self.chance.choice([self.now.pk, self.next.pk]))
        wish = {"places": self.chance.choice([1, 2, 3]), "until": agreement.until}
        ending = what_ends_with(agreement, **wish).memberships
        change_agreement(agreement=agreement, **wish, by=None)
        for membership, on in ending:
            end_membership(membership=membership, by=None, on=on)

    def check(self):
        """On each day: not more people, and invitations that may be accepted then, than places."""
        for agreement in Agreement.objects.all():
            assert by_hand(agreement) == places_used(agreement) <= agreement.places
            assert beyond_agreements() == []


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(5, 40))])
def test_no_sequence_of_steps_goes_beyond_the_places_of_any_day(seed):
    tried = Tried(seed)
    for _number in range(25):
        tried.step()
        tried.check()


def in_words(day, **fields):
    with translation.override("en"):
        return " ".join(dates.day(day, **fields).split())


def refusal(call, *args, **kwargs):
    with translation.override("en"), pytest.raises(BookingError) as caught:
        call(*args, **kwargs)
    with translation.override("en"):
        return " ".join(str(caught.value.message).split()).replace("):", ":")


def test_a_refusal_says_of_which_agreement_and_from_when_places_are_free(present, contact):
    """A full agreement names its days, and the first later one with places left, where there is one."""
    days = [in_words(day, weekday=False) for day in (present.since, present.last_day)]
    in_it = f"from {days[0]} to {days[1]}: 2. Left: 0."
    staying, leaving = fill(present)
    assert refusal(invited, present, contact, "zoe@ardenne.example").endswith(in_it)
    coming = following(present, places=1)
    first, last = (in_words(day, weekday=False) for day in (coming.since, coming.last_day))
    begins = in_words(coming.since)
    free = f"From {begins} on: 1 place left."
    assert refusal(invited, present, contact, "zoe@ardenne.example").endswith(f"{in_it} {free}")
    wish = Wish(email="zoe@ardenne.example", kind=present.kind, organisation=present.organisation)
    assert refusal(invite, space=present.space, wish=wish, by=None).endswith(f"{in_it} {free}")
    two = refusal(invited, present, contact, "zoe@ardenne.example", "leo@ardenne.example")
    assert in_it in two
    assert "2 people too many" in two
    assert two.endswith(free)
    renew_membership(membership=staying, by=None, until=coming.until)
    assert refusal(invited, present, contact, "zoe@ardenne.example").endswith(in_it)
    said = refusal(renew_membership, membership=leaving, by=None, until=coming.until)
    assert said.endswith(f"from {first} to {last}: 1. Left: 0.")
