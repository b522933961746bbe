"""Events from a type's template, and copies of events."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState
from events.models import Event
from events.programme.operations import copy_event
from events.programme.operations.making import next_time
from events.tests.factories import EventFactory, EventTypeFactory, HistoryEventFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.booking.operations import hold
from spaces.models import Hold
from spaces.tests.factories import ResourceFactory, SpaceFactory

pytestmark = pytest.mark.django_db

ADD = "admin:events_event_add"


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def space(manager):
    return SpaceFactory(managers=[manager])


def local(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def test_a_new_event_asks_for_its_type_first_which_fills_the_form(client, space):
    kind = EventTypeFactory(
        default_minutes=75,
        summary_fr="À table",
        summary_nl="Aan tafel",
        summary_en="Lunch",
        description_fr="Un sujet.",
        audience="members",
        mode="hybrid",
        capacity=12,
        online_capacity=40,
        proofs_owed=["agenda"],
    )
    first = client.get(reverse(ADD))
    assert list(first.context["form"].fields) == ["type", "space", "starts_at"]
    assert list(first.context["form"].fields["space"].queryset) == [space]
    begun = {"type": kind.pk, "space": space.pk, "starts_at": "2027-03-05T12:00"}
    initial = client.get(reverse(ADD), begun).context["adminform"].form.initial
    shown = {name: initial[name] for name in ("summary_fr", "summary_nl", "summary_en", "description_fr", "audience")}
    assert shown == {
        "summary_fr": "À table",
        "summary_nl": "Aan tafel",
        "summary_en": "Lunch",
        "description_fr": "Un sujet.",
        "audience": "members",
    }
    assert [initial[name] for name in ("mode", "capacity", "online_capacity", "proofs_owed")] == [
        "hybrid",
        12,
        40,
        ["agenda"],
    ]
    assert [local(initial["starts_at"]), local(initial["ends_at"])] == ["2027-03-05T12:00", "2027-03-05T13:15"]
    assert [initial["space"], initial["venues"], initial["organisers"]] == [space.pk, [space.pk], [space.operator_id]]


@pytest.mark.parametrize("wrong", [{"type": "x"}, {"space": "0"}, {"starts_at": "demain"}, {"starts_at": ""}])
def test_an_error_in_the_first_step_is_shown_there(client, space, wrong):
    begun = {"type": EventTypeFactory().pk, "space": space.pk, "starts_at": "2027-03-05T12:00", **wrong}
    page = client.get(reverse(ADD), begun)
    assert list(page.context["form"].errors) == list(wrong)


def test_the_first_step_can_be_skipped_and_offers_no_other_space(client, space):
    assert "adminform" in client.get(reverse(ADD), {"type": ""}).context
    begun = {"type": EventTypeFactory().pk, "space": SpaceFactory().pk, "starts_at": "2027-03-05T12:00"}
    assert list(client.get(reverse(ADD), begun).context["form"].errors) == ["space"]


def test_one_click_makes_a_draft_on_the_next_same_weekday(client, manager, space):
    event = EventFactory(space=space, capacity=8, resources=[ResourceFactory(space=space)], organisers=[space.operator])
    RegistrationFactory(event=event)
    address = reverse("admin:events_event_copy", args=[event.pk])
    assert client.get(address).status_code == 405
    responses = [client.post(address) for _click in range(2)]
    copy = Event.objects.exclude(pk=event.pk).get()
    assert {response.url for response in responses} == {reverse("admin:events_event_change", args=[copy.pk])}
    assert (copy.state, copy.seats_taken, copy.capacity, copy.created_by) == (EventState.DRAFT, 0, 8, manager)
    assert [copy.title_fr, copy.title_nl, copy.type] == [event.title_fr, event.title_nl, event.type]
    assert list(copy.organisers.all()) == [space.operator]
    assert list(copy.venues.all()) == [space]
    assert timezone.localtime(copy.starts_at).date() == timezone.localtime(event.starts_at).date() + timedelta(days=7)
    assert Hold.objects.get().key == f"event:{copy.pk}:{event.resources.get().pk}"


def test_a_copy_has_no_room_where_it_is_taken(client, space):
    event = EventFactory(space=space, resources=[ResourceFactory(space=space)])
    taken = {"start": event.starts_at + timedelta(days=6), "end": event.starts_at + timedelta(days=8)}
    hold(key="x", label="Réunion", resource=event.resources.get(), **taken)
    page = client.post(reverse("admin:events_event_copy", args=[event.pk]), follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]
    copy = Event.objects.exclude(pk=event.pk).get()
    assert (list(copy.resources.all()), list(copy.resources_wanted.all())) == ([], [event.resources.get()])


def test_an_event_without_a_time_is_copied_to_a_day_to_come():
    copy = copy_event(event=HistoryEventFactory(), by=UserFactory())
    assert copy.starts_at > timezone.now()
    assert copy.ends_at - copy.starts_at == timedelta(minutes=90)


def test_a_copy_has_the_same_local_hour():
    event = EventFactory.build(
        starts_at=datetime(2027, 3, 26, 11, tzinfo=UTC), ends_at=datetime(2027, 3, 26, 12, tzinfo=UTC)
    )
    starts_at, ends_at = next_time(event, datetime(2027, 3, 1, tzinfo=UTC))
    assert (starts_at, ends_at) == (datetime(2027, 4, 2, 10, tzinfo=UTC), datetime(2027, 4, 2, 11, tzinfo=UTC))
    assert next_time(event, datetime(2027, 5, 10, tzinfo=UTC))[0] == datetime(2027, 5, 14, 10, tzinfo=UTC)


def test_an_event_of_another_space_is_not_copied(client, space):
    event = EventFactory()
    assert client.post(reverse("admin:events_event_copy", args=[event.pk])).status_code == 404
    assert Event.objects.count() == 1
