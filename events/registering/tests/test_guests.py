from datetime import timedelta

import pytest
from django.utils import timezone

from events.core import rules
from events.enums import RegistrationStatus
from events.errors import EventError
from events.models import Registration
from events.programme.operations import cancel_event
from events.registering.operations import (
    cancel_registration,
    confirm_guest,
    forget_unconfirmed_guests,
    register,
    register_guest,
)
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.models import Hold, Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

EMAIL = "aline@ardenne.example"


def ask(event, email=EMAIL, **wish):
    return register_guest(event=event, name="Aline Petit", email=email, language="fr", **wish)


def refusal_of(call, **wish):
    with pytest.raises(EventError) as caught:
        call(**wish)
    return caught.value.code


def age(registration, **delta):
    Registration.objects.filter(pk=registration.pk).update(registered_at=timezone.now() - timedelta(**delta))


def test_a_guest_has_no_seat_until_the_link_is_followed():
    event = EventFactory(capacity=1)
    guest = ask(event)
    event.refresh_from_db()
    assert (guest.status, event.seats_taken) == ("unconfirmed", 0)
    assert list(Message.objects.values_list("template", "to_email")) == [("events.guest_link", EMAIL)]
    assert confirm_guest(token=guest.token).status == RegistrationStatus.CONFIRMED
    event.refresh_from_db()
    assert event.seats_taken == 1


def test_a_guest_who_confirms_too_late_for_a_seat_stands_in_line():
    event = EventFactory(capacity=1)
    guest = ask(event)
    RegistrationFactory(event=event)
    confirmed = confirm_guest(token=guest.token)
    assert confirmed.status == RegistrationStatus.WAITING
    assert confirmed.queued_at is not None


def test_following_the_link_twice_changes_nothing():
    guest = GuestRegistrationFactory()
    assert confirm_guest(token=guest.token) == guest
    assert Message.objects.filter(template="events.confirmation").count() == 1


def test_the_two_days_of_a_link_wait_while_no_mail_leaves(mailoutbox):
    guest = ask(EventFactory())
    age(guest, days=3)
    now = timezone.now()
    held = Hold.objects.create(reason="restored", held_at=now - timedelta(days=3), released_at=now)
    assert forget_unconfirmed_guests() == 0
    assert send_due() == 1
    assert str(guest.token) in mailoutbox[0].body
    Hold.objects.filter(pk=held.pk).update(released_at=now - timedelta(days=2, minutes=1))
    assert refusal_of(confirm_guest, token=guest.token) == "link_expired"
    assert forget_unconfirmed_guests() == 1


def test_a_link_expires_after_two_days():
    guest = GuestRegistrationFactory(confirmed=False)
    age(guest, hours=47)
    assert confirm_guest(token=guest.token).is_confirmed
    late = GuestRegistrationFactory(confirmed=False)
    age(late, hours=48)
    assert refusal_of(confirm_guest, token=late.token) == "link_expired"


def test_a_cancelled_registration_is_not_confirmed_by_an_old_link():
    guest = GuestRegistrationFactory(confirmed=False)
    cancel_registration(registration=guest)
    assert refusal_of(confirm_guest, token=guest.token) == "not_registered"


def test_nobody_confirms_a_cancelled_event():
    guest = GuestRegistrationFactory(confirmed=False)
    cancel_event(event=guest.event, reason="Neige", by=UserFactory())
    assert refusal_of(confirm_guest, token=guest.token) == "cancelled"


def test_asking_again_sends_a_new_link_and_the_first_followed_ends_the_other():
    event = EventFactory()
    first = ask(event)
    age(first, minutes=1)
    second = ask(event, email=EMAIL.upper())
    assert first.token != second.token
    assert Message.objects.filter(template="events.guest_link").count() == 2
    assert confirm_guest(token=first.token).is_confirmed
    assert Registration.objects.get() == first


def test_a_second_click_sends_no_second_link():
    event = EventFactory()
    assert ask(event).token == ask(event).token
    assert Message.objects.count() == 1


def test_a_registered_address_is_told_so_by_mail_only():
    guest = GuestRegistrationFactory(email=EMAIL)
    again = ask(guest.event)
    assert (again.pk, again.status) == (guest.pk, "confirmed")
    assert Message.objects.filter(template="events.already", to_email=EMAIL).count() == 1


def test_guests_cannot_register_for_a_members_event():
    event = EventFactory(members_only=True)
    assert refusal_of(ask, event=event) == "members_only"
    assert ask(event, by=UserFactory()).is_confirmed


def test_a_guests_number_stays_the_same_in_upper_and_lower_case():
    first = GuestRegistrationFactory(email=EMAIL)
    second = GuestRegistrationFactory(email=EMAIL.title())
    other = GuestRegistrationFactory()
    assert first.participant_number == second.participant_number != other.participant_number


def test_a_guest_with_a_members_address_has_the_members_number():
    user = UserFactory(email=EMAIL)
    assert GuestRegistrationFactory(email=EMAIL.title()).participant_number == user.participant_number


def test_a_member_who_is_registered_gets_no_second_seat_as_a_guest():
    event = EventFactory()
    user = UserFactory(email=EMAIL)
    guest = ask(event)
    register(event=event, user=user)
    assert not Registration.objects.filter(pk=guest.pk).exists()
    assert ask(event).user == user
    assert event.registrations.count() == 1


def test_a_member_gets_no_second_seat_after_confirming_as_a_guest():
    event = EventFactory()
    user = UserFactory(email=EMAIL)
    confirm_guest(token=ask(event).token)
    assert refusal_of(register, event=event, user=user) == "already_registered"


def test_guests_who_never_confirm_are_deleted():
    confirmed = GuestRegistrationFactory()
    age(confirmed, days=9)
    fresh = GuestRegistrationFactory(confirmed=False)
    stale = GuestRegistrationFactory(confirmed=False)
    age(stale, hours=48)
    assert forget_unconfirmed_guests() == 1
    assert set(Registration.objects.all()) == {confirmed, fresh}


def test_rules_and_operation_agree_on_the_link():
    guest = GuestRegistrationFactory(confirmed=False)
    assert rules.guest_link_is_alive(guest, guest.registered_at + timedelta(hours=47, minutes=59))
    assert not rules.guest_link_is_alive(guest, guest.registered_at + timedelta(hours=48))
