"""After a restore no mail leaves until somebody says so, and then none that may have left before, if they want."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from hacktiv.outbox.models import Hold, HoldReason, Message
from hacktiv.outbox.operations import OutboxError, hold, release, send_due, send_due_alone, take_back

from .factories import MessageFactory

pytestmark = pytest.mark.django_db


def restored():
    return hold(reason=HoldReason.RESTORED, backup=uuid4(), backup_made_at=timezone.now() - timedelta(hours=9))


@pytest.fixture
def mails():
    """Hold the mails: one was due before, one was put in line before and is due later, one came after."""
    yesterday, tomorrow = (timezone.now() + timedelta(days=days) for days in (-1, 1))
    older, planned = MessageFactory(due_at=yesterday), MessageFactory(due_at=tomorrow)
    Message.objects.all().update(created_at=yesterday)
    restored()
    return older, planned, MessageFactory()


def states(*messages):
    found = dict(Message.objects.values_list("pk", "state"))
    return [found[message.pk] for message in messages]


def test_no_mail_leaves_while_they_are_held(mails, mailoutbox):
    assert (send_due(), send_due_alone(), mailoutbox) == (0, 0, [])
    assert states(*mails) == ["pending"] * 3


def test_all_leave_once_they_are_released(mails, mailoutbox):
    assert release() == (3, 0)
    assert send_due() == 2
    assert states(*mails) == ["sent", "pending", "sent"]


def test_those_that_may_have_left_before_are_cancelled(mails, mailoutbox):
    assert release(drop_older=True) == (2, 1)
    assert send_due() == 1
    assert states(*mails) == ["cancelled", "pending", "sent"]
    mails[0].refresh_from_db()
    assert (mails[0].rendered, mails[0].context) == (None, {})


def test_a_cancelled_mail_is_not_put_in_line_again():
    mail = MessageFactory(state="cancelled", rendered=None, about="event:1")
    assert take_back(about=["event:1"], kinds=[mail.template]) == 0


def test_a_sender_that_died_leaves_its_mail_in_doubt_all_the_same():
    leaving = MessageFactory(state="claimed", claimed_by="a sender that the backup shows")
    restored()
    send_due()
    assert states(leaving) == ["doubtful"]


def test_one_hold_is_in_force():
    first = restored()
    assert hold(reason=HoldReason.RESTORED, backup=first.backup) == first
    second = restored()
    assert list(Hold.objects.filter(released_at=None)) == [second]
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(reason=HoldReason.RESTORED)


def test_what_is_not_held_is_not_released():
    with pytest.raises(OutboxError) as refused:
        release()
    assert refused.value.code == "not_held"
    with pytest.raises(CommandError, match="The mails are not held"):
        call_command("release_mail")


def test_the_command_releases(mails):
    said = StringIO()
    call_command("release_mail", "--drop-older", stdout=said)
    assert "Released 2 mails and cancelled 1" in said.getvalue()
