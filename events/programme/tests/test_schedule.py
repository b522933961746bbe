from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from events.attendance.operations import add_walk_in
from events.attendance.rules import proofs_owed_by
from events.core.rules import proposed_joint
from events.enums import Audience, ChangeKind, EventState, Mode, ProofKind
from events.errors import EventError
from events.models import Change, Event
from events.programme.operations import (
    cancel_event,
    change_capacity,
    hold_rooms,
    mark_held,
    move_event,
    publish,
)
from events.tests.factories import EventFactory, HistoryEventFactory, PastEventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import hold
from spaces.models import Occupancy
from spaces.tests.factories import OrganisationFactory, ResourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory()


def refusal_of(call, **wish):
    with pytest.raises(EventError) as caught:
        call(**wish)
    return caught.value.code


def held_periods(event):
    return list(
        Occupancy.objects.filter(hold__key__startswith=f"event:{event.pk}:").values_list(
            "period__startswith", "period__endswith"
        )
    )


def shifted(event, **delta):
    return {"starts_at": event.starts_at + timedelta(**delta), "ends_at": event.ends_at + timedelta(**delta)}


def test_publishing_holds_the_room_and_notes_the_proofs_owed(manager):
    event = EventFactory(draft=True, resources=[ResourceFactory()])
    publish(event=event, by=manager)
    event.refresh_from_db()
    assert event.state == EventState.PUBLISHED
    assert event.proofs_owed == ["attendance_sheet", "advertising", "agenda"]
    assert len(held_periods(event)) == 1
    publish(event=event, by=manager)
    assert len(held_periods(event)) == 1


def test_proofs_chosen_by_hand_stay(manager):
    event = EventFactory(draft=True, proofs_owed=[ProofKind.MINUTES])
    assert publish(event=event, by=manager).proofs_owed == ["minutes"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"starts_at": timezone.now() - timedelta(hours=3)}, "past"),
        ({"state": EventState.CANCELLED}, "not_draft"),
        ({"starts_at": None, "ends_at": None, "earliest": "2026-01-01", "latest": "2026-12-31"}, "no_time"),
    ],
)
def test_an_event_that_cannot_be_published(manager, change, code):
    event = EventFactory(**{"draft": True, **change} if "state" not in change else change)
    assert refusal_of(publish, event=event, by=manager) == code


def test_an_event_whose_room_is_taken_stays_a_draft(manager):
    event = EventFactory(draft=True, resources=[ResourceFactory()])
    hold(key="x", label="Réunion", resource=event.resources.get(), start=event.starts_at, end=event.ends_at)
    assert refusal_of(publish, event=event, by=manager) == "room"
    event.refresh_from_db()
    assert event.state == EventState.DRAFT


YEAR_2001, TEN_YEARS_ON = datetime(2001, 1, 1, tzinfo=ZoneInfo("UTC")), timezone.now() + timedelta(days=3650)


@pytest.mark.parametrize(
    ("start", "length", "code"),
    [
        (TEN_YEARS_ON, timedelta(hours=1), "far_away"),
        (datetime(1, 1, 1, tzinfo=ZoneInfo("Europe/Brussels")), timedelta(hours=1), "far_away"),
        (datetime(9999, 12, 31, tzinfo=ZoneInfo("Europe/Brussels")), timedelta(hours=1), "far_away"),
        (YEAR_2001, timedelta(hours=1), "past"),
        (timezone.now() + timedelta(days=3), timedelta(days=32), "too_long"),
    ],
)
def test_a_time_too_far_away_or_too_long_is_refused(manager, start, length, code):
    time = {"starts_at": start, "ends_at": start + length}
    assert refusal_of(move_event, event=EventFactory(), by=manager, reason="x", **time) == code
    if code != "past" and 2000 < start.year < 9999:
        assert refusal_of(publish, event=EventFactory(draft=True, **time), by=manager) == code


def test_moving_an_event_moves_its_hold_and_tells_everybody(manager):
    event = EventFactory(resources=[ResourceFactory()], capacity=1)
    hold_rooms(event=event, resources=event.resources.all())
    seated, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event)
    was = event.starts_at
    move_event(event=event, reason="Neige", by=manager, **shifted(event, days=2))
    event.refresh_from_db()
    assert (event.starts_at, event.sequence) == (was + timedelta(days=2), 1)
    assert event.earliest == timezone.localdate(event.starts_at)
    assert held_periods(event) == [(event.starts_at, event.ends_at)]
    change = Change.objects.get()
    assert (change.kind, change.reason, change.previous_starts_at, change.made_by) == (
        ChangeKind.MOVED,
        "Neige",
        was,
        manager,
    )
    told = Message.objects.filter(template="events.moved").values_list("to_email", flat=True)
    assert sorted(told) == sorted([seated.user.email, waiting.user.email])


def test_an_event_is_not_moved_if_its_room_is_taken_then(manager):
    event = EventFactory(resources=[ResourceFactory()])
    hold_rooms(event=event, resources=event.resources.all())
    RegistrationFactory(event=event)
    wish = shifted(event, days=2)
    hold(key="x", label="Réunion", resource=event.resources.get(), start=wish["starts_at"], end=wish["ends_at"])
    assert refusal_of(move_event, event=event, reason="Neige", by=manager, **wish) == "room"
    fresh = Event.objects.get(pk=event.pk)
    assert (fresh.starts_at, fresh.sequence) == (event.starts_at, 0)
    assert held_periods(event) == [(event.starts_at, event.ends_at)]
    assert not Change.objects.exists()
    assert not Message.objects.filter(template="events.moved").exists()


