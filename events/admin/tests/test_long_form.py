"""The sections of an event's form."""

import pytest
from django.urls import reverse

from events.enums import Measure
from events.models import DeclaredCount
from events.tests.factories import EventFactory

pytestmark = pytest.mark.django_db


def test_a_table_that_holds_nothing_is_no_section(client, space):
    event = EventFactory(space=space)
    DeclaredCount.objects.create(event=event, measure=Measure.PARTICIPATIONS, lower=3, upper=3)
    page = client.get(reverse("admin:events_event_change", args=[event.pk]))
    labels = [str(section.label) for section in page.context["sections"]]
    assert [name in labels for name in ("Quand et où", "Nombres déclarés", "Preuves")] == [True, True, False]
