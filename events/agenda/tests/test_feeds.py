"""The agenda outside the site: calendar feeds, news feeds, search engines, and the widget on a space's own site.

The calendars are read by two independent libraries.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState, Mode
from events.models import Event
from events.programme.operations import cancel_event, move_event
from events.tests.factories import EventFactory, EventTypeFactory, HistoryEventFactory, PastEventFactory
from hacktiv.common.tests.following import BRUSSELS, FollowingCalendar, by_icalendar, by_vobject
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory
from spaces.timing.hours import at_local

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(params=[by_icalendar, by_vobject])
def calendar(request):
    return FollowingCalendar(request.param)


def feed(client, **filters):
    answer = client.get(reverse("events:feed_ics"), filters)
    assert answer.status_code == 200
    return answer.content


def test_a_calendar_follows_an_update_and_a_cancellation(client, calendar):
    person = UserFactory()
    start = at_local(timezone.localdate() + timedelta(days=20), time(12))
    event = EventFactory(starts_at=start)
    calendar.follow(feed(client))
    assert calendar.only == ("CONFIRMED", f"{start.astimezone(BRUSSELS):%Y-%m-%d %H:%M}")
    later = start + timedelta(days=1, hours=2)
    move_event(event=event, starts_at=later, ends_at=later + timedelta(hours=1), by=person, reason="Snow")
    stale = feed(client)
    calendar.follow(stale)
    assert calendar.only == ("CONFIRMED", f"{later.astimezone(BRUSSELS):%Y-%m-%d %H:%M}")
    cancel_event(event=event, reason="Snow", by=person)
    calendar.follow(feed(client))
    calendar.follow(stale)
    assert calendar.only == ("CANCELLED", f"{later.astimezone(BRUSSELS):%Y-%m-%d %H:%M}")


def test_noon_stays_noon_when_the_clocks_change(client, calendar):
    year = timezone.localdate().year + 1
    sunday = max(day for day in (date(year, 3, number) for number in range(25, 32)) if day.weekday() == 6)
    for days in (-1, 0, 1):
        EventFactory(starts_at=at_local(sunday + timedelta(days=days), time(12)))
    calendar.follow(feed(client))
    starts = sorted(calendar.starts)
    assert [f"{start:%H:%M %z}" for start in starts] == ["12:00 +0100", "12:00 +0200", "12:00 +0200"]


def test_the_calendar_holds_filtered_events_and_recent_ones(client):
    kind = EventTypeFactory(slug="walk")
    cancelled = EventFactory(type=kind, state=EventState.CANCELLED, starts_at=timezone.now() + timedelta(days=2))
    over = PastEventFactory(type=kind)
    PastEventFactory(type=kind, starts_at=timezone.now() - timedelta(days=100))
    EventFactory()
    EventFactory(type=kind, draft=True)
    HistoryEventFactory(type=kind)
    assert [
        (uid, status) for uid, _sequence, _stamp, status, _start, _method in by_icalendar(feed(client, type="walk"))
    ] == [
        (f"event-{over.pk}@hacktivardenne", "CONFIRMED"),
        (f"event-{cancelled.pk}@hacktivardenne", "CANCELLED"),
    ]


def test_a_calendar_feed_never_holds_the_online_link(client):
    EventFactory(mode=Mode.ONLINE, online_link="https://video.example/secret")
    assert b"secret" not in feed(client)


def test_an_unchanged_feed_is_not_sent_again(client):
    event = EventFactory()
    first = client.get(reverse("events:feed_ics"))
    tag = {"If-None-Match": first["ETag"]}
    assert client.get(reverse("events:feed_ics"), headers=tag).status_code == 304
    event.seats_taken = 0
    event.save(update_fields=["seats_taken"])
    assert client.get(reverse("events:feed_ics"), headers=tag).status_code == 304
    event.place = "Elsewhere"
    event.save(update_fields=["place"])
    assert client.get(reverse("events:feed_ics"), headers=tag).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("events:feed_ics", 6), ("events:feed_atom", 6)])
def test_a_feed_has_a_fixed_number_of_queries(client, django_assert_num_queries, number, name, queries):
    for _ in range(number):
        EventFactory()
    with django_assert_num_queries(queries):
        assert client.get(reverse(name)).content.count(b"Rencontre") == number


def test_the_news_feed_has_the_latest_change_first(client):
    kind = EventTypeFactory(slug="walk", name_en="Walk & talk")
    first, second = (EventFactory(type=kind, title_en=f"{name} <b>") for name in ("First", "Second"))
    EventFactory()
    cancel_event(event=first, reason="Snow", by=UserFactory())
    answer = client.get("/en/agenda/agenda.atom", {"type": "walk"})
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert root.find(f"{ATOM}title").text == "Hacktiv’Ardenne agenda – Walk & talk"
    entries = root.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}title").text for entry in entries] == ["Cancelled: First <b>", "Second <b>"]
    assert entries[1].find(f"{ATOM}link").get("href").endswith(f"/en/agenda/{second.slug}/")
    updated = datetime.fromisoformat(entries[1].find(f"{ATOM}updated").text)
    assert updated == Event.objects.get(pk=second.pk).changed_at


def test_the_news_feed_names_its_author_and_keeps_every_sign(client):
    EventFactory(summary_fr="Avec <Vue> & co.\nPour tous", place="Salle <B>")
    root = ET.fromstring(client.get("/fr/agenda/agenda.atom").content)  # noqa: S314 - our own
    author = root.find(f"{ATOM}author")
    assert (author.find(f"{ATOM}name").text, author.find(f"{ATOM}uri").text) == (
        "Hacktiv’Ardenne",
        "http://localhost:8000",
    )
    summary = root.find(f"{ATOM}entry/{ATOM}summary")
    shown = unescape(re.sub(r"<[^>]*>", " ", summary.text))
    assert summary.get("type") == "html"
    assert "Avec <Vue> & co." in shown and "Salle <B>" in shown


def test_the_agenda_links_to_the_feeds_of_its_filters(client):
    EventTypeFactory(slug="walk")
    page = client.get("/fr/agenda/", {"period": "weekend", "type": "walk"}).text
    assert 'href="webcal://localhost:8000/fr/agenda/agenda.ics?type=walk"' in page
    assert 'href="http://localhost:8000/fr/agenda/agenda.atom?type=walk"' in page


# --- search engines ---


def properties(page):
    return set(re.findall(r'itemprop="(\w+)"\s+(?:content|href)="([^"]*)"', page))


def test_an_event_page_describes_the_event_to_search_engines(client):
    space = SpaceFactory(name="La Halte", town="Rocroi", street="Rue 1", postcode="08230", french=True)
    event = EventFactory(
        starts_at=datetime(2027, 7, 1, 10, tzinfo=UTC),
        venues=[space],
        mode=Mode.HYBRID,
        languages=["fr"],
        title_fr="Marche",
    )
    page = client.get(event.get_absolute_url()).text
    assert 'itemtype="https://schema.org/Event"' in page
    assert '<meta itemprop="name" content="Marche">' in page
    assert properties(page) >= {
        ("startDate", "2027-07-01T12:00:00+02:00"),
        ("endDate", "2027-07-01T14:00:00+02:00"),
        ("eventStatus", "https://schema.org/EventScheduled"),
        ("eventAttendanceMode", "https://schema.org/MixedEventAttendanceMode"),
        ("name", "La Halte"),
        ("addressCountry", "FR"),
        ("inLanguage", "fr"),
        ("url", f"http://localhost:8000{event.get_absolute_url()}"),
    }
    Event.objects.filter(pk=event.pk).update(state=EventState.CANCELLED)
    page = client.get(event.get_absolute_url()).text
    assert ("eventStatus", "https://schema.org/EventCancelled") in properties(page)


# --- the frame on another site ---


def test_only_the_widget_may_stand_in_a_frame(client):
    space = SpaceFactory(slug="la-halte")
    EventFactory(space=space)
    widget = client.get("/fr/agenda/widget/la-halte/")
    assert "frame-ancestors *" in widget["Content-Security-Policy"]
    assert "default-src 'none'" in widget["Content-Security-Policy"]
    assert "X-Frame-Options" not in widget
    for other in ("/fr/agenda/", space.get_absolute_url(), Event.objects.get().get_absolute_url()):
        answer = client.get(other)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"


def test_the_widget_shows_the_same_next_events_to_everybody(client):
    space = SpaceFactory(slug="la-halte")
    events = [EventFactory(space=space, starts_at=timezone.now() + timedelta(days=day)) for day in range(1, 7)]
    EventFactory()
    client.force_login(UserFactory())
    answer = client.get("/fr/agenda/widget/la-halte/")
    assert answer.context["events"] == events[:5]
    assert not answer.cookies
    assert "csrf" not in answer.text
    assert "<form" not in answer.text
    links = re.findall(r"<a [^>]*>", answer.text)
    assert len(links) == 6
    assert all('target="_blank"' in link and 'rel="noopener"' in link for link in links)


@pytest.mark.parametrize("number", [1, 3])
def test_the_widget_has_a_fixed_number_of_queries(client, django_assert_num_queries, number):
    space = SpaceFactory(slug="la-halte")
    for _ in range(number):
        EventFactory(space=space)
    with django_assert_num_queries(3):
        assert client.get("/fr/agenda/widget/la-halte/").text.count("event-card-title") == number


def test_an_unpublished_space_has_no_widget(client):
    SpaceFactory(slug="soon", is_published=False)
    assert client.get("/fr/agenda/widget/soon/").status_code == 404


def test_managers_copy_the_line_of_their_own_spaces(client):
    manager = UserFactory()
    SpaceFactory(slug="la-halte", name='La "Halte"', managers=[manager])
    SpaceFactory(slug="elsewhere")
    client.force_login(manager)
    assert reverse("admin:events_event_widget") in client.get(reverse("admin:events_event_changelist")).text
    page = client.get(reverse("admin:events_event_widget")).text
    assert "elsewhere" not in page
    assert "&lt;iframe src=&quot;http://localhost:8000/nl/agenda/widget/la-halte/&quot; title=&quot;" in page
    assert "La &amp;quot;Halte&amp;quot;&quot; width=&quot;100%&quot;" in page
    client.force_login(UserFactory())
    assert client.get(reverse("admin:events_event_widget")).status_code in {302, 404}
