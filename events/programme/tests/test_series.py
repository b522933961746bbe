"""Events in series are edited alone or together with the following ones."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState
from events.errors import EventError
from events.models import Event, EventSeries
from events.programme.operations import (
    cancel_event,
    cancel_from,
    carry_over,
    change_capacity,
    extend_series,
    hold_rooms,
    move_event,
    publish_from,
    repeat_event,
)
from events.registering.operations import register_person
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import hold
from spaces.models import Hold
from spaces.tests.factories import ResourceFactory, SpaceFactory
from spaces.timing.hours import at_local
from tests.pages import Page

pytestmark = pytest.mark.django_db

#: The clocks go forward on 28 March.
FRIDAYS = [date(2027, 3, 19), date(2027, 3, 26), date(2027, 4, 2), date(2027, 4, 9)]


@pytest.fixture
def space():
    return SpaceFactory()


def noon_event(space, **values):
    starts_at = at_local(FRIDAYS[0], time(12))
    return EventFactory(space=space, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **values)


def repeated(space, **values):
    event = noon_event(space, **values)
    made = repeat_event(event=event, pattern="weekly", until=FRIDAYS[-1], by=UserFactory())
    event.refresh_from_db()
    return [event, *made]


def held_and_taken(event):
    return list(event.resources.all()), list(event.resources_wanted.all())


def days_and_hours(events):
    local = [timezone.localtime(Event.objects.get(pk=event.pk).starts_at) for event in events]
    return [(moment.date(), moment.time()) for moment in local]


def test_a_weekly_event_keeps_its_local_hour_when_the_clocks_change(space):
    closes = at_local(FRIDAYS[0] - timedelta(days=1), time(18))
    events = repeated(space, capacity=5, registration_closes_at=closes)
    closing = [timezone.localtime(event.registration_closes_at) for event in events]
    assert [(one.date(), one.time()) for one in closing] == [(day - timedelta(days=1), time(18)) for day in FRIDAYS]
    assert days_and_hours(events) == [(day, time(12)) for day in FRIDAYS]
    assert [event.state for event in events] == [EventState.PUBLISHED] * 4
    assert EventSeries.objects.get().rule == "FREQ=WEEKLY;UNTIL=20270409"
    RegistrationFactory(event=events[1])
    assert [Event.objects.get(pk=event.pk).seats_taken for event in events] == [0, 1, 0, 0]


def test_the_room_is_held_for_each_event_or_noted_as_taken(space):
    room = ResourceFactory(space=space)
    taken = at_local(FRIDAYS[2], time(12))
    hold(key="x", label="Réunion", resource=room, start=taken, end=taken + timedelta(hours=1))
    event = noon_event(space, state=EventState.DRAFT)
    event = hold_rooms(event=event, resources=[room])
    made = repeat_event(event=event, pattern="weekly", until=FRIDAYS[-1], by=None)
    assert [held_and_taken(one) for one in made] == [([room], []), ([], [room]), ([room], [])]
    assert [one.state for one in made] == [EventState.DRAFT] * 3
    assert Hold.objects.exclude(key="x").count() == 3
    Hold.objects.get(key="x").delete()
    one = hold_rooms(event=made[1], resources=[room])
    assert held_and_taken(one) == ([room], [])


@pytest.mark.parametrize(
    ("until", "code"),
    [(FRIDAYS[0], "not_in_order"), (date(2027, 3, 25), "no_day"), (date(2029, 3, 1), "too_many")],
)
def test_a_series_without_days_or_with_too_many_is_refused(space, until, code):
    with pytest.raises(EventError) as refusal:
        repeat_event(event=noon_event(space), pattern="weekly", until=until, by=None)
    assert refusal.value.code == code
    assert Event.objects.count() == 1


def test_a_series_is_extended_with_events_like_its_last_one(space):
    events = repeated(space)
    with pytest.raises(EventError) as refusal:
        repeat_event(event=events[0], pattern="weekly", until=FRIDAYS[-1], by=None)
    assert refusal.value.code == "in_series"
    change_capacity(event=events[-1], capacity=7, by=None)
    made = extend_series(series=events[0].series, until=date(2027, 4, 23), by=None)
    assert [(one.series_day, one.capacity) for one in made] == [(date(2027, 4, 16), 7), (date(2027, 4, 23), 7)]
    assert extend_twice(events[0].series) == "not_in_order"


def extend_twice(series):
    with pytest.raises(EventError) as refusal:
        extend_series(series=series, until=date(2027, 4, 23), by=None)
    return refusal.value.code


def test_text_and_hours_are_carried_over_and_people_are_told(space):
    events = repeated(space)
    registration = RegistrationFactory(event=events[2])
    RegistrationFactory(event=events[0])
    Event.objects.filter(pk=events[1].pk).update(title_fr="Autre titre")
    second = Event.objects.get(pk=events[1].pk)
    thursday = datetime.combine(date(2027, 3, 25), time(18, 30), tzinfo=timezone.get_default_timezone())
    second = move_event(
        event=second, starts_at=thursday, ends_at=thursday + timedelta(hours=2), reason="Le soir", by=None
    )
    outcomes = carry_over(event=second, parts=["text", "hours"], reason="Le soir", by=None)
    assert [(outcome.event, outcome.refusal) for outcome in outcomes] == [(events[2], ""), (events[3], "")]
    assert days_and_hours(events) == [
        (FRIDAYS[0], time(12)),
        (date(2027, 3, 25), time(18, 30)),
        (date(2027, 4, 1), time(18, 30)),
        (date(2027, 4, 8), time(18, 30)),
    ]
    titles = [Event.objects.get(pk=event.pk).title_fr for event in events]
    assert titles == [events[0].title_fr, "Autre titre", "Autre titre", "Autre titre"]
    moved = Message.objects.filter(template="events.moved")
    assert list(moved.values_list("to_email", flat=True)) == [registration.user.email]


def test_a_refusal_of_one_event_leaves_it_as_it_was_and_stops_no_other(space):
    events = repeated(space, capacity=5)
    for _person in range(2):
        RegistrationFactory(event=events[2])
    change_capacity(event=events[1], capacity=1, by=None)
    Event.objects.filter(pk=events[1].pk).update(title_fr="Petit midi")
    second = Event.objects.get(pk=events[1].pk)
    outcomes = carry_over(event=second, parts=["text", "seats"], by=None)
    assert [bool(outcome.refusal) for outcome in outcomes] == [True, False]
    found = [Event.objects.get(pk=event.pk) for event in events[2:]]
    assert [(one.title_fr, one.capacity) for one in found] == [(events[2].title_fr, 5), ("Petit midi", 1)]


def test_a_carried_over_room_that_is_taken_is_noted(space):
    events = repeated(space, state=EventState.DRAFT)
    small, large = ResourceFactory(space=space), ResourceFactory(space=space)
    taken = at_local(FRIDAYS[2], time(12))
    hold(key="x", label="Réunion", resource=large, start=taken, end=taken + timedelta(hours=1))
    hold_rooms(event=events[2], resources=[small])
    second = hold_rooms(event=events[1], resources=[large])
    carry_over(event=second, parts=["room"], by=None)
    found = [Event.objects.get(pk=event.pk) for event in events[2:]]
    assert [held_and_taken(one) for one in found] == [([], [large]), ([large], [])]
    assert not Hold.objects.filter(resource=small).exists()


def test_a_draft_and_the_following_ones_are_published(space):
    events = repeated(space, state=EventState.DRAFT)
    publish_from(event=events[1], by=None)
    states = [Event.objects.get(pk=event.pk).state for event in events]
    assert states == ["draft", "published", "published", "published"]


def test_an_event_and_the_following_ones_are_cancelled(space):
    events = repeated(space)
    registration = RegistrationFactory(event=events[3])
    Event.objects.filter(pk=events[2].pk).update(state=EventState.DRAFT)
    outcomes = cancel_from(event=events[1], reason="Travaux", by=None)
    assert [outcome.refusal for outcome in outcomes] == ["", "", ""]
    found = {event.series_day: event.state for event in Event.objects.order_by("series_day")}
    assert found == {FRIDAYS[0]: "published", FRIDAYS[1]: "cancelled", FRIDAYS[3]: "cancelled"}
    told = Message.objects.filter(template="events.event_cancelled").values_list("to_email", flat=True)
    assert list(told) == [registration.user.email]
    series = EventSeries.objects.get()
    assert series.until == date(2027, 3, 25)
    again = extend_series(series=series, until=FRIDAYS[-1], by=None)
    assert [event.series_day for event in again] == FRIDAYS[1:]


def test_an_event_cancelled_alone_leaves_the_others(space):
    events = repeated(space)
    cancel_event(event=events[1], reason="Malade", by=None)
    states = [Event.objects.get(pk=event.pk).state for event in events]
    assert states == ["published", "cancelled", "published", "published"]


def test_the_manager_repeats_an_event_and_sees_the_outcome_of_each(client):
    manager = UserFactory()
    client.force_login(manager)
    space = SpaceFactory(managers=[manager])
    event = EventFactory(space=space)
    until = timezone.localdate(event.starts_at) + timedelta(days=14)
    steps = {name: reverse(f"admin:events_event_{name}", args=[event.pk]) for name in ("repeat", "extend", "carry")}
    days = [until - timedelta(days=7), until]
    repeat = f"{steps['repeat']}?pattern=weekly&until={until}"
    page = client.post(repeat, {"days": days, "published": "on"})
    assert len(page.context["outcomes"]) == 2
    assert client.post(repeat, {"days": days}).context["refusal"].code == "in_series"
    assert client.post(steps["carry"], {}).context["form"].errors.keys() == {"parts"}
    later = until + timedelta(days=7)
    page = client.post(f"{steps['extend']}?until={later}", {"days": [later], "published": "on"})
    assert len(page.context["outcomes"]) == 1
    listed = client.get(reverse("admin:events_event_changelist"), {"series": Event.objects.first().series_id})
    assert len(listed.context["cl"].result_list) == 4
    cancel = reverse("admin:events_event_cancel_all", args=[event.pk])
    seen = client.get(cancel).context["seen"]
    page = client.post(cancel, {"reason": "Travaux", "seen": seen})
    assert len(page.context["outcomes"]) == 4


def test_what_cancelling_a_series_does_is_shown_before_it_is_done(client):
    manager = UserFactory()
    client.force_login(manager)
    space = SpaceFactory(managers=[manager])
    _first, second, third, _fourth = repeated(space)
    GuestRegistrationFactory(event=second)
    register_person(event=third, name="Odile Pirard", email="", language="fr", by=manager)
    draft = Event.objects.order_by("series_day").last()
    Event.objects.filter(pk=draft.pk).update(state="draft")
    address = reverse("admin:events_event_cancel_all", args=[second.pk])
    page = client.get(address)
    assert [(line.event, line.told, list(line.silent)) for line in page.context["lines"]] == [
        (second, 1, []),
        (third, 0, ["Odile Pirard"]),
        (draft, 0, []),
    ]
    text = Page(page.text).text
    assert "1 personne sera prévenue par e-mail." in text
    assert "est supprimé : un brouillon" in text
    GuestRegistrationFactory(event=third)
    page = client.post(address, {"reason": "Travaux", "seen": page.context["seen"]})
    assert "outcomes" not in page.context, "somebody came meanwhile: the list is shown anew"
    assert not Event.objects.filter(state="cancelled").exists()
    page = client.post(address, {"reason": "Travaux", "seen": page.context["seen"]})
    assert len(page.context["outcomes"]) == 3
    assert "2 personnes sont prévenues par e-mail." in Page(page.text).text


def test_what_is_carried_over_is_shown_before_it_is_done(client):
    manager = UserFactory()
    client.force_login(manager)
    first, second, *_others = repeated(SpaceFactory(managers=[manager]))
    GuestRegistrationFactory(event=second)
    start = first.starts_at + timedelta(hours=3)
    move_event(event=first, starts_at=start, ends_at=start + timedelta(hours=1), reason="Le soir", by=manager)
    address = reverse("admin:events_event_carry", args=[first.pk])
    wish = {"parts": ["hours"], "reason": "Le soir"}
    page = client.post(address, {**wish, "seen": client.get(address).context["seen"]})
    line = page.context["lines"][0]
    assert (line.event, line.told, line.time.start) == (second, 1, second.starts_at + timedelta(hours=3))
    assert Event.objects.get(pk=second.pk).starts_at == second.starts_at, "nothing moves before it was shown"
    page = client.post(address, {**wish, "seen": page.context["seen"]})
    assert len(page.context["outcomes"]) == 3
    assert Event.objects.get(pk=second.pk).starts_at == second.starts_at + timedelta(hours=3)


def test_a_series_of_another_space_is_not_found(client):
    manager = UserFactory()
    SpaceFactory(managers=[manager])
    client.force_login(manager)
    event = EventFactory()
    for name in ("repeat", "extend", "carry", "publish_all", "cancel_all", "room"):
        assert client.get(reverse(f"admin:events_event_{name}", args=[event.pk])).status_code == 404


def test_of_an_event_alone_nothing_follows(client):
    manager = UserFactory()
    client.force_login(manager)
    event = EventFactory(space=SpaceFactory(managers=[manager]))
    for name, wish in (("cancel_all", {"reason": "Travaux"}), ("carry", {"parts": ["text"]})):
        address = reverse(f"admin:events_event_{name}", args=[event.pk])
        page = client.post(address, {**wish, "seen": client.get(address).context["seen"]})
        assert "Cet événement ne fait partie d’aucune série" in Page(page.text).text
