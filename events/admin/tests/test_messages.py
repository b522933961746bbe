"""Managers see the messages of an event and set their rules."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.core.operations import about
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message, MessageState
from members.tests.factories import UserFactory

from .helpers import step

pytestmark = pytest.mark.django_db


def rules(*rows):
    form = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for number, (kind, amount, unit, words) in enumerate(rows):
        row = {"kind": kind, "amount": amount, "unit": unit, "words_fr": words}
        form |= {f"form-{number}-{name}": value for name, value in row.items()}
    return form


def test_a_manager_sees_failed_messages_first_then_sent_and_planned(client, space):
    event = EventFactory(space=space)
    RegistrationFactory(event=event)
    sent = RegistrationFactory(event=event)
    Message.objects.filter(to_email=sent.user.email).update(state=MessageState.FAILED, error="SMTPDataError: 550")
    Message.objects.create(key="x", to_email="other@b.example", language="fr", template="t", about=about(0))
    page = step(client, "messages", event, status=200)
    assert [message.state for message in page.context["page_obj"]] == ["failed", "pending"]
    assert {message.label for message in page.context["page_obj"]} == {"Confirmation"}
    assert [(rule.lead, people) for rule, _due_at, people in page.context["ahead"]] == [
        ("1-days", 2),
        ("2-hours", None),
        ("42-days", None),
    ]
    assert "SMTPDataError: 550" in page.content.decode()


def test_a_failed_message_is_sent_again_and_a_sent_one_is_not(client, space):
    event = EventFactory(space=space)
    RegistrationFactory(event=event)
    message = Message.objects.get()
    again = reverse("admin:events_event_message_again", args=[event.pk, message.pk])
    Message.objects.update(state=MessageState.FAILED)
    for _click in range(2):
        assert client.post(again).status_code == 302
    message.refresh_from_db()
    assert message.state == MessageState.PENDING
    assert client.post(again.replace(str(event.pk), str(EventFactory().pk), 1)).status_code == 404
    elsewhere = EventFactory(space=space)
    assert client.post(reverse("admin:events_event_message_again", args=[elsewhere.pk, message.pk])).status_code == 404


def test_the_rules_of_an_event_are_set_and_removed(client, space):
    event = EventFactory(space=space)
    form = rules(("reminder", 2, "hours", "Prenez des bottes 🥾"), ("thanks", 1, "days", ""), ("", "", "days", ""))
    step(client, "message_rules", event, form)
    assert [(rule.kind, rule.lead, rule.words_fr) for rule in event.message_rules.all()] == [
        ("reminder", "2-hours", "Prenez des bottes 🥾"),
        ("thanks", "1-days", ""),
    ]
    assert event.own_messages
    step(client, "message_rules", event, {"usual": "1"})
    assert (event.own_messages, event.message_rules.count()) == (False, 0)


def test_new_rules_of_a_type_apply_to_its_events_at_once(client):
    client.force_login(UserFactory(superuser=True))
    event = EventFactory(starts_at=timezone.now() + timedelta(days=7, minutes=30))
    registration = RegistrationFactory(event=event)
    address = reverse("admin:events_eventtype_change", args=[event.type.pk])
    page = client.get(address).context
    form = {name: value for name, value in page["adminform"].form.initial.items() if value is not None}
    for inline in page["inline_admin_formsets"]:
        form |= {f"{inline.formset.prefix}-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    rule = {"TOTAL_FORMS": 1, "0-kind": "reminder", "0-amount": 7, "0-unit": "days"}
    form |= {f"message_rules-{name}": value for name, value in rule.items()} | {"own_messages": "on"}
    assert client.post(address, form).status_code == 302
    assert Message.objects.get(template="events.reminder").to_email == registration.user.email


@pytest.mark.parametrize(
    "rows",
    [
        [("reminder", "", "days", "")],
        [("reminder", 0, "days", "")],
        [("reminder", 91, "hours", "")],
        [("reminder", 1, "days", ""), ("reminder", 1, "days", "")],
        [("thanks", 1, "days", ""), ("thanks", 2, "days", "")],
        [("fanfare", 1, "days", "")],
    ],
)
def test_impossible_rules_are_refused_in_the_form(client, space, rows):
    event = EventFactory(space=space)
    page = step(client, "message_rules", event, rules(*rows), status=200)
    formset = page.context["formset"]
    assert formset.non_form_errors() or any(formset.errors)
    assert not event.own_messages


def test_the_page_takes_as_many_queries_for_any_number_of_messages(client, space, django_assert_num_queries):
    event = EventFactory(space=space, starts_at=timezone.now() + timedelta(days=9))
    client.get(reverse("admin:events_event_messages", args=[event.pk]))
    for number in (1, 3):
        for _ in range(number):
            RegistrationFactory(event=event)
        with django_assert_num_queries(11):
            client.get(reverse("admin:events_event_messages", args=[event.pk]))
