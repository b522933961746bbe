"""No page of the admin shows what only a machine reads: a period as Python writes it, a row without a name."""

import json
import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from events.models import Event
from events.programme.operations import hold_rooms
from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from spaces.models import Closure, Feature, Resource, Space
from spaces.tests.factories import FeatureFactory, ResourceFactory, SpaceFactory
from tests.one_person import addresses_about, administrator
from tests.pages import Page
from tests.test_admin_isolation import address, custom_addresses
from tests.test_consistency import tracked
from tests.world import populated

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
#: « Event_organisers object (121) », an instant of Python, a column of the database.
MACHINE = re.compile(r" object \(|\+00:00|\b[a-z]+_(?:at|on|id|by)\b|\bStarts at\b")
DAILY = {Closure, Event, Resource}
in_turn = {
    "argnames": "model",
    "argvalues": [model if model in DAILY else pytest.param(model, marks=pytest.mark.long) for model in MODELS],
    "ids": lambda model: model._meta.label,
}


@pytest.fixture(scope="module")
def world(module_data):
    return populated("Alpha")


@pytest.mark.parametrize(**in_turn)
def test_no_page_of_a_model_shows_machine_words(client, world, model):
    client.force_login(UserFactory(superuser=True))
    key = world.object_of(model).pk
    urls = [address(model, view, key) for view in ("change", "delete", "history")] + [address(model, "changelist")]
    urls += [url for _name, url, _has_object in custom_addresses(model, world)]
    for url in urls:
        answer = client.get(url)
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            assert MACHINE.findall(Page(answer.text).text) == [], url


def test_no_page_about_two_accounts_shows_machine_words(client):
    by = administrator()
    client.force_login(by)
    for url in addresses_about(by):
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert MACHINE.findall(Page(answer.text).text) == [], url


def test_a_hold_is_shown_with_its_day_and_hours(client):
    manager = UserFactory()
    client.force_login(manager)
    space = SpaceFactory(managers=[manager])
    room = ResourceFactory(space=space)
    event = EventFactory(space=space)
    hold_rooms(event=event, resources=[room])
    for url in (address(Resource, "change", room.pk), address(Event, "change", event.pk)):
        assert MACHINE.findall(Page(client.get(url).text).text) == []


def crumbs(answer):
    [way] = re.findall(r'<div class="breadcrumbs">(.*?)</div>', answer.text, re.DOTALL)
    return [step.strip() for step in Page(way).text.split("›")]


def test_the_way_to_a_page_says_each_step_once(client):
    client.force_login(UserFactory(superuser=True))
    space, draft = SpaceFactory(name="La Ferme"), EventFactory(draft=True, title_fr="Soudure")
    ways = {
        address(Space, "changelist"): ["Accueil", "Espaces"],
        address(Space, "change", space.pk): ["Accueil", "Espaces", "La Ferme"],
        address(Space, "history", space.pk): ["Accueil", "Espaces", "La Ferme", "Historique"],
        address(Closure, "changelist"): ["Accueil", "Fermetures"],
        address(Event, "changelist"): ["Accueil", "Événements"],
        address(Event, "delete", draft.pk): ["Accueil", "Événements", str(draft), "Supprimer"],
    }
    assert {url: crumbs(client.get(url)) for url in ways} == ways
    chosen = {"action": "delete_selected", "_selected_action": [FeatureFactory().pk]}
    way = crumbs(client.post(address(Feature, "changelist"), chosen))
    assert way == ["Accueil", "Équipements", "Supprimer plusieurs objets"]


def test_deleting_a_draft_names_it_and_no_row_behind_it(client):
    client.force_login(UserFactory(superuser=True))
    event = EventFactory(draft=True, title_fr="Soudure")
    event.organisers.add(event.space.operator)
    text = Page(client.get(address(Event, "delete", event.pk)).text).text
    assert "Soudure" in text
    assert MACHINE.findall(text) == []
    assert "Relation" not in text


def test_the_history_names_fields_as_the_form_does(client):
    user = UserFactory(superuser=True)
    client.force_login(user)
    event = EventFactory(draft=True)
    changed = [{"changed": {"fields": ["Starts at", "Title [fr]"]}}]
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Event),
        object_id=event.pk,
        object_repr=str(event),
        action_flag=CHANGE,
        change_message=json.dumps(changed),
    )
    text = Page(client.get(address(Event, "history", event.pk)).text).text
    assert "Commence le et Titre [fr]" in text


#: Translated without a context, it would stand for Django's own word before all filters, whatever their gender.
BARE_ALL = re.compile(r"""(?:\b_|gettext|gettext_lazy)\("All"\)|translate "All" %\}""")


def test_the_word_for_no_filter_is_djangos_own():
    product = [path for path in [*tracked("*.py"), *tracked("*.html")] if "tests" not in path.parts]
    assert [str(path) for path in product if BARE_ALL.search(path.read_text())] == []
