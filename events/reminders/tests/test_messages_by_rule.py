"""Messages that leave by rule, before an event and after it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.attendance.operations import add_walk_in, mark_attendance
from events.enums import EventState, MessageKind
from events.models import Event, MessageRule
from events.programme.operations import copy_event
from events.reminders.operations import follow_rules_of_type, messages_ahead, schedule_messages, set_message_rules
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import refuse_optional, send_due
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TWO_HOURS = {"kind": MessageKind.REMINDER, "amount": 2, "unit": "hours", "words_fr": "Apportez de bonnes chaussures."}
THANKS = {"kind": MessageKind.THANKS, "amount": 2, "unit": "hours"}
A_WEEK = {"kind": MessageKind.REMINDER, "amount": 7, "unit": "days"}


def written(kind="reminder"):
    return Message.objects.filter(template=f"events.{kind}")


def event_in(**delta):
    return EventFactory(starts_at=timezone.now().replace(microsecond=0) + timedelta(**delta))


def now_over(event, **delta):
    """Set the event to have ended this long ago."""
    ends_at = timezone.now().replace(microsecond=0) - timedelta(**delta)
    Event.objects.filter(pk=event.pk).update(
        starts_at=ends_at - timedelta(hours=2),
        ends_at=ends_at,
        earliest=timezone.localdate(ends_at - timedelta(hours=2)),
        latest=timezone.localdate(ends_at - timedelta(hours=2)),
        state=EventState.HELD,
    )
    event.refresh_from_db()


def test_an_event_keeps_to_its_own_rules_else_to_its_types():
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
    assert written().get().due_at == event.starts_at - timedelta(hours=2)
    set_message_rules(event=event, wanted=None)
    assert not event.message_rules.exists()


def test_a_removed_rule_leaves_no_message_behind():
    event = event_in(hours=2, minutes=30)
    set_message_rules(event=event, wanted=[TWO_HOURS])
    RegistrationFactory(event=event)
    assert written().count() == 1
    set_message_rules(event=event, wanted=[])
    assert (schedule_messages(), written().count()) == (0, 0)


def test_changed_rules_hold_at_once_and_people_are_thanked_once():
    event = event_in(days=1)
    registration = RegistrationFactory(event=event)
    now_over(event, hours=1, minutes=30)
    mark_attendance(event=event, registrations=[registration], by=None)
    assert schedule_messages() == 1
    set_message_rules(event=event, wanted=[{**THANKS, "amount": 5}])
    assert not written("thanks").exists()
    set_message_rules(event=event, wanted=[{**THANKS, "amount": 1}])
    assert written("thanks").get().due_at == event.ends_at + timedelta(hours=1)
    assert send_due() == 1
    set_message_rules(event=event, wanted=[THANKS])
    assert (schedule_messages(), send_due(), written("thanks").count()) == (0, 0, 1)


def test_a_new_rule_of_a_type_holds_at_once_for_events_without_own():
    own, plain = (event_in(days=7, minutes=30) for _ in range(2))
    Event.objects.update(type=own.type)
    set_message_rules(event=own, wanted=[TWO_HOURS])
    registration = RegistrationFactory(event=plain)
    RegistrationFactory(event=own)
    rule = MessageRule.objects.create(type=own.type, **A_WEEK)
    type(own.type).objects.update(own_messages=True)
    follow_rules_of_type(type=own.type)
    assert written().get().to_email == registration.user.email
    rule.delete()
    follow_rules_of_type(type=own.type)
    assert not written().exists()


def test_an_earlier_rule_does_not_remind_people_again():
    event = event_in(hours=20)
    RegistrationFactory(event=event)
    send_due()
    set_message_rules(event=event, wanted=[{**A_WEEK, "amount": 2}])
    assert (schedule_messages(), written().count()) == (0, 1)
    RegistrationFactory(event=event)
    assert [message.context.get("lead") for message in written().order_by("pk")] == [None, "2-days"]


def test_messages_ahead_count_people_who_still_get_them():
    event = event_in(days=1, minutes=30)
    people = [RegistrationFactory(event=event) for _ in range(3)]
    refuse_optional(email=people[0].user.email)
    written().filter(to_email=people[1].user.email).delete()
    assert [(rule.kind, count) for rule, _due, count in messages_ahead(event)] == [
        ("reminder", 1),
        ("thanks", None),
        ("outcome", None),
    ]
    assert schedule_messages() == 1
    assert [rule.kind for rule, _due, _count in messages_ahead(event)] == ["thanks", "outcome"]
    now_over(event, hours=3)
    mark_attendance(event=event, registrations=people, by=None)
    assert [(rule.kind, count) for rule, _due, count in messages_ahead(event)] == [("thanks", 2), ("outcome", 2)]


def test_own_words_stand_in_the_mail_in_the_readers_language():
    event = event_in(hours=2, minutes=30)
    set_message_rules(event=event, wanted=[TWO_HOURS])
    RegistrationFactory(event=event, user=UserFactory(language="fr"))
    send_due(now=event.starts_at - timedelta(hours=2))
    reminder = mail.outbox[-1]
    assert "Apportez de bonnes chaussures." in reminder.body
    assert "Apportez de bonnes chaussures." in reminder.alternatives[0][0]
    assert "List-Unsubscribe" in reminder.extra_headers


def test_several_rules_make_one_reminder_on_the_eve():
    event = event_in(hours=1)
    set_message_rules(event=event, wanted=[A_WEEK, TWO_HOURS, {**TWO_HOURS, "amount": 20}])
    RegistrationFactory(event=event)
    assert schedule_messages() == 0
    assert [message.context["lead"] for message in written()] == ["2-hours"]


def test_only_participants_are_thanked_and_asked_once():
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


def test_a_late_list_is_thanked_within_two_weeks():
    event = event_in(days=1)
    registration = RegistrationFactory(event=event)
    now_over(event, days=10)
    assert schedule_messages() == 0
    mark_attendance(event=event, registrations=[registration], by=None)
    assert schedule_messages(now=event.ends_at + timedelta(days=14, hours=2)) == 0
    assert schedule_messages() == 1


def test_people_who_refuse_optional_mails_get_none():
    event = event_in(days=1, minutes=30)
    registration = RegistrationFactory(event=event)
    refuse_optional(email=registration.user.email)
    send_due(now=event.starts_at - timedelta(hours=23))
    assert written().get().state == MessageState.DROPPED
    assert Message.objects.get(template="events.confirmation").state == MessageState.SENT


def test_a_copy_takes_over_the_rules():
    event = event_in(days=1)
    event = set_message_rules(event=event, wanted=[TWO_HOURS])
    copy = copy_event(event=event, by=UserFactory())
    assert [rule.in_words for rule in copy.message_rules.all()] == [rule.in_words for rule in event.message_rules.all()]
    assert copy.own_messages


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"amount": 91}, {"kind": MessageKind.THANKS}])
def test_the_database_refuses_impossible_rules(wrong):
    event = event_in(days=1)
    MessageRule.objects.create(event=event, kind=MessageKind.THANKS, amount=1, unit="hours")
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageRule.objects.create(event=event, **{**A_WEEK, **wrong})
