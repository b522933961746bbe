"""Pages that all visitors share: shared by all who are nobody in particular, and never a stale one."""

import re
from datetime import time, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import override

from events.agenda.queries.months import months_with_events
from events.enums import EventState
from events.models import Event, Registration
from events.programme.operations import cancel_event, publish
from events.registering.operations import cancel_registration, register
from events.tests.factories import EventFactory, PastEventFactory
from hacktiv.common import freshness
from members.tests.factories import SkillFactory, UserFactory
from spaces.booking.operations import check_in
from spaces.enums import BookingState
from spaces.models import Closure, PassScheme, Resource, Space, TeamMember
from spaces.passes.queries import shown_schemes
from spaces.places.queries import spaces_with_state, state_now
from spaces.tests.factories import (
    BookingFactory,
    EquipmentFactory,
    FeatureFactory,
    HomeSpaceFactory,
    MembershipFactory,
    OrganisationFactory,
    PassSchemeFactory,
    PhotoFactory,
    ResourceFactory,
    SceneFactory,
    SpaceFactory,
    kept_for,
)
from spaces.timing.hours import at_local, day_bounds
from spaces.timing.periods import period

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


# --- the pages of the spaces ---

READ = re.compile(r'(?:FROM|JOIN) "(\w+)"')
SPACES = "/en/spaces/"


def search_of(day):
    """Return the address as the form of the search sends it."""
    return f"{SPACES}search/?people=1&day={day}&start=09%3A00&end=12%3A00"


def in_three_days():
    return timezone.localdate() + timedelta(days=3)


@pytest.fixture
def space(event, django_capture_on_commit_callbacks):
    """A space with one of everything that its page shows."""
    with django_capture_on_commit_callbacks(execute=True):
        room = ResourceFactory(space__name="La Ferme", space__slug="la-ferme", units=1)
        PhotoFactory(space=room.space)
        SceneFactory(space=room.space)
        EquipmentFactory()
        Closure.objects.create(
            space=room.space, period=period(noon(days=9), noon(days=10)), reason="Fair", created_by=UserFactory()
        )
        EventFactory(space=room.space)
    return room.space


def noon(days):
    return at_local(timezone.localdate() + timedelta(days=days), time(12))


def address_of(kind, space):
    return {
        "home": "/en/",
        "list": SPACES,
        "map": f"{SPACES}map/",
        "a space": f"{SPACES}{space.slug}/",
        "search": search_of(in_three_days()),
        "search of a week": f"{search_of(in_three_days())}&view=week",
        "agenda": AGENDA,
        "calendar of the agenda": f"{AGENDA}agenda.ics",
        "feed of the agenda": f"{AGENDA}agenda.atom",
        "widget": f"{AGENDA}widget/{space.slug}/",
    }[kind]


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


def test_what_is_kept_for_members_follows_its_tables_at_once(
    client, space, django_assert_num_queries, django_capture_on_commit_callbacks
):
    member = MembershipFactory(space=space).user
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        voucher = PassSchemeFactory(code="ARDENNE-1")
        skill = SkillFactory(name_fr="Menuiserie")
    for _again in range(2):
        assert 'name="code"' in client.get("/fr/me/").text
        assert "Menuiserie" in client.get("/fr/directory/").text
    with django_assert_num_queries(0):
        assert shown_schemes() == [voucher]
    with django_capture_on_commit_callbacks(execute=True):
        voucher.members.add(member)
        voucher.ends_on = timezone.localdate() - timedelta(days=1)
        voucher.starts_on = voucher.ends_on
        voucher.save()
        skill.name_fr = "Ébénisterie"
        skill.save()
        space.name = "La Halle"
        space.save()
    assert 'name="code"' not in client.get("/fr/me/").text
    assert list(shown_schemes()[0].members.all()) == [member]
    assert "Ébénisterie" in client.get("/fr/directory/").text
    assert all("La Halle" in client.get(address).text for address in ("/fr/me/", "/fr/directory/"))


FOUND_CHANGES = {
    "its name": lambda room: Resource.objects.filter(pk=room.pk).update(name_en="The barn"),
    "what it has": lambda room: room.features.add(FeatureFactory()),
    "its seats": lambda room: Resource.objects.filter(pk=room.pk).update(seats=77),
    "the team confirms": lambda room: Resource.objects.filter(pk=room.pk).update(needs_approval=True),
    "its first photo": lambda room: PhotoFactory(space=room.space, resource=room),
    "whom it is open to": lambda room: kept_for(room, SpaceFactory()),
    "the name of its space": lambda room: Space.objects.filter(pk=room.space_id).update(name="Le Quai"),
    "no longer to be booked": lambda room: Resource.objects.filter(pk=room.pk).update(is_bookable=False),
    "no longer published": lambda room: Space.objects.filter(pk=room.space_id).update(is_published=False),
}
NOT_SHOWN_OF_A_WEEK = {"its seats", "the team confirms"}


