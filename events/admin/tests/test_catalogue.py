"""Pages for superusers alone: past events without a time, and the types of events."""

import pytest
from django.urls import reverse

from events.tests.factories import HistoryEventFactory
from members.tests.factories import UserFactory

from .helpers import ROWS

pytestmark = pytest.mark.django_db


def test_a_superuser_corrects_a_past_event_without_a_time(client):
    client.force_login(UserFactory(superuser=True))
    event = HistoryEventFactory(space=None)
    form = {
        "title_fr": event.title_fr,
        "type": event.type_id,
        "mode": "online",
        "earliest": "04/03/2020",
        "latest": "",
        "meetings_lower": "1",
        "meetings_upper": "1",
        "joint": "unknown",
        **ROWS,
    }
    response = client.post(reverse("admin:events_event_change", args=[event.pk]), form)
    assert response.status_code == 302, response.context["adminform"].form.errors
    event.refresh_from_db()
    assert f"{event.earliest} {event.latest}" == "2020-03-04 2020-03-04"


def test_only_superusers_change_the_types_of_events(client, space):
    assert client.get(reverse("admin:events_eventtype_changelist")).status_code in {403, 404}
    client.force_login(UserFactory(superuser=True))
    assert client.get(reverse("admin:events_eventtype_changelist")).status_code == 200
