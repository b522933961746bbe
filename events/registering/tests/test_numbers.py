"""One person has one participant number, whatever addresses they come under."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from events.attendance.operations import add_walk_in
from events.errors import EventError
from events.models import Participation, SurveyTaken
from events.registering.operations import register, register_person
from events.tests.factories import EventFactory, PastEventFactory
from hacktiv.outbox.operations import send_due
from members.models import EarlierAddress, User
from members.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]

ADDRESS = "nouvelle@example.org"
NEWCOMER = {"first_name": "Ève", "last_name": "N", "email": ADDRESS, "password1": PASSWORD}


@pytest.fixture
def manager():
    return UserFactory()


def follow_the_links(client):
    """Follow the link that confirms an address and, of a change, the one of the old mailbox."""
    mail.outbox.clear()
    send_due()
    links = {link for sent in mail.outbox for link in re.findall(r"http://localhost:8000(/\S+)", sent.body)}
    for link in sorted(link for link in links if "confirm-email" in link or link.endswith("/confirm/")):
        client.post(link)


def sign_up(client):
    client.post(reverse("account_signup"), NEWCOMER)
    follow_the_links(client)
    return User.objects.get(email=ADDRESS)


def change_address(client, user, address):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    asked = client.post(reverse("account_email"), {"action_add": "", "email": address})
    client.post(asked["Location"], {"password": PASSWORD})
    follow_the_links(client)
    user.refresh_from_db()
    assert user.email == address


def came(manager, event=None, **who):
    return add_walk_in(event=event or PastEventFactory(), by=manager, **who)


def persons():
    return Participation.objects.values("participant_number").distinct().count()


def test_a_guest_who_signs_up_stays_one_person(client, manager):
    guest = came(manager, name="Ève", email=ADDRESS)
    user = sign_up(client)
    assert user.participant_number == guest.participant_number
    came(manager, user=user)
    assert persons() == 1


def test_before_the_address_is_confirmed_the_guest_keeps_their_number(client, manager):
    came(manager, name="Ève", email=ADDRESS)
    client.post(reverse("account_signup"), NEWCOMER)
    came(manager, name="Ève", email=ADDRESS)
    assert persons() == 1


def test_a_member_who_confirms_an_address_is_one_with_its_guest(client, manager):
    user = UserFactory(email="old@example.org")
    came(manager, user=user)
    guest = came(manager, name="Ève", email=ADDRESS)
    SurveyTaken.objects.create(event=guest.event, participant_number=guest.participant_number)
    number = user.participant_number
    change_address(client, user, ADDRESS)
    guest.refresh_from_db()
    numbers = (user.participant_number, guest.participant_number, guest.registration.participant_number)
    assert numbers == (number, number, number)
    assert (persons(), SurveyTaken.objects.get().participant_number) == (1, number)
    assert (guest.registration.user, guest.registration.guest_email) == (user, "")


def test_two_marks_at_one_event_become_one(client, manager):
    user = UserFactory(email="old@example.org")
    event = PastEventFactory()
    came(manager, event, user=user)
    came(manager, event, name="Ève", email=ADDRESS)
    elsewhere = came(manager, name="Ève", email=ADDRESS)
    change_address(client, user, ADDRESS)
    elsewhere.refresh_from_db()
    assert (event.participations.count(), persons()) == (1, 1)
    assert elsewhere.participant_number == user.participant_number


def test_the_number_of_another_account_is_never_taken(client, manager):
    former = UserFactory()
    EarlierAddress.objects.create(user=former, email=ADDRESS)
    guest = came(manager, name="Ève", email=ADDRESS)
    assert guest.participant_number == former.participant_number
    user = sign_up(client)
    guest.refresh_from_db()
    assert user.participant_number != guest.participant_number == former.participant_number


def test_staff_who_type_an_earlier_address_count_the_member(manager):
    member = UserFactory()
    EarlierAddress.objects.create(user=member, email=ADDRESS)
    came(manager, user=member)
    came(manager, name="Ève", email=ADDRESS.upper())
    assert persons() == 1


def test_an_earlier_address_tells_staff_nothing_of_who_is_registered(manager):
    member, event = UserFactory(), EventFactory()
    EarlierAddress.objects.create(user=member, email=ADDRESS)
    register(event=event, user=member)
    wish = {"event": event, "name": "Ève", "email": ADDRESS, "language": "fr", "by": manager}
    assert register_person(**wish).participant_number != member.participant_number
    with pytest.raises(EventError) as caught:
        register_person(**wish)
    assert caught.value.code == "already_registered"
