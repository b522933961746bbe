"""The private calendar: its entries, its owner, and addresses that are closed."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from events.enums import Mode
from events.programme.operations import cancel_event, move_event, switch_online
from events.registering.operations import cancel_registration
from events.tests.factories import EventFactory, RegistrationFactory, SpeakerFactory
from hacktiv.common.tests.following import FollowingCalendar, by_icalendar, by_vobject
from members.feeds.operations import renew_calendar_feed, stop_calendar_feed
from members.models import FEED_SIGNER, CalendarFeed
from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking, change_booking
from spaces.tests.factories import BookingFactory, ResourceFactory, in_days
from spaces.timing.hours import at_local

pytestmark = pytest.mark.django_db


def address(feed):
    return reverse("calendar_feed", args=[feed.token])


def entries(client, feed):
    """Return (summary, status, local start) of each entry, as a calendar reads them back."""
    response = client.get(address(feed))
    assert response.status_code == 200
    calendar = Calendar.from_ical(response.content)
    return [
        (str(entry["summary"]), str(entry["status"]), timezone.localtime(entry.decoded("dtstart")))
        for entry in calendar.walk("VEVENT")
    ]


def test_it_holds_the_bookings_and_the_places_at_events_of_its_owner(client, zoe):
    feed = renew_calendar_feed(user=zoe)
    booking = BookingFactory(user=zoe, days=3)
    asked = BookingFactory(user=zoe, days=4, resource=ResourceFactory(needs_approval=True))
    full = EventFactory(capacity=1, title_fr="Complet", starts_at=timezone.now() + timedelta(days=9))
    RegistrationFactory(event=full)
    RegistrationFactory(event=full, user=zoe)
    registration = RegistrationFactory(user=zoe, event=EventFactory(title_fr="Balade"))
    BookingFactory()
    RegistrationFactory()
    found = {(summary, status) for summary, status, _start in entries(client, feed)}
    assert found == {
        (f"{booking.resource.name} – {booking.resource.space.name}", "CONFIRMED"),
        (f"{asked.resource.name} – {asked.resource.space.name}", "TENTATIVE"),
        ("Liste d’attente\u00a0: Complet", "TENTATIVE"),
        (registration.event.title, "CONFIRMED"),
    }


@pytest.mark.parametrize("read", [by_icalendar, by_vobject])
def test_it_follows_what_is_moved_held_online_and_cancelled(client, zoe, read):
    calendar, feed = FollowingCalendar(read), renew_calendar_feed(user=zoe)
    event = EventFactory(starts_at=timezone.now() + timedelta(days=9), mode=Mode.HYBRID)
    RegistrationFactory(event=event, user=zoe)
    booking = BookingFactory(user=zoe, days=3)
    calendar.follow(client.get(address(feed)).content)
    uids = {f"event-{event.pk}@hacktivardenne", f"{booking.reference}@booking.hacktivardenne"}
    assert {uid: status for uid, (status, _start) in calendar.shown.items()} == dict.fromkeys(uids, "CONFIRMED")
    later = event.starts_at + timedelta(days=1)
    move_event(event=event, starts_at=later, ends_at=later + timedelta(hours=1), by=zoe, reason="Neige")
    switch_online(event=event, online_link="https://visio.example/midi", reason="Neige", by=zoe)
    change_booking(booking=booking, start=in_days(4, 9), end=in_days(4, 10), by=zoe)
    calendar.follow(client.get(address(feed)).content)
    assert {f"{start:%d %H:%M}" for start in calendar.starts} == {
        f"{timezone.localtime(moment):%d %H:%M}" for moment in (later, in_days(4, 9))
    }
    cancel_event(event=event, reason="Neige", by=zoe)
    calendar.follow(client.get(address(feed)).content)
    assert calendar.shown[f"event-{event.pk}@hacktivardenne"][0] == "CANCELLED"


def test_it_holds_each_talk_of_its_owner_once_with_the_link(client, zoe):
    feed = renew_calendar_feed(user=zoe)
    link = "https://visio.example/midi"
    both = EventFactory(title_fr="Midi", mode=Mode.ONLINE, online_link=link, capacity=None)
    SpeakerFactory(event=both, user=zoe)
    RegistrationFactory(event=both, user=zoe)
    SpeakerFactory(event=EventFactory(draft=True), user=zoe)
    SpeakerFactory(event=EventFactory())
    assert [(summary, status) for summary, status, _start in entries(client, feed)] == [("Midi", "CONFIRMED")]
    assert link in client.get(address(feed)).content.decode().replace("\r\n ", "")


def test_a_cancelled_entry_leaves_it_and_a_called_off_event_is_marked(client, zoe):
    feed = renew_calendar_feed(user=zoe)
    booking = BookingFactory(user=zoe)
    given_back = RegistrationFactory(user=zoe)
    called_off = RegistrationFactory(user=zoe, event=EventFactory(title_fr="Annulé"))
    cancel_booking(booking=booking, by=zoe)
    cancel_registration(registration=given_back)
    cancel_event(event=called_off.event, reason="Neige", by=None)
    assert [(summary, status) for summary, status, _start in entries(client, feed)] == [("Annulé", "CANCELLED")]


def next_change(month):
    """Return the coming last Sunday of March or October, when the clocks change."""
    today = timezone.localdate()
    ends = (date(year, month, 31) for year in (today.year, today.year + 1))
    sundays = (end - timedelta(days=(end.weekday() + 1) % 7) for end in ends)
    return next(sunday for sunday in sundays if sunday > today + timedelta(days=2))


@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_nine_stays_nine_whatever_the_clocks_do(client, zoe, month, days):
    room = ResourceFactory(max_days_ahead=600)
    start = at_local(next_change(month) + timedelta(days=days), time(9))
    booking = BookingFactory(resource=room, user=zoe, start=start, end=start + timedelta(hours=1))
    ((_summary, _status, read),) = entries(client, renew_calendar_feed(user=zoe))
    assert (read, f"{read:%H:%M}") == (booking.start, "09:00")


def test_it_speaks_its_owners_language(client):
    feed = renew_calendar_feed(user=UserFactory(language="nl"))
    response = client.get(address(feed), headers={"Accept-Language": "en"})
    assert response["Content-Language"] == "nl"
    assert str(Calendar.from_ical(response.content)["X-WR-CALNAME"]) == "Mijn Hacktiv’Ardenne"


def test_an_unchanged_calendar_is_not_sent_again_and_is_for_one_reader(client, zoe):
    feed = renew_calendar_feed(user=zoe)
    BookingFactory(user=zoe)
    first = client.get(address(feed))
    assert first["Content-Type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert first["Cache-Control"] == "private, max-age=900"
    again = client.get(address(feed), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    BookingFactory(user=zoe, days=5)
    assert client.get(address(feed), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_it_looks_for_no_session_and_sets_none(client, zoe, sign_in):
    feed = renew_calendar_feed(user=zoe)
    response = sign_in(UserFactory()).get(address(feed))
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_booking_and_three(client, zoe, django_assert_num_queries, count):
    feed = renew_calendar_feed(user=zoe)
    for days in range(count):
        BookingFactory(user=zoe, days=days + 1)
        RegistrationFactory(user=zoe, event=EventFactory(starts_at=timezone.now() + timedelta(days=days + 20)))
    with django_assert_num_queries(6):
        assert len(entries(client, feed)) == 2 * count


# --- who opens it ---


def test_an_address_that_was_changed_or_closed_opens_nothing_ever_again(client, zoe):
    first = address(renew_calendar_feed(user=zoe))
    second = address(renew_calendar_feed(user=zoe))
    assert [client.get(url).status_code for url in (first, second)] == [404, 200]
    stop_calendar_feed(user=zoe)
    assert [client.get(url).status_code for url in (first, second)] == [404, 404]
    third = address(renew_calendar_feed(user=zoe))
    assert [client.get(url).status_code for url in (first, second, third)] == [404, 404, 200]


def test_an_account_that_is_closed_or_erased_has_no_calendar(client, zoe):
    url = address(renew_calendar_feed(user=zoe))
    zoe.is_active = False
    zoe.save()
    assert client.get(url).status_code == 404
    zoe.delete()
    assert (client.get(url).status_code, CalendarFeed.objects.count()) == (404, 0)


@pytest.mark.parametrize("token", ["1-1", "1-1~", "1-1~forged", "x", "1-1~" + "a" * 43, "9" * 400, "é~è"])
def test_a_forged_address_opens_nothing(client, zoe, token):
    renew_calendar_feed(user=zoe)
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_a_signed_token_that_names_no_feed_opens_nothing(client):
    for value in ("x", "1", "1-2-3", "99999999999999999999-1"):
        assert client.get(reverse("calendar_feed", args=[FEED_SIGNER.sign(value)])).status_code == 404


def test_it_is_only_read(client, zoe):
    assert client.post(address(renew_calendar_feed(user=zoe))).status_code == 405


# --- on one's own page ---


def test_it_is_made_changed_and_closed_on_my_page(sign_in, zoe):
    client = sign_in(zoe)
    me = reverse("portal:me")
    assert client.get(me).context["calendar_address"] == ""
    seen = set()
    for _round in range(2):
        page = client.post(reverse("portal:renew_calendar"), follow=True)
        assert page.redirect_chain == [(me, 302)]
        shown = page.context["calendar_address"]
        assert f'value="{shown}"' in page.text
        assert Client().get(shown.partition("//")[2].partition("/")[2].join(["/", ""])).status_code == 200
        seen.add(shown)
    assert len(seen) == 2
    assert client.post(reverse("portal:stop_calendar"), follow=True).context["calendar_address"] == ""


@pytest.mark.parametrize("name", ["portal:renew_calendar", "portal:stop_calendar"])
def test_changing_it_takes_a_signed_in_person_and_a_post(client, sign_in, zoe, name):
    assert client.post(reverse(name))["Location"].startswith("/fr/accounts/login/")
    assert sign_in(zoe).get(reverse(name)).status_code == 405
    assert CalendarFeed.objects.count() == 0
