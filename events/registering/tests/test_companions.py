"""Companions have seats of their own, and are told themselves or through the person who brings them."""

import pytest
from django.urls import reverse

from events.attendance.files.sheets import _in_line
from events.enums import QuestionKind
from events.errors import EventError
from events.models import Question
from events.programme.operations import change_capacity
from events.registering.operations import (
    bring_companion,
    cancel_companion,
    cancel_registration,
    register,
    save_question,
)
from events.tests.factories import EventFactory, GuestRegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.registry import builder_of
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def told():
    """Return (kind, address) of each mail in the order in which it was written."""
    return list(Message.objects.order_by("pk").values_list("template", "to_email"))


def test_each_companion_takes_a_seat_in_the_order_of_the_line():
    event = EventFactory(capacity=2)
    aline = register(
        event=event, user=UserFactory(email="aline@ardenne.example", first_name="Aline", last_name="Petit")
    )
    bram = bring_companion(registration=aline, name="Bram", email="Bram@ardenne.example")
    chloe = bring_companion(registration=aline, name="Chloé")
    assert bring_companion(registration=aline, name="Chloé") == chloe
    event.refresh_from_db()
    assert (bram.status, chloe.status, event.seats_taken) == ("confirmed", "waiting", 2)
    assert (bram.guest_email, str(bram.company), _in_line(chloe)) == (
        "bram@ardenne.example",
        "avec Aline Petit",
        "Chloé (avec Aline Petit)",
    )
    assert len({one.participant_number for one in (aline, bram, chloe)}) == 3
    assert told() == [
        ("events.confirmation", "aline@ardenne.example"),
        ("events.confirmation", "bram@ardenne.example"),
        ("events.waiting", "aline@ardenne.example"),
    ]
    other = register(event=event, user=UserFactory())
    assert cancel_companion(companion=bram) == [chloe]
    assert cancel_registration(registration=aline) == [other]
    chloe.refresh_from_db()
    assert chloe.is_confirmed


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"companions_allowed": 0}, "too_many"),
        ({"companions_allowed": 1}, "too_many"),
        ({"audience": "members"}, "too_many"),
        ({"state": "cancelled"}, "cancelled"),
    ],
)
def test_nobody_brings_more_than_the_event_allows(wish, code):
    event = EventFactory()
    aline = register(event=event, user=UserFactory())
    bring_companion(registration=aline, name="Bram")
    type(event).objects.filter(pk=event.pk).update(**wish)
    with pytest.raises(EventError) as refusal:
        bring_companion(registration=aline, name="Chloé")
    assert refusal.value.code == code


def test_one_person_has_one_registration_and_a_companion_brings_nobody():
    event, member = EventFactory(), UserFactory()
    aline = register(event=event, user=UserFactory())
    bram = bring_companion(registration=aline, name="Bram", email=member.email)
    with pytest.raises(EventError) as refusal:
        register(event=event, user=member)
    assert refusal.value.code == "already_registered"
    with pytest.raises(EventError) as refusal:
        bring_companion(registration=bram, name="Chloé")
    assert refusal.value.code == "companion"


def test_a_person_who_cancels_decides_if_companions_stay(client):
    for choice, left in (("stay", 2), ("leave", 0)):
        event = EventFactory()
        user = UserFactory()
        client.force_login(user)
        aline = register(event=event, user=user)
        bring_companion(registration=aline, name="Bram", email=f"bram.{choice}@ardenne.example")
        bring_companion(registration=aline, name="Chloé")
        cancel = reverse("events:cancel", args=[aline.token])
        assert "Bram" in client.get(cancel).content.decode()
        page = client.post(cancel, {"companions": choice}, follow=True)
        event.refresh_from_db()
        assert (event.seats_taken, "Chloé" in page.content.decode()) == (left, left == 2)
    assert told()[-3:] == [
        ("events.registration_cancelled", user.email),
        ("events.registration_cancelled", "bram.leave@ardenne.example"),
        ("events.registration_cancelled", user.email),
    ]


def test_companions_mails_name_nobody_to_an_address_and_add_no_second_calendar():
    event = EventFactory(capacity=2)
    aline = register(event=event, user=UserFactory(first_name="Aline", last_name="Petit"))
    bring_companion(registration=aline, name="Bram", email="bram@ardenne.example")
    chloe = bring_companion(registration=aline, name="Chloé")
    change_capacity(event=event, capacity=3, by=UserFactory())
    to_bram, to_aline = (
        builder_of(f"events.{kind}")({"registration": pk})
        for kind, pk in (("confirmation", aline.companions.first().pk), ("promoted", chloe.pk))
    )
    assert (to_bram.context["name"], to_bram.context["brought"]) == ("", True)
    assert [name for name, *_rest in to_bram.attachments] == ["hacktiv.ics", "ticket.png"]
    assert (str(to_aline.context["name"]), str(to_aline.context["companion"])) == ("Aline Petit", "Chloé")
    assert [name for name, *_rest in to_aline.attachments] == ["ticket.png"]


def test_the_form_registers_a_companion_with_answers(client):
    event = EventFactory()
    question = save_question(event=event, question=Question(kind=QuestionKind.DIET), by=None)
    user = UserFactory()
    client.force_login(user)
    aline = register(event=event, user=user)
    bring = reverse("events:bring", args=[aline.token])
    diet = {f"question_{question.pk}": ["vegan"]}
    assert client.post(bring, {"name": "Bram", **diet}).context["form"].errors.keys() == {"consent"}
    assert client.post(bring, {"name": "Bram", "consent": "on", "residence": "FR", **diet}).status_code == 302
    bram = aline.companions.get()
    assert (bram.side, bram.answers.get().chosen, bram.is_confirmed) == ("FR", ["vegan"], True)
    page = client.get(reverse("events:registration", args=[aline.token])).content.decode()
    assert reverse("events:registration", args=[bram.token]) in page
    stranger = GuestRegistrationFactory(event=event)
    foreign = reverse("events:cancel_companion", args=[stranger.token, bram.pk])
    assert client.post(foreign).status_code == 404
    client.post(reverse("events:cancel_companion", args=[aline.token, bram.pk]))
    assert not aline.companions.standing().exists()
