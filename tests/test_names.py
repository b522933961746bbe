"""A name that one person types for another reaches no mailbox that nobody has confirmed, and holds no link anywhere."""

from datetime import timedelta

import pytest

from events.attendance.admin_pages.door import CheckInForm
from events.attendance.admin_pages.lists import WalkInForm
from events.models import Event
from events.programme.admin_pages.contents import SpeakersForm
from events.programme.operations import add_speaker, cancel_event, move_event, switch_online
from events.registering.admin_pages.people import PersonForm
from events.registering.forms import CompanionForm, GuestForm
from events.registering.operations import (
    bring_companion,
    cancel_companion,
    cancel_registration,
    promote,
    register,
    register_guest,
    register_person,
)
from events.tests.factories import EventFactory
from hacktiv.common.forms import NameField
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.forms.accounts import SignupForm
from members.tests.factories import UserFactory
from spaces.booking.forms import PhoneBookingForm
from spaces.booking.operations import BookingRequest, SeriesRequest, book, book_series, cancel_booking, cancel_series
from spaces.booking.operations import move_booking as move
from spaces.places.forms import ContactForm
from spaces.tests.factories import ResourceFactory, in_days

#: Typed as every name, and found in no mail to STRANGER.
TYPED = "Zorglub"
STRANGER = "stranger@ardenne.example"
#: The kinds of mail that the walk below must have seen.
KINDS = {
    "events.brought_too",
    "events.confirmation",
    "events.event_cancelled",
    "events.guest_link",
    "events.moved",
    "events.online",
    "events.promoted",
    "events.registration_cancelled",
    "events.speaker_invited",
    "events.waiting",
    "spaces.booking_cancelled",
    "spaces.booking_confirmed",
    "spaces.series_booked",
    "spaces.series_cancelled",
}


def test_each_field_for_the_name_of_a_person_takes_names_only():
    asked = {
        CheckInForm: ("name",),
        WalkInForm: ("name",),
        SpeakersForm: ("name",),
        PersonForm: ("name",),
        CompanionForm: ("name",),
        GuestForm: ("name",),
        SignupForm: ("first_name", "last_name"),
        PhoneBookingForm: ("guest_name",),
        ContactForm: ("name",),
    }
    for form, names in asked.items():
        for name in names:
            assert isinstance(form.base_fields[name], NameField), form


@pytest.mark.django_db
def test_no_mail_to_an_address_that_nobody_confirmed_repeats_what_was_typed(mailoutbox):
    manager = UserFactory()
    who = {"name": TYPED, "email": STRANGER, "language": "en"}
    _by_phone(manager, who)
    _as_companion(manager)
    register_guest(event=EventFactory(), **who)
    add_speaker(event=EventFactory(), name=TYPED, email=STRANGER, about=TYPED, by=manager)
    _bookings(manager)
    kinds = set()
    kinds |= set(Message.objects.filter(to_email=STRANGER).values_list("template", flat=True))
    while send_due():
        pass
    mails = [mail for mail in mailoutbox if STRANGER in " ".join(mail.to)]
    assert len(mails) > 8
    for mail in mails:
        for text in (*mail.to, mail.subject, mail.body, mail.alternatives[0][0]):
            assert TYPED not in text
        for attached in mail.attachments:
            assert TYPED not in str(attached)
    assert kinds >= KINDS


def _told():
    """Send what waits, so that each mail is built while it is still true."""
    while send_due():
        pass


def _by_phone(manager, who):
    event = EventFactory(capacity=1)
    first = register(event=event, user=UserFactory())
    registration = register_person(event=event, by=manager, **who)
    _told()
    cancel_registration(registration=first)
    _told()
    start = event.starts_at + timedelta(days=1)
    move_event(event=event, starts_at=start, ends_at=start + timedelta(hours=1), reason="Neige", by=manager)
    _told()
    switch_online(
        event=Event.objects.get(pk=event.pk), online_link="https://visio.example/x", reason="Neige", by=manager
    )
    _told()
    cancel_registration(registration=registration, by=manager)
    again = register_person(event=Event.objects.get(pk=event.pk), by=manager, **who)
    assert again.is_standing
    _told()
    cancel_event(event=Event.objects.get(pk=event.pk), reason="Neige", by=manager)
    _told()


def _as_companion(manager):
    event = EventFactory(capacity=1)
    bringer = register(event=event, user=UserFactory(first_name=TYPED, last_name=TYPED))
    companion = bring_companion(registration=bringer, name=TYPED, email=STRANGER)
    _told()
    promote(registration=companion, reason="Parce que", by=manager)
    _told()
    cancel_companion(companion=companion)
    _told()
    register_guest(event=event, name=TYPED, email=STRANGER, language="en")
    bring_companion(registration=bringer, name=TYPED, email=STRANGER)
    _told()


def _bookings(manager):
    resource = ResourceFactory()
    guest = {"guest_name": TYPED, "guest_email": STRANGER, "guest_language": "en", "purpose": TYPED}
    asked = BookingRequest(resource=resource, start=in_days(1, 9), end=in_days(1, 10), **guest)
    booking = book(asked=asked, by=manager, as_manager=True)
    _told()
    move(booking=booking, start=in_days(1, 11), end=in_days(1, 12), by=manager, as_manager=True)
    _told()
    cancel_booking(booking=booking, by=manager, as_manager=True)
    days = {"first_day": in_days(2, 9).date(), "until": in_days(9, 9).date()}
    hours = {"starts": in_days(2, 9).time(), "ends": in_days(2, 10).time()}
    asked = SeriesRequest(resource=resource, pattern="weekly", **days, **hours, **guest)
    series = book_series(asked=asked, by=manager, as_manager=True)
    _told()
    cancel_series(series=series, from_day=days["first_day"], by=manager, as_manager=True)
    _told()


@pytest.mark.django_db
def test_who_is_registered_or_booked_by_a_team_reads_by_whom_and_how_to_end_it(mailoutbox):
    manager, event, resource = UserFactory(), EventFactory(), ResourceFactory()
    register_person(event=event, by=manager, name=TYPED, email=STRANGER, language="en")
    guest = {"guest_name": TYPED, "guest_email": STRANGER, "guest_language": "en"}
    asked = BookingRequest(resource=resource, start=in_days(1, 9), end=in_days(1, 10), **guest)
    book(asked=asked, by=manager, as_manager=True)
    days = {"first_day": in_days(2, 9).date(), "until": in_days(9, 9).date()}
    hours = {"starts": in_days(2, 9).time(), "ends": in_days(2, 10).time()}
    series = SeriesRequest(resource=resource, pattern="weekly", **days, **hours, **guest)
    book_series(asked=series, by=manager, as_manager=True)
    register(event=event, user=UserFactory(language="en", email="own@ardenne.example"))
    _told()
    (own,) = [mail for mail in mailoutbox if "own@ardenne.example" in " ".join(mail.to)]
    assert "noted this for you" not in own.body + own.alternatives[0][0]
    mails = [mail for mail in mailoutbox if STRANGER in " ".join(mail.to)]
    assert len(mails) == 3
    for mail in mails:
        place = event.space.name if event.title_en in mail.subject else resource.space.name
        for text in (mail.body, mail.alternatives[0][0]):
            assert f"The team of {place} has noted this for you" in text
            assert "Was it not you? Cancel it with the link" in text
