"""Events that hold several rooms and things: all or none, and never twice the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.errors import EventError
from events.models import Event
from events.programme.operations import cancel_event, carry_over, hold_rooms, move_event, repeat_event
from events.programme.operations.schedule import hold_rooms_or_note
from events.registering.tests.test_races import at_once
from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from spaces.booking.operations import hold
from spaces.enums import ResourceKind
from spaces.models import Hold, Occupancy
from spaces.tests.factories import ResourceFactory, SpaceFactory, manager_of


@pytest.fixture
def space():
    return SpaceFactory(managers=[UserFactory()])


@pytest.fixture
def kit(space):
    hall, kitchen = (ResourceFactory(space=space, name=name) for name in ("Grande salle", "Cuisine"))
    projector = ResourceFactory(space=space, name="Projecteur", kind=ResourceKind.EQUIPMENT)
    return [hall, kitchen, projector]


def held_by(event):
    holds = Hold.objects.filter(key__startswith=f"event:{event.pk}:").order_by("resource")
    return [one.resource for one in holds.select_related("resource")]


@pytest.mark.django_db
def test_an_event_holds_all_its_rooms_and_things_or_none(space, kit):
    hall, kitchen, projector = kit
    event = hold_rooms(event=EventFactory(space=space), resources=kit)
    assert held_by(event) == kit
    other = EventFactory(space=space, starts_at=event.starts_at)
    with pytest.raises(EventError) as refusal:
        hold_rooms(event=other, resources=[ResourceFactory(space=space), kitchen])
    assert refusal.value.code == "room" and "Cuisine" in str(refusal.value.message)
    assert (held_by(other), other.resources.count()) == ([], 0)
    event = hold_rooms(event=event, resources=[hall, projector])
    assert held_by(event) == [hall, projector]
    assert held_by(hold_rooms(event=other, resources=[kitchen])) == [kitchen]


@pytest.mark.django_db
def test_all_of_it_follows_the_event_or_it_stays(space, kit):
    event = hold_rooms(event=EventFactory(space=space), resources=kit)
    later = event.starts_at + timedelta(days=1)
    hold(key="x", label="Réunion", resource=kit[2], start=later, end=later + timedelta(hours=1))
    with pytest.raises(EventError):
        move_event(event=event, starts_at=later, ends_at=later + timedelta(hours=2), reason="Neige", by=None)
    free = later + timedelta(days=1)
    move_event(event=event, starts_at=free, ends_at=free + timedelta(hours=2), reason="Neige", by=None)
    periods = Occupancy.objects.filter(hold__key__startswith=f"event:{event.pk}:").values_list("period__startswith")
    assert {start for (start,) in periods} == {free}
    assert len(periods) == len(kit)
    cancel_event(event=Event.objects.get(pk=event.pk), reason="Neige", by=None)
    assert held_by(event) == []


@pytest.mark.django_db
def test_a_series_notes_what_is_taken_and_holds_the_rest(space, kit):
    first = hold_rooms(event=EventFactory(space=space), resources=kit[:2])
    week = first.starts_at + timedelta(weeks=1)
    hold(key="x", label="Réunion", resource=kit[1], start=week, end=week + timedelta(hours=1))
    (second,) = repeat_event(
        event=first, pattern="weekly", until=timezone.localdate(first.starts_at) + timedelta(weeks=1), by=None
    )
    assert (list(second.resources.all()), list(second.resources_wanted.all())) == ([kit[0]], [kit[1]])
    first = hold_rooms(event=Event.objects.get(pk=first.pk), resources=[kit[2]])
    carry_over(event=first, parts=["room"], by=None)
    second = Event.objects.get(pk=second.pk)
    assert (held_by(second), list(second.resources_wanted.all())) == ([kit[2]], [])


def queries_to_hold_or_note(space, number, taken=()):
    """Return how many queries it takes to hold so many rooms, or to note those that are `taken`."""
    event = EventFactory(space=space)
    rooms = [ResourceFactory(space=space) for _room in range(number)]
    for room in (rooms[place] for place in taken):
        hold_rooms(event=EventFactory(space=space, starts_at=event.starts_at), resources=[room])
    with CaptureQueriesContext(connection) as queries:
        event = hold_rooms_or_note(event, rooms)
    assert held_by(event) == [room for place, room in enumerate(rooms) if place not in taken]
    assert list(event.resources_wanted.order_by("pk")) == [rooms[place] for place in taken]
    return len(queries)


@pytest.mark.django_db
def test_each_further_room_costs_the_same_few_queries(space):
    one, two, four = (queries_to_hold_or_note(space, number) for number in (1, 2, 4))
    assert (two - one) * 2 == four - two
    assert two - one <= 15
    assert queries_to_hold_or_note(space, 4, taken=[1, 2]) < four


@pytest.mark.django_db
def test_a_room_is_noted_where_only_another_event_holds_it(space, kit):
    hall, kitchen, _projector = kit
    event = hold_rooms(event=EventFactory(space=space), resources=[hall])
    other = hold_rooms_or_note(EventFactory(space=space, starts_at=event.starts_at), [kitchen, hall])
    assert (held_by(other), list(other.resources_wanted.all())) == ([kitchen], [hall])
    event = hold_rooms_or_note(event, [hall])
    assert (held_by(event), list(event.resources_wanted.all())) == ([hall], [])


@pytest.mark.django_db
def test_the_form_shows_rooms_apart_from_equipment_and_people_read_of_rooms(client, space, kit):
    manager = manager_of(space)
    client.force_login(manager)
    page = client.get(reverse("admin:events_event_add"), {"type": ""})
    groups = dict(page.context["adminform"].form.fields["resources"].choices)
    named = {str(words): [label for _value, label in choices] for words, choices in groups.items()}
    assert named == {"Salles": [str(kit[0]), str(kit[1])], "Matériel": [str(kit[2])]}
    event = EventFactory(space=space)
    client.post(reverse("admin:events_event_room", args=[event.pk]), {"resources": [one.pk for one in kit]})
    assert held_by(event) == kit
    shown = client.get(event.get_absolute_url()).content.decode()
    calendar = client.get(reverse("events:ics", args=[event.slug])).content.decode()
    assert "Grande salle" in shown and "Cuisine" in shown and "Projecteur" not in shown
    assert "Grande salle" in calendar and "Projecteur" not in calendar


@pytest.mark.django_db(transaction=True)
def test_of_two_events_that_want_the_same_at_once_one_gets_it():
    space = SpaceFactory()
    resources = [ResourceFactory(space=space) for _room in range(4)]
    start = timezone.now() + timedelta(days=7)
    events = [EventFactory(space=space, starts_at=start) for _event in range(4)]
    wishes = [resources, resources[::-1], resources[1:], resources[:3][::-1]]
    results = at_once(
        *(
            lambda one=one, wish=wish: hold_rooms(event=one, resources=wish)
            for one, wish in zip(events, wishes, strict=True)
        )
    )
    winners = [result for result in results if isinstance(result, Event)]
    assert len(winners) == 1 and [result for result in results if result not in winners] == ["room"] * 3
    assert {one for event in events for one in held_by(event)} == set(winners[0].resources.all())
    periods = Occupancy.objects.values_list("unit").distinct().count()
    assert periods == Occupancy.objects.count() == winners[0].resources.count()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_migration_carries_the_room_and_its_hold_there_and_back(space, kit):
    event = hold_rooms(event=EventFactory(space=space), resources=[kit[1]])
    event.resources_wanted.set([kit[0]])
    graph = MigrationExecutor(connection).loader.graph
    ours = next(
        key for key in graph.nodes if key[0] == "events" and key[1].endswith("several_rooms_and_moves_taken_back")
    )
    before = [parent.key for parent in graph.node_map[ours].parents if parent.key[0] == "events"]
    try:
        migrate(before)
        with connection.cursor() as cursor:
            cursor.execute("SELECT resource_id, room_wanted_id FROM events_event WHERE id = %s", [event.pk])
            assert cursor.fetchone() == (kit[1].pk, kit[0].pk)
        assert Hold.objects.get().key == f"event:{event.pk}"
    finally:
        migrate(graph.leaf_nodes())
    event = Event.objects.get(pk=event.pk)
    assert (list(event.resources.all()), list(event.resources_wanted.all())) == ([kit[1]], [kit[0]])
    assert held_by(event) == [kit[1]]


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)
