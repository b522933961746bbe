"""Each form that a guest sends has a link of its own: nobody takes, replaces or blocks the owner's form."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState, QuestionKind
from events.models import Question, Registration
from events.programme.queries import following_in_series
from events.programme.tests.test_series import repeated
from events.registering.operations import (
    cancel_registration,
    confirm_guest,
    correct_person,
    forget_unconfirmed_guests,
    register,
    register_again,
    register_guest,
    save_question,
)
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.site.models import SentForm
from members.accounts.tests.test_accounts import delivered
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory
from tests.pages import Page

from .test_races import at_once, somebody_waits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]

ADDRESS = "zoe@ardenne.example"
OWNER = {"name": "Real Owner", "email": ADDRESS, "residence": "BE"}
STRANGER = {"name": "Evil Twin", "email": ADDRESS, "residence": "FR"}
ENDED = "Ce lien ne fonctionne plus"


def sends(event, form, network="198.51.100.1"):
    """Send the form from a browser and a network of its own; return the answer."""
    return Client(REMOTE_ADDR=network).post(reverse("events:register_guest", args=[event.slug]), form)


def asks(event, form, network="198.51.100.1"):
    """Send the form, and return the link that was mailed for it."""
    assert sends(event, form, network).url == reverse("events:guest_sent", args=[event.slug])
    [sent] = delivered()
    return next(line for line in sent.body.split() if "/confirm/" in line).removeprefix("http://localhost:8000")


def ask(event, form=OWNER, **wish):
    return register_guest(event=event, **form, language="fr", **wish)


def follow(link):
    return Client().post(link, follow=True)


def on_the_list(event):
    return [(one.guest_name, one.guest_residence) for one in event.registrations.all()]


def test_the_owner_who_registers_a_moment_after_a_stranger_gets_a_link_to_their_own_form():
    event = EventFactory()
    theirs, own = asks(event, STRANGER), asks(event, OWNER)
    assert theirs != own
    assert "Real Owner" in Client().get(own).text
    assert "Vous êtes inscrit" in follow(own).text
    assert on_the_list(event) == [("Real Owner", "BE")]
    for answer in (Client().get(theirs), follow(theirs)):
        assert (answer.status_code, ENDED in answer.text) == (404, True)
    assert on_the_list(event) == [("Real Owner", "BE")]


def test_a_link_that_another_one_took_the_place_of_offers_to_send_the_right_one_again():
    event = EventFactory()
    theirs, own = asks(event, STRANGER), asks(event, OWNER)
    follow(own)
    page = Client().get(theirs)
    again = reverse("events:register_guest", args=[event.slug])
    assert again in page.text and str(event.title) in page.text and "Cherchez notre dernier e-mail" in page.text
    for unknown in ("", "?event=", "?event=nowhere"):
        lost = Client().get(theirs.partition("?")[0] + unknown)
        assert lost.status_code == 404
        assert "Cherchez l’événement dans l’agenda et inscrivez-vous à nouveau" in lost.text
    event.state = EventState.DRAFT
    event.save()
    hidden = Client().get(theirs)
    assert hidden.status_code == 404 and str(event.title) not in hidden.text


def test_a_stranger_who_registers_later_voids_no_link():
    event = EventFactory(capacity=1)
    own = asks(event, OWNER)
    Registration.objects.update(registered_at=timezone.now() - timedelta(minutes=2))
    asks(event, STRANGER)
    assert "Vous êtes inscrit" in follow(own).text
    assert on_the_list(event) == [("Real Owner", "BE")]
    event.refresh_from_db()
    assert event.seats_taken == 1


def test_the_form_sent_again_after_a_minute_mails_anew(client):
    """« Rien reçu ? » : back to the form as the browser kept it."""
    event = EventFactory()
    page = reverse("events:register_guest", args=[event.slug])
    wish = Page(client.get(page).text, page).form(page).data(**OWNER)
    mails = []
    for after in (timedelta(), timedelta(), timedelta(seconds=61)):
        for model, field in ((Registration, "registered_at"), (SentForm, "sent_at")):
            model.objects.update(**{field: F(field) - after})
        assert client.post(page, wish).status_code == 302
        mails.append(Message.objects.filter(template="events.guest_link").count())
    assert mails == [1, 1, 2]


def test_strangers_leave_the_owner_a_link_and_who_gets_none_is_told_so():
    event = EventFactory()
    told = [sends(event, {**STRANGER, "name": f"Evil Twin {letter}"}).status_code for letter in "abcde"]
    assert told == [302] * 4 + [200]
    own = asks_last(event)
    for number in range(5):
        assert sends(event, STRANGER | {"name": "Evil"}, f"203.0.113.{number}").status_code == 302
    refused = sends(event, {**OWNER, "name": "Real"}, "198.51.100.9")
    assert "Tant de liens ont été demandés" in refused.text
    assert refused.context["form"]["name"].value() == "Real"
    assert sends(event, {**OWNER, "email": "autre@ardenne.example"}).status_code == 302
    assert "Vous êtes inscrit" in follow(own).text
    assert ("Real Owner", "BE") in on_the_list(event)


def asks_last(event):
    """Return the owner's link, asked for after others."""
    delivered()
    return asks(event, OWNER, "198.51.100.8")


