"""Send only what was read: a draft that a colleague has changed meanwhile does not leave, nor is it lost."""

import pytest
from django.urls import reverse

from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.mailings.errors import MailingError
from hacktiv.mailings.models import Mailing
from hacktiv.mailings.operations import Plan, change_mailing, send_mailing
from hacktiv.mailings.operations.writing import Words
from hacktiv.mailings.queries import fingerprint_of
from hacktiv.mailings.rules import Selection
from hacktiv.outbox.models import Message
from members.enums import ConsentPurpose
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

from .factories import IN_FRENCH, a_draft, let_leave, members_of

pytestmark = pytest.mark.django_db

TYPED = {"sort": "service", "topic": "", "subject_fr": "Le mien", "text_fr": "Mon texte."}


@pytest.fixture
def manager(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def space(manager):
    return SpaceFactory(managers=[manager])


def page(name, mailing):
    return reverse(f"admin:mailings_mailing_{name}", args=[mailing.pk])


def hidden(answer):
    return answer.context["seen"]


def changed_by_a_colleague(mailing, **plan):
    plan = {"space": mailing.space, "sort": "service", "words": IN_FRENCH, **plan}
    change_mailing(mailing=mailing, plan=Plan(**plan), by=UserFactory(), seen=fingerprint_of(mailing))


@pytest.mark.parametrize(
    "change",
    [
        {"words": {"fr": Words("Travaux jeudi", "Autre chose.")}},
        {"words": {"fr": Words("Autre sujet", IN_FRENCH["fr"].text)}},
        {"words": {**IN_FRENCH, "nl": Words("Werken", "Dicht.")}},
        {"words": {"nl": IN_FRENCH["fr"]}},
        {"selection": Selection(languages=("fr",))},
        {"sort": "news", "topic": ConsentPurpose.NEWS_SPACE},
        {"space": None},
    ],
)
def test_each_part_of_a_draft_is_in_its_fingerprint(space, change):
    mailing = a_draft(space)
    before = fingerprint_of(mailing)
    assert before == fingerprint_of(Mailing.objects.get())
    assert before != fingerprint_of(mailing, 0) != fingerprint_of(mailing, 1)
    changed_by_a_colleague(mailing, **change)
    assert fingerprint_of(Mailing.objects.get()) != before


@pytest.mark.parametrize(
    "change", [{"words": {"fr": Words("Travaux jeudi", "Autre chose.")}}, {"selection": Selection(languages=("fr",))}]
)
def test_a_draft_changed_since_it_was_read_does_not_leave(space, change):
    members_of(space, 2)
    mailing = a_draft(space)
    seen = fingerprint_of(mailing, 2)
    changed_by_a_colleague(mailing, **change)
    with pytest.raises(MailingError) as refusal:
        send_mailing(mailing=mailing, expected=2, seen=seen)
    assert refusal.value.code == "moved"
    assert Mailing.objects.get().is_draft


def test_a_draft_changed_between_preview_and_question_is_shown_anew(client, space):
    members_of(space, 2)
    mailing = a_draft(space)
    shown = client.get(page("change", mailing))
    link = f"{page('send', mailing)}?seen={hidden(shown)}"
    assert link in shown.text
    assert client.get(link).status_code == 200
    changed_by_a_colleague(mailing, words={"fr": Words("Travaux jeudi", "Autre chose.")})
    answer = client.get(link, follow=True)
    assert answer.redirect_chain[-1][0] == page("change", mailing)
    assert len(answer.context["messages"]) == 1
    assert client.get(page("send", mailing)).url == page("change", mailing)


def test_a_draft_changed_after_the_question_does_not_leave(client, space):
    members_of(space, 2)
    mailing = a_draft(space)
    asked = client.get(page("send", mailing), {"seen": fingerprint_of(mailing, 2)})
    assert f'name="seen" value="{hidden(asked)}"' in " ".join(asked.text.split())
    changed_by_a_colleague(mailing, words={"fr": Words("Travaux jeudi", "Autre chose.")})
    for seen in (hidden(asked), "", "x"):
        answer = client.post(page("send", mailing), {"expected": "2", "seen": seen})
        assert answer.url == page("change", mailing)
        assert Mailing.objects.get().is_draft
    shown = client.get(page("change", mailing))
    client.post(page("send", mailing), {"expected": "2", "seen": hidden(shown)})
    assert not Mailing.objects.get().is_draft


def test_two_who_change_one_draft_do_not_write_over_each_other(client, space):
    mailing = a_draft(space)
    seen = hidden(client.get(page("edit", mailing)))
    changed_by_a_colleague(mailing, words={"fr": Words("Le sien", "Son texte.")})
    typed = {"space": space.pk, **TYPED}
    # Something else is wrong first: the form stays that of what it was drawn from.
    wrong = client.post(page("edit", mailing), {**typed, "text_fr": "", "drawn_from": seen})
    assert (wrong.status_code, hidden(wrong)) == (400, seen)
    refused = client.post(page("edit", mailing), {**typed, "drawn_from": seen})
    assert refused.status_code == 400
    assert len(refused.context["form"].non_field_errors()) == 1
    assert refused.context["form"]["text_fr"].value() == "Mon texte."
    assert mailing.texts.get().text == "Son texte."
    saved = client.post(page("edit", mailing), {**typed, "drawn_from": hidden(refused)})
    assert saved.url == page("change", mailing)
    assert mailing.texts.get().text == "Mon texte."


def test_a_form_without_a_fingerprint_changes_nothing(client, space):
    mailing = a_draft(space)
    assert client.post(page("edit", mailing), {"space": space.pk, **TYPED}).status_code == 400
    assert mailing.texts.get().subject == "Travaux jeudi"


# --- an event that moves to another space ---


@pytest.fixture
def newcomer():
    return UserFactory()


@pytest.fixture
def moved(space, newcomer):
    """Return the draft about an event that has moved to a space run by somebody else."""
    event = EventFactory(space=space)
    RegistrationFactory(event=event)
    mailing = a_draft(event=event)
    event.space = SpaceFactory(managers=[newcomer])
    event.save()
    return mailing


def test_the_draft_of_an_event_that_moved_does_not_leave(moved):
    with pytest.raises(MailingError) as refusal:
        let_leave(moved, 1)
    assert refusal.value.code == "moved"
    assert not Message.objects.filter(about=moved.about).exists()
    moved.event.space = moved.space
    moved.event.save()
    assert let_leave(moved, 1).is_leaving


def test_the_draft_of_an_event_that_moved_does_not_follow_it(client, space, moved):
    plan = Plan(space=None, event=moved.event, sort="service", words=IN_FRENCH)
    with pytest.raises(MailingError) as refusal:
        change_mailing(mailing=moved, plan=plan, by=UserFactory(), seen=fingerprint_of(moved))
    assert refusal.value.code == "moved"
    shown = client.get(page("change", moved))
    assert shown.context["refused"]
    assert page("send", moved) not in shown.text
    assert page("edit", moved) not in shown.text
    assert client.post(page("edit", moved), {**TYPED, "drawn_from": fingerprint_of(moved)}).url == page("change", moved)
    assert Mailing.objects.get().space == space


def test_managers_of_the_events_new_space_do_not_see_the_draft(client, newcomer, moved):
    client.force_login(newcomer)
    assert moved.event.title in client.get(reverse("admin:events_event_changelist")).text
    for name in ("change", "edit", "send", "recipients"):
        assert client.get(page(name, moved)).status_code == 404, name
    assert "Travaux jeudi" not in client.get(reverse("admin:mailings_mailing_changelist")).text
