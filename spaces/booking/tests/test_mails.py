"""Test the mails as they leave, in the language of their reader."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking, change_booking, confirm_booking, refuse_booking
from spaces.places.operations import send_message
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, in_days

pytestmark = pytest.mark.django_db(transaction=True)


def sent():
    send_due()
    outbox, mail.outbox = mail.outbox, []
    return outbox


def calendar_of(message):
    [(name, content, _kind)] = message.attachments
    assert name == "reservation.ics"
    return Calendar.from_ical(content)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fr", "Réservé : Les Serres, ", "Votre place est réservée (La Ferme)."),
        ("nl", "Gereserveerd: Les Serres, ", "Uw plek is gereserveerd (La Ferme)."),
        ("en", "Booked: Les Serres, ", "Your place at La Ferme is booked."),
    ],
)
def test_a_confirmation_speaks_the_members_language(language, subject, words):
    resource = ResourceFactory(name="Les Serres", space__name="La Ferme")
    booking = BookingFactory(resource=resource, user=UserFactory(language=language))
    [message] = sent()
    assert message.subject.startswith(subject)
    assert words in message.body
    with translation.override(language):
        link = reverse("spaces:booking", args=[booking.reference])
    assert link in message.body
    assert link in message.alternatives[0].content


@pytest.mark.parametrize(
    ("postcode", "address"),
    [("", "La Ferme, rue de Noailles, Chimay"), ("6460", "La Ferme, rue de Noailles, 6460 Chimay")],
)
def test_an_address_has_no_gap_where_something_is_unknown(postcode, address):
    space = SpaceFactory(name="La Ferme", town="Chimay", postcode=postcode, street="rue de Noailles", with_hours=True)
    BookingFactory(resource=ResourceFactory(space=space))
    [message] = sent()
    assert f"\n{address}\n" in message.body
    assert f"{address}\n" in message.alternatives[0].content


def test_a_confirmation_brings_the_entry_for_the_calendar():
    booking = BookingFactory()
    [message] = sent()
    calendar = calendar_of(message)
    [entry] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (
        f"{booking.reference}@booking.hacktivardenne",
        0,
        "CONFIRMED",
    )
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (booking.start, booking.end)
    assert entry["ATTENDEE"] == f"mailto:{booking.user.email}"
    assert {part.get_content_type() for part in message.message().walk()} >= {
        "text/plain",
        "text/html",
        "text/calendar",
    }


def test_a_moved_and_a_cancelled_booking_replace_the_entry():
    booking = BookingFactory()
    sent()
    change_booking(booking=booking, start=in_days(2, 9), end=in_days(2, 10), by=booking.user)
    [moved] = sent()
    cancel_booking(booking=booking, by=booking.user, reason="Malade")
    [cancelled] = sent()
    entries = [calendar_of(message).walk("VEVENT")[0] for message in (moved, cancelled)]
    assert [(entry["SEQUENCE"], entry["STATUS"]) for entry in entries] == [(1, "CONFIRMED"), (2, "CANCELLED")]
    assert len({entry["UID"] for entry in entries}) == 1
    assert calendar_of(cancelled)["METHOD"] == "CANCEL"
    assert "Malade" in cancelled.body


def test_a_request_goes_to_the_managers_and_its_refusal_to_the_member():
    manager = UserFactory(language="nl")
    resource = ResourceFactory(needs_approval=True, space__managers=[manager])
    booking = BookingFactory(resource=resource, purpose="Appel vidéo")
    mails = {message.to[0].rpartition("<")[2].strip(">"): message for message in sent()}
    assert set(mails) == {manager.email, booking.user.email}
    assert reverse("admin:spaces_booking_change", args=[booking.pk]) in mails[manager.email].body
    assert "Appel vidéo" in mails[manager.email].body
    assert "Bevestigen of weigeren" in mails[manager.email].body
    refuse_booking(booking=booking, by=manager, reason="Travaux")
    [message] = sent()
    assert "dans les mots de l’équipe" in message.body and "Travaux" in message.body
    assert message.attachments == []


def test_a_mail_that_is_out_of_date_is_not_sent():
    resource = ResourceFactory(needs_approval=True, space__managers=[UserFactory()])
    booking = BookingFactory(resource=resource)
    confirm_booking(booking=booking, by=None)
    cancel_booking(booking=booking, by=booking.user)
    [message] = sent()
    assert message.subject.startswith("Annulé")
    assert set(Message.objects.exclude(state="sent").values_list("template", "state")) == {
        ("spaces.booking_requested", "dropped"),
        ("spaces.booking_to_decide", "dropped"),
        ("spaces.booking_confirmed", "dropped"),
    }


def test_a_visitors_message_is_text_whatever_it_holds():
    space = SpaceFactory(name="La Ferme", contact_email="hello@example.org")
    send_message(space=space, name="Zoé", email="zoe@example.org", text="<b>Bonjour</b>\nà l'équipe", language="fr")
    [message] = sent()
    assert message.reply_to == ["zoe@example.org"]
    assert "<b>Bonjour</b>\nà l'équipe" in message.body
    assert "&lt;b&gt;Bonjour&lt;/b&gt;" in message.alternatives[0].content


def test_a_line_break_in_a_name_does_not_reach_the_headers():
    space = SpaceFactory(contact_email="hello@example.org")
    send_message(space=space, name="Zoé\nBcc: all@example.org", email="zoe@example.org", text="Bonjour", language="fr")
    [message] = sent()
    assert "\n" not in message.subject
    assert message.recipients() == [f"{space.name} <hello@example.org>"]