def test_an_address_that_is_registered_has_as_many_mails_as_another():
    guest = GuestRegistrationFactory(email=ADDRESS)
    told = [sends(guest.event, {**OWNER, "name": f"Zoé {letter}"}).status_code for letter in "abcde"]
    assert told == [302] * 4 + [200]


def test_a_second_click_with_other_answers_is_another_form():
    event = EventFactory()
    words = {"text_fr": "Quel atelier ?", "purpose_fr": "Pour former les groupes"}
    question = save_question(event=event, question=Question(kind=QuestionKind.TEXT, **words), by=None)
    field = f"question_{question.pk}"
    first = asks(event, {**OWNER, field: "Un"})
    assert sends(event, {**OWNER, field: "Un"}).status_code == 302
    assert delivered() == []
    asks(event, {**OWNER, field: "Deux"})
    assert "Un" in Client().get(first).text
    follow(first)
    assert event.registrations.get().answers.get().text == "Un"


def test_the_form_of_one_page_sent_again_later_sends_one_mail(client):
    event = EventFactory()
    address = reverse("events:register_guest", args=[event.slug])
    token = client.get(address).context["csrf_token"]
    for _click in range(2):
        assert client.post(address, {**OWNER, "csrfmiddlewaretoken": str(token)}).status_code == 302
        Registration.objects.update(registered_at=timezone.now() - timedelta(minutes=2))
    assert len(delivered()) == 1


def test_staff_who_register_or_correct_an_address_end_its_links():
    event, manager = EventFactory(), UserFactory()
    ask(event)
    ask(event, STRANGER)
    assert ask(event, by=manager).is_confirmed
    assert event.registrations.count() == 1
    other = EventFactory()
    ask(other)
    ask(other, STRANGER)
    noted = ask(other, {**OWNER, "email": "z@ardenne.example"}, by=manager)
    correct_person(registration=noted, name="Zoé", email=ADDRESS)
    assert on_the_list(other) == [("Zoé", "BE")]


def test_a_guest_who_comes_back_ends_the_other_links():
    event = EventFactory()
    guest = confirm_guest(token=ask(event).token)
    cancel_registration(registration=guest)
    ask(event, STRANGER)
    again = register_again(registration=guest)
    assert [one.pk for one in event.registrations.live()] == [again.pk]
    assert again.guest_name == "Real Owner"


def test_links_never_followed_go_one_by_one():
    event = EventFactory()
    early, late = ask(event), ask(event, STRANGER)
    assert early.participant_number == late.participant_number
    Registration.objects.filter(pk=early.pk).update(registered_at=timezone.now() - timedelta(hours=1))
    assert forget_unconfirmed_guests(now=timezone.now() + timedelta(hours=47)) == 1
    assert confirm_guest(token=late.token).is_confirmed


def test_a_series_counts_an_address_once_however_many_links_it_has():
    event = repeated(SpaceFactory())[0]
    ask(event)
    ask(event, STRANGER)
    RegistrationFactory(event=event)
    assert following_in_series(event, EventState.PUBLISHED)[0].people == 2


@pytest.mark.django_db(transaction=True)
def test_two_links_followed_at_once_make_one_registration():
    event = EventFactory(capacity=1)
    tokens = [ask(event).token, ask(event, STRANGER).token]
    outcomes = at_once(*(lambda token=token: confirm_guest(token=token) for token in tokens))
    assert "link_ended" in outcomes
    assert event.registrations.get() in outcomes
    event.refresh_from_db()
    assert event.seats_taken == 1
    assert Message.objects.filter(template="events.confirmation").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_followed_while_its_owner_registers_as_a_member_makes_one_registration():
    event, user = EventFactory(capacity=2), UserFactory(email=ADDRESS)
    token = ask(event, STRANGER).token
    outcomes = at_once(lambda: confirm_guest(token=token), lambda: register(event=event, user=user))
    assert len({"link_ended", "already_registered"}.intersection(outcomes)) == 1
    assert event.registrations.get() in outcomes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("page", "status"), [("events:cancel", 404), ("portal:erase_guest", 302)])
def test_a_link_used_while_another_to_its_address_is_followed_fails_in_no_page(page, status):
    event = EventFactory()
    own, theirs = ask(event), ask(event, STRANGER)
    address = reverse(page, args=[theirs.token])

    def send():
        try:
            return Client().post(address, {"understood": "on"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            confirm_guest(token=own.token)
            sent = pool.submit(send)
            while not somebody_waits():
                time.sleep(0.01)
        assert sent.result() == status
    is_erased = page == "portal:erase_guest"
    assert on_the_list(event) == [("", "") if is_erased else ("Real Owner", "BE")]
