"""Answers to an event and companions: told in the person's export, gone with their account."""

import pytest

from events.enums import QuestionKind
from events.models import Answer, Question, Registration
from events.registering.operations import Answers, Given, bring_companion, change_answers, register, save_question
from events.tests.factories import EventFactory, GuestRegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.portal.operations import erase_person
from hacktiv.portal.queries.export import export_of
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_with_the_person_goes_what_was_told_of_those_without_an_address():
    event, past = EventFactory(), EventFactory()
    question = save_question(event=past, question=Question(kind=QuestionKind.DIET), by=None)
    user = UserFactory()
    aline, then = register(event=event, user=user), register(event=past, user=user)
    bram = bring_companion(registration=aline, name="Bram", email="bram@ardenne.example")
    chloe = bring_companion(registration=aline, name="Chloé")
    answers = Answers({question.pk: Given(["vegan"])}, consents=True)
    dora = bring_companion(registration=then, name="Dora", answers=answers)
    change_answers(registration=then, answers=answers)
    registrations = export_of(user)["registrations"]
    assert [[one["name"] for one in row["brings"]] for row in registrations] == [["Bram", "Chloé"], ["Dora"]]
    assert [[one["answer"] for one in row["answers"]] for row in registrations] == [[], ["Végane"]]
    past.starts_at, past.ends_at = past.starts_at.replace(year=2025), past.ends_at.replace(year=2025)
    past.save()
    erase_person(user=user)
    rows = {row.pk: (row.guest_name, row.status) for row in Registration.objects.all()}
    assert [rows[one.pk] for one in (aline, bram, chloe, then, dora)] == [
        ("", "cancelled"),
        ("Bram", "confirmed"),
        ("", "cancelled"),
        ("", "confirmed"),
        ("", "confirmed"),
    ]
    assert not Answer.objects.exists()
    assert not Message.objects.filter(to_email=user.email).exists()


def test_a_companion_who_is_registered_already_keeps_the_seat_and_loses_the_name():
    event, user = EventFactory(), UserFactory()
    there = GuestRegistrationFactory(event=event, email="bram@ardenne.example")
    aline = register(event=event, user=user)
    bram = bring_companion(registration=aline, name="Bram", email="bram@ardenne.example")
    bring_companion(registration=aline, name="Chloé", email="chloe@ardenne.example")
    brings = export_of(user)["registrations"][0]["brings"]
    assert brings == [{"name": name, "status": "confirmed"} for name in ("Bram", "Chloé")]
    erase_person(user=user)
    there.refresh_from_db()
    bram.refresh_from_db()
    assert (bram.guest_name, bram.status) == ("", "confirmed")
    assert (there.guest_name, there.guest_email) == ("Aline Petit", "bram@ardenne.example")
