"""A person who was erased since the backup is erased again when it is restored, and nobody else."""

from datetime import timedelta

import pytest
from django.db import transaction

from events.models import Registration, Speaker
from events.registering.operations import cancel_registration
from events.registering.operations.forgetting import forget_guest
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.backup.operations.erasing import erase_again
from hacktiv.erasures.models import Erasure
from hacktiv.erasures.operations import write_journal
from hacktiv.outbox.models import Message, OptOut
from hacktiv.outbox.tests.factories import MessageFactory
from hacktiv.portal.operations import erase_address, erase_person
from members.models import EarlierAddress, User
from members.tests.factories import UserFactory
from spaces.models import Booking, Series
from spaces.tests.factories import BookingFactory, ResourceFactory

pytestmark = pytest.mark.django_db

ADDRESS = "zoe@ardenne.example"


@pytest.fixture(autouse=True)
def journal(settings, tmp_path):
    settings.ERASURE_JOURNAL = tmp_path / "journal"
    return settings.ERASURE_JOURNAL


@pytest.fixture
def restored():
    """Undo what a function does, as a restore does, but for the journal."""

    def undo(change):
        with transaction.atomic():
            change()
            write_journal()
            transaction.set_rollback(True)

    return undo


def test_a_member(restored):
    zoe, other = UserFactory(email="zoe@ardenne.example"), UserFactory()
    BookingFactory(user=zoe), RegistrationFactory(user=other)
    MessageFactory(to_email=zoe.email)
    restored(lambda: erase_person(user=zoe))
    assert User.objects.filter(pk=zoe.pk).exists()
    assert erase_again() == 1
    assert list(User.objects.filter(pk__in=[zoe.pk, other.pk])) == [other]
    assert not Message.objects.filter(to_email=zoe.email).exists()
    assert Booking.objects.get().user is None
    assert erase_again() == 0


def test_a_guest_everywhere(restored):
    GuestRegistrationFactory(name="Zoé Lambert", email="zoe@ardenne.example")
    BookingFactory(user=None, guest_name="Zoé Lambert", guest_email="zoe@ardenne.example", as_manager=True)
    MessageFactory(to_email="zoe@ardenne.example")
    GuestRegistrationFactory(name="Eve", email="eve@ardenne.example")
    restored(lambda: erase_address(address="zoe@ardenne.example"))
    assert erase_again() == 1
    assert sorted(Registration.objects.values_list("guest_email", flat=True)) == ["", "eve@ardenne.example"]
    assert Booking.objects.get().guest_email == ""
    assert not Message.objects.filter(to_email="zoe@ardenne.example").exists()


SERIES = {"pattern": "weekly", "first_day": "2026-01-05", "until": "2026-01-19", "starts": "09:00", "ends": "10:00"}


@pytest.mark.parametrize(
    "leave",
    [
        lambda: Speaker.objects.create(event=EventFactory(), guest_name="Zoé", guest_email=ADDRESS, state="invited"),
        lambda: Series.objects.create(resource=ResourceFactory(), guest_name="Zoé", guest_email=ADDRESS, **SERIES),
        lambda: OptOut.objects.create(email=ADDRESS),
        lambda: MessageFactory(to_email=ADDRESS),
    ],
    ids=["speaker", "series", "opt-out", "mail"],
)
def test_who_is_known_by_one_row_of_any_kind(leave, restored):
    row = leave()
    other = MessageFactory(to_email="eve@ardenne.example")
    restored(lambda: erase_address(address=ADDRESS))
    assert type(row).objects.filter(pk=row.pk).exists()
    assert erase_again() == 1
    assert not type(row).objects.filter(pk=row.pk).exists()
    assert Message.objects.filter(pk=other.pk).exists()


def test_an_earlier_address_goes_with_its_account(restored):
    row = EarlierAddress.objects.create(user=UserFactory(), email=ADDRESS)
    booking = BookingFactory(guest_name="Zoé", guest_email=ADDRESS, as_manager=True)
    EarlierAddress.objects.update(left_at=booking.created_at + timedelta(minutes=1))
    restored(lambda: erase_person(user=row.user))
    assert EarlierAddress.objects.exists()
    assert erase_again() == 1
    assert not EarlierAddress.objects.exists()
    booking.refresh_from_db()
    assert booking.guest_email == ""


def test_the_journal_is_not_written_again(restored, journal):
    zoe = UserFactory()
    BookingFactory(user=zoe)
    GuestRegistrationFactory(name="Zoé Lambert", email=ADDRESS)
    restored(lambda: (erase_person(user=zoe), erase_address(address=ADDRESS)))
    before = journal.read_text()
    assert erase_again() == 2
    write_journal()
    assert journal.read_text() == before


def test_a_guest_in_one_row_alone(restored):
    one, other = (GuestRegistrationFactory(name="Zoé", email="zoe@ardenne.example") for _event in range(2))

    def forget():
        cancel_registration(registration=one)
        forget_guest(registration=one)

    restored(forget)
    assert erase_again() == 1
    assert dict(Registration.objects.values_list("pk", "guest_email")) == {one.pk: "", other.pk: other.guest_email}


def test_a_guest_who_had_an_account_only_since(restored):
    registration = GuestRegistrationFactory(name="Zoé", email="zoe@ardenne.example")

    def sign_up_and_leave():
        zoe = UserFactory(email="zoe@ardenne.example")
        registration.user, registration.guest_name, registration.guest_email = zoe, "", ""
        registration.save()
        erase_person(user=zoe)

    restored(sign_up_and_leave)
    assert erase_again() == 1
    assert Registration.objects.get().guest_email == ""


def test_an_account_that_had_the_address_then_stays(restored):
    zoe = UserFactory(email="zoe@ardenne.example")
    registration = GuestRegistrationFactory(name="Zoé", email="zoe@ardenne.example")

    def change_address():
        User.objects.filter(pk=zoe.pk).update(email="new@ardenne.example")
        erase_address(address="zoe@ardenne.example")

    restored(change_address)
    assert erase_again() == 1
    registration.refresh_from_db()
    assert (User.objects.filter(pk=zoe.pk).exists(), registration.guest_email) == (True, "")


def test_what_is_remembered_leads_to_no_row_that_stays(journal):
    zoe = UserFactory()
    booking, registration = BookingFactory(user=zoe), RegistrationFactory(user=zoe)
    keys = {booking.erasure_key, registration.erasure_key}
    mails = Message.objects.filter(to_email=zoe.email).count()
    erase_person(user=zoe)
    assert Erasure.objects.count() == 3 + mails
    assert not keys & {*Booking.objects.values_list("erasure_key", flat=True)}
    assert not keys & {*Registration.objects.values_list("erasure_key", flat=True)}
    write_journal()
    assert all(len(line.split()) == 2 and "@" not in line for line in journal.read_text().splitlines())
