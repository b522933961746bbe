"""Confirm an address while its person registers: they get both: both lock the event before the account."""

import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction

from events.core.operations import locked
from events.errors import EventError
from events.registering.operations import register
from events.tests.factories import EventFactory, GuestRegistrationFactory
from members.accounts.operations import ask_address_change, confirm_new_address, confirm_old_address
from members.accounts.tests.test_accounts import delivered
from members.accounts.tests.test_unconfirmed import signs_up
from members.core.operations import keep_account
from members.models import User
from members.tests.factories import PASSWORD, UserFactory
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "eve@ardenne.example"
NEWCOMER = {"first_name": "Ève", "last_name": "d’Ardenne", "email": ADDRESS, "password1": PASSWORD}


class Meanwhile:
    """Work in another transaction; what it raised is raised at the end."""

    def __init__(self, work):
        self.work, self.error = work, None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            self.work()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def ends(self):
        self.thread.join(timeout=60)
        if self.error:
            raise self.error


@pytest.fixture
def guest():
    return GuestRegistrationFactory(event=EventFactory(), name="Ève", email=ADDRESS)


def a_change(person):
    address = EmailAddress.objects.create(user=person, email=ADDRESS)
    return address, ask_address_change(address=address)


def confirmed_by(last):
    """Return a person and the work by which the last of both mailboxes confirms their change of address."""
    person = UserFactory(email="eve.autre@ardenne.example")
    address, change = a_change(person)
    if last == "new":
        confirm_old_address(change_id=change.pk)
        return person, lambda: confirm_new_address(address=address)
    confirm_new_address(address=address)
    return person, lambda: confirm_old_address(change_id=change.pk)


@pytest.mark.parametrize("last", ["new", "old"])
def test_a_registration_overlaps_a_change_of_address(guest, last):
    person, confirm = confirmed_by(last)
    with transaction.atomic():
        locked(guest.event)
        meanwhile = Meanwhile(confirm)
        until_somebody_waits()
        register(event=guest.event, user=person)
    meanwhile.ends()
    person.refresh_from_db()
    assert person.email == ADDRESS
    assert [row.user for row in guest.event.registrations.standing_or_here()] == [person]


def test_who_registers_as_they_were_before_the_confirmation_is_registered_once(guest):
    person, confirm = confirmed_by("new")
    before = User.objects.get(pk=person.pk)
    confirm()
    with pytest.raises(EventError) as refused:
        register(event=guest.event, user=before)
    assert refused.value.code == "already_registered"
    before = User(**{field.attname: getattr(person, field.attname) for field in User._meta.concrete_fields})
    assert before.participant_number != guest.participant_number
    assert register(event=EventFactory(), user=before).participant_number == guest.participant_number


def test_a_registration_overlaps_the_end_of_a_sign_up(guest):
    delivered()
    browser, link = signs_up(NEWCOMER)
    person = User.objects.get()
    with transaction.atomic():
        locked(guest.event)
        meanwhile = Meanwhile(lambda: browser.post(link))
        until_somebody_waits()
        assert keep_account(person)
    meanwhile.ends()
    guest.refresh_from_db()
    assert guest.user == person


def test_what_is_made_for_the_guest_meanwhile_goes_into_the_account_too(guest):
    person, confirm = confirmed_by("new")
    other = EventFactory()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        meanwhile = Meanwhile(confirm)
        until_somebody_waits()
        GuestRegistrationFactory(event=other, name="Ève", email=ADDRESS)
    meanwhile.ends()
    assert set(person.registrations.values_list("event", flat=True)) == {guest.event_id, other.pk}
