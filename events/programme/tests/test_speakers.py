"""Naming speakers: a name and an answer are never played off against each other, and an address tells nothing."""

import pytest
from django.urls import reverse

from events.errors import EventError
from events.programme.operations import add_speaker, answer_invitation, remove_contents
from events.tests.factories import EventFactory
from hacktiv.outbox.models import Message
from members.models import EarlierAddress
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def event(manager):
    return EventFactory(space=SpaceFactory(managers=[manager]))


def page_of(event):
    return reverse("admin:events_event_speakers", args=[event.pk])


def invite(event, name="Zoé Lambert", email="zoe@ardenne.example"):
    return add_speaker(event=event, name=name, email=email, by=None)


@pytest.mark.parametrize("declines", [True, False])
@pytest.mark.parametrize(
    "typed", ["Zoé Lambert", "lambert  ZOE", "Zoé Lambert (CNRS)", "Dr Zoé Lambert", "Ζοé Lambert", "Zoé Lɑmbert"]
)
def test_a_name_alone_names_nobody_who_was_asked_and_has_not_agreed(client, event, declines, typed):
    speaker = invite(event)
    if declines:
        answer_invitation(speaker=speaker, agrees=False)
    answer = client.post(page_of(event), {"name": typed, "asked": "on"})
    assert ("a refusé d’être nommée" if declines else "n’a pas encore répondu") in answer.text
    assert answer.context["form"]["name"].value() == typed
    assert event.speaker_names == ""
    for other in ("Zoé Petit", "Anne-Zoé Lambert", "Lambert"):
        client.post(page_of(event), {"name": other, "asked": "on"})
    assert event.speaker_names == "Zoé Petit, Anne-Zoé Lambert, Lambert"


def test_who_is_named_by_name_alone_is_not_asked_while_the_name_stands(client, event):
    client.post(page_of(event), {"name": "Zoé Lambert", "asked": "on"})
    wish = {"name": "Zoé Lambert", "email": "zoe@ardenne.example"}
    assert "Retirez-le d’abord" in client.post(page_of(event), wish).text
    client.post(page_of(event), {"remove": [event.speakers.get().pk]})
    assert client.post(page_of(event), wish).status_code == 302


def test_an_invitation_that_is_over_says_nothing_of_the_name(client, event):
    speaker = invite(event)
    link = reverse("events:speak", args=[speaker.token])
    client.post(page_of(event), {"remove": [speaker.pk]})
    client.post(page_of(event), {"name": "Zoé Lambert", "asked": "on"})
    over = client.get(link).text
    assert "n’est plus valable" in over and "annoncé" not in over


def test_the_later_address_of_a_speaker_tells_of_no_one_person(event):
    member = UserFactory(email="zoe@ardenne.example")
    answer_invitation(speaker=invite(event), agrees=True, user=member)
    assert invite(event) == event.speakers.get()
    EarlierAddress.objects.create(user=member, email=member.email)
    member.email = "later@ardenne.example"
    member.save()
    invited = invite(event, name="Z.", email=member.email)
    assert event.speakers.count() == 2
    with pytest.raises(EventError) as refused:
        answer_invitation(speaker=invited, agrees=True, user=member)
    assert refused.value.code == "twice"


def test_who_is_taken_off_and_asked_again_gets_no_mail_without_end(client, event, manager):
    for _again in range(3):
        remove_contents(event=event, rows=[invite(event)], by=manager)
    with pytest.raises(EventError) as refused:
        invite(event)
    assert refused.value.code == "asked"
    invite(event, name="Bram Claes", email="bram@ardenne.example")
    assert Message.objects.filter(template="events.speaker_invited").count() == 4


def test_the_manager_chooses_the_language_of_the_invitation(client, event):
    assert client.get(page_of(event)).context["form"]["language"].value() == "fr"
    client.post(page_of(event), {"name": "Zoé", "email": "zoe@ardenne.example", "language": "nl"})
    assert Message.objects.get(template="events.speaker_invited").language == "nl"
    again = client.post(page_of(event), {"language": "nl"})
    assert "form" in again.context and event.speakers.count() == 1
