"""Managers cancel an agreement before it begins, put its places down and up again, and read what that brings."""

import pytest
from django.urls import reverse
from django.utils import translation

from hacktiv.common import dates
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.enums import MembershipState
from spaces.memberships.operations import (
    Wish,
    change_agreement,
    end_membership,
    give_membership,
    invite,
    renew_membership,
    take_back_end,
)
from spaces.memberships.queries.places import places_used
from spaces.tests.asking import refused, text
from spaces.tests.factories import AgreementFactory, MembershipKindFactory, SpaceRoleFactory, away

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def agreement(db):
    return AgreementFactory(kind=MembershipKindFactory(lasts_months=12), until=away(100))


@pytest.fixture
def boss(client, agreement):
    user = SpaceRoleFactory(space=agreement.space, user__language="en").user
    client.force_login(user)
    return user


def given(agreement, **fields):
    here = {name: getattr(agreement, name) for name in ("space", "kind", "organisation")}
    return give_membership(
        user=UserFactory(), **here, since=max(away(0), agreement.since), until=agreement.until, by=None, **fields
    )


def alter(client, agreement, **wish):
    wish = {"places": agreement.places, "last_day": agreement.last_day or "", **wish}
    return client.post(reverse("admin:spaces_agreement_alter", args=[agreement.pk]), wish, follow=True)


def confirm(client, agreement, shown, **wish):
    coming, offers = shown.context["coming"], shown.context["offers"]
    return alter(client, agreement, seen=sorted(coming.marks), offered=offers.values(), **wish)


def invited(agreement):
    wish = {"kind": agreement.kind, "organisation": agreement.organisation, "first_day": agreement.since}
    return invite(space=agreement.space, wish=Wish(email="zoe@ardenne.example", **wish), by=None)


def test_an_agreement_to_come_is_cancelled_by_a_tick(client, agreement, boss):
    here = {name: getattr(agreement, name) for name in ("space", "kind", "organisation")}
    coming = AgreementFactory(**here, since=away(100), until=away(400))
    AffiliationFactory(organisation=coming.organisation)
    own, invitation = given(coming), invited(coming)
    wrong = text(alter(client, coming, last_day=f"{away(50)}"))
    assert "or is cancelled before it begins" in wrong
    shown = alter(client, coming, cancels="on")
    assert str(own.user) in text(shown)
    confirm(client, coming, shown, cancels="on")
    for row in (coming, own, invitation):
        row.refresh_from_db()
    assert (coming.is_empty, own.state) == (True, MembershipState.ENDED)
    assert invitation.taken_back_at
    assert 'name="cancels"' not in client.get(reverse("admin:spaces_agreement_alter", args=[agreement.pk])).text


def test_who_was_to_leave_is_offered_to_stay_once_there_are_more_places(client, agreement, boss):
    staying, leaving = given(agreement), given(agreement)
    wish = {"places": 1, "fewer_from": f"{away(10)}"}
    confirm(client, agreement, alter(client, agreement, **wish), **wish, leaving=[leaving.pk])
    leaving.refresh_from_db()
    agreement.refresh_from_db()
    assert leaving.until == away(10)
    shown = alter(client, agreement, places=2)
    [offer] = shown.context["coming"].longer
    assert (offer.membership, offer.until, offer.is_wished) == (leaving, agreement.until, False)
    assert "was to leave after" in text(shown)
    confirm(client, agreement, shown, places=2, longer=[leaving.pk])
    leaving.refresh_from_db()
    assert (leaving.until, leaving.end_is_decided) == (agreement.until, False)
    assert staying.until == agreement.until


def test_who_leaves_by_themselves_is_not_offered_to_stay(client, agreement, boss):
    own = given(agreement)
    end_membership(membership=own, by=own.user, on=away(10))
    alter(client, agreement, places=3)
    agreement.refresh_from_db()
    assert agreement.places == 3, "Nothing had to be shown."


def test_who_was_to_leave_does_not_stay_beyond_the_places(agreement):
    given(agreement)
    leaving = given(agreement)
    end_membership(membership=leaving, by=None, on=away(10))
    agreement = change_agreement(agreement=agreement, places=1, until=agreement.until, by=None, fewer_from=away(10))
    with refused("no_place"):
        renew_membership(membership=leaving, by=None, until=agreement.until)


def test_who_takes_their_end_back_does_not_stay_beyond_the_places(agreement):
    given(agreement)
    own = given(agreement)
    own = end_membership(membership=own, by=own.user, on=away(10))
    agreement = change_agreement(agreement=agreement, places=1, until=agreement.until, by=None, fewer_from=away(10))
    with refused("no_place"):
        take_back_end(membership=own, by=own.user)
    assert places_used(agreement, since=away(10)) == 1


def test_a_renewal_is_suggested_within_the_agreement(client, agreement, boss):
    own = given(agreement)
    end_membership(membership=own, by=None, on=away(10))
    page = client.get(reverse("admin:spaces_membership_renew", args=[own.pk]))
    assert page.context["form"].initial["last_day"] == agreement.last_day
    renewed = renew_membership(membership=own, by=None, until=agreement.until)
    assert renewed.until == agreement.until


def test_selected_memberships_are_renewed_within_their_agreements(client, agreement, boss):
    own = given(agreement)
    end_membership(membership=own, by=None, on=away(10))
    page = reverse("admin:spaces_membership_changelist")
    wish = {"action": "renew_selected", "_selected_action": [own.pk]}
    client.post(page, wish)
    client.post(page, {**wish, "ends": f"{own.pk}:{away(10)}"})
    own.refresh_from_db()
    assert own.until == agreement.until


def test_the_page_says_who_is_written_to_and_what_ends(client, agreement, boss):
    here = {"kind": agreement.kind, "organisation": agreement.organisation}
    given(agreement)
    invite(space=agreement.space, wish=Wish(email="zoe@ardenne.example", **here), by=None)
    shown = alter(client, agreement, places=1)
    assert "Nobody gets an e-mail about an invitation" in text(shown)
    assert "will be told by e-mail" not in text(shown)
    confirm(client, agreement, shown, places=1)
    agreement.refresh_from_db()
    last = away(5)
    shown = alter(client, agreement, last_day=f"{last}")
    assert "Each member who leaves will be told by e-mail" in text(shown)
    done = text(confirm(client, agreement, shown, last_day=f"{last}"))
    assert "1 membership ends by this change." in done


def test_the_list_of_invitations_names_the_organisation_and_the_first_day(client, agreement, boss):
    coming = AgreementFactory(space=agreement.space, kind=agreement.kind, since=away(30))
    invited(coming)
    row = text(client.get(reverse("admin:spaces_invitation_changelist")))
    assert coming.organisation.name in row
    assert "First day" in row
    assert dates.day(away(30), weekday=False) in client.get(reverse("admin:spaces_invitation_changelist")).text
