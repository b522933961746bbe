"""Registrations made for an address, marked as present, then taken over by the person."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import (
    add_walk_in,
    check_in,
    check_in_oneself,
    mark_attendance,
    set_attendance,
    unmark_attendance,
)
from events.core.files.tickets import screen_code
from events.enums import RegistrationStatus
from events.models import Event, Participation, Registration, SurveyTaken
from events.registering.operations import register, register_person, take_over
from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import HomeSpaceFactory, SpaceFactory

pytestmark = pytest.mark.django_db

ADDRESS = "elsa.ailleurs@example.org"


@pytest.fixture
def manager():
    return UserFactory()


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def home():
    return SpaceFactory(french=True)


def signed_up(home, address=ADDRESS):
    user = UserFactory(email=address, residence="FR", status="student", gender="woman", age_band="18-24")
    HomeSpaceFactory(user=user, space=home)
    return user


def begin(event):
    start = timezone.now() - timedelta(minutes=30)
    day = timezone.localdate(start)
    Event.objects.filter(pk=event.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=2), earliest=day, latest=day
    )
    event.refresh_from_db()


@pytest.fixture
def ticked(event, manager):
    """A registration that staff made for the address and marked as present, before there was an account."""
    registration = register_person(event=event, name="Madame E.", email=ADDRESS, language="fr", by=manager)
    begin(event)
    mark_attendance(event=event, registrations=[registration], by=manager)
    return registration


def frozen(event):
    fields = ("participant_number", "residence", "status", "gender", "age_band", "home_space", "home_side")
    return list(event.participations.values_list(*fields))


def as_on_that_day(user, home):
    return (user.participant_number, "FR", "student", "woman", "18-24", home.pk, "FR")


def test_the_mark_goes_with_the_registration_into_the_account(event, ticked, home):
    user = signed_up(home)
    SurveyTaken.objects.create(event=event, participant_number=ticked.participant_number)
    take_over(registration=ticked, user=user)
    assert frozen(event) == [as_on_that_day(user, home)]
    assert SurveyTaken.objects.get().participant_number == user.participant_number


def test_the_list_is_saved_after_a_registration_was_taken_over(event, ticked, home, manager):
    taken = take_over(registration=ticked, user=signed_up(home))
    set_attendance(event=event, present=[taken], by=manager)
    participation = event.participations.get()
    assert check_in(event=event, registration=taken, by=manager) == participation
    assert unmark_attendance(event=event, registrations=[taken], by=manager) == 1
    assert not event.participations.exists()


def test_a_mark_under_another_number_is_the_registrations_mark(event, ticked, manager):
    """As take-overs left them before marks went along."""
    Participation.objects.update(participant_number=uuid.uuid4())
    participation = event.participations.get()
    set_attendance(event=event, present=[ticked], by=manager)
    assert check_in(event=event, registration=ticked, by=manager) == participation
    assert unmark_attendance(event=event, registrations=[ticked], by=manager) == 1


def test_a_person_marked_twice_is_counted_once_when_they_take_over(event, ticked, home, manager):
    user = signed_up(home)
    own = add_walk_in(event=event, user=user, by=manager)
    taken = take_over(registration=ticked, user=user)
    assert event.participations.get() == own
    own.refresh_from_db()
    assert (own.registration, taken.user, taken.status) == (ticked, user, RegistrationStatus.CONFIRMED)
    assert not Registration.objects.filter(status=RegistrationStatus.WALK_IN).exists()


@pytest.mark.parametrize("is_marked", [False, True])
def test_a_walk_in_joins_the_persons_own_registration(client, event, home, manager, is_marked):
    user = signed_up(home, "elsa@example.org")
    own = register(event=event, user=user)
    begin(event)
    if is_marked:
        mark_attendance(event=event, registrations=[own], by=manager)
    walk_in = add_walk_in(event=event, name="Madame E.", email=ADDRESS, by=manager).registration
    user.email = ADDRESS
    user.save()
    client.force_login(user)
    answer = client.post(reverse("events:take_over", args=[walk_in.token]))
    assert answer["Location"].endswith(f"/{own.token}/")
    assert (event.participations.get().registration, frozen(event)) == (own, [as_on_that_day(user, home)])
    event.refresh_from_db()
    assert event.seats_taken == 1


def test_a_walk_in_is_taken_over(client, event, home, manager):
    begin(event)
    walk_in = add_walk_in(event=event, name="Madame E.", email=ADDRESS, by=manager).registration
    user = signed_up(home)
    client.force_login(user)
    page = client.get(reverse("events:registration", args=[walk_in.token]))
    assert page.context["can_be_taken_over"]
    client.post(reverse("events:take_over", args=[walk_in.token]))
    walk_in.refresh_from_db()
    assert (walk_in.user, walk_in.guest_email, frozen(event)) == (user, "", [as_on_that_day(user, home)])


def test_a_cancelled_registration_is_not_offered(client, event, home, manager):
    registration = register_person(event=event, name="Madame E.", email=ADDRESS, language="fr", by=manager)
    Registration.objects.update(status=RegistrationStatus.CANCELLED)
    client.force_login(signed_up(home))
    page = client.get(reverse("events:registration", args=[registration.token]))
    assert not page.context["can_be_taken_over"]


def test_who_checks_in_by_themselves_after_staff_did_counts_in_the_breakdowns(event, ticked, home):
    user = signed_up(home)
    check_in_oneself(registration=ticked, code=screen_code(event), user=user)
    assert frozen(event) == [as_on_that_day(user, home)]
