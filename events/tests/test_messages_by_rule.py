"""Messages that leave by rule, before an event and after it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.enums import EventState, MessageKind
from events.models import Event, MessageRule
from events.operations import (
    add_walk_in,
    copy_event,
    mark_attendance,
    schedule_messages,
    set_message_rules,
)
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import refuse_optional, send_due
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TWO_HOURS = {"kind": MessageKind.REMINDER, "amount": 2, "unit": "hours", "words_fr": "Apportez de bonnes chaussures."}
A_WEEK = {"kind": MessageKind.REMINDER, "amount": 7, "unit": "days"}


def written(kind="reminder"):
    return Message.objects.filter(template=f"events.{kind}")


def event_in(**delta):
    return EventFactory(starts_at=timezone.now().replace(microsecond=0) + timedelta(**delta))


def now_over(event, **delta):
    """Let the event have ended so long ago."""
    ends_at = timezone.now().replace(microsecond=0) - timedelta(**delta)
    Event.objects.filter(pk=event.pk).update(
        starts_at=ends_at - timedelta(hours=2),
        ends_at=ends_at,
        earliest=timezone.localdate(ends_at - timedelta(hours=2)),
        latest=timezone.localdate(ends_at - timedelta(hours=2)),
        state=EventState.HELD,
    )
    event.refresh_from_db()


def test_an_event_with_rules_of_its_own_keeps_to_them_and_a_type_stands_behind():
    event = event_in(days=7, minutes=30)
    RegistrationFactory(event=event)
    assert schedule_messages() == 0
    event.type.own_messages = True
    event.type.save()
    MessageRule.objects.create(type=event.type, **A_WEEK)
    assert schedule_messages() == 1
    set_message_rules(event=event, wanted=[TWO_HOURS])
    assert schedule_messages(now=event.starts_at - timedelta(hours=24)) == 0
    assert schedule_messages(now=event.starts_at - timedelta(hours=2, minutes=30)) == 1
    assert set(written().values_list("due_at", flat=True)) == {
        event.starts_at - timedelta(days=7),
        event.starts_at - timedelta(hours=2),
    }
    set_message_rules(event=event, wanted=None)
    assert not event.message_rules.exists()


def test_a_rule_that_is_taken_back_leaves_nothing_behind():
    event = event_in(hours=2, minutes=30)
    set_message_rules(event=event, wanted=[TWO_HOURS])
    RegistrationFactory(event=event)
    assert written().count() == 1
    set_message_rules(event=event, wanted=[])
    mail.outbox.clear()
    send_due(now=event.starts_at - timedelta(hours=1))
    assert written().get().state == MessageState.DROPPED


def test_the_organisers_own_words_stand_in_the_mail_in_the_readers_language():
    event = event_in(hours=2, minutes=30)
    set_message_rules(event=event, wanted=[TWO_HOURS])
    RegistrationFactory(event=event, user=UserFactory(language="fr"))
    send_due(now=event.starts_at - timedelta(hours=2))
    reminder = mail.outbox[-1]
    assert "Apportez de bonnes chaussures." in reminder.body
    assert "Apportez de bonnes chaussures." in reminder.alternatives[0][0]
    assert "List-Unsubscribe" in reminder.extra_headers


def test_who_registers_on_the_eve_is_reminded_once_however_many_rules_there_are():
    event = event_in(hours=1)
    set_message_rules(event=event, wanted=[A_WEEK, TWO_HOURS, {**TWO_HOURS, "amount": 20}])
    RegistrationFactory(event=event)
    assert schedule_messages() == 0
    assert [message.context["lead"] for message in written()] == ["2-hours"]


def test_only_who_was_there_is_thanked_and_asked_and_each_once():
    event = event_in(days=1)
    there, absent = (RegistrationFactory(event=event) for _ in range(2))
    now_over(event, hours=3)
    mark_attendance(event=event, registrations=[there], by=None)
    add_walk_in(event=event, name="Bram", email="bram@b.example", by=None)
    assert (schedule_messages(), schedule_messages()) == (2, 0)
    assert set(written("thanks").values_list("to_email", flat=True)) == {there.user.email, "bram@b.example"}
    assert not written("thanks").filter(to_email=absent.user.email).exists()
    six_weeks_on = event.ends_at + timedelta(days=42)
    assert (schedule_messages(now=six_weeks_on), schedule_messages(now=six_weeks_on)) == (2, 0)
    assert written("outcome").count() == 2


def test_a_list_that_comes_late_is_thanked_late_and_not_after_two_weeks():
    event = event_in(days=1)
    registration = RegistrationFactory(event=event)
    now_over(event, days=10)
    assert schedule_messages() == 0
    mark_attendance(event=event, registrations=[registration], by=None)
    assert schedule_messages(now=event.ends_at + timedelta(days=14, hours=2)) == 0
    assert schedule_messages() == 1


def test_who_refuses_such_mails_has_none_of_them():
    event = event_in(days=1, minutes=30)
    registration = RegistrationFactory(event=event)
    refuse_optional(email=registration.user.email)
    send_due(now=event.starts_at - timedelta(hours=23))
    assert written().get().state == MessageState.DROPPED
    assert Message.objects.get(template="events.confirmation").state == MessageState.SENT


def test_a_copy_takes_the_rules_over():
    event = event_in(days=1)
    event = set_message_rules(event=event, wanted=[TWO_HOURS])
    copy = copy_event(event=event, by=UserFactory())
    assert [rule.in_words for rule in copy.message_rules.all()] == [rule.in_words for rule in event.message_rules.all()]
    assert copy.own_messages


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"amount": 91}, {"kind": MessageKind.THANKS}])
def test_the_database_refuses_what_is_no_rule(wrong):
    event = event_in(days=1)
    MessageRule.objects.create(event=event, kind=MessageKind.THANKS, amount=1, unit="hours")
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageRule.objects.create(event=event, **{**A_WEEK, **wrong})
