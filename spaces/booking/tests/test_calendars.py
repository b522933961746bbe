"""The calendar files of bookings in a calendar: the next one replaces, the last one removes the entry."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from hacktiv.common.tests.following import BRUSSELS, FollowingCalendar, by_icalendar, by_vobject, calendars_in
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    cancel_booking,
    cancel_series,
    change_booking,
    confirm_booking,
    refuse_booking,
)
from spaces.tests.factories import BookingFactory, ResourceFactory, in_days, make_manager

from .test_series import series_of

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[by_icalendar, by_vobject])
def calendar(request):
    return FollowingCalendar(request.param)


def follow_mails(calendar):
    """Read every calendar file that has come by mail since the last time, in order."""
    mail.outbox.clear()
    while send_due():
        pass
    contents = [content for message in mail.outbox for content in calendars_in(message)]
    for content in contents:
        calendar.follow(content)
    return contents


def wall(days, hour):
    return f"{in_days(days, hour).astimezone(BRUSSELS):%Y-%m-%d %H:%M}"


def test_mails_and_pages_add_move_and_remove_a_booking(client, calendar):
    booking = BookingFactory()
    uid = f"{booking.reference}@booking.hacktivardenne"
    follow_mails(calendar)
    assert [status for status, _start in calendar.shown.values()] == ["CONFIRMED"]
    change_booking(booking=booking, start=in_days(2, 9), end=in_days(2, 10), by=booking.user)
    follow_mails(calendar)
    assert calendar.shown == {uid: ("CONFIRMED", wall(2, 9))}
    client.force_login(booking.user)
    calendar.follow(client.get(reverse("spaces:booking_ics", args=[booking.reference])).content)
    assert calendar.shown == {uid: ("CONFIRMED", wall(2, 9))}
    cancel_booking(booking=booking, by=booking.user)
    follow_mails(calendar)
    assert calendar.shown == {}


def test_a_booking_moved_to_be_approved_moves_and_leaves_when_it_is_refused(calendar):
    resource, manager = ResourceFactory(needs_approval=True), UserFactory(is_staff=True)
    make_manager(resource.space, manager)
    booking = BookingFactory(resource=resource)
    assert follow_mails(calendar) == []  # A first request is in no calendar yet.
    confirm_booking(booking=booking, by=manager)
    follow_mails(calendar)
    assert [status for status, _start in calendar.shown.values()] == ["CONFIRMED"]
    change_booking(booking=booking, start=in_days(2, 9), end=in_days(2, 10), by=booking.user)
    follow_mails(calendar)
    assert list(calendar.shown.values()) == [("TENTATIVE", wall(2, 9))]
    refuse_booking(booking=booking, by=manager, reason="Travaux")
    follow_mails(calendar)
    assert calendar.shown == {}


def test_each_day_of_a_cancelled_series_leaves_by_its_own_file(client, calendar):
    series = series_of(ResourceFactory(), UserFactory())
    follow_mails(calendar)
    assert sorted(start for _status, start in calendar.shown.values()) == [wall(days, 9) for days in (1, 8, 15, 22)]
    cancel_booking(booking=series.occurrences.order_by("day")[1].booking, by=series.user)
    follow_mails(calendar)
    assert len(calendar.shown) == 3
    cancel_series(series=series, from_day=series.first_day + timedelta(days=1), by=series.user)
    contents = follow_mails(calendar)
    assert list(calendar.shown.values()) == [("CONFIRMED", wall(1, 9))]
    files = [Calendar.from_ical(content) for content in contents]
    gone = [file for file in files if file["METHOD"] == "CANCEL"]
    assert len(gone) == 3
    assert all(len(file.walk("VEVENT")) == 1 and file.walk("VEVENT")[0]["ATTENDEE"] for file in gone)
    assert all(
        entry["STATUS"] == "CONFIRMED" for file in files if file["METHOD"] == "PUBLISH" for entry in file.walk("VEVENT")
    )
    client.force_login(series.user)
    calendar.follow(client.get(reverse("spaces:series_ics", args=[series.reference])).content)
    assert [status for status, _start in calendar.shown.values()].count("CONFIRMED") == 1


def test_an_invitation_is_accepted_and_asks_for_no_answer():
    BookingFactory()
    mail.outbox.clear()
    send_due()
    [message] = mail.outbox
    [content] = calendars_in(message)
    attendee = Calendar.from_ical(content).walk("VEVENT")[0]["ATTENDEE"]
    assert {key: attendee.params[key] for key in ("PARTSTAT", "RSVP", "ROLE")} == {
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
        "ROLE": "REQ-PARTICIPANT",
    }
    for text in (message.body, message.alternatives[0].content):
        assert "depuis votre agenda" in text
