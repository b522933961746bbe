"""Test that the places of an agreement are counted day by day: a place that ends can be given on from that day."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from hacktiv.common import dates
from hacktiv.common.days import (
    Taken,
    fewest_beyond,
    first_day_full,
    first_day_with,
    most_at_once,
    without_a_place,
)
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.memberships.operations import (
    Wish,
    accept,
    approve_membership,
    change_agreement,
    end_membership,
    give_membership,
    invite,
    invite_own_people,
    make_agreement,
    renew_membership,
    send_again,
    take_back_end,
)
from spaces.memberships.queries.places import beyond_agreements, places_used, what_ends_with
from spaces.models import Invitation
from spaces.tests.asking import refused
from spaces.tests.factories import AgreementFactory, MembershipFactory, away

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(db):
    """One place, for forty days."""
    return AgreementFactory(places=1, until=away(40))


@pytest.fixture
def contact(agreement):
    return AffiliationFactory(organisation=agreement.organisation).user


@pytest.fixture
def leaving(agreement, contact):
    """Nora, whose place the contact has ended on the tenth day."""
    return end_membership(membership=member(agreement), by=contact, on=away(10))


def here(agreement):
    return {"organisation": agreement.organisation, "space": agreement.space, "kind": agreement.kind}


def member(agreement, **fields):
    return MembershipFactory(**here(agreement), **{"until": agreement.until, **fields})


def invited(agreement, contact, *addresses, first_day=None):
    wish = {"addresses": addresses or ["zoe@ardenne.example"], "language": "fr", "first_day": first_day}
    return invite_own_people(agreement=agreement, **wish, by=contact)


def test_a_place_that_ends_is_given_on_from_that_day(agreement, contact, leaving):
    [sent] = invited(agreement, contact).sent
    assert sent.first_day == away(10)
    zoe = UserFactory(email="zoe@ardenne.example")
    assert accept(invitation=sent, user=zoe).membership.since == away(10)
    assert places_used(agreement) == 1


@pytest.mark.parametrize(("day", "is_free"), [(0, False), (9, False), (10, True), (39, True)])
def test_a_contact_chooses_a_first_day_with_a_place(agreement, contact, leaving, day, is_free):
    if is_free:
        assert invited(agreement, contact, first_day=away(day)).sent[0].first_day == away(day)
    else:
        with refused("no_place") as refusal:
            invited(agreement, contact, first_day=away(day))
        assert dates.day(away(10)) in str(refusal.value.message)


@pytest.mark.parametrize("day", [-3, 40])
def test_a_contact_chooses_a_day_of_the_agreement(contact, agreement, day):
    coming = AgreementFactory(**here(agreement), places=1, since=away(40), until=away(60))
    with refused("days"):
        invited(coming if day < 0 else agreement, contact, first_day=away(day))


def test_a_day_that_is_over_is_today(agreement, contact):
    assert invited(agreement, contact, first_day=agreement.since).sent[0].first_day is None


def test_several_read_when_there_is_a_place_for_all_of_them(agreement, contact, leaving):
    change_agreement(agreement=agreement, places=2, until=agreement.until, by=None)
    both = ("a@ardenne.example", "b@ardenne.example")
    with refused("no_place") as refusal:
        invited(agreement, contact, *both)
    assert dates.day(away(10)) in str(refusal.value.message)
    assert len(invited(agreement, contact, *both, first_day=away(10)).sent) == 2


@pytest.mark.parametrize(("day", "is_free"), [(0, False), (9, False), (10, True), (20, True)])
def test_the_team_gives_a_place_from_the_day_on_which_it_is_free(agreement, leaving, day, is_free):
    asked = MembershipFactory(space=agreement.space, kind=agreement.kind, state="requested", since=None, until=None)
    wish = {"since": away(day), "until": None, "organisation": agreement.organisation, "by": None}
    invitation = Wish(
        email="leo@ardenne.example",
        kind=agreement.kind,
        organisation=agreement.organisation,
        first_day=away(day),
    )
    if is_free:
        assert approve_membership(membership=asked, **wish).until == agreement.until
        with refused("no_place"):
            invite(space=agreement.space, wish=invitation, by=None)
    else:
        with refused("no_place"):
            approve_membership(membership=asked, **wish)
        with refused("no_place"):
            invite(space=agreement.space, wish=invitation, by=None)


def test_a_place_is_given_for_the_days_before_somebody_comes(agreement):
    member(agreement, since=away(20))
    give = {**here(agreement), "since": away(0), "by": None}
    with refused("no_place"):
        give_membership(user=UserFactory(), until=away(21), **give)
    assert give_membership(user=UserFactory(), until=away(20), **give).until == away(20)


def test_nobody_goes_on_into_days_whose_place_is_given_on(agreement, contact):
    own = member(agreement, until=away(10))
    invited(agreement, contact)
    with refused("no_place"):
        renew_membership(membership=own, by=None, until=agreement.until)
    Invitation.objects.all().delete()
    assert renew_membership(membership=own, by=None, until=agreement.until).until == agreement.until
    left = end_membership(membership=own, by=own.user, on=away(5))
    invited(agreement, contact)
    with refused("no_place"):
        take_back_end(membership=left, by=own.user)


def test_an_invitation_is_sent_again_only_while_its_days_are_free(agreement, contact, leaving):
    [sent] = invited(agreement, contact).sent
    long_ago = timezone.now() - timedelta(days=1)
    Invitation.objects.update(sent_at=long_ago - timedelta(days=9), expires_at=long_ago)
    give_membership(user=UserFactory(), since=away(20), **here(agreement), by=None)
    with refused("no_place"):
        send_again(invitation=sent, by=contact)


def test_an_agreement_is_made_with_places_for_the_fullest_day(agreement):
    other = AffiliationFactory().organisation
    terms = {"space": agreement.space, "kind": agreement.kind, "organisation": other}
    MembershipFactory(**terms, until=away(10))
    MembershipFactory(**terms, since=away(10))
    assert places_used(make_agreement(**terms, places=1, since=away(0), by=None)) == 1


def test_one_after_the_other_in_one_place_stay(agreement):
    member(agreement, until=away(10))
    member(agreement, since=away(10))
    assert beyond_agreements() == []
    assert not what_ends_with(agreement, places=1, until=agreement.until)


def test_who_has_no_place_from_a_day_on_ends_on_that_day(agreement):
    first = member(agreement, since=away(20), decided_at=timezone.now() - timedelta(days=9))
    second = member(agreement)
    assert beyond_agreements() == [(second, away(20))]
    assert first.since == away(20)


def test_fewer_places_end_nobody_whose_days_lie_apart(agreement, contact):
    change_agreement(agreement=agreement, places=2, until=agreement.until, by=None)
    agreement.refresh_from_db()
    member(agreement, until=away(10))
    invited(agreement, contact, first_day=away(12))
    assert not what_ends_with(agreement, places=1, until=agreement.until)
    change_agreement(agreement=agreement, places=1, until=agreement.until, by=None)
    assert Invitation.objects.get().is_open


def test_who_runs_out_before_there_are_fewer_places_makes_nobody_leave(agreement):
    change_agreement(agreement=agreement, places=2, until=agreement.until, by=None)
    agreement.refresh_from_db()
    running_out, staying = member(agreement, until=away(5)), member(agreement)
    wish = {"places": 1, "until": agreement.until, "fewer_from": away(10)}
    ending = what_ends_with(agreement, **wish)
    assert (ending.memberships, ending.choice) == ([(running_out, away(5))], [])
    change_agreement(agreement=agreement, **wish, by=None)
    end_membership(membership=running_out, by=None, on=away(5))
    assert beyond_agreements() == []
    assert staying.until == agreement.until


def test_as_few_leave_as_have_to(agreement):
    """Two and two, one pair after the other: of one place two of them have to leave."""
    change_agreement(agreement=agreement, places=2, until=agreement.until, by=None)
    agreement.refresh_from_db()
    early = [member(agreement, until=away(10)) for _number in range(2)]
    late = [member(agreement, since=away(10)) for _number in range(2)]
    found = what_ends_with(agreement, places=1, until=agreement.until, leaving=[])
    assert (found.too_many, set(found.choice)) == (2, {*early, *late})
    found = what_ends_with(agreement, places=1, until=agreement.until, leaving=[early[0].pk])
    assert found.too_many == 1
    found = what_ends_with(agreement, places=1, until=agreement.until)
    assert [one for one, _on in found.memberships] == [early[1], late[1]]


def by_hand(taken, day):
    return sum(one.since <= day < one.until for one in taken)


@pytest.mark.parametrize("seed", range(40))
def test_days_are_counted_as_by_hand(seed):
    chance = Random(seed)
    wished = [Taken(away(chance.randrange(12)), away(chance.randrange(13))) for _number in range(chance.randrange(8))]
    first, last = sorted(chance.sample(range(13), 2))
    places, wanted = chance.randrange(1, 4), chance.randrange(1, 3)
    days = [away(day) for day in range(first, last)]
    numbers = [by_hand(wished, day) for day in days]
    limits = (away(first), away(last))
    assert most_at_once(wished, *limits) == max(numbers)
    full = [day for day, number in zip(days, numbers, strict=True) if number >= places]
    assert first_day_full(wished, places, *limits) == (full[0] if full else None)
    enough = [day for place, day in enumerate(days) if max(numbers[place:]) + wanted <= places]
    assert first_day_with(wished, places, wanted, *limits) == (enough[0] if enough else None)
    without = without_a_place(wished, places, *limits)
    staying = [one for number, one in enumerate(wished) if number not in without]
    assert max(by_hand(staying, day) for day in days) <= places
    for number in without:
        before = [one for place, one in enumerate(staying) if wished.index(one) < number or place < 0]
        assert any(by_hand([*before, wished[number]], day) > places for day in days)
    sets = [[one for place, one in enumerate(wished) if not bits >> place & 1] for bits in range(2 ** len(wished))]
    enough = [len(wished) - len(rest) for rest in sets if max(by_hand(rest, day) for day in days) <= places]
    assert fewest_beyond(wished, places, *limits) == min(enough)
