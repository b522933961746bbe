from datetime import timedelta

import pytest
from django.utils import timezone

from events.attendance.operations import (
    add_walk_in,
    declare_count,
    mark_attendance,
    mark_list_complete,
    set_attendance,
    unmark_attendance,
)
from events.enums import EventState, Measure, RegistrationStatus
from events.errors import EventError
from events.models import Event, Participation, Registration
from events.registering.operations import register_person
from events.tests.factories import (
    EventFactory,
    GuestRegistrationFactory,
    HistoryEventFactory,
    ParticipationFactory,
    PastEventFactory,
    RegistrationFactory,
)
from members.tests.factories import UserFactory
from spaces.memberships.operations import set_home_space
from spaces.tests.factories import HomeSpaceFactory, SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory()


def refusal_of(call, **wish):
    with pytest.raises(EventError) as caught:
        call(**wish)
    return caught.value.code


def registered(*, user=None, event=None):
    registration = RegistrationFactory(event=event, user=user)
    begin(registration.event)
    return registration


def begin(event):
    start = timezone.now() - timedelta(hours=1)
    day = timezone.localdate(start)
    Event.objects.filter(pk=event.pk).update(starts_at=start, earliest=day, latest=day)
    event.refresh_from_db()


def test_a_participation_keeps_the_person_as_on_that_day(manager):
    home = SpaceFactory(french=True)
    user = UserFactory(residence="FR", status="student", gender="woman", age_band="18-24")
    HomeSpaceFactory(user=user, space=home)
    registration = registered(user=user)
    mark_attendance(event=registration.event, registrations=[registration], by=manager)
    user.residence, user.status = "BE", "employee"
    user.save()
    set_home_space(user=user, space=SpaceFactory(), on=timezone.localdate())
    frozen = Participation.objects.values(
        "residence", "status", "gender", "age_band", "home_space", "home_side", "participant_number", "marked_by"
    ).get()
    assert frozen == {
        "residence": "FR",
        "status": "student",
        "gender": "woman",
        "age_band": "18-24",
        "home_space": home.pk,
        "home_side": "FR",
        "participant_number": user.participant_number,
        "marked_by": manager.pk,
    }


def test_a_participation_stays_after_the_account_is_erased(manager):
    registration = registered()
    number = registration.participant_number
    mark_attendance(event=registration.event, registrations=[registration], by=manager)
    registration.user.delete()
    assert list(Participation.objects.values_list("participant_number", flat=True)) == [number]
    registration.refresh_from_db()
    assert (registration.user, str(registration.person_email)) == (None, "")


def test_marking_twice_counts_once(manager):
    registration = registered()
    assert len(mark_attendance(event=registration.event, registrations=[registration], by=manager)) == 1
    assert mark_attendance(event=registration.event, registrations=[registration], by=manager) == []
    assert Participation.objects.count() == 1


def test_a_mark_can_be_taken_back(manager):
    registration = registered()
    mark_attendance(event=registration.event, registrations=[registration], by=manager)
    assert unmark_attendance(event=registration.event, registrations=[registration], by=manager) == 1
    assert not Participation.objects.exists()


def test_setting_the_list_marks_exactly_the_people_sent(manager):
    event = EventFactory(capacity=2)
    first, second, waiting = (RegistrationFactory(event=event) for _ in range(3))
    begin(event)
    set_attendance(event=event, present=[first, waiting], by=manager)
    set_attendance(event=event, present=[second, waiting], by=manager)
    present = Participation.objects.values_list("registration", flat=True)
    assert set(present) == {second.pk, waiting.pk}


def test_a_list_changes_only_who_was_ticked_or_unticked_on_it(manager):
    """Somebody at the door and somebody at the desk note the same evening: neither takes back what the other noted."""
    event = EventFactory(capacity=5)
    stays, leaves, arrives, checked_in, undone = (RegistrationFactory(event=event) for _ in range(5))
    begin(event)
    shown = [stays, leaves, undone]
    mark_attendance(event=event, registrations=[*shown, checked_in], by=manager)
    unmark_attendance(event=event, registrations=[undone], by=manager)
    was = [person.pk for person in shown]
    meanwhile = set_attendance(event=event, present=[stays, arrives, undone], by=manager, was=was)
    assert set(Participation.objects.values_list("registration", flat=True)) == {stays.pk, arrives.pk, checked_in.pk}
    assert (meanwhile.marked, meanwhile.unmarked) == ([checked_in], [undone])


