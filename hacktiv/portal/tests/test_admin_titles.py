"""Test the titles and messages of the admin in three languages, with articles and genders that are right."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import override

from events.tests.factories import EventFactory
from hacktiv.portal.admin_titles import TITLES
from members.tests.factories import UserFactory
from spaces.models import Service
from spaces.tests.factories import MembershipFactory, SpaceFactory

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
        ("fr", ["Événements", "Ajouter un événement", "Modifier l’événement"]),
        ("nl", ["Evenementen", "Een evenement toevoegen", "Het evenement wijzigen"]),
        ("en", ["Events", "Add an event", "Change the event"]),
    ],
)
def test_pages_are_titled_as_a_sentence(superuser, language, titles):
    event = EventFactory(room=None)
    with override(language):
        found = [
            superuser.get(reverse(f"admin:events_event_{page}", args=args))
            for page, args in (("changelist", []), ("add", []), ("change", [event.pk]))
        ]
    assert [heading(response) for response in found] == titles
    assert f"<h1>{titles[2]}</h1>" in found[2].text


def test_a_page_that_is_only_read_bears_the_name_of_the_table(client):
    manager = UserFactory()
    space = SpaceFactory(managers=[manager])
    membership = MembershipFactory(space=space)
    client.force_login(manager)
    with override("fr"):
        response = client.get(reverse("admin:members_user_change", args=[membership.user.pk]))
    assert heading(response) == "Personne"


def test_a_list_deletes_and_tells_of_a_table_of_any_gender(superuser):
    service = Service.objects.create(slug="coffee", name="Café")
    with override("fr"):
        page = superuser.get(reverse("admin:spaces_service_changelist")).text
        saved = superuser.post(
            reverse("admin:spaces_service_change", args=[service.pk]),
            {"slug": "coffee", "name_fr": "Thé", "name_nl": "", "name_en": ""},
            follow=True,
        )
    assert "Supprimer la sélection" in page and "sélectionnés" not in page
    assert "Enregistré\N{NO-BREAK SPACE}: service" in saved.text
