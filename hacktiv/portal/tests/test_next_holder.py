"""Tell apart the person who gave an address up and the one who has it next."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import add_walk_in
from events.errors import EventError
from events.models import Participation, Registration, Speaker
from events.programme.operations import add_speaker
from events.registering.operations import count_as_one, register, register_guest, register_person
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory
from hacktiv.common.personal_data import HeldAddress
from hacktiv.merging.operations import merge_accounts
from hacktiv.outbox.models import Message, OptOut
from hacktiv.outbox.operations import refuse_optional
from hacktiv.portal.operations import erase_person
from hacktiv.portal.queries.export import export_of
from hacktiv.portal.queries.me import diary, next_of
from members.accounts.operations import keep_earlier_address
from members.core.queries import person_of
from members.models import EarlierAddress, User
from members.tests.factories import UserFactory
from spaces.booking.queries import bookings_of
from spaces.errors import BookingError
from spaces.memberships.operations import Wish, accept, invite
from spaces.memberships.queries import open_invitations_to
from spaces.models import Booking, ContactMessage, Invitation
from spaces.places.operations import send_message
from spaces.tests.factories import BookingFactory, MembershipKindFactory, SpaceFactory

pytestmark = pytest.mark.django_db

ADDRESS = "contact@asso.example"


def change_to(user, address):
    """Confirm another address."""
    keep_earlier_address(user=user, old=user.email, new=address)
    EmailAddress.objects.filter(user=user).update(email=address, verified=True)
    user.email = address
    user.save(update_fields=["email"])
    return count_as_one(user=user, address=address)


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


def test_the_next_holder_with_an_account_bears_a_number_of_their_own(former, next_holder, bert):
    next_holder.refresh_from_db()
    assert (next_holder.user, next_holder.participant_number) == (bert, bert.participant_number)
    before = Registration.objects.get(guest_name="Anne")
    assert bert.participant_number not in {former.participant_number, before.participant_number}
    again = GuestRegistrationFactory(event=EventFactory(), name="Bert", email=ADDRESS)
    assert again.participant_number == bert.participant_number


def test_the_next_holder_registers_for_the_same_event(former, bert):
    event = EventFactory()
    register(event=event, user=former)
    row = GuestRegistrationFactory(event=event, name="Bert", email=ADDRESS)
    assert row.participant_number == bert.participant_number
    assert event.registrations.standing_or_here().count() == 2


def test_a_member_takes_no_second_seat_by_an_earlier_address(former):
    event = EventFactory()
    own = register(event=event, user=former)
    asked = {"event": event, "name": "Anne", "email": ADDRESS, "language": "fr"}
    assert register_guest(**asked) == own
    assert Message.objects.filter(template="events.already", to_email=former.email).exists()
    assert event.registrations.count() == 1


def test_a_guest_by_an_earlier_address_takes_no_second_seat_by_the_account(former):
    event = EventFactory()
    GuestRegistrationFactory(event=event, name="Anne", email=ADDRESS)
    with pytest.raises(EventError) as refused:
        register(event=event, user=former)
    assert refused.value.code == "already_registered"


def test_staff_count_the_former_at_an_event_before_the_change(former, bert):
    event = PastEventFactory()
    mark = add_walk_in(event=event, name="Anne", email=ADDRESS, by=UserFactory())
    assert mark.participant_number == former.participant_number
    assert event.title in {row["event"] for row in export_of(former)["registrations"]}
    assert event.title not in {row["event"] for row in export_of(bert)["registrations"]}


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


def test_each_holder_has_the_address_in_their_own_time(former, bert):
    left_at = former.earlier_addresses.get().left_at
    assert person_of(former).held == {HeldAddress(former.email), HeldAddress(ADDRESS, None, left_at)}
    assert person_of(bert).held >= {HeldAddress(ADDRESS, left_at, None)}


# --- whose data ---


@pytest.fixture
def space():
    return SpaceFactory(managers=[UserFactory()])


@pytest.fixture
def told(former, space):
    """Return what the address bore before it was given up: a booking by phone, a message to a space, an invitation to a
    membership, one to speak, a mail and a refusal of mails."""
    booking = BookingFactory(guest_name="Anne", guest_email=ADDRESS, purpose="Entretien", as_manager=True, days=3)
    wrote = {"name": "Anne", "email": ADDRESS, "text": "Une place ?", "language": "fr"}
    message = send_message(space=space, **wrote)
    wish = Wish(email=ADDRESS, kind=MembershipKindFactory(), words="Bienvenue Anne")
    invitation = invite(space=space, wish=wish, by=None)
    speaker = add_speaker(event=EventFactory(), name="Anne", email=ADDRESS, by=None)
    refuse_optional(email=ADDRESS)
    of_before = timezone.now() - timedelta(days=5)
    for model, column in (
        (Booking, "created_at"),
        (ContactMessage, "written_at"),
        (Invitation, "made_at"),
        (Speaker, "asked_at"),
        (Message, "created_at"),
        (OptOut, "made_at"),
        (Registration, "registered_at"),
    ):
        model.objects.update(**{column: of_before})
    EarlierAddress.objects.update(left_at=timezone.now() - timedelta(days=2))
    found = (booking, message, invitation, speaker)
    for row in found:
        row.refresh_from_db()
    return found


@pytest.fixture
def bert(former):
    """Return the next holder of the address, who has an account with it."""
    bert = UserFactory(first_name="Bert", last_name="Maes")
    change_to(bert, ADDRESS)
    return bert


#: Parts of the export that tell of rows under an address.
PARTS = ("registrations", "bookings", "messages_to_spaces", "invitations", "talks", "messages")


def test_the_export_of_the_next_holder_tells_nothing_of_the_former(former, told, bert):
    exported = export_of(bert)
    assert [exported[part] for part in PARTS] == [[]] * len(PARTS)


def test_the_export_of_the_former_tells_what_was_made_before(former, told, bert):
    exported = export_of(former)
    assert {part for part in PARTS if not exported[part]} == set()


def test_the_pages_of_the_next_holder_show_nothing_of_the_former(client, former, told, bert):
    booking, _message, invitation, speaker = told
    now = timezone.now()
    assert not bookings_of(bert) and next_of(bert, now) is None
    found = diary(bert, now)
    assert not any([found.registrations, found.bookings, found.invitations, found.memberships_offered])
    assert not booking.can_be_taken_over_by(bert) and not speaker.is_for(bert)
    client.force_login(bert)
    assert not client.get(reverse("portal:invitation", args=[invitation.token])).context["is_theirs"]


def test_the_next_holder_cannot_accept_an_invitation_of_the_former(former, told, bert):
    invitation = told[2]
    with pytest.raises(BookingError) as refused:
        accept(invitation=invitation, user=bert)
    assert refused.value.code == "wrong_account"
    assert list(open_invitations_to(former)) == [invitation]
    assert accept(invitation=invitation, user=former).is_new


def test_an_invitation_that_is_made_since_is_the_next_holders(former, told, bert):
    invitation = invite(space=SpaceFactory(), wish=Wish(email=ADDRESS, kind=MembershipKindFactory()), by=None)
    assert list(open_invitations_to(bert)) == [invitation]
    with pytest.raises(BookingError):
        accept(invitation=invitation, user=former)
    assert accept(invitation=invitation, user=bert).is_new


def test_the_erasure_of_the_former_takes_what_was_made_before(former, told, bert):
    own = BookingFactory(guest_name="Bert", guest_email=ADDRESS, as_manager=True)
    booking, *rows = told
    erase_person(user=former)
    booking.refresh_from_db()
    assert (booking.guest_name, booking.guest_email, booking.purpose, booking.status) == ("", "", "", "cancelled")
    assert [type(row).objects.filter(pk=row.pk).exists() for row in rows] == [False] * 3
    assert not Registration.objects.filter(guest_name="Anne").exists()
    own.refresh_from_db()
    assert (own.guest_name, own.is_live) == ("Bert", True)


def stands_untouched(told):
    booking, *rows = told
    booking.refresh_from_db()
    return booking.is_live and booking.purpose == "Entretien" and all(type(row).objects.get(pk=row.pk) for row in rows)


def test_the_erasure_of_the_next_holder_leaves_what_is_the_formers(former, told, bert):
    erase_person(user=bert, tells=True)
    assert stands_untouched(told)
    assert Registration.objects.filter(guest_name="Anne", guest_email=ADDRESS).exists()
    assert former.earlier_addresses.exists()
    assert "Entretien" not in str(Message.objects.filter(template="portal.erased").values())


def test_a_next_holder_without_account_erases_what_is_theirs_alone(client, former, told, next_holder):
    page = reverse("portal:erase_guest", args=[next_holder.token])
    assert client.get(page).context["held"] == {"bookings": 1, "series": 0, "registrations": 1, "talks": 0}
    client.post(page, {"understood": "on"})
    next_holder.refresh_from_db()
    assert next_holder.guest_email == ""
    assert stands_untouched(told)
    assert former.earlier_addresses.exists()


def test_a_link_of_before_erases_what_is_of_its_time_and_mails_nobody(client, former, told, next_holder, bert):
    token = Registration.objects.get(guest_name="Anne").token
    page = reverse("portal:erase_guest", args=[token])
    client.post(page, {"understood": "on"})
    assert not Registration.objects.filter(guest_name="Anne").exists()
    next_holder.refresh_from_db()
    assert next_holder.user == bert
    assert not Message.objects.filter(template="portal.erased").exists()


def test_who_gets_an_address_back_has_it_in_both_times(former, told, bert):
    keep_earlier_address(user=bert, old=ADDRESS, new="bert@ailleurs.example")
    EmailAddress.objects.filter(user=bert).delete()
    User.objects.filter(pk=bert.pk).update(email="bert@ailleurs.example")
    change_to(former, ADDRESS)
    assert [export_of(bert)[part] for part in PARTS] == [[]] * len(PARTS)
    assert {part for part in PARTS if not export_of(former)[part]} == set()
    change_to(former, "anne@ailleurs.example")
    assert former.earlier_addresses.filter(email=ADDRESS).count() == 2
    merge_accounts(kept=UserFactory(), gone=former, by=UserFactory(superuser=True))
    assert EarlierAddress.objects.filter(email=ADDRESS).count() == 3
    assert [export_of(User.objects.get(pk=bert.pk))[part] for part in PARTS] == [[]] * len(PARTS)


def test_who_gets_an_address_back_that_nobody_had_meanwhile_has_one_note(former):
    change_to(former, ADDRESS)
    assert not former.earlier_addresses.filter(email=ADDRESS).exists()
    change_to(former, "anne@ailleurs.example")
    assert former.earlier_addresses.filter(email=ADDRESS).count() == 1


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


def test_who_is_noted_under_an_earlier_address_is_one_once_another_is_confirmed(former, next_holder, noted_twice):
    change_to(former, "anne@ailleurs.example")
    assert persons_at(noted_twice) == {former.participant_number}
    next_holder.refresh_from_db()
    assert (next_holder.user, next_holder.guest_email) == (None, ADDRESS)


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
    bert = UserFactory(first_name="Bert")
    change_to(bert, ADDRESS)
    next_holder.refresh_from_db()
    assert (next_holder.user, next_holder.participant_number) == (bert, bert.participant_number)
    assert bert.participant_number != kept.participant_number


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
