"""Managers add an organisation that is missing, and change those of their own spaces alone."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify

from events.tests.factories import EventFactory
from members.models import Organisation
from members.organisations.queries import like_named
from members.tests.factories import AffiliationFactory, NetworkRoleFactory, OrganisationFactory, UserFactory
from reporting.tests.factories import PartnerFactory
from spaces.enums import Role
from spaces.tests.asking import text
from spaces.tests.factories import (
    AgreementFactory,
    MembershipFactory,
    PassSchemeFactory,
    SpaceFactory,
    SpaceRoleFactory,
)
from training.tests.factories import ProgrammeFactory

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


def training_of(organisation):
    ProgrammeFactory().organisers.add(organisation)
    return organisation


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
    "a training": (lambda space: training_of(own(space)), False),
    "a pass for its people": (lambda space: PassSchemeFactory(employer=own(space)).employer, False),
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


def added(client, name="Les Tisserands", **fields):
    client.post(ADD, sent(name, **fields))
    return Organisation.objects.get(name=name)


def delete(organisation):
    return reverse("admin:members_organisation_delete", args=[organisation.pk])


def test_what_a_manager_has_added_is_kept_with_the_day_and_shown(client, boss):
    made = added(client)
    assert (made.added_by, timezone.localdate(made.added_at)) == (boss, timezone.localdate())
    assert str(boss) in client.get(change(made)).text
    client.force_login(NetworkRoleFactory(role="administrator", user__language="en").user)
    client.post(change(made), sent("Les Tisserands", town="Couvin"))
    made.refresh_from_db()
    assert (made.town, made.added_by) == ("Couvin", boss)


def test_a_manager_mends_or_deletes_what_they_added_while_nothing_uses_it(client, space, boss):
    wrong, right = added(client, "Les Tiserands"), added(client, "Ateliers du Viroin")
    listed = client.get(reverse("admin:members_organisation_changelist")).context["cl"].result_list
    assert {wrong, right} == set(listed)
    assert client.post(change(wrong), sent("Les Tisserands", slug=wrong.slug)).status_code == 302
    wrong.refresh_from_db()
    assert wrong.name == "Les Tisserands"
    assert f'href="{delete(wrong)}"' in client.get(change(wrong)).text
    assert client.post(delete(wrong), {"post": "yes"}).status_code == 302
    assert not Organisation.objects.filter(pk=wrong.pk).exists()
    AgreementFactory(space=space, organisation=right)
    assert client.get(change(right)).status_code == 200
    assert client.post(delete(right), {"post": "yes"}).status_code in {403, 404}
    assert Organisation.objects.filter(pk=right.pk).exists()


@pytest.mark.parametrize("use", [name for name, (_make, is_theirs) in CASES.items() if not is_theirs])
def test_what_a_manager_added_is_the_networks_once_others_use_it(client, space, boss, use):
    organisation = CASES[use][0](space)
    Organisation.objects.filter(pk=organisation.pk).update(added_by=boss)
    reached = client.get(change(organisation)).status_code == 200
    assert reached == (use == "nothing at all")
    assert (client.get(delete(organisation)).status_code == 200) == reached


def test_another_manager_does_not_reach_what_one_has_added(client, space, boss):
    made = added(client)
    client.force_login(SpaceRoleFactory(space=space).user)
    assert client.get(change(made)).status_code == 404
    assert client.post(delete(made), {"post": "yes"}).status_code == 404
    assert Organisation.objects.filter(pk=made.pk).exists()


def test_a_manager_reads_a_form_in_order_with_one_button(client, boss):
    """The tick that it is another one stands below the name, the address on the site last, the country is chosen."""
    OrganisationFactory(name="Les Tisserands", slug="lt")
    page = client.get(ADD)
    assert 'name="_save"' in page.text
    assert "_addanother" not in page.text
    assert "_continue" not in page.text
    assert page.context["adminform"].form.initial["country"] == "BE"
    asked = client.post(ADD, sent("Les Tisserands", slug=""))
    assert set(asked.context["adminform"].form.errors) == {"name"}
    order = [asked.text.index(f'name="{name}"') for name in ("name", "is_another", "country", "description_fr", "slug")]
    assert order == sorted(order)


def test_an_address_is_made_from_the_name_and_a_taken_one_is_refused(client, boss):
    OrganisationFactory(name="Autre chose", slug="cafe-ardenne")
    assert added(client, "Café Ardenne", slug="").slug == "cafe-ardenne-2"
    refused = client.post(ADD, sent("Tout autre", slug="cafe-ardenne"))
    assert set(refused.context["adminform"].form.errors) == {"slug"}


def test_a_manager_deletes_none_and_names_nobody_for_all_spaces(client, space, boss):
    organisation = own(space)
    assert client.get(reverse("admin:members_organisation_delete", args=[organisation.pk])).status_code in {403, 404}
    assert client.get(reverse("admin:members_organisation_people", args=[organisation.pk])).status_code in {403, 404}


def test_others_add_none(client):
    for user in (NetworkRoleFactory().user, SpaceRoleFactory(role=Role.FRONT_DESK).user, UserFactory()):
        client.force_login(user)
        client.post(ADD, sent("Les Tisserands"))
    assert not Organisation.objects.filter(name="Les Tisserands").exists()


@pytest.mark.parametrize("name", ["...", "🙂", "« - »"])
def test_a_name_of_signs_alone_is_refused(client, boss, name):
    answer = client.post(ADD, sent(name, slug="signs"))
    assert "letters or digits" in text(answer)
    assert not Organisation.objects.filter(name=name).exists()


def test_a_manager_reads_before_an_agreement_whose_hands_it_changes(client, space, boss):
    assert "Once it has them at a second one" in text(client.get(reverse("admin:spaces_agreement_add")))


def test_a_manager_chooses_among_all_of_them(client, space, boss):
    elsewhere = AgreementFactory().organisation
    assert f'value="{elsewhere.pk}"' in client.get(reverse("admin:spaces_agreement_add")).text