def test_a_mark_later_than_the_page_is_not_taken_back(manager):
    event = EventFactory(capacity=2)
    shown, later = (RegistrationFactory(event=event) for _ in range(2))
    begin(event)
    [mark] = mark_attendance(event=event, registrations=[shown], by=manager)
    mark_attendance(event=event, registrations=[later], by=manager)
    assert unmark_attendance(event=event, registrations=[shown, later], by=manager, newest=mark.pk) == 1
    assert Participation.objects.get().registration == later


def test_attendance_begins_on_the_day_of_the_event(manager):
    registration = RegistrationFactory()
    wish = {"event": registration.event, "registrations": [registration], "by": manager}
    assert refusal_of(mark_attendance, **wish) == "too_early"
    today = EventFactory(starts_at=timezone.now() + timedelta(minutes=5))
    if today.earliest == timezone.localdate():
        assert mark_attendance(event=today, registrations=[RegistrationFactory(event=today)], by=manager)


def test_nobody_is_marked_at_a_cancelled_event(manager):
    registration = registered()
    Event.objects.update(state=EventState.CANCELLED)
    wish = {"event": registration.event, "registrations": [registration], "by": manager}
    assert refusal_of(mark_attendance, **wish) == "cancelled"


def test_a_registration_of_another_event_is_refused(manager):
    event = registered().event
    stranger = registered()
    assert refusal_of(mark_attendance, event=event, registrations=[stranger], by=manager) == "not_registered"
    assert not Participation.objects.exists()


@pytest.mark.parametrize("status", [RegistrationStatus.CANCELLED, RegistrationStatus.UNCONFIRMED])
def test_a_registration_without_a_place_is_refused(manager, status):
    registration = registered()
    Registration.objects.update(status=status)
    wish = {"event": registration.event, "registrations": [registration], "by": manager}
    assert refusal_of(mark_attendance, **wish) == "not_registered"


def test_a_guest_who_walks_in_is_kept_with_their_residence(manager):
    event = PastEventFactory()
    participation = add_walk_in(event=event, name="Aline", email="Aline@ardenne.example", residence="FR", by=manager)
    assert (participation.residence, participation.registration.status) == ("FR", "walk_in")
    event.refresh_from_db()
    assert event.seats_taken == 0
    assert refusal_of(add_walk_in, event=event, name="Aline", email="aline@ardenne.example", by=manager) == "present"


def test_who_belongs_to_the_space_and_walks_in_is_recognised_by_the_address(manager):
    user, event = UserFactory(residence="BE", gender="man"), PastEventFactory()
    HomeSpaceFactory(user=user, space=event.space)
    participation = add_walk_in(event=event, name="?", email=user.email.upper(), by=manager)
    assert (participation.registration.user, participation.gender) == (user, "man")
    assert participation.participant_number == user.participant_number


def test_a_registered_person_who_walks_in_is_ticked(manager):
    registration = registered()
    participation = add_walk_in(event=registration.event, user=registration.user, by=manager)
    assert participation.registration == registration
    assert registration.event.registrations.count() == 1


@pytest.mark.parametrize("email", ["", "aline@ardenne.example"])
def test_a_walk_in_taken_back_and_added_again_stands_on_the_list_once(manager, email):
    event = PastEventFactory()
    first = add_walk_in(event=event, name="Aline", email=email, by=manager)
    set_attendance(event=event, present=[], by=manager)
    again = add_walk_in(event=event, name="Aline", email=email, by=manager)
    assert again.registration == first.registration
    assert (Registration.objects.count(), Participation.objects.count()) == (1, 1)


def test_a_person_registered_by_name_alone_is_ticked(manager):
    event = EventFactory()
    registration = register_person(event=event, name="Aline Petit", email="", language="fr", by=manager)
    begin(event)
    for _ in range(2):
        assert add_walk_in(event=event, name="aline petit", by=manager).registration == registration
    other = add_walk_in(event=event, name="Aline Petit", namesakes=1, by=manager)
    assert other.registration != registration


def test_a_walk_in_needs_a_name_or_a_member(manager):
    assert refusal_of(add_walk_in, event=PastEventFactory(), name="  ", by=manager) == "nobody"


def test_the_same_guest_at_two_events_is_one_person(manager):
    numbers = set()
    for _ in range(2):
        guest = GuestRegistrationFactory(email="aline@ardenne.example")
        begin(guest.event)
        mark_attendance(event=guest.event, registrations=[guest], by=manager)
    numbers = set(Participation.objects.values_list("participant_number", flat=True))
    assert (Participation.objects.count(), len(numbers)) == (2, 1)


