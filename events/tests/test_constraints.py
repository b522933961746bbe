"""Rows that the database itself refuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.enums import ChangeKind, EventState, Measure, ProofKind, RegistrationStatus
from events.models import Change, DeclaredCount, Event, Proof, Registration
from events.tests.factories import (
    EventFactory,
    GuestRegistrationFactory,
    HistoryEventFactory,
    ParticipationFactory,
    PastEventFactory,
    RegistrationFactory,
)
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SHA256 = "0" * 64


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def test_an_event_does_not_end_before_it_begins():
    event = EventFactory()
    with refused("events_event_in_order"):
        Event.objects.filter(pk=event.pk).update(ends_at=event.starts_at)


@pytest.mark.parametrize("lost", ["starts_at", "ends_at"])
def test_an_event_has_both_ends_or_none(lost):
    event = PastEventFactory()
    with refused("events_event_in_order"):
        Event.objects.filter(pk=event.pk).update(**{lost: None})


def test_the_day_of_an_event_is_that_of_its_start():
    event = EventFactory()
    with refused("events_event_days_follow_start"):
        Event.objects.filter(pk=event.pk).update(earliest=event.earliest - timedelta(days=1))


def test_the_day_of_an_event_is_the_local_one():
    late = timezone.make_aware(timezone.datetime(2026, 7, 1, 0, 30))
    event = EventFactory(starts_at=late, ends_at=late + timedelta(hours=1))
    assert event.earliest == event.latest == date(2026, 7, 1)
    event.refresh_from_db()
    assert event.starts_at.date() == date(2026, 6, 30)


def test_saving_a_new_start_alone_moves_the_day():
    event = EventFactory()
    event.starts_at -= timedelta(days=2)
    event.save(update_fields=["starts_at"])
    event.refresh_from_db()
    assert event.earliest == event.latest == timezone.localdate(event.starts_at)


def test_a_published_event_has_a_time():
    event = HistoryEventFactory()
    with refused("events_event_published_has_time"):
        Event.objects.filter(pk=event.pk).update(state=EventState.PUBLISHED)


def test_the_days_of_history_are_in_order():
    with refused("events_event_days_in_order"):
        HistoryEventFactory(earliest=date(2020, 2, 1), latest=date(2020, 1, 1))


def test_meetings_are_in_order():
    with refused("events_event_meetings_in_order"):
        HistoryEventFactory(meetings_lower=3, meetings_upper=2)


def test_no_seat_is_taken_beyond_the_capacity():
    event = EventFactory(capacity=2)
    with refused("events_event_within_capacity"):
        Event.objects.filter(pk=event.pk).update(seats_taken=3)


def test_the_capacity_does_not_fall_below_the_seats_taken():
    event = RegistrationFactory(event=EventFactory(capacity=2)).event
    with refused("events_event_within_capacity"):
        Event.objects.filter(pk=event.pk).update(capacity=0)


def test_a_member_has_one_registration_for_an_event():
    registration = RegistrationFactory()
    with refused("events_registration_one_per_member"):
        Registration.objects.create(
            event=registration.event, user=registration.user, status=RegistrationStatus.CONFIRMED
        )


def test_an_address_in_any_case_has_one_registration_for_an_event():
    registration = GuestRegistrationFactory(email="aline@ardenne.example")
    with refused("events_registration_one_per_guest"):
        Registration.objects.create(
            event=registration.event, guest_email="Aline@Ardenne.example", status=RegistrationStatus.CONFIRMED
        )


def test_a_person_has_one_place_at_an_event():
    registration = RegistrationFactory()
    with refused("events_registration_one_per_person"):
        Registration.objects.create(
            event=registration.event,
            guest_name="Aline",
            participant_number=registration.participant_number,
            status=RegistrationStatus.CONFIRMED,
        )


def test_a_registration_is_a_members_or_a_guests():
    with refused("events_registration_member_or_guest"):
        Registration.objects.create(
            event=EventFactory(), user=UserFactory(), guest_name="Aline", status=RegistrationStatus.CONFIRMED
        )


def test_a_place_in_line_has_its_time():
    with refused("events_registration_in_line_since"):
        Registration.objects.create(event=EventFactory(), guest_name="Aline", status=RegistrationStatus.WAITING)


def test_a_cancelled_registration_allows_a_new_one():
    cancelled = RegistrationFactory()
    Registration.objects.filter(pk=cancelled.pk).update(status=RegistrationStatus.CANCELLED)
    assert RegistrationFactory(event=cancelled.event, user=cancelled.user).is_confirmed


def test_a_person_takes_part_once():
    participation = ParticipationFactory()
    with refused("events_participation_once"):
        ParticipationFactory(event=participation.event, participant_number=participation.participant_number)


def test_a_declared_count_is_in_order():
    with refused("events_declaredcount_in_order"):
        DeclaredCount.objects.create(event=PastEventFactory(), measure=Measure.PERSONS, lower=5, upper=4)


def test_a_measure_has_one_current_declared_count():
    event = PastEventFactory()
    DeclaredCount.objects.create(event=event, measure=Measure.PERSONS, lower=5)
    DeclaredCount.objects.create(event=event, measure=Measure.PARTICIPATIONS, lower=5)
    with refused("events_declaredcount_one_current"):
        DeclaredCount.objects.create(event=event, measure=Measure.PERSONS, lower=6)


def test_a_count_is_replaced_after_it_was_entered():
    with refused("events_declaredcount_replaced_after"):
        DeclaredCount.objects.create(
            event=PastEventFactory(),
            measure=Measure.PERSONS,
            lower=5,
            replaced_at=timezone.now() - timedelta(minutes=5),
        )


@pytest.mark.parametrize("digest", ["", "0" * 63, "G" * 64, "A" * 64])
def test_a_proof_is_named_by_a_sha256(digest):
    with refused("events_proof_has_sha256"):
        Proof.objects.create(event=PastEventFactory(), kind=ProofKind.AGENDA, name="x", sha256=digest)


def test_a_file_is_a_proof_of_one_kind_once():
    event = PastEventFactory()
    Proof.objects.create(event=event, kind=ProofKind.AGENDA, name="x", sha256=SHA256)
    Proof.objects.create(event=event, kind=ProofKind.MINUTES, name="x", sha256=SHA256)
    with transaction.atomic(), refused("events_proof_once"):
        Proof.objects.create(event=event, kind=ProofKind.AGENDA, name="y", sha256=SHA256)


def test_a_change_has_a_reason():
    with refused("events_change_has_reason"):
        Change.objects.create(event=EventFactory(), kind=ChangeKind.OTHER, reason="")
