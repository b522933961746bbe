"""Keep what people write to a space for its team, answer it from the admin, and delete it after a year."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.errors import BookingError
from spaces.models import ContactMessage
from spaces.places.operations import answer_message, forget_messages, send_message, settle_message
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db

LIST = "admin:spaces_contactmessage_changelist"
THREADS = 8


@pytest.fixture
def manager(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def space(manager):
    return SpaceFactory(name="La Ferme", managers=[manager], contact_email="ferme@ardenne.example")


def written(space, text="Avez-vous une place ?", **changes):
    words = {"name": "Zoé", "email": "zoe@ardenne.example", "language": "nl", **changes}
    return send_message(space=space, text=text, **words)


def page(name, message):
    return reverse(f"admin:spaces_contactmessage_{name}", args=[message.pk])


def test_a_message_is_kept_for_a_year_once_a_day(space):
    first, second = written(space), written(space)
    assert first == second
    assert first.kept_until == timezone.localdate() + timedelta(days=365)
    assert Message.objects.filter(template="spaces.contact").count() == 1


def test_the_team_finds_the_unanswered_first(client, manager, space):
    old, new = written(space, "Un"), written(space, "Deux")
    answered = written(space, "Trois")
    settle_message(message=answered, by=manager)
    shown = list(client.get(reverse(LIST)).context["cl"].result_list)
    assert shown == [new, old, answered]
    assert list(client.get(reverse(LIST), {"answered": "no"}).context["cl"].result_list) == [new, old]


def test_an_answer_goes_to_the_writer_in_their_language(client, manager, space, mailoutbox):
    message = written(space)
    send_due()
    assert page("change", message) in mailoutbox[0].body
    assert "Avez-vous une place" in client.get(page("answer", message)).text
    assert client.post(page("answer", message), {"text": "Oui, <b>jeudi</b>."}).url == reverse(LIST)
    send_due()
    answer = mailoutbox[-1]
    assert (answer.to, answer.reply_to) == (["zoe@ardenne.example"], ["ferme@ardenne.example"])
    assert "Oui, <b>jeudi</b>." in answer.body
    assert "Oui, &lt;b&gt;jeudi&lt;/b&gt;." in answer.alternatives[0].content
    assert answer.extra_headers["Content-Language"] == "nl"
    message.refresh_from_db()
    assert (message.answer, message.answered_by) == ("Oui, <b>jeudi</b>.", manager)
    assert "Oui, &lt;b&gt;jeudi" in client.get(page("change", message)).text


def test_without_a_contact_address_what_the_writer_replies_goes_to_who_answered(manager, mailoutbox):
    space = SpaceFactory(managers=[manager])
    answer_message(message=written(space, language="en"), text="Yes", by=manager)
    send_due()
    [answer] = [mail for mail in mailoutbox if "zoe@ardenne.example" in mail.to]
    assert answer.reply_to == [manager.email]
    assert "simply reply to this e-mail" in answer.body


def test_a_message_is_answered_once(client, manager, space):
    message = written(space)
    client.post(page("settle", message))
    message.refresh_from_db()
    assert (message.is_answered, message.answer) == (True, "")
    assert client.post(page("answer", message), {"text": "Encore"}).url == page("change", message)
    with pytest.raises(BookingError) as refusal:
        answer_message(message=message, text="Encore", by=manager)
    assert refusal.value.code == "answered"
    assert not Message.objects.filter(template="spaces.contact_answer").exists()


@pytest.mark.parametrize("text", ["", " ", "x" * 4001, "a\x07"])
def test_a_faulty_answer_is_explained_and_not_sent(client, space, text):
    answer = client.post(page("answer", written(space)), {"text": text})
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"text"})
    assert not Message.objects.filter(template="spaces.contact_answer").exists()


def test_another_spaces_message_is_not_found(client, space):
    theirs = written(SpaceFactory())
    for name in ("change", "answer", "delete"):
        assert client.get(page(name, theirs)).status_code == 404
    for name in ("answer", "settle", "delete"):
        assert client.post(page(name, theirs), {"text": "Oui", "post": "yes"}).status_code == 404
    theirs.refresh_from_db()
    assert not theirs.is_answered


def test_a_manager_deletes_what_is_not_meant_for_people(client, space):
    message = written(space)
    client.post(page("delete", message), {"post": "yes"})
    assert not ContactMessage.objects.exists()


def test_messages_go_once_their_day_is_over(space):
    message, other = written(space), written(space, "Encore")
    ContactMessage.objects.filter(pk=message.pk).update(kept_until=timezone.localdate() - timedelta(days=1))
    assert forget_messages() == 1
    assert list(ContactMessage.objects.all()) == [other]


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_send_one_answer():
    by = UserFactory()
    message = written(SpaceFactory(managers=[by]))
    barrier, codes = threading.Barrier(THREADS), []

    def answer(number):
        try:
            barrier.wait(timeout=30)
            answer_message(message=message, text=f"Réponse {number}", by=by)
            codes.append("")
        except BookingError as refusal:
            codes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(codes) == ["", *["answered"] * (THREADS - 1)]
    assert Message.objects.filter(template="spaces.contact_answer").count() == 1
