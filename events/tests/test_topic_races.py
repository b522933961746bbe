"""Several facilitators accept topics for one Friday at the same moment."""

import pytest
from django.utils import timezone

from events.models import Event, TopicProposal
from events.operations import accept_topic, propose_topic
from events.queries import ROTA_TYPE, free_fridays
from events.tests.factories import EventTypeFactory, PastEventFactory
from events.tests.test_races import at_once
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_six_topics_accepted_at_once_for_one_friday_one_becomes_an_event():
    space = PastEventFactory(type=EventTypeFactory(slug=ROTA_TYPE)).space
    day = free_fridays(timezone.localdate())[space][0]
    wish = {"space": space, "day": day, "title": "Sujet", "summary": "Une ligne", "language": "fr"}
    proposals = [propose_topic(user=UserFactory(), **wish) for _member in range(6)]
    results = at_once(*(lambda one=one: accept_topic(proposal=one, by=None) for one in proposals * 2))
    accepted = TopicProposal.objects.get(state="accepted")
    assert [result for result in results if result != "taken"] == [accepted] * 2
    assert list(Event.objects.filter(topic__isnull=False)) == [accepted.event]