def test_a_list_is_marked_complete_and_opened_again(manager):
    event = PastEventFactory()
    assert mark_list_complete(event=event, by=manager).list_is_complete
    assert not mark_list_complete(event=event, by=manager, complete=False).list_is_complete


def test_a_count_is_declared_and_corrected_with_its_reason(manager):
    event = HistoryEventFactory()
    first = declare_count(event=event, measure=Measure.PERSONS, lower=15, upper=None, by=manager)
    assert declare_count(event=event, measure=Measure.PERSONS, lower=15, upper=None, by=manager) == first
    wish = {"event": event, "measure": Measure.PERSONS, "lower": 15, "upper": 15, "by": manager}
    assert refusal_of(declare_count, **wish) == "reason"
    corrected = declare_count(**wish, reason="Liste retrouvée")
    first.refresh_from_db()
    assert (first.lower, first.upper, first.replaced_at) == (15, None, corrected.entered_at)
    assert list(event.declared_counts.current()) == [corrected]
    assert (corrected.reason, corrected.entered_by) == ("Liste retrouvée", manager)


def test_each_measure_has_its_own_count(manager):
    event = HistoryEventFactory()
    declare_count(event=event, measure=Measure.PERSONS, lower=15, upper=15, by=manager)
    declare_count(event=event, measure=Measure.PARTICIPATIONS, lower=15, upper=None, by=manager)
    assert event.declared_counts.current().count() == 2


@pytest.mark.parametrize(
    ("meetings", "participations", "persons", "clash"),
    [
        ((1, 1), (10, 10), (20, 20), True),
        ((1, 1), (20, 20), (10, 10), True),
        ((1, 1), (8, 12), (12, None), False),
        ((3, 3), (20, 20), (10, 10), False),
        ((3, 3), (31, 40), (10, 10), True),
        ((3, 3), (9, 9), (10, 12), True),
        ((1, None), (100, 100), (10, 10), False),
        ((1, None), (9, 9), (10, 10), True),
    ],
)
def test_counts_that_cannot_both_be_true_are_refused_until_both_were_read(
    manager, meetings, participations, persons, clash
):
    wishes = {Measure.PARTICIPATIONS: participations, Measure.PERSONS: persons}
    for first, second in ((Measure.PARTICIPATIONS, Measure.PERSONS), (Measure.PERSONS, Measure.PARTICIPATIONS)):
        event = HistoryEventFactory(meetings_lower=meetings[0], meetings_upper=meetings[1])
        (lower, upper), (other_lower, other_upper) = wishes[first], wishes[second]
        declare_count(event=event, measure=first, lower=lower, upper=upper, by=manager)
        wish = {"event": event, "measure": second, "lower": other_lower, "upper": other_upper, "by": manager}
        if clash:
            assert refusal_of(declare_count, **wish) == "other_count"
            declare_count(**wish, despite_others=True)
        else:
            declare_count(**wish)
        assert event.declared_counts.current().count() == 2


@pytest.mark.parametrize(
    ("meetings", "is_complete", "measure", "count", "clash"),
    [
        (1, True, Measure.PARTICIPATIONS, (3, 3), True),
        (1, True, Measure.PERSONS, (1, 1), True),
        (1, True, Measure.PERSONS, (1, 3), False),
        (1, False, Measure.PARTICIPATIONS, (3, 3), False),
        (1, False, Measure.PARTICIPATIONS, (1, 1), True),
        (3, True, Measure.PARTICIPATIONS, (6, 6), False),
        (3, True, Measure.PARTICIPATIONS, (7, 7), True),
        (3, True, Measure.PARTICIPATIONS, (1, 1), True),
    ],
)
def test_a_count_that_the_list_contradicts_is_refused(manager, meetings, is_complete, measure, count, clash):
    event = HistoryEventFactory(list_is_complete=is_complete, meetings_lower=meetings, meetings_upper=meetings)
    ParticipationFactory.create_batch(2, event=event)
    wish = {"event": event, "measure": measure, "lower": count[0], "upper": count[1], "by": manager}
    if clash:
        assert refusal_of(declare_count, **wish) == "other_count"
    else:
        declare_count(**wish)


def test_the_upper_count_is_not_less_than_the_lower(manager):
    wish = {"event": PastEventFactory(), "measure": Measure.PERSONS, "lower": 5, "upper": 4, "by": manager}
    assert refusal_of(declare_count, **wish) == "not_in_order"


def test_no_count_is_declared_before_the_day(manager):
    wish = {"event": EventFactory(), "measure": Measure.PERSONS, "lower": 5, "upper": 5, "by": manager}
    assert refusal_of(declare_count, **wish) == "too_early"
