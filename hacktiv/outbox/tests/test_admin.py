import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message

from .factories import MessageFactory

pytestmark = pytest.mark.django_db
LIST = "admin:outbox_message_changelist"


@pytest.fixture
def chief(client):
    chief = get_user_model().objects.create_superuser("chief@ardenne.example", "pw", language="fr")
    client.force_login(chief)
    return chief


def decide(client, action, *messages):
    page = client.post(reverse(LIST), {"action": action, "_selected_action": [m.pk for m in messages]})
    return [str(message) for message in get_messages(page.wsgi_request)]


def test_mails_that_wait_for_a_decision_stand_first(client, chief):
    sent = MessageFactory(state="sent", sent_at=timezone.now(), rendered=None)
    failed, doubtful, pending = (MessageFactory(state=state) for state in ("failed", "doubtful", "pending"))
    Message.objects.filter(pk=failed.pk).update(error="SMTPRecipientsRefused: 550 no such mailbox")
    page = client.get(reverse(LIST))
    assert b"550 no such mailbox" in page.content
    assert list(page.context["cl"].result_list) == [doubtful, failed, pending, sent]


def test_a_superuser_settles_mails_in_doubt(client, chief):
    again, arrived, pending = MessageFactory(state="doubtful"), MessageFactory(state="doubtful"), MessageFactory()
    decide(client, "send_again", again)
    told = decide(client, "mark_sent", arrived, pending)[1:]  # without the messages of the first decision
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {again.pk: "pending", arrived.pk: "sent", pending.pk: "pending"}
    assert len(told) == 2
    assert pending.to_email in told[0]


def test_a_superuser_cancels_mails_that_wait(client, chief):
    waiting, failed = MessageFactory(), MessageFactory(state="failed")
    [refusal, _settled] = decide(client, "cancel_waiting", waiting, failed)
    assert dict(Message.objects.values_list("pk", "state")) == {waiting.pk: "cancelled", failed.pk: "failed"}
    assert failed.to_email in refusal
    waiting.refresh_from_db()
    assert waiting.rendered is None


def test_nobody_writes_a_message_by_hand_nor_reads_its_secrets(client, chief):
    message = MessageFactory(rendered={"subject": "S", "text": "very secret link", "html": ""})
    change = reverse("admin:outbox_message_change", args=[message.pk])
    page = client.get(change)
    assert page.status_code == 200
    assert b"very secret link" not in page.content
    assert client.post(change, {"to_email": "x@y.example"}).status_code == 404
    assert client.get(reverse("admin:outbox_message_add")).status_code == 404
    assert client.post(reverse("admin:outbox_message_delete", args=[message.pk]), {"post": "yes"}).status_code == 404
    message.refresh_from_db()
    assert message.to_email != "x@y.example"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_messages_costs_the_same_whatever_their_number(client, chief, django_assert_num_queries, count):
    MessageFactory.create_batch(count)
    client.get(reverse(LIST))
    with django_assert_num_queries(8):
        client.get(reverse(LIST))
