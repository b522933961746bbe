"""The sections of an event's form."""

import pytest
from django.urls import reverse

from events.tests.factories import EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def test_a_table_that_holds_nothing_is_no_section(client, space):
    event = EventFactory(space=space)
    RegistrationFactory(event=event)
    page = client.get(reverse("admin:events_event_change", args=[event.pk]))
    labels = [str(section.label) for section in page.context["sections"]]
    assert [name in labels for name in ("Quand et où", "Inscriptions", "Preuves")] == [True, True, False]
