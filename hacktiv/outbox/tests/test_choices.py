"""Optional mails, and how people refuse them."""

import pytest
from django.core import mail
from django.test import Client

from hacktiv.outbox import registry
from hacktiv.outbox.choices import choice_path
from hacktiv.outbox.models import Message, MessageState, OptOut
from hacktiv.outbox.operations import enqueue, follow_address, send_due
from hacktiv.outbox.registry import Mail

pytestmark = pytest.mark.django_db

ADDRESS = "Ada@b.example"


@pytest.fixture
def optional(kind, monkeypatch):
    monkeypatch.setattr(registry, "_optional", {"test.kind"})
    return kind(lambda context: Mail(context={"word": "ici"}))


def send(name, key):
    enqueue(key=key, template=name, to_email=ADDRESS, language="fr")
    return send_due()


def test_an_optional_mail_says_how_to_refuse_such_mails(optional, settings):
    assert send(optional, "1") == 1
    (sent,) = mail.outbox
    address = sent.extra_headers["List-Unsubscribe"]
    whose, _time, _signature = address.removeprefix(f"<{settings.SITE_URL}").rsplit(":", 2)
    assert whose == choice_path(ADDRESS).rsplit(":", 2)[0].replace("/nl/", "/fr/")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_post_of_a_mail_program_refuses_and_a_get_changes_nothing(optional):
    client = Client(enforce_csrf_checks=True)
    page = choice_path(ADDRESS)
    assert client.get(page).status_code == 200
    assert not OptOut.objects.exists()
    for _click in range(2):
        assert client.post(page, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [row.email for row in OptOut.objects.all()] == ["ada@b.example"]
    assert send(optional, "1") == 0
    assert Message.objects.get().state == MessageState.DROPPED
    assert client.post(page, {"choice": "allow"}).url == page
    assert send(optional, "2") == 1


def test_a_needed_mail_leaves_in_spite_of_a_refusal(kind):
    OptOut.objects.create(email=ADDRESS.lower())
    assert send(kind(lambda context: Mail(context={"word": "ici"})), "1") == 1
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_only_the_holder_of_a_link_chooses_for_its_address(client):
    assert client.post(f"{choice_path(ADDRESS)[:-2]}x/").status_code == 404
    assert not OptOut.objects.exists()


def test_a_choice_follows_its_person():
    OptOut.objects.create(email="old@b.example")
    follow_address(old="Old@b.example", new="New@b.example")
    follow_address(old="nobody@b.example", new="other@b.example")
    assert [row.email for row in OptOut.objects.all()] == ["new@b.example"]
