import pytest
from django.core import mail

from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import enqueue, send_due

pytestmark = pytest.mark.django_db


def test_a_mail_is_put_in_once_per_key():
    first = enqueue(
        key="k", template="test.note", to_email="a@b.example", language="fr", rendered={"subject": "S", "text": "T"}
    )
    second = enqueue(key="k", template="test.note", to_email="z@b.example", language="fr")
    assert first.state == MessageState.PENDING
    assert second is None
    assert [message.to_email for message in Message.objects.all()] == ["a@b.example"]
    assert send_due() == 1
    assert send_due() == 0
    assert [m.to for m in mail.outbox] == [["a@b.example"]]
