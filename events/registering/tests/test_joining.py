"""A guest who confirms their address with an account finds all of theirs there, and once at each event."""

import uuid
from datetime import time, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from events.attendance.operations import add_walk_in, import_online_list, mark_attendance
from events.attendance.operations.online_lists import OnlinePerson
from events.enums import OutcomeKind, QuestionKind, RegistrationStatus
from events.followup.operations import tell_outcome
from events.models import Event, Participation, Question, RideSeat, SurveyTaken
from events.registering.operations import (
    Answers,
    Given,
    bring_companion,
    change_answers,
    correct_residence,
    count_as_one,
    register,
    register_person,
    save_question,
)
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory, RegistrationFactory
from events.travel.operations import accept_seat, ask_seat, offer_ride
from members.accounts.operations import ask_address_change, confirm_new_address, confirm_old_address
from members.models import User
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "eve@ardenne.example"
CONFIRMED, CANCELLED = RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED
RIDE = {"town": "Couvin", "from_side": "BE", "direction": "both", "leaves_at": time(11), "seats": 2, "kilometres": 60}


@pytest.fixture
def manager():
    return UserFactory()


@pytest.fixture
def user():
    return UserFactory(email="eve.autre@ardenne.example", residence="BE")


def a_guest(event, **wish):
    return GuestRegistrationFactory(event=event, name="Ève", email=ADDRESS, **wish)


def begin(*events):
    start = timezone.now() - timedelta(minutes=30)
    day = timezone.localdate(start)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=2), "earliest": day, "latest": day}
    Event.objects.filter(pk__in=[event.pk for event in events]).update(**times)
    for event in events:
        event.refresh_from_db()


def one(user):
    return count_as_one(user=user, address=ADDRESS.upper())


def statuses(event):
    return sorted(event.registrations.values_list("user__email", "status"))


def test_an_address_that_both_mailboxes_change_to_brings_what_was_made_for_its_guest(user):
    guest = a_guest(EventFactory())
    address = EmailAddress.objects.create(user=user, email=ADDRESS)
    change = ask_address_change(address=address)
    confirm_new_address(address=address)
    assert statuses(guest.event) == [(None, CONFIRMED)]
    confirm_old_address(change_id=change.pk)
    assert statuses(guest.event) == [(ADDRESS, CONFIRMED)]


def test_a_guests_registration_goes_into_the_account(user):
    guest = a_guest(EventFactory())
    number = guest.participant_number
    one(user)
    guest.refresh_from_db()
    assert (guest.user, guest.guest_email, guest.status, guest.language) == (user, "", CONFIRMED, user.language)
    assert (user.participant_number, guest.participant_number) == (number, number)


def test_what_nobody_confirmed_stays_a_guests(user):
    """Somebody else may have typed the address."""
    guest = a_guest(EventFactory(), confirmed=False)
    one(user)
    guest.refresh_from_db()
    assert (guest.user, guest.guest_email) == (None, ADDRESS)


def test_who_brings_a_companion_does_not_read_the_name_of_the_account(user):
    companion = bring_companion(registration=RegistrationFactory(), name="Ève", email=ADDRESS)
    one(user)
    companion.refresh_from_db()
    assert (companion.user, companion.person_name) == (None, "Ève")
    assert companion.participant_number == user.participant_number


def test_two_numbers_of_one_address_become_one(user):
    first, second = a_guest(EventFactory()), a_guest(EventFactory())
    type(second).objects.filter(pk=second.pk).update(participant_number=uuid.uuid4())
    one(user)
    assert set(user.registrations.values_list("participant_number", flat=True)) == {first.participant_number}


def test_a_second_seat_goes_to_the_next_in_line(user):
    event = EventFactory(capacity=2)
    own, guest = register(event=event, user=user), a_guest(event)
    waiting = RegistrationFactory(event=event)
    assert waiting.status == RegistrationStatus.WAITING
    joined = one(user)
    for row in (own, guest, waiting, event):
        row.refresh_from_db()
    assert (own.status, guest.status, waiting.status, event.seats_taken) == (CONFIRMED, CANCELLED, CONFIRMED, 2)
    assert joined.registrations == [event.pk]
    assert guest.user == user


def test_a_seat_is_kept_before_a_place_in_line(user):
    event = EventFactory(capacity=1)
    guest, own = a_guest(event), register(event=event, user=user)
    one(user)
    own.refresh_from_db()
    guest.refresh_from_db()
    assert (guest.status, guest.user, own.status) == (CONFIRMED, user, CANCELLED)


def test_companions_and_answers_come_along(user):
    event = EventFactory()
    question = save_question(event=event, question=Question(kind=QuestionKind.DIET), by=None)
    own, guest = register(event=event, user=user), a_guest(event)
    companion = bring_companion(registration=guest, name="Zoé")
    change_answers(registration=own, answers=Answers({question.pk: Given(["vegan"])}, consents=True))
    change_answers(registration=guest, answers=Answers({question.pk: Given(["vegetarian"])}, consents=True))
    joined = one(user)
    companion.refresh_from_db()
    assert companion.brought_by == own
    assert [answer.chosen for answer in own.answers.all()] == [["vegetarian"]]
    assert joined.answers == [event.pk]


def test_who_was_brought_by_themselves_comes_alone(user):
    event = EventFactory()
    own = register(event=event, user=user)
    companion = bring_companion(registration=own, name="Ève", email=ADDRESS)
    one(user)
    companion.refresh_from_db()
    own.refresh_from_db()
    assert (own.status, own.brought_by, companion.status) == (CONFIRMED, None, CANCELLED)


