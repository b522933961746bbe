"""Monitoring, the admin's first page and a page of its own say that mails are held after a restore."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from events.core.operations import about
from events.tests.factories import EventFactory
from hacktiv.outbox.models import Hold, HoldReason, Message
from hacktiv.outbox.operations import hold, release, send_due
from hacktiv.outbox.registry import kinds as builders
from hacktiv.outbox.registry import labelled_kinds
from hacktiv.outbox.tests.factories import MessageFactory
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "admin:outbox_message_hold"


@pytest.fixture
def mails():
    """Hold the mails: one was due before, one was put in line before and is due later, one came after."""
    yesterday, tomorrow = (timezone.now() + timedelta(days=days) for days in (-1, 1))
    older, planned = MessageFactory(due_at=yesterday), MessageFactory(due_at=tomorrow)
    Message.objects.all().update(created_at=yesterday)
    hold(reason=HoldReason.RESTORED, backup=uuid4(), backup_made_at=timezone.now() - timedelta(hours=9))
    return older, planned, MessageFactory()


def states(*messages):
    found = dict(Message.objects.values_list("pk", "state"))
    return [found[message.pk] for message in messages]


def test_monitoring_reads_that_mail_is_held_not_that_it_is_late(client, mails):
    assert client.get("/healthz").json()["degraded"]["mail"].startswith("Mail is held since 20")
    release()
    assert client.get("/healthz").json()["degraded"]["mail"].startswith("Mail is late")


def test_monitoring_reads_that_a_restore_has_not_ended(client):
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS 'Restoring the backup i'")
    MessageFactory()
    assert send_due() == 0
    assert "has begun and not ended" in client.get("/healthz").json()["degraded"]["mail"]


@pytest.mark.parametrize("role", ["superuser", "coordinates"])
def test_the_first_page_of_the_admin_says_it(client, mails, role):
    client.force_login(UserFactory(**{role: True}))
    words = client.get("/admin/").content.decode()
    assert "aucun e-mail ne part" in words
    assert "en retard" not in words
    assert (reverse(PAGE) in words) is (role == "superuser")
    assert ("Un super-utilisateur" in words) is (role != "superuser")
    release()
    assert "aucun e-mail ne part" not in client.get("/admin/").content.decode()


def test_a_superuser_sees_what_waits_and_cancels_the_older_ones(client, mails):
    client.force_login(UserFactory(superuser=True))
    page = client.get(reverse(PAGE))
    assert [(kind["template"], kind["count"], kind["older"]) for kind in page.context["kinds"]] == [("test.note", 3, 1)]
    assert "3 e-mails partent" in client.get(reverse(PAGE), {"choice": "all"}).content.decode()
    confirmation = client.get(reverse(PAGE), {"choice": "newer"}).content.decode()
    assert "1 e-mail" in confirmation
    assert states(*mails) == ["pending"] * 3
    answer = client.post(reverse(PAGE), {"choice": "newer"}, follow=True)
    assert states(*mails) == ["cancelled", "pending", "pending"]
    assert "E-mails libérés : 2. Annulés : 1." in answer.content.decode()
    assert client.get(reverse(PAGE)).status_code == 404


def test_nobody_else_releases(client, mails):
    client.force_login(UserFactory(coordinates=True))
    assert client.get(reverse(PAGE)).status_code == 404
    assert client.post(reverse(PAGE), {"choice": "all"}).status_code == 404
    assert Hold.objects.filter(released_at=None).exists()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_kind_of_mail_has_a_name(language):
    with translation.override(language):
        kinds = labelled_kinds()
    assert len(kinds) > len(builders())
    assert not [kind for kind, label in kinds.items() if label == kind]


def test_the_list_of_mails_names_the_kinds(client):
    MessageFactory(template="account.password_reset_key", rendered={"subject": "", "text": ""})
    client.force_login(UserFactory(superuser=True))
    page = client.get(reverse("admin:outbox_message_changelist")).text
    assert ">Lien pour un nouveau mot de passe</" in page
    assert ">account.password_reset_key<" not in page


@pytest.mark.parametrize("role", ["superuser", "coordinates"])
def test_the_first_page_of_the_admin_says_that_the_disk_is_nearly_full(client, settings, role):
    client.force_login(UserFactory(**{role: True}))
    assert "disque" not in client.get("/admin/").text
    settings.DISK_FREE_MB = 10**9
    assert "Le disque est presque plein" in client.get("/admin/").text


LATE = "Les e-mails ont du retard"


@pytest.mark.parametrize("page", ["account_email_verification_sent", "account_reset_password_done", "guest_sent"])
def test_a_page_that_promises_a_mail_says_that_mails_are_late(client, page):
    is_guests = page == "guest_sent"
    address = reverse("events:guest_sent", args=[EventFactory().slug]) if is_guests else reverse(page)
    assert LATE not in client.get(address).text
    hold(reason=HoldReason.RESTORED, backup=uuid4(), backup_made_at=timezone.now())
    assert LATE in client.get(address).text


def test_a_message_sent_again_while_mails_are_held_waits(client):
    event = EventFactory()
    client.force_login(UserFactory(superuser=True))
    hold(reason=HoldReason.RESTORED, backup=uuid4(), backup_made_at=timezone.now())
    failed = MessageFactory(state="failed", about=about(event.pk))
    again = reverse("admin:events_event_message_again", args=[event.pk, failed.pk])
    words = client.post(again, follow=True).text
    assert "Le message est renvoyé." not in words
    assert "une fois libérés" in words
