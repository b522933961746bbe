"""Test the home space, and messages to a space."""

from datetime import date

import pytest

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.memberships.operations import set_home_space
from spaces.models import HomeSpace
from spaces.places.operations import send_message
from spaces.tests.asking import mails
from spaces.tests.factories import HomeSpaceFactory, SpaceFactory

pytestmark = pytest.mark.django_db


# --- memberships ---


def test_a_home_space_ends_the_one_before():
    before = HomeSpaceFactory()
    space, day = SpaceFactory(), date(2026, 5, 1)
    set_home_space(user=before.user, space=space, on=day)
    assert list(HomeSpace.objects.order_by("since").values_list("space", "since", "until")) == [
        (before.space_id, date(2020, 1, 1), day),
        (space.pk, day, None),
    ]


def test_the_same_home_space_again_changes_nothing():
    membership = HomeSpaceFactory()
    assert set_home_space(user=membership.user, space=membership.space, on=date(2026, 5, 1)) == membership


def test_a_mind_changed_the_same_day_leaves_one_membership():
    user, day = UserFactory(), date(2026, 5, 1)
    for space in (SpaceFactory(), SpaceFactory(), None, SpaceFactory()):
        set_home_space(user=user, space=space, on=day)
    assert HomeSpace.objects.get().space == space


def test_nowhere_is_a_home_too():
    membership = HomeSpaceFactory()
    set_home_space(user=membership.user, space=None, on=date(2026, 5, 1))
    assert list(HomeSpace.objects.current(date(2026, 5, 1))) == []


# --- messages ---


def test_a_message_reaches_the_managers_to_be_answered_directly():
    managers = UserFactory.create_batch(2)
    space = SpaceFactory(managers=managers)
    send_message(space=space, name="Zoé", email="zoe@example.org", text="Hello", language="fr")
    assert set(Message.objects.values_list("to_email", "reply_to")) == {
        (manager.email, "zoe@example.org") for manager in managers
    }


def test_a_contact_address_comes_before_the_managers():
    space = SpaceFactory(managers=[UserFactory()], contact_email="hello@example.org")
    send_message(space=space, name="Zoé", email="zoe@example.org", text="Hello", language="fr")
    assert mails() == {("spaces.contact", "hello@example.org")}


def test_without_anybody_the_superusers_read_it():
    superuser = UserFactory(superuser=True)
    UserFactory()
    space = SpaceFactory(managers=[UserFactory(is_active=False)])
    send_message(space=space, name="Zoé", email="zoe@example.org", text="Hello", language="fr")
    assert mails() == {("spaces.contact", superuser.email)}


def test_the_same_message_twice_arrives_once():
    space = SpaceFactory(contact_email="hello@example.org")
    for text in ("Hello", "Hello", "Something else"):
        send_message(space=space, name="Zoé", email="zoe@example.org", text=text, language="fr")
    assert Message.objects.count() == 2
