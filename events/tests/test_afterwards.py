"""What is asked of, and given to, who took part: the survey, the certificate, what came of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from events.enums import EventState
from events.models import Registration, usual_messages
from events.operations import answer_survey, mark_attendance, tell_outcome
from events.operations._shared import tell_by_rule
from events.surveys import questions_of
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def attended(event=None, *, user=None, guest=None, present=True):
    """Somebody's registration at an event that is over, where he is noted as present."""
    event = event or EventFactory()
    state, ends_at = event.state, event.ends_at
    registration = (
        GuestRegistrationFactory(event=event, name=guest) if guest else RegistrationFactory(event=event, user=user)
    )
    assert (state, ends_at) == (event.state, event.ends_at)
    past = PastEventFactory.build()
    event.state, event.starts_at, event.ends_at = EventState.HELD, past.starts_at, past.ends_at
    event.save()
    if present:
        mark_attendance(event=event, registrations=[registration], by=None)
    Message.objects.all().delete()
    return Registration.objects.get(pk=registration.pk)


def sent(kind, registration):
    mail.outbox.clear()
    event = registration.event
    tell_by_rule(next(rule for rule in usual_messages() if rule.kind == kind), registration, event)
    send_due(now=event.ends_at + timedelta(days=13 if kind == "thanks" else 43))
    return mail.outbox


def answer(registration, **answers):
    questions = questions_of(registration.event)
    answer_survey(
        registration=registration, questions=questions, answers={int(name[1:]): said for name, said in answers.items()}
    )


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_thanks_lead_to_the_survey_and_the_certificate(language):
    registration = attended(user=UserFactory(language=language))
    [message] = sent("thanks", registration)
    for text in (message.body, message.alternatives[0][0]):
        assert f"/{language}/" in text
        assert f"/registrations/{registration.token}/survey/" in text
        assert f"/registrations/{registration.token}/certificate/" in text


def test_who_has_answered_is_thanked_without_the_survey():
    registration = attended()
    answer(registration, q1=4)
    [message] = sent("thanks", registration)
    assert "/survey/" not in message.body + message.alternatives[0][0]
    assert f"/registrations/{registration.token}/certificate/" in message.body


@pytest.mark.parametrize("kind", ["thanks", "outcome"])
def test_who_was_not_there_gets_no_mail_after_it(kind):
    assert sent(kind, attended(present=False)) == []


def test_what_came_of_it_is_asked_of_who_has_not_told():
    registration = attended(guest="Aline Petit")
    [message] = sent("outcome", registration)
    assert f"/registrations/{registration.token}/outcome/" in message.body
    Message.objects.all().delete()
    tell_outcome(registration=registration, kind="job")
    assert sent("outcome", registration) == []


def page(name, registration, client):
    if registration.user:
        client.force_login(registration.user)
    return client.get(reverse(f"events:{name}", args=[registration.token]))


@pytest.mark.parametrize("name", ["survey", "outcome", "certificate"])
def test_pages_after_it_are_for_who_was_there(name, client):
    assert page(name, attended(present=False), client).status_code == 409
    assert page(name, attended(guest="Aline Petit"), client).status_code == 200
    someone = attended()
    assert page(name, someone, client).status_code == 200
    client.force_login(UserFactory())
    assert client.get(reverse(f"events:{name}", args=[someone.token])).status_code == 404
