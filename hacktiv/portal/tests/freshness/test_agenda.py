"""Test the pages of the agenda that all visitors share: made once, for nobody in particular, and never stale."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from events.agenda.queries.months import months_with_events
from events.enums import EventState
from events.models import Event
from events.programme.operations import cancel_event, publish
from events.registering.operations import register
from events.tests.factories import EventFactory, PastEventFactory
from hacktiv.common import freshness
from members.tests.factories import UserFactory
from spaces.tests.factories import (
    SpaceFactory,
)

from .addresses import AGENDA

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", [AGENDA, f"{AGENDA}?country=BE", f"{AGENDA}?view=month", f"{AGENDA}agenda.ics", f"{AGENDA}agenda.atom"]
)
def test_a_page_is_made_once_and_is_the_same_for_all(ask, event, address):
    cost, first = ask(address)
    assert cost > 0
    again, second = ask(address)
    assert (again, second.content) == (0, first.content)
    assert second["Content-Type"] == first["Content-Type"]
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    again, third = ask(address, headers={"Accept-Encoding": "gzip"})
    assert (again, third["Content-Encoding"]) == (0, "gzip")


def test_the_widget_is_shared_and_stays_the_one_that_may_be_framed(ask, event):
    address = f"{AGENDA}widget/{event.space.slug}/"
    assert ask(address)[0] > 0
    cost, answer = ask(address)
    assert cost == 0
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer


def change_title(event):
    event.title_en = "Run"
    event.save()


def copy_of(event):
    days = {"earliest": event.earliest, "latest": event.latest}
    return EventFactory.build(slug="copy", type=event.type, space=event.space, **days)


CHANGES = {
    "cancelled": lambda event: cancel_event(event=event, reason="Snow", by=UserFactory()),
    "a seat is taken": lambda event: register(event=event, user=UserFactory()),
    "saved in the admin": change_title,
    "updated without a signal": lambda event: Event.objects.filter(pk=event.pk).update(title_en="Run"),
    "several at once": lambda event: Event.objects.bulk_update([event], ["place"]),
    "another one published": lambda event: publish(event=EventFactory(draft=True, title_en="Talk"), by=UserFactory()),
    "deleted": lambda event: event.delete(),
    "another one stored among many": lambda event: Event.objects.bulk_create([copy_of(event)]),
    "elsewhere": lambda event: event.venues.set([SpaceFactory()]),
    "its type is called otherwise": lambda event: event.type.save(),
    "a space is called otherwise": lambda event: event.space.save(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(ask, event, change, django_capture_on_commit_callbacks):
    ask()
    assert ask()[0] == 0
    with django_capture_on_commit_callbacks(execute=True):
        CHANGES[change](event)
    assert ask()[0] > 0
    assert ask()[0] == 0


def test_a_cancelled_event_is_shown_as_cancelled(ask, event, django_capture_on_commit_callbacks):
    assert "badge-error" not in ask()[1].text
    with django_capture_on_commit_callbacks(execute=True):
        cancel_event(event=event, reason="Snow", by=UserFactory())
    assert "badge-error" in ask()[1].text


@pytest.mark.django_db(transaction=True)
def test_a_page_made_while_an_event_changes_is_never_shown_afterwards(client, monkeypatch):
    """The page reads the old rows, the change is committed, and only then is the page kept."""
    event = EventFactory(title_en="Walk")
    keep = freshness._keep

    def keep_after_the_change(*args):
        monkeypatch.setattr(freshness, "_keep", keep)
        with transaction.atomic():
            cancel_event(event=event, reason="Snow", by=UserFactory())
        keep(*args)

    monkeypatch.setattr(freshness, "_keep", keep_after_the_change)
    assert "badge-error" not in client.get(AGENDA).text
    assert "badge-error" in client.get(AGENDA).text
    assert "badge-error" in client.get(AGENDA).text


def test_what_is_rolled_back_refreshes_nothing(ask, event, django_capture_on_commit_callbacks):
    ask()
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        event.save()
        raise ZeroDivisionError
    assert ask()[0] == 0


def test_a_members_page_is_theirs_alone(ask, client, event):
    ask()
    user = UserFactory(first_name="Perrine")
    client.force_login(user)
    register(event=event, user=user)
    cost, page = ask()
    assert cost > 0
    assert "badge-success" in page.text
    client.logout()
    cost, page = ask()
    assert "badge-success" not in page.text
    assert "csrfmiddlewaretoken" not in page.text
    assert not page.cookies


def test_a_message_is_shown_to_its_reader_alone(ask, client, event):
    client.cookies["messages"] = "anything"
    assert ask()[0] > 0
    assert ask()[0] > 0


@pytest.mark.parametrize("query", ["q=walk", "page=7", "utm_source=x", "country=BE&type=nothing", "country=XX"])
def test_addresses_without_end_are_not_kept(ask, event, query):
    assert ask(f"{AGENDA}?{query}")[0] > 0
    assert ask(f"{AGENDA}?{query}")[0] > 0


def test_a_page_is_kept_until_something_on_it_begins(client, event):
    soon = timezone.now() + timedelta(seconds=20)
    EventFactory(starts_at=soon)
    answer = client.get(AGENDA)
    assert answer.shared_until == soon.replace(microsecond=answer.shared_until.microsecond)


def test_without_a_cache_the_agenda_is_there(settings, client, event, django_capture_on_commit_callbacks):
    nowhere = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES={"default": nowhere}):
        assert "Walk" in client.get(AGENDA).text
        with django_capture_on_commit_callbacks(execute=True):
            event.save()


@pytest.mark.parametrize(
    "change",
    [
        lambda event: Event.objects.filter(pk=event.pk).update(title_en="Swim"),
        lambda event: event.venues.first().__class__.objects.update(name="Elsewhere"),
        lambda event: event.organisers.add(SpaceFactory().operator),
        lambda event: event.materials.create(name="Slides", link="https://example.org/slides", kind="slides"),
        lambda event: event.type.__class__.objects.update(name_en="Outing"),
    ],
    ids=["its title", "its venue", "its organisers", "its documents", "its type"],
)
def test_the_page_of_an_event_shows_each_change_at_once(client, change, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        event = PastEventFactory()
    address = f"/en/agenda/{event.slug}/"
    before = client.get(address).text
    assert client.get(address).text == before
    with django_capture_on_commit_callbacks(execute=True):
        change(event)
    assert client.get(address).text != before


def test_the_page_of_an_event_is_read_once_and_a_draft_stays_hidden(
    client, django_assert_num_queries, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        event = EventFactory(mode="online")
        draft = EventFactory(state="draft")
    address = f"/en/agenda/{event.slug}/"
    client.get(address)
    with django_assert_num_queries(1):  # the speakers, who have names as people
        client.get(address)
    manager = Client()
    manager.force_login(UserFactory(superuser=True))
    assert manager.get(f"/en/agenda/{draft.slug}/").status_code == 200
    assert client.get(f"/en/agenda/{draft.slug}/").status_code == 404


def test_the_months_to_choose_from_follow_the_clock_and_each_change(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        event = EventFactory()
    month = event.earliest.replace(day=1)
    before, after = event.ends_at - timedelta(minutes=1), event.ends_at
    assert months_with_events(before) == months_with_events(after, past=True) == [month]
    assert months_with_events(after) == months_with_events(before, past=True) == []
    with django_capture_on_commit_callbacks(execute=True):
        Event.objects.update(state=EventState.DRAFT)
    assert months_with_events(before) == []
