"""Test that the page of an organisation's contact says when places are free, and of which agreement."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from hacktiv.common import dates
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.memberships.operations import end_membership, invite_own_people
from spaces.models import Invitation
from spaces.tests.asking import text as text_of
from spaces.tests.factories import AgreementFactory, MembershipFactory, away

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def flat(words):
    return " ".join(words.split())


def text(answer):
    return flat(text_of(answer))


def written(days, weekday=False):
    return flat(dates.day(away(days), weekday=weekday))


@pytest.fixture
def present(db):
    """One place, for twenty days more."""
    return AgreementFactory(places=1, until=away(20), space__name="La Ferme")


@pytest.fixture
def coming(present):
    return AgreementFactory(**here(present), places=2, since=away(20), until=away(60))


@pytest.fixture
def contact(client, present):
    user = AffiliationFactory(organisation=present.organisation, user__language="en").user
    client.force_login(user)
    return user


def here(agreement):
    return {"organisation": agreement.organisation, "space": agreement.space, "kind": agreement.kind}


def member(agreement, **fields):
    return MembershipFactory(**here(agreement), **{"until": agreement.until, **fields})


def page_of(agreement):
    return reverse("portal:organisation", args=[agreement.organisation.slug])


def post(client, agreement, addresses="zoe@ardenne.example", **fields):
    sent = {"agreement": agreement.pk, "addresses": addresses, "language": "fr", **fields}
    return client.post(page_of(agreement), sent)


def test_the_first_agreement_with_places_is_chosen_and_each_says_how_many(client, present, coming, contact):
    member(present)
    answer = client.get(page_of(present))
    form = answer.context["form"]
    assert form["agreement"].value() == coming.pk
    labels = [label for _key, label in form.fields["agreement"].choices]
    assert [label.partition(": ")[0] for label in labels] == ["No place left", "2 places left"]
    assert written(19) in flat(labels[0])
    assert written(20) in flat(labels[1])
    shown = text(answer)
    assert f"La Ferme, from {flat(dates.day(present.since, weekday=False))} to {written(19)}" in shown
    assert f"La Ferme, from {written(20)} to {written(59)}" in shown


def test_a_refusal_names_the_days_and_the_agreement_with_places(client, present, coming, contact):
    member(present)
    answer = post(client, present)
    assert answer.status_code == 409
    shown = text(answer)
    assert re.search(rf"to {written(19)}\W+1\. Left: 0\.", shown)
    assert f"From {written(20, weekday=True)} on: 2 places left." in shown


def test_nothing_is_to_be_sent_where_all_is_full(client, present, contact):
    member(present)
    shown = client.get(page_of(present)).text
    assert 'name="addresses"' not in shown
    assert "All places are taken" in shown
    assert 'name="addresses"' in post(client, present).text


def test_a_place_that_ends_is_offered_from_its_day(client, present, contact):
    end_membership(membership=member(present), by=contact, on=away(10))
    shown = text(client.get(page_of(present)))
    assert f"Free from {written(10, weekday=True)} on" in shown
    assert f"From {written(10, weekday=True)} on 1 place is free." in shown
    assert post(client, present, first_day=f"{away(9)}").status_code == 409
    assert not Invitation.objects.exists()
    assert post(client, present).status_code == 302
    assert Invitation.objects.get().first_day == away(10)
    shown = text(client.get(page_of(present)))
    assert f"First day: {written(10, weekday=True)}" in shown
    assert f"from {written(10, weekday=True)} on, can be answered" in shown


def test_a_first_day_outside_the_agreement_is_refused_beside_it(client, present, coming, contact):
    answer = post(client, coming, first_day=f"{away(3)}")
    assert answer.status_code == 409
    assert written(20) in answer.context["form"].errors["first_day"][0].replace("\xa0", " ")


def test_who_has_a_place_is_told_of_with_its_last_day_and_the_address_stays(client, present, coming, contact):
    nora = member(present, user__email="Nora@ardenne.example").user
    answer = post(client, coming, nora.email)
    assert answer.status_code == 409
    words = f"nora@ardenne.example has a place until {written(19, weekday=True)}: the team of the space renews it."
    assert words in text(answer)
    assert answer.context["form"]["addresses"].value() == nora.email


def test_of_several_addresses_those_that_are_left_out_are_named(client, present, coming, contact):
    coming.places = 4
    coming.save()
    lasting = member(coming, since=away(20), until=None, user=UserFactory(email="leo@ardenne.example"))
    invite_own_people(agreement=coming, addresses=["ana@ardenne.example"], language="fr", by=contact)
    post(client, coming, f"{lasting.user.email}, ana@ardenne.example, zoe@ardenne.example")
    shown = text(client.get(page_of(present)))
    assert "1 person is invited by e-mail." in shown
    assert "leo@ardenne.example has a place without an end." in shown
    assert "Invited already: ana@ardenne.example" in shown
