"""Test the pages of the spaces that all visitors share: made once, for nobody in particular, and never stale."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from events.tests.factories import EventFactory
from hacktiv.common import freshness
from members.tests.factories import UserFactory
from spaces.models import Closure, Resource, Space, TeamMember
from spaces.places.queries import spaces_with_state, state_now
from spaces.tests.factories import (
    BookingFactory,
)
from spaces.timing.hours import day_bounds
from spaces.timing.periods import period

from .addresses import SPACES, address_of, in_three_days

pytestmark = pytest.mark.django_db

READ = re.compile(r'(?:FROM|JOIN) "(\w+)"')
PAGES = ["home", "list", "map", "a space", "search", "search of a week", "agenda"]
FEEDS = ["calendar of the agenda", "feed of the agenda", "widget"]


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_of_the_spaces_is_made_once_for_all(ask, space, kind):
    address = address_of(kind, space)
    cost, first = ask(address)
    assert cost > 0
    again, second = ask(address)
    assert (again, second.content) == (0, first.content)
    assert ("no-store" in second.get("Cache-Control", "")) == ("no-store" in first.get("Cache-Control", ""))


@pytest.mark.parametrize("kind", [*PAGES, *FEEDS])
def test_every_table_that_a_kept_page_reads_throws_it_away(client, space, kind):
    """A table that is read and not declared would leave a page stale."""
    EventFactory(space=space, resources=[space.resources.get()])
    address = address_of(kind, space)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    read = {table for query in captured.captured_queries for table in READ.findall(query["sql"])}
    assert "spaces_space" in read
    shown = {*resolve(address.partition("?")[0]).func.subjects}
    assert read - {table for table, subjects in freshness._subjects.items() if subjects & shown} == set()


SPACE_CHANGES = {
    "renamed": ("Le Quai", lambda space: Space.objects.filter(pk=space.pk).update(name="Le Quai")),
    "saved": ("A quiet place", lambda space: save(space, tagline_en="A quiet place")),
    "no longer published": ("", lambda space: Space.objects.filter(pk=space.pk).update(is_published=False)),
    "closed for a day": ("", lambda space: close_today(space)),
    "hours unknown": ("", lambda space: space.opening_hours.all().delete()),
}


def save(space, **changes):
    for name, value in changes.items():
        setattr(space, name, value)
    space.save()


def close_today(space):
    now = timezone.now()
    Closure.objects.create(
        space=space, period=period(now - timedelta(hours=30), now + timedelta(hours=30)), reason="Snow"
    )


@pytest.mark.parametrize("change", SPACE_CHANGES)
def test_a_change_of_a_space_is_seen_at_once(ask, space, change, django_capture_on_commit_callbacks):
    addresses = [address_of(kind, space) for kind in ("home", "list", "map")]
    before = {address: ask(address)[1].text for address in addresses}
    said, make = SPACE_CHANGES[change]
    with django_capture_on_commit_callbacks(execute=True):
        make(space)
    for address in addresses:
        after = ask(address)[1].text
        assert after != before[address], address
        assert said in after, address


def test_a_room_and_a_person_of_the_team_are_seen_at_once(ask, space, django_capture_on_commit_callbacks):
    address = address_of("a space", space)
    ask(address)
    with django_capture_on_commit_callbacks(execute=True):
        Resource.objects.filter(space=space).update(name_en="The barn")
        TeamMember.objects.bulk_create([TeamMember(space=space, name="Zoé Lambert", has_agreed=True)])
    page = ask(address)[1].text
    assert "The barn" in page
    assert "Zoé Lambert" in page


FREE = {"search": '<article class="card found-space"', "search of a week": "week-free"}


@pytest.mark.parametrize("kind", FREE)
def test_a_search_knows_a_booking_at_once(ask, space, kind, django_capture_on_commit_callbacks):
    address = address_of(kind, space)
    free = ask(address)[1].text.count(FREE[kind])
    # It is made anew when the minute ends, which may be just now.
    assert min(ask(address)[0] for _time in range(2)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        BookingFactory(resource=space.resources.get(), days=3)
    assert ask(address)[1].text.count(FREE[kind]) == free - 1


@pytest.mark.parametrize(
    "query",
    ["where=nowhere", "utm_source=x", "start=09:07&end=12:00", "page=3", "&&", "%70eople=1", "people=1&where="],
)
def test_searches_without_end_are_not_kept(ask, space, query):
    address = f"{SPACES}search/?day={in_three_days()}&{query}"
    assert ask(address)[0] > 0
    assert ask(address)[0] > 0


def test_a_page_of_the_spaces_is_kept_until_one_opens_or_closes(client, space):
    answer = client.get(SPACES)
    now = timezone.now()
    turns = [state_now(each, now).changes_at for each in Space.objects.published()]
    assert answer.shared_until == min([day_bounds(timezone.localdate()).end, *filter(None, turns)])


MINUTE = re.compile(r"\d\d:\d\d")


@pytest.mark.parametrize("kind", ["home", "list", "map", "a space", "search"])
def test_a_member_sees_their_own_page_of_the_spaces(ask, client, space, kind):
    address = address_of(kind, space)
    visitors = ask(address)[1].text
    client.force_login(UserFactory())
    cost, own = ask(address)
    assert cost > 0
    assert "account_logout" in own.text or "logout" in own.text
    client.logout()
    # The map says of which minute it is, which may be the next one by now.
    assert MINUTE.sub("", ask(address)[1].text) == MINUTE.sub("", visitors)
    assert "csrfmiddlewaretoken" not in visitors


def test_what_is_written_beside_a_rolled_back_part_is_told(ask, space, django_capture_on_commit_callbacks):
    address = address_of("list", space)
    ask(address)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            save(space, name="Lost")
            raise ZeroDivisionError
        Space.objects.filter(pk=space.pk).update(name="Found again")
    page = ask(address)[1].text
    assert "Found again" in page
    assert "Lost" not in page


def test_a_lost_refresh_is_over_when_the_page_would_be(client, space, monkeypatch, django_capture_on_commit_callbacks):
    """A broker that is away for the moment of a commit leaves nothing stale for longer than a page is kept."""
    address = address_of("a space", space)
    member = TeamMember.objects.create(space=space, name="Zoé Lambert", has_agreed=True)
    freshness.refresh("spaces")
    assert "Zoé Lambert" in client.get(address).text
    with monkeypatch.context() as away:
        away.setattr(freshness, "refresh", lambda *subjects: None)
        with django_capture_on_commit_callbacks(execute=True):
            member.delete()
    later = timezone.now() + timedelta(seconds=settings.SHARED_PAGES_SECONDS + 1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "Zoé Lambert" not in client.get(address).text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE spaces_space SET name = name",
        "/* of the shell */ UPDATE ONLY public.spaces_space SET name = name",
        'WITH one AS (SELECT 1) DELETE FROM "spaces_space" WHERE false',
        "TRUNCATE TABLE spaces_teammember",
    ],
)
def test_a_statement_written_by_hand_is_seen(ask, space, statement, django_capture_on_commit_callbacks):
    address = address_of("list", space)
    ask(address)
    assert ask(address)[0] == 0
    with django_capture_on_commit_callbacks(execute=True), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ask(address)[0] > 0


def test_the_spaces_cost_nothing_until_one_of_them_changes(
    space, django_assert_num_queries, django_capture_on_commit_callbacks
):
    spaces_with_state()
    with django_assert_num_queries(0):
        spaces_with_state()
    with django_capture_on_commit_callbacks(execute=True):
        space.opening_hours.all().delete()
    with django_assert_num_queries(3):
        kinds = {each.pk: each.state.kind for each in spaces_with_state()}
    assert kinds[space.pk] == "unknown"


def test_a_request_that_changes_a_space_shows_it_as_it_is_now(space, django_capture_on_commit_callbacks):
    freshness._begin()  # the signal itself would close the connection of the test
    try:
        before = {each.pk: each.state.kind for each in spaces_with_state()}
        with django_capture_on_commit_callbacks(execute=True):
            space.opening_hours.all().delete()
        after = {each.pk: each.state.kind for each in spaces_with_state()}
    finally:
        freshness._end()
    assert before[space.pk] != after[space.pk] == "unknown"