FOUND = [
    (kind, change) for kind in FREE for change in FOUND_CHANGES if kind == "search" or change not in NOT_SHOWN_OF_A_WEEK
]


@pytest.mark.parametrize(("kind", "change"), FOUND)
def test_a_room_that_a_member_finds_is_shown_as_it_is_now(
    client, space, kind, change, django_capture_on_commit_callbacks
):
    client.force_login(UserFactory())
    before = rooms_on(client, kind, space)
    assert before
    assert rooms_on(client, kind, space) == before
    with django_capture_on_commit_callbacks(execute=True):
        FOUND_CHANGES[change](space.resources.get())
    assert rooms_on(client, kind, space) != before


def rooms_on(client, kind, space):
    page = client.get(address_of(kind, space)).text
    return re.findall(r'<li class="found-room">.*?</a>\s*</li>|<tr>\s*<th scope="row">.*?</tr>', page, re.DOTALL)


def test_the_card_of_my_registration_follows_it(client, event, django_capture_on_commit_callbacks):
    member, other = UserFactory(), UserFactory()
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        Event.objects.filter(pk=event.pk).update(capacity=1)
        first, mine = (register(event=event, user=user) for user in (other, member))
    assert "Waiting list, number 1" in client.get("/en/me/").text
    with django_capture_on_commit_callbacks(execute=True):
        cancel_registration(registration=first)
    assert "You have a seat" in client.get("/en/me/").text
    with django_capture_on_commit_callbacks(execute=True):
        Event.objects.filter(pk=event.pk).update(title_en="Swim")
        cancel_registration(registration=Registration.objects.get(pk=mine.pk))
    page = client.get("/en/me/").text
    assert "You cancelled" in page
    assert "Swim" in page
    assert "Walk" not in page
    client.force_login(UserFactory())
    assert "Swim" not in client.get("/en/me/").text


def test_the_card_of_my_booking_follows_it_and_the_clock(
    client, space, monkeypatch, django_capture_on_commit_callbacks
):
    member = UserFactory()
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        booking = BookingFactory(resource=space.resources.get(), user=member, days=2)
    hint = "When you arrive"

    def page_at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return client.get("/en/me/").text

    with override("en"):
        checked_in, done = str(BookingState.CHECKED_IN.label), str(BookingState.DONE.label)
    long_before, shortly_before = booking.start - timedelta(days=1), booking.start - timedelta(minutes=1)
    for _again in range(2):
        page = page_at(long_before)
        assert ("/move/" in page, hint in page) == (True, False)
        page = page_at(shortly_before)
        assert hint in page
        page = page_at(booking.start + timedelta(minutes=1))
        assert ("/move/" in page, hint in page) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        check_in(booking=booking, by=member)
    page = page_at(booking.start + timedelta(minutes=1))
    assert hint not in page
    assert checked_in in page
    assert done in page_at(booking.end)


PASS_CHANGES = {
    "its days": lambda scheme: PassScheme.objects.filter(pk=scheme.pk).update(days=23),
    "its name": lambda scheme: PassScheme.objects.filter(pk=scheme.pk).update(name="Carte Ardenne"),
    "its homes": lambda scheme: scheme.homes.add(SpaceFactory()),
    "its members": lambda scheme: scheme.members.add(UserFactory()),
    "its employer": lambda scheme: scheme.employer.__class__.objects.update(name="La Forge"),
    "deleted": lambda scheme: scheme.delete(),
}


@pytest.mark.parametrize("change", PASS_CHANGES)
def test_my_passes_are_those_of_this_moment(client, space, change, django_capture_on_commit_callbacks):
    member = UserFactory()
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        HomeSpaceFactory(user=member, space=space)
        scheme = PassSchemeFactory(
            name="Pass Meuse", is_shared=change == "its employer", employer=OrganisationFactory()
        )
        scheme.members.set([member] if scheme.is_shared else [])
        if scheme.is_shared:
            PassSchemeFactory()
    before = passes_on(client)
    assert "Pass Meuse" in before
    assert passes_on(client) == before
    with django_capture_on_commit_callbacks(execute=True):
        PASS_CHANGES[change](scheme)
    assert passes_on(client) != before


def passes_on(client):
    page = client.get("/en/me/").text
    return page.partition('<section class="card" id="pass"')[2].partition("<form")[0].partition("</section>")[0]


def test_a_catalogue_keeps_so_many_answers_and_no_more():
    read = []

    @freshness.catalogue("spaces", most=2)
    def one_more(number):
        read.append(number)
        return [number]

    assert [one_more(number) for number in (1, 2, 1, 2)] == [[1], [2], [1], [2]]
    assert read == [1, 2]
    assert one_more(3) == [3]
    assert one_more(1) == [1]
    assert read == [1, 2, 3, 1]
