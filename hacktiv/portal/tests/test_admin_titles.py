"""Test the titles and messages of the admin in three languages, with articles and genders that are right."""

import pytest
from django.contrib import admin
from django.urls import reverse

from hacktiv.portal.admin_titles import TITLES
from members.tests.factories import UserFactory
from spaces.models import Feature, Service
from spaces.tests.factories import HomeSpaceFactory, SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def heading(response):
    return response.context["title"]


def test_every_table_of_the_admin_has_its_titles():
    assert set(TITLES) == {model._meta.label for model in admin.site._registry}


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("fr", ["Équipements", "Ajouter un équipement", "Modifier l’équipement"]),
        ("nl", ["Kenmerken", "Een kenmerk toevoegen", "Het kenmerk wijzigen"]),
        ("en", ["Features", "Add a feature", "Change the feature"]),
    ],
)
def test_pages_are_titled_as_a_sentence(client, language, titles):
    client.force_login(UserFactory(is_superuser=True, is_staff=True, language=language))
    feature = Feature.objects.create(slug="quiet", name="Au calme")
    found = [
        client.get(reverse(f"admin:spaces_feature_{page}", args=args))
        for page, args in (("changelist", []), ("add", []), ("change", [feature.pk]))
    ]
    assert [heading(response) for response in found] == titles
    assert f"<h1>{titles[2]}</h1>" in found[2].text


def test_a_page_that_is_only_read_bears_the_name_of_the_table(client):
    manager = UserFactory()
    space = SpaceFactory(managers=[manager])
    home = HomeSpaceFactory(space=space)
    client.force_login(manager)
    response = client.get(reverse("admin:spaces_homespace_change", args=[home.pk]))
    assert heading(response) == "Espace d’attache"
    response = client.get(reverse("admin:members_user_change", args=[home.user.pk]))
    assert heading(response) == str(home.user)


def test_a_list_deletes_and_tells_of_a_table_of_any_gender(superuser):
    service = Service.objects.create(slug="coffee", name="Café")
    page = superuser.get(reverse("admin:spaces_service_changelist")).text
    values = {"slug": "coffee", "name_fr": "Thé", "name_nl": "", "name_en": ""}
    saved = superuser.post(reverse("admin:spaces_service_change", args=[service.pk]), values, follow=True)
    assert "Supprimer la sélection" in page and "sélectionnés" not in page
    assert "Enregistré\N{NO-BREAK SPACE}: service" in saved.text
