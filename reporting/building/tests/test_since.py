"""A draft is compared with the records of today before it is closed; links lead to what the reader may open."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from events.attendance.operations import add_walk_in, declare_count
from events.enums import Measure
from events.tests.factories import PastEventFactory
from members.tests.factories import UserFactory
from reporting.building.queries.versions import changed_since
from reporting.closing.tests.test_closing import closed
from reporting.enums import VersionState
from reporting.outputs.renderers.labels import contradictions_note
from reporting.tests.builds import draft
from reporting.tests.factories import CountedEventFactory, PeriodFactory, ProjectFactory
from spaces.tests.factories import SpaceFactory, make_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return SpaceFactory(name="La Ferme")


@pytest.fixture
def period():
    """Make a half-year that ended yesterday, in which the event of `event` lies."""
    today = timezone.localdate()
    project = ProjectFactory(starts_on=date(today.year - 1, 1, 1), ends_on=date(today.year + 1, 12, 31))
    return PeriodFactory(project=project, starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))


@pytest.fixture
def event(period, space):
    """Return a counted event of a space: two names on its complete list, and 5 participations declared."""
    event = PastEventFactory(starts_at=timezone.now() - timedelta(days=2), space=space)
    for name in ("Anna", "Bob"):
        add_walk_in(event=event, by=UserFactory(), name=name)
    event.list_is_complete = True
    event.save()
    CountedEventFactory(project=period.project, event=event, declared=(5, 5))
    return event


@pytest.fixture
def coordinator(client):
    person = UserFactory(coordinates=True)
    client.force_login(person)
    return person


def pages(period):
    return [reverse(f"reporting:{name}", args=[period.project.slug, period.label]) for name in ("report", "close")]


CHANGED = 'id="since"'


def test_a_draft_tells_what_the_records_say_otherwise_since(client, coordinator, period, event):
    version = draft(period)
    assert changed_since(version) is None
    for page in pages(period):
        assert CHANGED not in client.get(page).text
    counts = {"measure": Measure.PARTICIPATIONS, "lower": 2, "upper": 2, "reason": "Relu"}
    declare_count(event=event, by=UserFactory(), despite_others=True, **counts)
    for page in pages(period):
        shown = client.get(page)
        assert CHANGED in shown.text
        assert reverse("reporting:build", args=[period.project.slug, period.label]) in shown.text
        since = shown.context["since"]
        assert (since.contradictions_then, since.contradictions_now) == (1, 0)
    draft(period)
    for page in pages(period):
        assert CHANGED not in client.get(page).text


def test_a_name_added_since_the_draft_is_told_before_closing(client, coordinator, period, event):
    draft(period)
    add_walk_in(event=event, by=UserFactory(), name="Cara")
    page = client.get(pages(period)[1])
    assert CHANGED in page.text
    assert event.title in [part.title["fr"] for part in page.context["since"].statements]


def test_a_closed_report_says_nothing_of_later_changes(client, coordinator, period, event):
    version = closed(period, reason="Essai")
    add_walk_in(event=event, by=UserFactory(), name="Cara")
    page = client.get(pages(period)[0])
    assert version.state == VersionState.CLOSED
    assert CHANGED not in page.text
    told = page.context["report"]
    assert escape(contradictions_note(told)) in page.text
    assert contradictions_note(told) != contradictions_note(replace(told, status="draft"))


def test_who_does_not_run_an_event_is_told_whose_team_corrects_it(client, coordinator, period, event, space):
    draft(period)
    change = reverse("admin:events_event_change", args=[event.pk])
    for page in pages(period):
        shown = client.get(page).text
        assert space.get_absolute_url() in shown and change not in shown
        assert reverse("admin:events_event_changelist") not in shown
    make_manager(space, coordinator)
    for page in pages(period):
        shown = client.get(page).text
        assert change in shown
    assert client.get(change).status_code == 200
