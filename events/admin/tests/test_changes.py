"""Making and changing an event in the admin."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState
from events.models import Event
from events.tests.factories import EventFactory, EventTypeFactory
from members.tests.factories import UserFactory
from spaces.booking.operations import hold
from spaces.models import Hold
from spaces.tests.factories import OrganisationFactory, ResourceFactory, SpaceFactory

from .helpers import ROWS, at, form_with, step

pytestmark = pytest.mark.django_db


def form_of(space, **typed):
    start = timezone.now() + timedelta(days=5)
    return {
        "title_fr": "Midi à deux",
        "type": EventTypeFactory().pk,
        "space": space.pk,
        **at(start, "starts_at"),
        **at(start + timedelta(hours=1), "ends_at"),
        "mode": "onsite",
        "venues": [space.pk],
        "organisers": [space.operator.pk],
        "audience": "public",
        "languages": ["fr", "nl"],
        "capacity": "12",
        **typed,
    }


def add_event(client, **form):
    return client.post(reverse("admin:events_event_add"), form)


def test_a_manager_makes_a_draft_and_publishes_it(client, manager, space):
    room = ResourceFactory(space=space)
    assert add_event(client, **form_of(space, resources=[room.pk])).status_code == 302
    event = Event.objects.get()
    assert (event.state, event.languages, event.created_by) == ("draft", ["fr", "nl"], manager)
    assert list(event.resources.all()) == [room]
    assert event.slug == f"midi-a-deux-{event.earliest:%Y-%m-%d}"
    assert Hold.objects.get().key == f"event:{event.pk}:{room.pk}"
    step(client, "publish", event, {})
    assert event.state == EventState.PUBLISHED


def test_a_second_event_of_the_day_has_an_address_of_its_own(client, space):
    for _ in range(2):
        add_event(client, **form_of(space))
    first, second = Event.objects.order_by("pk")
    assert second.slug == f"{first.slug}-2"


def test_a_draft_has_no_room_where_it_is_taken(client, space):
    room = ResourceFactory(space=space)
    start = timezone.now()
    hold(key="x", label="Réunion", resource=room, start=start, end=start + timedelta(days=30))
    response = client.post(reverse("admin:events_event_add"), form_of(space, resources=[room.pk]), follow=True)
    assert "Réunion" in response.content.decode()
    assert not Event.objects.get().resources.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title_fr": ""}, "title_fr"),
        ({"title_fr": "x" * 10_000}, "title_fr"),
        ({"starts_at": ""}, "starts_at"),
        ({"starts_at": "hier"}, "starts_at"),
        ({"ends_at": ""}, "ends_at"),
        ({"ends_at": "2020-01-01T10:00"}, "ends_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"starts_at": "1999-06-01T10:00", "ends_at": "1999-06-01T11:00"}, ["starts_at", "ends_at"]),
        ({"starts_at": "9999-12-31T23:30", "ends_at": "9999-12-31T23:59"}, ["starts_at", "ends_at"]),
        ({"ends_at": f"{timezone.localdate() + timedelta(days=60)}T10:00"}, "ends_at"),
        ({"languages": ["xx"]}, "languages"),
        ({"capacity": "-1"}, "capacity"),
        ({"type": "999999"}, "type"),
    ],
)
def test_an_error_in_an_event_stands_beside_its_field(client, space, typed, field):
    response = add_event(client, **form_of(space, **typed))
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ([field] if isinstance(field, str) else field)
    assert not Event.objects.exists()


@pytest.mark.parametrize(("year", "is_good"), [("0001", False), ("1999", False), ("2019", True), ("9999", False)])
def test_days_of_past_events_lie_in_the_years_of_the_network(client, year, is_good):
    client.force_login(UserFactory(superuser=True))
    form = form_of(SpaceFactory(), starts_at="", ends_at="", meetings_lower="1", meetings_upper="1")
    response = add_event(client, **form, earliest=f"{year}-07-01", latest=f"{year}-12-31")
    if is_good:
        assert Event.objects.get().latest.year == int(year)
    else:
        assert response.context["adminform"].form.errors == {
            name: ["Vérifiez l’année."] for name in ("earliest", "latest")
        }


def test_an_event_sent_twice_is_made_once(client, space):
    form = form_of(space, resources=[ResourceFactory(space=space).pk])
    add_event(client, **form)
    event = Event.objects.get()
    again = add_event(client, **form)
    assert again.headers["Location"] == reverse("admin:events_event_change", args=[event.pk])
    assert Event.objects.get() == event
    add_event(client, **{**form, "title_fr": "Un autre midi", "resources": []})
    assert Event.objects.count() == 2


def test_managers_choose_among_their_own_spaces_and_rooms(client, space):
    other = SpaceFactory()
    response = add_event(client, **form_of(other, resources=[ResourceFactory(space=other).pk]))
    assert set(response.context["adminform"].form.errors) == {"space", "resources"}
    assert not Event.objects.exists()


def test_the_coordinator_decides_if_an_event_is_joint_and_a_manager_does_not(client, space):
    add_event(client, **form_of(space, joint="true"))
    assert Event.objects.get().joint is None
    client.force_login(UserFactory(coordinates=True))
    of_the_network = {**form_of(space), "space": "", "meetings_lower": "1", "meetings_upper": "1"}
    for decision in (True, False):
        add_event(client, **of_the_network | {"title_fr": f"Midi {decision}", "joint": str(decision).lower()})
        assert Event.objects.latest("pk").joint is decision


def test_an_event_saved_from_a_page_opened_earlier_keeps_what_others_changed_since(client, space):
    event = EventFactory(space=space, state=EventState.DRAFT, capacity=5, languages=["fr"])
    opened = form_with("title_fr", client, reverse("admin:events_event_change", args=[event.pk]))
    Event.objects.update(capacity=8, online_link="https://meet.example/x", languages=["fr", "nl"])
    event.venues.add(space)
    assert client.post(opened.path, opened.data(title_fr="Midi à trois")).status_code == 302
    event.refresh_from_db()
    kept = (event.title_fr, event.capacity, event.online_link, event.languages, list(event.venues.all()))
    assert kept == ("Midi à trois", 8, "https://meet.example/x", ["fr", "nl"], [space])


def test_time_and_place_of_a_published_event_are_read_only(client, space):
    event = EventFactory(space=space, capacity=5)
    was = event.starts_at
    form = form_of(space, capacity="1", title_fr="Autre titre")
    assert client.post(reverse("admin:events_event_change", args=[event.pk]), {**form, **ROWS}).status_code == 302
    event.refresh_from_db()
    assert (event.starts_at, event.capacity, event.title_fr) == (was, 5, "Autre titre")


def test_only_a_draft_can_be_deleted(client, space):
    draft, published = EventFactory(space=space, draft=True), EventFactory(space=space)
    client.post(reverse("admin:events_event_delete", args=[published.pk]), {"post": "yes"})
    client.post(reverse("admin:events_event_delete", args=[draft.pk]), {"post": "yes"})
    assert list(Event.objects.all()) == [published]


def said_of_its_organisers(response):
    return re.search(r"<output data-joint[^>]*>([^<]*)</output>", response.text)[1]


def test_the_form_says_if_its_organisers_make_it_joint(client, space):
    """Both for the saved event and for a form that comes back; each box has its country for the script."""
    other = OrganisationFactory(country="BE" if space.operator.country == "FR" else "FR")
    event = EventFactory(space=space, organisers=[space.operator, other])
    page = client.get(reverse("admin:events_event_change", args=[event.pk]))
    assert said_of_its_organisers(page) == "Conjoint"
    for organisation in (space.operator, other):
        box = rf'<input[^>]*name="organisers"[^>]*value="{organisation.pk}"[^>]*data-country="{organisation.country}"'
        assert re.search(box, page.text)
    assert 'data-countries="2" data-yes="Conjoint" data-no="Non conjoint"' in " ".join(page.text.split())
    sent = {"title_fr": ""}
    assert said_of_its_organisers(add_event(client, **form_of(space, **sent))) == "Non conjoint"
    assert said_of_its_organisers(add_event(client, **form_of(space, organisers=[], **sent))) == "Inconnu"
    both = [space.operator.pk, other.pk]
    assert said_of_its_organisers(add_event(client, **form_of(space, organisers=both, **sent))) == "Conjoint"
