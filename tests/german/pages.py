"""The pages of a platform that speaks German too. Run in a process of its own by `tests/test_fourth_language.py`."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from modeltranslation.admin import TranslationAdmin
from modeltranslation.translator import translator

from events.models import Event
from events.registering.operations import register
from events.tests.factories import EventFactory
from hacktiv import demo
from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.models import User
from members.tests.factories import UserFactory
from reporting.models import Activity, Period
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.factories import ActivityFactory
from spaces.models import Space
from tests.pages import Page
from tests.site import ROLES, load_all, signed_in
from tests.test_pages import LANDMARKS, walked

pytestmark = pytest.mark.django_db
TRANSLATED_ADMINS = [model for model, own in admin.site._registry.items() if isinstance(own, TranslationAdmin)]


@pytest.fixture(scope="module", autouse=True)
def network(module_data):
    load_all()


@pytest.mark.parametrize("role", ROLES)
def test_every_link_leads_to_a_whole_page_in_german(role):
    views, wrong = walked(role, "de", each=1)
    assert not wrong, "\n".join(wrong)
    assert {view for view in LANDMARKS[role] if not view.startswith("admin:")} <= views


def test_the_interface_falls_back_to_french_and_offers_german(client):
    page = client.get("/de/").text
    assert '<html lang="de">' in page
    assert "une seule Ardenne" in page
    assert re.search(r'<a href="/de/"\s+lang="de"\s+hreflang="de"[^>]*>Deutsch</a>', page)
    assert re.search(r'<link rel="alternate"\s+hreflang="de"', page)
    assert re.search(r'hreflang="de"', client.get("/fr/").text)


def test_content_is_german_where_it_is_written_and_french_elsewhere(client):
    space = Space.objects.published().exclude(tagline_fr="").first()
    page = client.get(f"/de{reverse('portal:space', args=[space.slug])[3:]}").text
    assert re.search(r'lang="fr">\s*' + re.escape(space.tagline_fr[:20]), page)
    Space.objects.filter(pk=space.pk).update(tagline_de="Ein Haus am Fluss")
    page = client.get(f"/de{reverse('portal:space', args=[space.slug])[3:]}").text
    assert "Ein Haus am Fluss" in page


def test_a_search_finds_german_words(client):
    event = EventFactory(title_fr="Une marche", title_de="Frühlingswanderung")
    assert event.get_absolute_url()[3:] in client.get("/de/agenda/?q=fruhlingswanderung").text


@pytest.mark.parametrize("model", TRANSLATED_ADMINS, ids=lambda model: model._meta.label)
def test_the_form_of_a_translated_model_has_german_fields(model):
    client = Client()
    client.force_login(UserFactory(superuser=True, language="de"))
    stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    # Half-years are made by their project, activities by their work package, and an event begins with its type.
    made_elsewhere = model in {Activity, Event, Period}
    row = (model.objects.order_by("-pk").first() or ActivityFactory()) if made_elsewhere else None
    answer = client.get(reverse(f"{stem}_change", args=[row.pk]) if row else reverse(f"{stem}_add"))
    assert answer.status_code == 200
    fields = {re.sub(r"^.*-", "", name) for form in Page(answer.text).forms for name in form.fields}
    french = {name for name in fields if name.endswith("_fr")}
    assert french
    assert {f"{name[:-3]}_de" for name in french} <= fields


def test_the_admin_of_a_german_manager_answers(client):
    User.objects.filter(email=demo.MANAGER).update(language="de")
    client = signed_in("manager")
    event = Event.objects.filter(state="published", space__roles__user__email=demo.MANAGER).first()
    pages = [reverse("admin:index"), reverse("admin:events_event_change", args=[event.pk])]
    pages += [
        reverse(f"admin:events_event_{name}", args=[event.pk])
        for name in ("survey", "survey_questions", "questions", "message_rules", "messages", "attendance")
    ]
    answers = {page: client.get(page) for page in pages}
    assert {page: answer.status_code for page, answer in answers.items() if answer.status_code != 200} == {}
    assert "text_de" in answers[pages[3]].text and "Deutsch" in answers[pages[3]].text
    assert "text_de" in answers[pages[4]].text
    assert "words_de" in answers[pages[5]].text


def test_a_german_member_chooses_german_and_is_written_to(client):
    member = UserFactory(language="de")
    client.force_login(member)
    with translation.override("de"):
        page = client.get(reverse("members:profile")).text
    assert re.search(r'value="de"[^>]*(?:selected|checked)[^>]*>\s*Deutsch', page)
    event = EventFactory(title_fr="Une marche")
    register(event=event, user=member)
    message = Message.objects.filter(to_email=member.email, template="events.confirmation").get()
    with translation.override("nl"):
        mail = render(message)
    assert message.language == "de"
    assert "Une marche" in mail.subject
    assert "/de/" in mail.body


def test_calendar_files_are_served_in_german(client):
    event = EventFactory(title_fr="Une marche", title_de="Eine Wanderung")
    with translation.override("de"):
        addresses = [reverse("events:ics", args=[event.slug]), reverse("events:feed_ics"), reverse("events:feed_atom")]
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("Eine Wanderung" in answer.text for answer in answers)


@pytest.mark.parametrize("extension", FORMATS)
def test_a_report_is_written_in_german(extension, tmp_path):
    period = Period.objects.filter(label="S2-2020", project__slug="hacktiv-ardenne").get()
    output = tmp_path / f"report.{extension}"
    options = {"language": "de", "format": extension, "output": str(output)}
    call_command("export_report", period.project.slug, period.label, **options)
    assert output.stat().st_size > 500


def test_every_translated_field_has_its_german_column():
    models = [model for model in apps.get_models() if model in translator.get_registered_models(abstract=False)]
    assert len(models) > 15
    for model in models:
        names = {field.name for field in model._meta.get_fields()}
        assert {f"{name}_de" for name in translator.get_options_for_model(model).all_fields} <= names
