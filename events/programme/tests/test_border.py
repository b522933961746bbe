"""The page that holds the events of a period online."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import Mode
from events.models import Event
from events.programme.operations import switch_online_all
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db

ADDRESS = "admin:events_event_border"


@pytest.fixture
def space(client):
    manager = UserFactory()
    client.force_login(manager)
    return SpaceFactory(managers=[manager])


def in_days(days, **values):
    return EventFactory(starts_at=timezone.now() + timedelta(days=days), **values)


def shown(page):
    return [event for event, _take, _link in page.context["form"].rows]


def test_the_page_lists_the_managers_events_on_site_in_the_period(client, space):
    near, far = in_days(3, space=space), in_days(30, space=space, mode=Mode.HYBRID)
    in_days(3)
    in_days(3, space=space, mode=Mode.ONLINE)
    in_days(3, space=space, state="draft")
    assert shown(client.get(reverse(ADDRESS))) == [near, far]
    days = {"first": near.earliest, "last": near.earliest + timedelta(days=1)}
    assert shown(client.get(reverse(ADDRESS), days)) == [near]
    assert shown(client.get(reverse(ADDRESS), {"first": "demain"})) == []


def test_each_chosen_event_goes_online_and_people_are_told_its_link(client, space):
    first, second, _third = (in_days(days, space=space) for days in (3, 4, 5))
    registration = RegistrationFactory(event=second)
    form = {
        "reason": "Frontière fermée",
        "common_link": "https://visio.example/commun",
        f"take-{first.pk}": "on",
        f"take-{second.pk}": "on",
        f"link-{second.pk}": "https://visio.example/deux",
    }
    page = client.post(reverse(ADDRESS), form)
    assert [(outcome.event, outcome.refusal) for outcome in page.context["outcomes"]] == [(first, ""), (second, "")]
    found = [(event.mode, event.online_link) for event in Event.objects.order_by("starts_at")]
    assert found == [
        ("online", "https://visio.example/commun"),
        ("online", "https://visio.example/deux"),
        ("onsite", ""),
    ]
    assert [change.reason for change in second.changes.all()] == ["Frontière fermée"]
    told = Message.objects.filter(template="events.online").values_list("to_email", flat=True)
    assert list(told) == [registration.user.email]


def test_a_refusal_of_one_event_is_shown_and_does_not_stop_the_others(space):
    full, free = in_days(3, space=space, mode=Mode.HYBRID, online_capacity=0), in_days(4, space=space)
    RegistrationFactory(event=full)
    links = {full.pk: "https://visio.example", free.pk: "https://visio.example"}
    outcomes = switch_online_all(events=[full, free], links=links, reason="Fermée", by=None)
    assert [bool(outcome.refusal) for outcome in outcomes] == [True, False]
    full.refresh_from_db()
    assert (full.mode, full.changes.count()) == (Mode.HYBRID, 0)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"reason": ""}, "reason"),
        ({"common_link": ""}, "link"),
        ({"common_link": "pas un lien"}, "common_link"),
        ({"take": ""}, "__all__"),
    ],
)
def test_a_reason_and_a_link_are_required(client, space, typed, wrong):
    event = in_days(3, space=space)
    form = {"reason": "Fermée", "common_link": "https://visio.example", "take": "on", **typed}
    form[f"take-{event.pk}"] = form.pop("take")
    page = client.post(reverse(ADDRESS), form)
    assert list(page.context["form"].errors) == [f"link-{event.pk}" if wrong == "link" else wrong]
    event.refresh_from_db()
    assert event.mode == Mode.ONSITE


def test_an_event_of_another_space_stays_on_site(client, space):
    in_days(3, space=space)
    other = in_days(3)
    client.post(reverse(ADDRESS), {"reason": "x", "common_link": "https://a.example", f"take-{other.pk}": "on"})
    other.refresh_from_db()
    assert other.mode == Mode.ONSITE


def test_the_page_takes_as_many_queries_for_any_number_of_events(client, space, django_assert_num_queries):
    in_days(3, space=space)
    for extra in (0, 2):
        for _event in range(extra):
            in_days(3, space=space)
        with django_assert_num_queries(5):
            client.get(reverse(ADDRESS))
