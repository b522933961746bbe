import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.urls import reverse

from events.models import Speaker
from events.tests.factories import EventFactory, GuestRegistrationFactory
from hacktiv.portal.operations import erase_person
from hacktiv.portal.queries.export import export_of
from members.models import EarlierAddress, User
from members.tests.factories import UserFactory
from spaces.models import Booking
from spaces.tests.factories import BookingFactory

pytestmark = pytest.mark.django_db


def test_a_person_who_cannot_sign_in_is_erased_by_command(capsys):
    kept = UserFactory()
    UserFactory(email="eve@ardenne.example")
    call_command("erase_person", "Eve@Ardenne.example")
    assert list(User.objects.all()) == [kept]
    with pytest.raises(CommandError, match=r"Nothing is held under the address eve@ardenne\.example"):
        call_command("erase_person", "eve@ardenne.example")


def test_an_erasure_that_no_restore_would_make_again_says_so(capsys):
    EmailAddress.objects.create(user=UserFactory(), email="zoe@ardenne.example", verified=False)
    call_command("erase_person", "zoe@ardenne.example")
    assert "Nothing of it bears a key for the journal of erasures" in capsys.readouterr().err
    UserFactory(email="eve@ardenne.example")
    call_command("erase_person", "eve@ardenne.example")
    assert capsys.readouterr().err == ""


def test_the_admin_deletes_nobody_with_bookings_or_registrations(client):
    person = UserFactory()
    client.force_login(UserFactory(superuser=True))
    answer = client.post(reverse("admin:members_user_delete", args=[person.pk]), {"post": "yes"})
    assert answer.status_code == 404
    assert User.objects.filter(pk=person.pk).exists()


def test_a_guest_is_erased_by_command_and_told_of_where_the_name_still_stands(capsys):
    guest = GuestRegistrationFactory(name="Zoé Lambert", email="zoe@ardenne.example")
    by_name = BookingFactory(guest_name="zoé lambert", as_manager=True)
    speaker = Speaker.objects.create(event=EventFactory(), guest_name="Zoé  Lambert")
    about = EventFactory(description_nl="Met Zoé Lambert, zoe@ardenne.example.")
    BookingFactory(guest_name="Zoé Lambertine", as_manager=True)
    call_command("erase_person", "Zoe@ardenne.example")
    guest.refresh_from_db()
    assert (guest.guest_name, guest.guest_email, guest.status) == ("", "", "cancelled")
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Erased what was held under Zoe@ardenne.example."
    assert {line.split(" (")[0].strip() for line in told[2:]} == {
        f"spaces.Booking {by_name.pk}: guest_name",
        f"events.Event {about.pk}: description",
        f"events.Speaker {speaker.pk}: guest_name",
    }
    assert f"/admin/spaces/booking/{by_name.pk}/change/" in "".join(told)


def test_an_earlier_address_erases_no_account(capsys):
    """Somebody else may have it by now: the account is erased by its present address."""
    member = UserFactory(email="new@ardenne.example")
    EarlierAddress.objects.create(user=member, email="old@ardenne.example")
    BookingFactory(guest_name="Zoé", guest_email="old@ardenne.example", as_manager=True)
    call_command("erase_person", "old@ardenne.example")
    assert User.objects.get() == member
    assert EarlierAddress.objects.get().user == member
    assert Booking.objects.get().guest_email == ""


def test_an_address_that_was_never_confirmed_takes_no_guest_along():
    member = UserFactory(email="new@ardenne.example")
    EmailAddress.objects.create(user=member, email="typed@ardenne.example", verified=False)
    EarlierAddress.objects.create(user=member, email="given-away@ardenne.example")
    UserFactory(email="given-away@ardenne.example")
    for address in ("typed", "given-away"):
        BookingFactory(guest_name="Léa", guest_email=f"{address}@ardenne.example", as_manager=True)
    assert export_of(member)["bookings"] == []
    erase_person(user=member)
    assert set(Booking.objects.values_list("guest_name", flat=True)) == {"Léa"}
    assert not EmailAddress.objects.filter(email="typed@ardenne.example").exists()
