"""The agenda's list, its filters, and its number of queries."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState, Mode
from events.tests.factories import (
    EventFactory,
    EventTypeFactory,
    HistoryEventFactory,
    PastEventFactory,
    RegistrationFactory,
)
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db


def listed(client, **filters):
    response = client.get(reverse("events:agenda"), filters)
    assert response.status_code == 200
    return list(response.context["page_obj"].object_list)


def in_days(days):
    return timezone.now() + timedelta(days=days)


def test_the_agenda_lists_announced_events_the_next_first(client):
    later, sooner = EventFactory(starts_at=in_days(9)), EventFactory(starts_at=in_days(3))
    running = EventFactory(starts_at=in_days(0) - timedelta(minutes=30))
    cancelled = EventFactory(starts_at=in_days(5), state=EventState.CANCELLED)
    EventFactory(draft=True)
    PastEventFactory()
    HistoryEventFactory()
    assert listed(client) == [running, sooner, cancelled, later]


def test_the_past_lists_events_that_are_over_the_latest_first(client):
    EventFactory()
    EventFactory(draft=True, starts_at=in_days(-2))
    history, old = HistoryEventFactory(), PastEventFactory(starts_at=in_days(-40))
    recent = PastEventFactory()
    forgotten = EventFactory(starts_at=in_days(-3))
    called_off = HistoryEventFactory(state=EventState.CANCELLED, earliest=date(2020, 3, 31), latest=date(2020, 3, 31))
    assert listed(client, past="1") == [recent, forgotten, old, history, called_off]


def test_each_filter_keeps_its_events(client):
    ferme, campus = SpaceFactory(), SpaceFactory(french=True)
    kind = EventTypeFactory(slug="co-walking")
    walk = EventFactory(space=ferme, type=kind, venues=[campus], starts_at=in_days(3))
    talk = EventFactory(space=ferme, starts_at=in_days(4))
    online = EventFactory(space=campus, mode=Mode.ONLINE, venues=[], starts_at=in_days(5))
    abroad = EventFactory(space=None, place="Mons", starts_at=in_days(6))
    assert listed(client, type="co-walking") == [walk]
    assert listed(client, space=ferme.slug) == [walk, talk]
    assert listed(client, space=campus.slug) == [walk, online]
    assert listed(client, country="FR") == [walk, online]
    assert listed(client, country="BE") == [talk]
    assert listed(client, country="BE", type="co-walking") == []
    assert abroad in listed(client)


def test_a_period_filters_by_the_local_day(client):
    first = timezone.localdate().replace(day=1)
    next_month = (first + timedelta(days=32)).replace(day=1)
    midnight = timezone.make_aware(timezone.datetime(next_month.year, next_month.month, 1, 0, 30))
    event = EventFactory(starts_at=midnight, ends_at=midnight + timedelta(hours=1))
    EventFactory(starts_at=in_days(200))
    assert listed(client, period=f"{next_month:%Y-%m}") == [event]


@pytest.mark.parametrize(
    "filters",
    [
        {"type": "nothing"},
        {"space": "<script>"},
        {"country": "XX"},
        {"period": "2026-13"},
        {"period": "0001-01"},
        {"period": "9999-12-31"},
        {"period": "x" * 10_000},
        {"town": "Paris"},
        {"within": "30"},
        {"mode": "hybrid"},
        {"language": "de"},
        {"view": "year"},
        {"page": "-3"},
        {"page": "none"},
        {"past": "2"},
    ],
)
def test_a_wrong_filter_filters_nothing(client, filters):
    event = EventFactory()
    assert listed(client, **filters) == [event]


def test_the_filters_stay_in_the_address_of_the_next_page(client):
    kind = EventTypeFactory(slug="co-walking")
    for day in range(1, 14):
        EventFactory(type=kind, starts_at=in_days(day))
    response = client.get(reverse("events:agenda"), {"type": "co-walking"})
    assert "?type=co-walking&amp;page=2" in response.content.decode()
    assert len(listed(client, type="co-walking", page=2)) == 1


def test_an_empty_agenda_says_what_to_do_next(client):
    page = client.get(reverse("events:agenda")).content.decode()
    assert reverse("spaces:list") in page
    assert 'class="empty"' in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_agenda_has_a_fixed_number_of_queries(client, number, django_assert_num_queries):
    for _ in range(number):
        EventFactory(organisers=[SpaceFactory().operator])
    with django_assert_num_queries(6):
        assert len(listed(client)) == number


@pytest.mark.parametrize("number", [1, 3])
def test_the_past_has_a_fixed_number_of_queries(client, number, django_assert_num_queries):
    for _ in range(number):
        HistoryEventFactory()
    with django_assert_num_queries(6):
        assert len(listed(client, past="1")) == number


@pytest.mark.parametrize("number", [1, 3])
def test_a_members_agenda_marks_registrations_at_a_fixed_cost(client, number, django_assert_num_queries):
    user = UserFactory()
    client.force_login(user)
    for _ in range(number):
        RegistrationFactory(event=EventFactory(), user=user)
    with django_assert_num_queries(11):
        page = client.get(reverse("events:agenda"))
    assert page.content.decode().count("badge-success") == number
