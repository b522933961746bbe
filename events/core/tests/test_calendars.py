"""The calendar files of pages and mails in a calendar: the next one replaces, the last one removes the entry."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from events.programme.operations import cancel_event, move_event, publish, repeat_event, switch_online
from events.registering.operations import cancel_registration, change_way, register
from events.tests.factories import EventFactory
from hacktiv.common.tests.following import BRUSSELS, FollowingCalendar, by_icalendar, by_vobject, calendars_in
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.enums import Pattern
from spaces.timing.hours import at_local

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[by_icalendar, by_vobject])
def calendar(request):
    return FollowingCalendar(request.param)


@pytest.fixture
def noon():
    return at_local(timezone.localdate() + timedelta(days=20), time(12))


def file_of(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, "text/calendar")
    return answer.content


def follow_mails(calendar):
    """Read every calendar file that has come by mail since the last time, in order."""
    mail.outbox.clear()
    send_due()
    for message in mail.outbox:
        for content in calendars_in(message):
            calendar.follow(content)


def wall(moment):
    return f"{moment.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"


def test_mails_add_replace_and_remove_the_entry(calendar, noon):
    event = EventFactory(starts_at=noon)
    uid, by = f"event-{event.pk}@hacktivardenne", UserFactory()
    registration = register(event=event, user=UserFactory())
    follow_mails(calendar)
    assert calendar.shown == {uid: ("CONFIRMED", wall(noon))}
    later = noon + timedelta(days=1, hours=2)
    move_event(event=event, starts_at=later, ends_at=later + timedelta(hours=1), by=by, reason="Snow")
    follow_mails(calendar)
    assert calendar.shown == {uid: ("CONFIRMED", wall(later))}
    switch_online(event=event, online_link="https://video.example/room", reason="Snow", by=by)
    follow_mails(calendar)
    assert calendar.shown == {uid: ("CONFIRMED", wall(later))}
    cancel_registration(registration=registration)
    follow_mails(calendar)
    assert calendar.shown == {}
    register(event=event, user=registration.user)
    follow_mails(calendar)
    assert calendar.shown == {uid: ("CONFIRMED", wall(later))}
    cancel_event(event=event, reason="Snow", by=by)
    follow_mails(calendar)
    assert calendar.shown == {}


def test_each_mail_of_a_person_has_a_higher_number_than_the_one_before(client, noon):
    event = EventFactory(starts_at=noon, mode="hybrid", online_link="https://video.example/room", online_capacity=5)
    user, by = UserFactory(), UserFactory()
    later = noon + timedelta(hours=3)

    registration = register(event=event, user=user)
    send_due()
    change_way(registration=registration, way="online")
    send_due()
    cancel_registration(registration=registration)
    send_due()
    move_event(event=event, starts_at=later, ends_at=later + timedelta(hours=1), by=by, reason="Snow")
    again = register(event=event, user=user)
    send_due()
    client.force_login(user)
    served = file_of(client, reverse("events:registration_ics", args=[again.token]))
    cancel_registration(registration=again)
    send_due()
    register(event=event, user=user)
    send_due()
    files = [content for letter in mail.outbox for name, content, _kind in letter.attachments if name == "hacktiv.ics"]
    entries = [Calendar.from_ical(content) for content in files]
    assert [str(entry["METHOD"]) for entry in entries] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
        "REQUEST",
        "CANCEL",
        "REQUEST",
    ]
    numbers = [int(entry.walk("VEVENT")[0]["SEQUENCE"]) for entry in entries]
    assert len({str(entry.walk("VEVENT")[0]["UID"]) for entry in entries}) == 1
    assert numbers == sorted(set(numbers))
    assert int(Calendar.from_ical(served).walk("VEVENT")[0]["SEQUENCE"]) == numbers[3]


def test_files_of_pages_and_mails_are_one_entry(client, calendar, noon):
    event = EventFactory(starts_at=noon)
    registration = register(event=event, user=UserFactory())
    client.force_login(registration.user)
    follow_mails(calendar)
    later = noon + timedelta(hours=3)
    move_event(event=event, starts_at=later, ends_at=later + timedelta(hours=1), by=UserFactory(), reason="Snow")
    calendar.follow(file_of(client, reverse("events:ics", args=[event.slug])))
    assert calendar.only == ("CONFIRMED", wall(later))
    calendar.follow(file_of(client, reverse("events:registration_ics", args=[registration.token])))
    assert calendar.only == ("CONFIRMED", wall(later))
    cancel_event(event=event, reason="Snow", by=UserFactory())
    calendar.follow(file_of(client, reverse("events:ics", args=[event.slug])))
    assert calendar.only == ("CANCELLED", wall(later))


def test_a_series_keeps_its_hour_when_the_clocks_change(client, calendar):
    year = timezone.localdate().year + 1
    sunday = max(day for day in (date(year, 3, number) for number in range(25, 32)) if day.weekday() == 6)
    friday = sunday - timedelta(days=2)
    first = publish(event=EventFactory(draft=True, starts_at=at_local(friday, time(12))), by=UserFactory())
    repeat_event(event=first, pattern=Pattern.WEEKLY, until=friday + timedelta(days=14), by=first.created_by)
    calendar.follow(file_of(client, reverse("events:feed_ics")))
    assert [f"{start:%a %H:%M %z}" for start in sorted(calendar.starts)] == [
        "Fri 12:00 +0100",
        "Fri 12:00 +0200",
        "Fri 12:00 +0200",
    ]


def test_an_event_moved_online_keeps_no_meeting_point(client, noon):
    event = EventFactory(starts_at=noon, place="Devant la gare")
    user = UserFactory()
    register(event=event, user=user)
    address = reverse("events:ics", args=[event.slug])
    assert "Devant la gare" in str(Calendar.from_ical(file_of(client, address)).walk("VEVENT")[0]["LOCATION"])
    switch_online(event=event, online_link="https://visio.example/", reason="Frontière fermée", by=user)
    assert str(Calendar.from_ical(file_of(client, address)).walk("VEVENT")[0]["LOCATION"]) == "En ligne"
    mail.outbox.clear()
    send_due()
    letter = next(one for one in mail.outbox if user.email in one.to[0] and "Frontière fermée" in one.body)
    entry = next(content for name, content, _kind in letter.attachments if name == "hacktiv.ics")
    assert str(Calendar.from_ical(entry).walk("VEVENT")[0]["LOCATION"]) == "https://visio.example/"
    shown = [letter.body, letter.alternatives[0][0], client.get(event.get_absolute_url()).content.decode()]
    shown += [client.get(reverse(f"events:{name}")).content.decode() for name in ("feed_ics", "feed_atom", "agenda")]
    assert [words for words in shown if "Devant la gare" in words] == []
    page = shown[2]
    assert "https://schema.org/EventMovedOnline" in page and "OnlineEventAttendanceMode" in page
    assert "schema.org/VirtualLocation" in page and "schema.org/PostalAddress" not in page
    assert "Frontière fermée" in page


def test_an_event_planned_online_has_not_moved(client, noon):
    event = EventFactory(starts_at=noon, mode="online", place="Devant la gare")
    page = client.get(event.get_absolute_url()).content.decode()
    assert "https://schema.org/EventScheduled" in page and "Devant la gare" not in page
