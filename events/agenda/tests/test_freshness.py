"""Pages that all visitors share: kept for visitors without a session, and never stale."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from events import freshness
from events.models import Event
from events.programme.operations import cancel_event, publish
from events.registering.operations import register
from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db

AGENDA = "/en/agenda/"


@pytest.fixture(autouse=True)
def shared(settings):
    settings.SHARED_PAGES_SECONDS = 60
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def event(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return EventFactory(title_en="Walk", capacity=5)


def queries_of(client, django_assert_max_num_queries, address=AGENDA, **kwargs):
    with django_assert_max_num_queries(30) as captured:
        answer = client.get(address, **kwargs)
    assert answer.status_code == 200
    return len(captured), answer


@pytest.fixture
def ask(client, django_assert_max_num_queries):
    return lambda address=AGENDA, **kwargs: queries_of(client, django_assert_max_num_queries, address, **kwargs)


@pytest.mark.parametrize(
    "address", [AGENDA, f"{AGENDA}?country=BE", f"{AGENDA}?view=month", f"{AGENDA}agenda.ics", f"{AGENDA}agenda.atom"]
)
def test_a_shared_page_is_made_once(ask, event, address):
    cost, first = ask(address)
    assert cost > 0
    again, second = ask(address)
    assert (again, second.content) == (0, first.content)
    assert second["Content-Type"] == first["Content-Type"]
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    again, third = ask(address, headers={"Accept-Encoding": "gzip"})
    assert (again, third["Content-Encoding"]) == (0, "gzip")


def test_the_widget_is_shared_and_may_still_be_framed(ask, event):
    address = f"{AGENDA}widget/{event.space.slug}/"
    assert ask(address)[0] > 0
    cost, answer = ask(address)
    assert cost == 0
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer


def change_title(event):
    event.title_en = "Run"
    event.save()


CHANGES = {
    "cancelled": lambda event: cancel_event(event=event, reason="Snow", by=UserFactory()),
    "a seat is taken": lambda event: register(event=event, user=UserFactory()),
    "saved in the admin": change_title,
    "updated without a signal": lambda event: Event.objects.filter(pk=event.pk).update(title_en="Run"),
    "several at once": lambda event: Event.objects.bulk_update([event], ["place"]),
    "another one published": lambda event: publish(event=EventFactory(draft=True, title_en="Talk"), by=UserFactory()),
    "deleted": lambda event: event.delete(),
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
def test_a_page_made_during_a_change_is_never_shown_later(client, monkeypatch):
    """The page reads the old rows, then the change is committed, then the page is kept."""
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


def test_a_rolled_back_change_refreshes_nothing(ask, event, django_capture_on_commit_callbacks):
    ask()
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        event.save()
        raise ZeroDivisionError
    assert ask()[0] == 0


def test_a_members_page_is_not_shared(ask, client, event):
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


def test_a_page_with_a_message_is_not_shared(ask, client, event):
    client.cookies["messages"] = "anything"
    assert ask()[0] > 0
    assert ask()[0] > 0


@pytest.mark.parametrize(
    "query", ["q=walk", "page=7", "utm_source=x", "country=BE&type=nothing", "country=BE&country=BE", "country=XX"]
)
def test_only_addresses_that_the_site_writes_are_kept(ask, event, query):
    assert ask(f"{AGENDA}?{query}")[0] > 0
    assert ask(f"{AGENDA}?{query}")[0] > 0


def test_a_page_is_kept_until_something_on_it_begins(client, event):
    soon = timezone.now() + timedelta(seconds=20)
    EventFactory(starts_at=soon)
    answer = client.get(AGENDA)
    assert answer.shared_until == soon.replace(microsecond=answer.shared_until.microsecond)


def test_the_agenda_works_without_a_cache(settings, client, event, django_capture_on_commit_callbacks):
    nowhere = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES={"default": nowhere}):
        assert "Walk" in client.get(AGENDA).text
        with django_capture_on_commit_callbacks(execute=True):
            event.save()