def test_moving_a_published_event_needs_a_reason(manager):
    event = EventFactory()
    assert refusal_of(move_event, event=event, reason="  ", by=manager, **shifted(event, days=1)) == "reason"


def test_moving_a_draft_needs_no_reason(manager):
    event = EventFactory(draft=True)
    move_event(event=event, by=manager, **shifted(event, days=1))
    assert not Change.objects.exists()


def test_moving_to_the_same_time_tells_nobody(manager):
    event = RegistrationFactory().event
    move_event(event=event, reason="Neige", by=manager, **shifted(event, days=0))
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("event", "delta", "code"),
    [(EventFactory, {"days": -30}, "past"), (PastEventFactory, {"days": 30}, "closed")],
)
def test_an_event_that_cannot_be_moved(manager, event, delta, code):
    event = event()
    assert refusal_of(move_event, event=event, reason="Neige", by=manager, **shifted(event, **delta)) == code


def test_an_event_at_which_somebody_is_noted_stays_where_it_is(manager):
    event = EventFactory(starts_at=timezone.now() - timedelta(minutes=30))
    mark = add_walk_in(event=event, by=manager, name="Aline")
    began = event.starts_at
    assert refusal_of(move_event, event=event, reason="Neige", by=manager, **shifted(event, days=8)) == "presences"
    event.refresh_from_db()
    assert event.starts_at == began
    mark.delete()
    move_event(event=event, reason="Neige", by=manager, **shifted(event, days=8))
    event.refresh_from_db()
    assert event.starts_at == began + timedelta(days=8)


def test_an_event_cannot_be_moved_to_end_before_it_begins(manager):
    event = EventFactory()
    wish = {"starts_at": event.starts_at, "ends_at": event.starts_at}
    assert refusal_of(move_event, event=event, reason="Neige", by=manager, **wish) == "not_in_order"


def test_cancelling_an_event_releases_its_room_and_tells_everybody(manager):
    event = EventFactory(resources=[ResourceFactory()], capacity=1)
    hold_rooms(event=event, resources=event.resources.all())
    registrations = [RegistrationFactory(event=event) for _ in range(2)]
    cancel_event(event=event, reason="Frontière fermée", by=manager)
    event.refresh_from_db()
    assert (event.state, event.sequence) == (EventState.CANCELLED, 1)
    assert held_periods(event) == []
    assert Change.objects.get().reason == "Frontière fermée"
    told = Message.objects.filter(template="events.event_cancelled").values_list("to_email", flat=True)
    assert sorted(told) == sorted(r.user.email for r in registrations)


@pytest.mark.parametrize(("event", "reason", "code"), [(EventFactory, "", "reason"), (PastEventFactory, "x", "closed")])
def test_an_event_that_cannot_be_cancelled(manager, event, reason, code):
    assert refusal_of(cancel_event, event=event(), reason=reason, by=manager) == code


def test_a_capacity_changed_for_a_reason_is_kept_as_a_change(manager):
    event = EventFactory(capacity=4)
    change_capacity(event=event, capacity=6, by=manager)
    assert not Change.objects.exists()
    change_capacity(event=event, capacity=8, by=manager, reason="Une plus grande salle")
    assert Change.objects.get().reason == "Une plus grande salle"


def test_an_event_is_marked_as_held_once_it_has_begun(manager):
    event = EventFactory()
    assert refusal_of(mark_held, event=event, by=manager) == "not_begun"
    begun = EventFactory(starts_at=timezone.now() - timedelta(minutes=5))
    assert mark_held(event=begun, by=manager).state == EventState.HELD
    assert refusal_of(mark_held, event=EventFactory(state=EventState.CANCELLED), by=manager) == "closed"
    assert mark_held(event=HistoryEventFactory(), by=manager).state == EventState.HELD


def test_a_room_can_be_released(manager):
    event = EventFactory(resources=[ResourceFactory()])
    hold_rooms(event=event, resources=event.resources.all())
    hold_rooms(event=event, resources=[])
    assert held_periods(event) == []


def test_organisers_of_two_countries_propose_a_joint_event():
    belgian, other = OrganisationFactory(country="BE"), OrganisationFactory(country="BE")
    french = OrganisationFactory(country="FR")
    assert proposed_joint([belgian, french]) is True
    assert proposed_joint([belgian, other]) is False
    assert proposed_joint([]) is None


def test_proofs_owed_follow_mode_and_audience():
    online = EventFactory.build(space=None, type=None, mode=Mode.ONLINE, audience=Audience.MEMBERS)
    assert proofs_owed_by(online) == ["online_list", "agenda"]
    hybrid = EventFactory.build(space=None, type=None, mode=Mode.HYBRID, audience=Audience.PUBLIC)
    assert proofs_owed_by(hybrid) == ["attendance_sheet", "online_list", "advertising", "agenda"]


def test_a_move_across_the_change_of_clocks_keeps_local_times(manager):
    zone = ZoneInfo("Europe/Brussels")
    year = timezone.localdate().year + 1
    sunday = max(day for day in range(25, 32) if datetime(year, 10, day, tzinfo=zone).weekday() == 6)
    start = datetime(year, 10, sunday, 10, tzinfo=zone)
    event = EventFactory(resources=[ResourceFactory()])
    move_event(event=event, starts_at=start, ends_at=start + timedelta(hours=2), reason="Heure d’hiver", by=manager)
    event.refresh_from_db()
    assert timezone.localtime(event.starts_at).hour == 10
    assert event.earliest.day == sunday
    assert held_periods(event) == [(event.starts_at, event.ends_at)]
