"""Several managers make the same events at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.enums import ROTA_TYPE
from events.models import Event, TopicProposal
from events.programme.operations import copy_event, extend_series, repeat_event
from events.registering.tests.test_races import at_once
from events.rota.operations import accept_topic, propose_topic
from events.rota.queries import free_fridays
from events.tests.factories import EventFactory, EventTypeFactory, PastEventFactory
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.long
def test_one_of_six_topics_accepted_at_once_becomes_an_event():
    space = PastEventFactory(type=EventTypeFactory(slug=ROTA_TYPE)).space
    day = free_fridays(timezone.localdate())[space][0]
    wish = {"space": space, "day": day, "title": "Sujet", "summary": "Une ligne", "language": "fr"}
    proposals = [propose_topic(user=UserFactory(), **wish) for _member in range(6)]
    results = at_once(*(lambda one=one: accept_topic(proposal=one, by=None) for one in proposals * 2))
    accepted = TopicProposal.objects.get(state="accepted")
    assert [result for result in results if result != "taken"] == [accepted] * 2
    assert list(Event.objects.filter(topic__isnull=False)) == [accepted.event]


def test_a_series_made_six_times_at_once_has_each_day_once():
    event, manager = EventFactory(), UserFactory()
    until = timezone.localdate(event.starts_at) + timedelta(weeks=2)
    wish = {"event": event, "pattern": "weekly", "until": until, "by": manager}
    results = at_once(*[lambda: repeat_event(**wish)] * 6)
    assert results.count("in_series") == 5
    event.refresh_from_db()
    wish = {"series": event.series, "until": until + timedelta(weeks=1), "by": manager}
    assert at_once(*[lambda: extend_series(**wish)] * 6).count("not_in_order") == 5
    days = [until + timedelta(weeks=week) for week in (-2, -1, 0, 1)]
    assert list(Event.objects.order_by("series_day").values_list("series_day", flat=True)) == days


def test_copying_six_times_at_once_makes_one_copy():
    event, manager = EventFactory(), UserFactory()
    copies = at_once(*[lambda: copy_event(event=event, by=manager)] * 6)
    assert {copy.pk for copy in copies} == {Event.objects.exclude(pk=event.pk).get().pk}
