from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from events.models import Event, usual_messages
from events.programme.operations import cancel_event, change_capacity, move_event
from events.registering.operations import accept_offer, cancel_registration, register
from events.reminders.operations import schedule_messages
from events.reminders.rules import message_due_at
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BRUSSELS = ZoneInfo("Europe/Brussels")


def reminder_due_at(starts_at):
    return message_due_at(usual_messages()[0], Event(starts_at=starts_at))


def reminders():
    return Message.objects.filter(template="events.reminder")


def event_in(**delta):
    return EventFactory(starts_at=timezone.now().replace(microsecond=0) + timedelta(**delta), capacity=2)


def test_a_reminder_is_due_a_day_before_at_the_same_hour():
    starts_at = datetime(2026, 6, 12, 12, 30, tzinfo=BRUSSELS)
    assert reminder_due_at(starts_at) == datetime(2026, 6, 11, 12, 30, tzinfo=BRUSSELS)


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (25, 25)])
def test_a_reminder_keeps_its_hour_when_the_clocks_change(day, hours):
    month = 3 if day == 29 else 10
    starts_at = datetime(2026, month, day, 12, 30, tzinfo=BRUSSELS)
    due = reminder_due_at(starts_at)
    assert timezone.localtime(due).strftime("%d %H:%M") == f"{day - 1} 12:30"
    assert starts_at.astimezone(ZoneInfo("UTC")) - due.astimezone(ZoneInfo("UTC")) == timedelta(hours=hours)


def test_each_confirmed_person_has_one_reminder():
    event = event_in(days=3)
    seated = [RegistrationFactory(event=event) for _ in range(2)]
    RegistrationFactory(event=event)
    assert schedule_messages() == 0
    near = event.starts_at - timedelta(hours=24, minutes=30)
    assert schedule_messages(now=near) == 2
    assert schedule_messages(now=near) == 0
    assert sorted(reminders().values_list("to_email", flat=True)) == sorted(r.user.email for r in seated)
    assert set(reminders().values_list("due_at", "expires_at")) == {(reminder_due_at(event.starts_at), event.starts_at)}


def test_a_person_who_registers_on_the_eve_is_reminded_at_once():
    event = event_in(hours=20)
    register(event=event, user=UserFactory())
    assert reminders().count() == 1
    assert schedule_messages() == 0


def test_a_person_who_accepts_an_offer_on_the_eve_is_reminded():
    event = event_in(hours=20)
    first, _second, third = (RegistrationFactory(event=event) for _ in range(3))
    cancel_registration(registration=first)
    assert not reminders().filter(to_email=third.user.email).exists()
    accept_offer(registration=third)
    assert reminders().filter(to_email=third.user.email, state=MessageState.PENDING).count() == 1


def test_a_reminder_never_leaves_after_the_start():
    event = event_in(hours=20)
    RegistrationFactory(event=event)
    send_due(now=event.starts_at)
    assert reminders().get().state == MessageState.DROPPED


def test_a_person_who_cancelled_is_not_reminded():
    registration = RegistrationFactory(event=event_in(hours=20))
    cancel_registration(registration=registration)
    assert reminders().get().state == MessageState.DROPPED


def test_nobody_is_reminded_of_a_cancelled_event():
    event = event_in(hours=20)
    RegistrationFactory(event=event)
    cancel_event(event=event, reason="Neige", by=UserFactory())
    send_due()
    assert reminders().get().state == MessageState.DROPPED
    assert schedule_messages() == 0


def test_a_moved_event_has_a_reminder_for_its_new_time_only():
    event = event_in(hours=20)
    RegistrationFactory(event=event)
    new = event.starts_at + timedelta(days=7)
    move_event(event=event, starts_at=new, ends_at=new + timedelta(hours=1), reason="Neige", by=UserFactory())
    assert not reminders().exists()
    assert schedule_messages(now=new - timedelta(hours=24)) == 1
    assert reminders().get().due_at == reminder_due_at(new)


def test_an_event_moved_away_and_back_has_a_reminder():
    event, by = event_in(hours=24, minutes=30), UserFactory()
    RegistrationFactory(event=event)
    first, later = event.starts_at, event.starts_at + timedelta(days=7)
    for starts_at in (later, first):
        move_event(event=event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), reason="Neige", by=by)
    assert reminders().get().expires_at == first


def test_an_event_moved_to_the_eve_has_a_reminder():
    event = event_in(days=5)
    RegistrationFactory(event=event)
    new = timezone.now().replace(microsecond=0) + timedelta(hours=20)
    move_event(event=event, starts_at=new, ends_at=new + timedelta(hours=1), reason="Salle", by=UserFactory())
    assert reminders().get().expires_at == new


def test_people_who_get_a_seat_on_the_eve_are_reminded():
    event = event_in(hours=20)
    last = [RegistrationFactory(event=event) for _ in range(3)][-1]
    change_capacity(event=event, capacity=3, by=UserFactory())
    accept_offer(registration=last)
    assert reminders().count() == 3


def test_drafts_and_past_events_have_no_reminders():
    event = event_in(hours=20)
    RegistrationFactory(event=event)
    reminders().delete()
    Event.objects.filter(pk=event.pk).update(state="held")
    assert schedule_messages() == 0
