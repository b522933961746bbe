"""A mailing leaves behind all other mails, and says nothing of the mail's health while it waits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hacktiv.outbox.models import Message, MessageState, Priority
from hacktiv.outbox.operations import cancel_about, send_due, send_due_alone, sending

from .factories import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOURS_AGO = timezone.now() - timedelta(hours=3)


def of_mailing(**fields):
    return MessageFactory(priority=Priority.MAILING, due_at=HOURS_AGO, about="mailing:1", **fields)


def test_a_later_reminder_leaves_before_an_older_mailing(mailoutbox):
    of_mailing(to_email="un@ardenne.example")
    MessageFactory(to_email="rappel@ardenne.example")
    of_mailing(to_email="deux@ardenne.example")
    send_due()
    assert [mail.to[0] for mail in mailoutbox] == [
        "rappel@ardenne.example",
        "un@ardenne.example",
        "deux@ardenne.example",
    ]


def test_a_reminder_that_becomes_due_in_the_middle_is_next(mailoutbox, monkeypatch):
    for number in range(4):
        of_mailing(to_email=f"{number}@ardenne.example")
    deliver = sending._deliver

    def deliver_and_remind(message, *, now):
        outcome = deliver(message, now=now)
        if message.to_email.startswith("1@"):
            MessageFactory(to_email="rappel@ardenne.example")
        return outcome

    monkeypatch.setattr(sending, "_deliver", deliver_and_remind)
    send_due()
    assert [mail.to[0].partition("@")[0] for mail in mailoutbox] == ["0", "1", "rappel", "2", "3"]


def test_a_reminder_of_another_day_does_not_hold_a_mailing_back(mailoutbox):
    MessageFactory(due_at=timezone.now() + timedelta(days=1))
    of_mailing()
    send_due()
    assert len(mailoutbox) == 1


def test_a_mailing_in_line_is_not_late_mail():
    of_mailing()
    assert Message.objects.waiting_since(timezone.now()) is None
    MessageFactory(due_at=HOURS_AGO)
    assert Message.objects.waiting_since(timezone.now()) is not None


def test_a_mailing_that_no_server_answers_is_late_from_then_on(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = of_mailing()
    send_due()
    message.refresh_from_db()
    assert message.unanswered_since == message.claimed_at
    assert Message.objects.waiting_since(timezone.now()) == message.claimed_at
    # Its server may answer by now: it waits for its turn.
    Message.objects.update(due_at=timezone.now())
    assert Message.objects.waiting_since(timezone.now()) is None


def test_a_sender_gives_its_worker_back_in_the_middle_of_a_mailing(mailoutbox, monkeypatch):
    for _number in range(5):
        of_mailing()
    woken = []
    monkeypatch.setattr(sending, "LONGEST_TURN", 0)
    monkeypatch.setattr(sending, "wake", lambda: woken.append(True))
    assert send_due_alone() == 1
    assert woken == [True]
    while Message.objects.pending().exists():
        send_due_alone()
    assert len(mailoutbox) == 5


def test_what_no_sender_has_taken_is_cancelled_at_once(mailoutbox):
    waiting, other = of_mailing(context={"person": 1}), MessageFactory(due_at=timezone.now() + timedelta(days=1))
    leaving = of_mailing(state=MessageState.CLAIMED, claimed_by="sender", claimed_at=timezone.now())
    assert cancel_about(about="mailing:1") == 1
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {
        waiting.pk: MessageState.CANCELLED,
        other.pk: MessageState.PENDING,
        leaving.pk: MessageState.CLAIMED,
    }
    waiting.refresh_from_db()
    assert (waiting.context, waiting.rendered) == ({}, None)
