"""The waiting list said before somebody registers, and a registration's words when it is over or cancelled."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.core.queries import openings_for, openings_of
from events.enums import Mode, QuestionKind, RegistrationStatus
from events.errors import EventError
from events.models import Event, Question, Registration
from events.registering.operations import cancel_registration, register_again, save_question
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.tests.factories import HomeSpaceFactory, SpaceFactory

pytestmark = pytest.mark.django_db

LINE = "liste d’attente"


@pytest.fixture(autouse=True)
def own_address(client):
    client.defaults["REMOTE_ADDR"] = "198.51.100.77"


def text_of(client, address):
    return client.get(address).content.decode().replace("\xa0", " ")


def guest_of(client, event):
    typed = {"name": "Aline Petit", "email": "aline@ardenne.example"}
    client.post(reverse("events:register_guest", args=[event.slug]), typed)
    return Registration.objects.get(guest_email=typed["email"])


def last_letter():
    send_due()
    return mail.outbox[-1]


@pytest.mark.parametrize("is_full", [True, False])
def test_a_guest_reads_of_the_line_on_every_page_and_in_the_mail(client, is_full):
    event = EventFactory(capacity=1)
    if is_full:
        RegistrationFactory(event=event)
    form = text_of(client, reverse("events:register_guest", args=[event.slug]))
    guest = guest_of(client, event)
    letter = last_letter()
    confirming = text_of(client, reverse("events:confirm_guest", args=[guest.token]))
    sent = text_of(client, reverse("events:guest_sent", args=[event.slug]))
    shown = [form, sent, confirming, letter.body, letter.alternatives[0][0]]
    assert [LINE in words for words in shown] == [is_full] * 5
    client.post(reverse("events:confirm_guest", args=[guest.token]))
    guest.refresh_from_db()
    assert guest.status == (RegistrationStatus.WAITING if is_full else RegistrationStatus.CONFIRMED)


def belgian_event(**values):
    space = SpaceFactory(country="BE")
    return EventFactory(space=space, starts_at=timezone.now() + timedelta(days=10), **values)


def from_side(country):
    user = UserFactory()
    HomeSpaceFactory(user=user, space=SpaceFactory(country=country))
    return user


def test_the_seats_still_kept_for_the_other_side_are_said_and_no_more(client):
    event = belgian_event(capacity=3, seats_held=2)
    RegistrationFactory(event=event, user=from_side("BE"))
    assert client.get(event.get_absolute_url()).context["held_now"] == 2
    RegistrationFactory(event=event, user=from_side("FR"))
    event.refresh_from_db()
    page = client.get(event.get_absolute_url())
    assert (page.context["held_now"], page.context["all_wait"]) == (1, True)
    assert "gardées pour" in page.content.decode() and LINE in page.content.decode()
    near, far = from_side("BE"), from_side("FR")
    assert [openings_for(user, event)[0].waits for user in (near, far)] == [True, False]
    assert RegistrationFactory(event=event, user=near).is_waiting
    event.refresh_from_db()
    assert RegistrationFactory(event=event, user=far).is_confirmed
    event.refresh_from_db()
    # The one seat that was kept is taken: none is said to be.
    page = client.get(event.get_absolute_url())
    assert (page.context["held_now"], page.context["held_until"]) == (0, None)


def test_once_the_other_side_has_its_share_no_seat_is_said_to_be_kept(client):
    event = belgian_event(capacity=4, seats_held=1)
    RegistrationFactory(event=event, user=from_side("FR"))
    event.refresh_from_db()
    page = client.get(event.get_absolute_url())
    assert (page.context["held_now"], page.context["held_until"]) == (0, None)


def test_each_way_says_its_own_line():
    event = EventFactory(mode=Mode.HYBRID, capacity=1, online_capacity=5, online_link="https://visio.example/")
    RegistrationFactory(event=event)
    event.refresh_from_db()
    assert [(one.way, one.left, one.waits) for one in openings_of(event)] == [("onsite", 0, True), ("online", 5, False)]


def test_headings_without_anything_below_are_not_shown(client):
    event = EventFactory()
    assert "shared-travel" not in text_of(client, event.get_absolute_url())
    registration = GuestRegistrationFactory(event=event)
    address = reverse("events:registration", args=[registration.token])
    assert "shared-travel" in text_of(client, address)
    end(event)
    assert "shared-travel" not in text_of(client, address)


def end(event):
    start = timezone.now() - timedelta(days=2)
    day = timezone.localdate(start)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1), "earliest": day, "latest": day}
    Event.objects.filter(pk=event.pk).update(**times)


def test_a_past_registration_speaks_of_the_past(client):
    event = EventFactory(capacity=1)
    seated, waiting = (GuestRegistrationFactory(event=event) for _person in range(2))
    end(event)
    pages = [text_of(client, reverse("events:registration", args=[one.token])) for one in (seated, waiting)]
    assert "Vous étiez inscrit" in pages[0] and "Vous étiez sur la liste d’attente" in pages[1]
    assert not any(words in page for page in pages for words in ("est gardée", "Vous êtes inscrit", "au rang"))


def test_after_cancelling_one_can_register_again(client):
    event = EventFactory()
    guest = GuestRegistrationFactory(event=event, email="aline@ardenne.example")
    cancel_registration(registration=guest)
    address = reverse("events:registration", args=[guest.token])
    again = reverse("events:register_again", args=[guest.token])
    assert f'href="{again}">' in text_of(client, address).split("Cette inscription est annulée")[1]
    assert "S’inscrire" in text_of(client, again)
    answer = client.post(again)
    standing = event.registrations.exclude(pk=guest.pk).get()
    assert (answer.url, standing.is_confirmed) == (reverse("events:registration", args=[standing.token]), True)
    assert (standing.guest_name, standing.guest_email) == (guest.guest_name, "aline@ardenne.example")
    # The link of before leads to the registration that stands; a second one is never made.
    assert client.post(again).url == answer.url
    end(event)
    assert client.get(address).context["may_register"] is False
    assert client.get(again).url == address


def test_who_registers_again_answers_the_questions_again(client):
    event = EventFactory()
    guest = GuestRegistrationFactory(event=event, email="aline@ardenne.example")
    cancel_registration(registration=guest)
    words = {"text_fr": "Quel atelier ?", "purpose_fr": "Former les groupes", "is_required": True}
    save_question(event=event, question=Question(kind=QuestionKind.TEXT, **words), by=None)
    again = reverse("events:register_again", args=[guest.token])
    assert client.post(again).status_code == 200
    assert event.registrations.standing().count() == 0
    assert "Quel atelier ?" in text_of(client, again)


def test_nobody_takes_up_a_registration_that_is_not_a_cancelled_guest_s(client):
    member, standing = RegistrationFactory(), GuestRegistrationFactory(email="aline@ardenne.example")
    with pytest.raises(EventError):
        register_again(registration=standing)
    cancel_registration(registration=member)
    with pytest.raises(EventError):
        register_again(registration=member)


def bring_to_full_event(client):
    """Register a guest for the last seat and bring a companion, who waits. Return the guest and the answer."""
    event = EventFactory(capacity=1, companions_allowed=1)
    guest = GuestRegistrationFactory(event=event, email="aline@ardenne.example")
    answer = client.post(reverse("events:bring", args=[guest.token]), {"name": "Bram"}, follow=True)
    return guest, answer.content.decode().replace("\xa0", " ")


def test_a_companion_in_line_is_not_said_to_have_a_seat(client):
    guest, page = bring_to_full_event(client)
    assert "Bram est n° 1 sur la liste d’attente" in page
    assert "est inscrit avec vous" not in page and "Rendre la place" not in page
    assert "Retirer de la liste d’attente" in page
    leaving = text_of(client, reverse("events:cancel", args=[guest.token]))
    assert "leurs places restent" not in leaving and "annuler pour nous tous" in leaving
    [bram] = guest.companions.all()
    after = client.post(reverse("events:cancel_companion", args=[guest.token, bram.pk]), follow=True).content.decode()
    assert "Bram n’est plus sur la liste d’attente" in after and "La place est annulée" not in after
    assert last_letter().subject.startswith("Liste d’attente quittée")


def test_who_leaves_the_line_gives_no_seat_back(client):
    event = EventFactory(capacity=1)
    RegistrationFactory(event=event)
    waiting = GuestRegistrationFactory(event=event, email="aline@ardenne.example")
    address = reverse("events:cancel", args=[waiting.token])
    asked = text_of(client, address)
    assert "Rester sur la liste d’attente" in asked and "Garder ma place" not in asked
    assert f'href="{reverse("events:registration", args=[waiting.token])}"' in asked
    answer = client.post(address, follow=True).content.decode()
    assert "Vous n’êtes plus sur la liste d’attente" in answer and "Merci d’avoir rendu" not in answer
    letter = last_letter()
    assert "Liste d’attente quittée" in letter.subject and "inscription est annulée" not in letter.body.replace(
        "\xa0", " "
    )
