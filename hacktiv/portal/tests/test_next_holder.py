"""Tell apart the person who gave an address up and the one who has it next."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from events.attendance.operations import add_walk_in
from events.models import Participation, Registration
from events.registering.operations import count_as_one, register, register_person
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory
from hacktiv.merging.operations import merge_accounts
from hacktiv.portal.operations import erase_person
from hacktiv.portal.queries.export import export_of
from members.accounts.operations import keep_earlier_address
from members.core.queries import person_of
from members.models import EarlierAddress
from members.tests.factories import UserFactory
from spaces.models import Booking
from spaces.tests.factories import BookingFactory

pytestmark = pytest.mark.django_db

ADDRESS = "contact@asso.example"


@pytest.fixture
def former():
    """Return who had the address until today, and registered and booked under it as a guest before."""
    GuestRegistrationFactory(event=EventFactory(title_fr="Avant"), name="Anne", email=ADDRESS)
    BookingFactory(guest_name="Anne", guest_email=ADDRESS, as_manager=True)
    person = UserFactory(first_name="Anne")
    keep_earlier_address(user=person, old=ADDRESS, new=person.email)
    return person


@pytest.fixture
def next_holder(former):
    """Return the registration of the next holder of the address, who has booked too."""
    BookingFactory(guest_name="Bert", guest_email=ADDRESS, as_manager=True)
    return GuestRegistrationFactory(event=EventFactory(title_fr="Après"), name="Bert", email=ADDRESS)


def test_the_next_holder_bears_a_number_of_their_own(former, next_holder):
    assert next_holder.participant_number != former.participant_number
    before = Registration.objects.get(guest_name="Anne")
    assert next_holder.participant_number != before.participant_number
    again = GuestRegistrationFactory(event=EventFactory(), name="Bert", email=ADDRESS)
    assert again.participant_number == next_holder.participant_number


def test_the_next_holder_registers_for_the_same_event(former):
    event = EventFactory()
    register(event=event, user=former)
    row = GuestRegistrationFactory(event=event, name="Bert", email=ADDRESS)
    assert row.participant_number != former.participant_number
    assert event.registrations.standing_or_here().count() == 2


def test_staff_who_type_the_address_count_its_next_holder(former, next_holder):
    wish = {"event": EventFactory(), "name": "Bert", "email": ADDRESS, "language": "fr", "by": UserFactory()}
    assert register_person(**wish).participant_number == next_holder.participant_number


def test_the_export_tells_what_was_made_before_the_address_was_given_up(former, next_holder):
    told = export_of(former)
    assert [row["event"] for row in told["registrations"]] == ["Avant"]
    assert len(told["bookings"]) == 1


def test_the_erasure_leaves_what_the_next_holder_made(former, next_holder):
    erase_person(user=former)
    names = set(Registration.objects.values_list("guest_name", flat=True))
    assert names == {"", "Bert"}
    assert set(Booking.objects.values_list("guest_name", flat=True)) == {"", "Bert"}
    next_holder.refresh_from_db()
    assert (next_holder.guest_email, next_holder.is_standing) == (ADDRESS, True)


def test_the_addresses_of_the_next_holder_stay(former):
    other = UserFactory()
    EmailAddress.objects.create(user=other, email=ADDRESS, verified=False)
    EarlierAddress.objects.create(user=other, email=ADDRESS, left_at=timezone.now() + timedelta(days=1))
    erase_person(user=former)
    assert EmailAddress.objects.filter(email=ADDRESS).exists()
    assert EarlierAddress.objects.filter(user=other).exists()


def test_a_sign_up_that_nobody_confirmed_keeps_nothing_from_erasure(former):
    stranger = UserFactory(email=ADDRESS)
    EmailAddress.objects.filter(user=stranger).update(verified=False)
    assert ADDRESS in person_of(former).addresses
    erase_person(user=former)
    assert "Anne" not in Registration.objects.values_list("guest_name", flat=True)


def test_a_confirmed_account_with_the_address_keeps_it(former):
    UserFactory(email=ADDRESS)
    assert ADDRESS not in person_of(former).addresses


# --- one person, one number ---


@pytest.fixture
def noted_twice(former):
    """Return an event before the address was given up, at which its former holder is by their account, and is noted by
    staff under the earlier address too, in a row of its own."""
    event = PastEventFactory()
    EarlierAddress.objects.filter(user=former).update(left_at=timezone.now() - timedelta(hours=1))
    Registration.objects.filter(guest_name="Anne").update(registered_at=timezone.now() - timedelta(days=9))
    assert event.starts_at < timezone.now() - timedelta(hours=2)
    add_walk_in(event=event, user=former, by=UserFactory())
    mark = add_walk_in(event=event, name="Anne", email=ADDRESS, by=UserFactory())
    assert mark.participant_number != former.participant_number
    return event


def persons_at(event):
    return set(Participation.objects.filter(event=event).values_list("participant_number", flat=True))


def change_to(user, address):
    """Confirm another address."""
    keep_earlier_address(user=user, old=user.email, new=address)
    EmailAddress.objects.filter(user=user).update(email=address, verified=True)
    user.email = address
    user.save(update_fields=["email"])
    return count_as_one(user=user, address=address)


def test_who_is_noted_under_an_earlier_address_is_one_once_another_is_confirmed(former, next_holder, noted_twice):
    change_to(former, "anne@ailleurs.example")
    assert persons_at(noted_twice) == {former.participant_number}
    next_holder.refresh_from_db()
    assert (next_holder.user, next_holder.guest_email) == (None, ADDRESS)
    assert next_holder.participant_number != former.participant_number


@pytest.mark.parametrize("goes", ["former", "other"])
def test_who_is_noted_under_an_earlier_address_is_one_once_accounts_are_merged(former, next_holder, noted_twice, goes):
    other, by = UserFactory(), UserFactory(superuser=True)
    gone, kept = (former, other) if goes == "former" else (other, former)
    merge_accounts(kept=kept, gone=gone, by=by)
    kept.refresh_from_db()
    assert persons_at(noted_twice) == {kept.participant_number}
    assert set(kept.registrations.values_list("event__title_fr", flat=True)) >= {"Avant"}
    next_holder.refresh_from_db()
    assert (next_holder.user, next_holder.guest_email) == (None, ADDRESS)
    assert next_holder.participant_number != kept.participant_number


def test_the_next_holder_gains_nothing_of_the_former_by_confirming_the_address(former, next_holder, noted_twice):
    before = {row.pk: row.participant_number for row in Registration.objects.filter(guest_name="Anne")}
    bert = UserFactory(first_name="Bert")
    change_to(bert, ADDRESS)
    next_holder.refresh_from_db()
    assert next_holder.user == bert
    assert {row.pk: row.participant_number for row in Registration.objects.filter(guest_name="Anne")} == before
    assert bert.participant_number not in persons_at(noted_twice)


def test_merging_the_former_leaves_the_rows_under_an_address_that_another_account_has(former, next_holder, noted_twice):
    bert = UserFactory(first_name="Bert")
    change_to(bert, ADDRESS)
    merge_accounts(kept=UserFactory(), gone=former, by=UserFactory(superuser=True))
    next_holder.refresh_from_db()
    bert.refresh_from_db()
    assert (next_holder.user, next_holder.participant_number) == (bert, bert.participant_number)