def test_the_presence_on_site_is_surer_than_the_list_of_a_video_tool(user, manager):
    event = EventFactory(mode="hybrid", online_link="https://visio.example/x")
    own, guest = register(event=event, user=user, way="online"), a_guest(event, residence="FR")
    begin(event)
    import_online_list(
        event=event, content=b"Name", name="list.csv", people=[OnlinePerson("Camille", registration=own)], by=manager
    )
    mark_attendance(event=event, registrations=[guest], by=manager)
    proofs = list(event.proofs.values_list("pk", "sha256"))
    one(user)
    mark = event.participations.get()
    own.refresh_from_db()
    assert (mark.registration, mark.residence, own.status) == (guest, "FR", CANCELLED)
    assert list(event.proofs.values_list("pk", "sha256")) == proofs
    assert event.proofs.get().imported["named"] == [guest.pk]


def test_the_presence_that_stays_keeps_what_the_other_alone_knows(user, manager):
    event = PastEventFactory()
    other = add_walk_in(event=event, user=user, by=manager)
    guest = add_walk_in(event=event, name="Ève", email=ADDRESS, by=manager)
    Participation.objects.filter(pk=other.pk).update(residence="", marked_at=timezone.now() - timedelta(hours=9))
    correct_residence(registration=guest.registration, residence="FR", by=manager)
    one(user)
    mark = event.participations.get()
    assert (mark, mark.residence, mark.residence_corrections.count()) == (other, "FR", 1)


@pytest.mark.parametrize("is_marked_first", [True, False])
def test_what_a_guest_alone_said_is_kept_whenever_they_are_marked(user, manager, is_marked_first):
    User.objects.filter(pk=user.pk).update(residence="")
    event = EventFactory()
    guest = a_guest(event, residence="FR")
    begin(event)
    steps = [lambda: mark_attendance(event=event, registrations=[guest], by=manager), lambda: one(user)]
    for step in steps if is_marked_first else reversed(steps):
        step()
    mark = event.participations.get()
    assert (mark.residence, mark.participant_number) == ("FR", User.objects.get(pk=user.pk).participant_number)


def test_the_own_registration_takes_the_presence_of_the_walk_in(user, manager):
    event = EventFactory(capacity=2)
    own = register(event=event, user=user)
    begin(event)
    mark = add_walk_in(event=event, name="Ève", email=ADDRESS, by=manager)
    one(user)
    mark.refresh_from_db()
    event.refresh_from_db()
    assert (mark.registration, mark.participant_number, event.seats_taken) == (own, user.participant_number, 1)


def test_one_survey_and_the_later_outcome_stay(user, manager):
    event = PastEventFactory()
    for who in ({"user": user}, {"name": "Ève", "email": ADDRESS}):
        mark = add_walk_in(event=event, by=manager, **who)
        SurveyTaken.objects.create(event=event, participant_number=mark.participant_number)
        tell_outcome(registration=mark.registration, kind=OutcomeKind.JOB, text=mark.registration.person_name)
    joined = one(user)
    assert SurveyTaken.objects.get().participant_number == user.participant_number
    [outcome] = event.registrations.exclude(outcome=None).values_list("outcome__text", flat=True)
    assert outcome == "Ève"
    assert (joined.surveys, joined.answers, joined.presences) == ([event.pk],) * 3


def test_a_seat_in_a_car_comes_along(user):
    event = EventFactory()
    driver = RegistrationFactory(event=event)
    own, guest = register(event=event, user=user), a_guest(event)
    ride = offer_ride(registration=driver, meeting_point="Gare", **RIDE)
    accept_seat(seat=ask_seat(ride=ride, registration=guest), by=driver)
    one(user)
    ride.refresh_from_db()
    assert (ride.places.get().registration, ride.seats_taken) == (own, 1)


def test_nobody_rides_in_the_car_that_they_drive(user):
    event = EventFactory()
    own, guest = register(event=event, user=user), a_guest(event)
    ride = offer_ride(registration=own, meeting_point="Gare", **RIDE)
    accept_seat(seat=ask_seat(ride=ride, registration=guest), by=own)
    one(user)
    ride.refresh_from_db()
    assert (ride.seats_taken, RideSeat.objects.exists(), ride.registration) == (0, False, own)


def test_cars_of_an_event_that_is_over_keep_their_figures(user):
    event = EventFactory()
    own, guest, rider = register(event=event, user=user), a_guest(event), RegistrationFactory(event=event)
    rides = [offer_ride(registration=row, meeting_point="Gare", **RIDE) for row in (own, guest)]
    accept_seat(seat=ask_seat(ride=rides[1], registration=rider), by=guest)
    begin(event)
    one(user)
    assert list(event.rides.order_by("pk").values_list("registration", "seats_taken")) == [(own.pk, 0), (None, 1)]


def test_the_numbers_of_others_are_left_alone(user):
    event, other = EventFactory(), UserFactory()
    theirs = register(event=event, user=other)
    guest = register_person(event=event, name="Ève", email=ADDRESS, language="fr", by=UserFactory())
    type(guest).objects.filter(pk=guest.pk).update(participant_number=uuid.uuid4())
    one(user)
    theirs.refresh_from_db()
    assert (theirs.user, theirs.participant_number) == (other, other.participant_number)


def test_confirmed_twice_nothing_changes_any_more(user):
    event = EventFactory()
    a_guest(event)
    one(user)
    before = statuses(event)
    assert one(user).registrations == []
    assert statuses(event) == before
