"""Managers add an organisation that is missing, and change those of their own spaces alone."""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify

from events.tests.factories import EventFactory
from members.models import Organisation
from members.organisations.queries import like_named
from members.tests.factories import AffiliationFactory, NetworkRoleFactory, OrganisationFactory, UserFactory
from reporting.tests.factories import PartnerFactory
from spaces.enums import Role
from spaces.tests.asking import text
from spaces.tests.factories import AgreementFactory, MembershipFactory, SpaceFactory, SpaceRoleFactory

pytestmark = pytest.mark.django_db
ADD = reverse("admin:members_organisation_add")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def space():
    return SpaceFactory()


@pytest.fixture
def boss(client, space):
    user = SpaceRoleFactory(space=space, user__language="en").user
    client.force_login(user)
    return user


def sent(name, **fields):
    return {"name": name, "slug": slugify(name), "country": "BE", **fields}


def change(organisation):
    return reverse("admin:members_organisation_change", args=[organisation.pk])


def test_a_manager_adds_an_organisation_on_the_way_to_its_agreement(client, space, boss):
    form = reverse("admin:spaces_agreement_add")
    assert f'href="{ADD}"' in client.get(form).text
    answer = client.post(ADD, sent("Les Tisserands"))
    made = Organisation.objects.get(slug="les-tisserands")
    assert answer.url == f"{form}?organisation={made.pk}"
    assert f'value="{made.pk}" selected' in client.get(answer.url).text


@pytest.mark.parametrize("name", ["LES TISSERANDS", "Les tisserands asbl", "Les Tïsserands", "Tisserands"])
def test_a_like_name_is_asked_about_once(client, boss, name):
    OrganisationFactory(name="Les Tisserands", slug="lt", town="Chimay")
    asked = client.post(ADD, sent(name))
    assert "There is one already: Les Tisserands (Chimay)" in text(asked)
    assert Organisation.objects.exclude(name__startswith="Opér").filter(name=name).count() == 0
    assert client.post(ADD, sent(name, is_another="on")).status_code == 302
    assert Organisation.objects.filter(name=name).exists()


def test_another_name_is_not_asked_about(client, boss):
    OrganisationFactory(name="ART")
    assert like_named("Smart") == []
    assert client.post(ADD, sent("Smart")).status_code == 302


def test_one_that_keeps_its_name_is_not_asked_about(client):
    client.force_login(NetworkRoleFactory(role="administrator").user)
    OrganisationFactory(name="Les Tisserands")
    one = OrganisationFactory(name="Tisserands", slug="t", country="BE")
    assert client.post(change(one), sent("Tisserands", town="Couvin")).status_code == 302
    one.refresh_from_db()
    assert one.town == "Couvin"


def own(space):
    return AgreementFactory(space=space).organisation


CASES = {
    "an agreement at the space": (own, True),
    "people at the space": (
        lambda space: MembershipFactory(space=space, organisation=OrganisationFactory()).organisation,
        True,
    ),
    "a contact named by the space": (lambda space: AffiliationFactory(space=space).organisation, True),
    "nothing at all": (lambda space: OrganisationFactory(), False),
    "an agreement elsewhere": (lambda space: AgreementFactory().organisation, False),
    "an agreement elsewhere too": (lambda space: AgreementFactory(organisation=own(space)).organisation, False),
    "people elsewhere too": (lambda space: MembershipFactory(organisation=own(space)).organisation, False),
    "a contact named by the network": (lambda space: AffiliationFactory(organisation=own(space)).organisation, False),
    "a space that it runs": (lambda space: SpaceFactory(operator=own(space)).operator, False),
    "an event": (lambda space: EventFactory(organisers=[own(space)]).organisers.get(), False),
    "a project": (lambda space: PartnerFactory(organisation=own(space)).organisation, False),
}


@pytest.mark.parametrize("case", CASES)
def test_a_manager_changes_those_of_their_spaces_alone(client, space, boss, case):
    make, is_theirs = CASES[case]
    organisation = make(space)
    wish = sent("Renamed", slug=organisation.slug, is_another="on")
    assert client.get(change(organisation)).status_code == (200 if is_theirs else 404)
    assert client.post(change(organisation), wish).status_code == (302 if is_theirs else 404)
    organisation.refresh_from_db()
    assert (organisation.name == "Renamed") == is_theirs
    listed = client.get(reverse("admin:members_organisation_changelist")).context["cl"].result_list
    assert (organisation in listed) == is_theirs


def test_a_manager_opens_none_that_is_not_theirs_alone(client, space, boss):
    others = {case: make(space) for case, (make, is_theirs) in CASES.items() if not is_theirs}
    assert {case for case, one in others.items() if client.get(change(one)).status_code != 404} == set()


def test_a_manager_deletes_none_and_names_nobody_for_all_spaces(client, space, boss):
    organisation = own(space)
    assert client.get(reverse("admin:members_organisation_delete", args=[organisation.pk])).status_code in {403, 404}
    assert client.get(reverse("admin:members_organisation_people", args=[organisation.pk])).status_code in {403, 404}


def test_others_add_none(client):
    for user in (NetworkRoleFactory().user, SpaceRoleFactory(role=Role.FRONT_DESK).user, UserFactory()):
        client.force_login(user)
        client.post(ADD, sent("Les Tisserands"))
    assert not Organisation.objects.filter(name="Les Tisserands").exists()


def test_a_manager_chooses_among_all_of_them(client, space, boss):
    elsewhere = AgreementFactory().organisation
    assert f'value="{elsewhere.pk}"' in client.get(reverse("admin:spaces_agreement_add")).text
