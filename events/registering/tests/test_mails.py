"""Mails are complete in three languages, and outdated ones are not sent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from events.attendance.operations import add_walk_in
from events.enums import Mode, Way
from events.models import Event
from events.programme.operations import (
    add_speaker,
    cancel_event,
    change_capacity,
    follow_edit,
    move_event,
    publish,
    remove_contents,
    switch_back,
    switch_online,
    whereabouts_of,
)
from events.programme.rules import BY_MISTAKE
from events.registering.operations import (
    bring_companion,
    cancel_registration,
    confirm_guest,
    register,
    register_guest,
    tend_lines,
)
from events.reminders.operations import schedule_messages
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory, SpeakerFactory
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

GREETINGS = {"fr": "Bonjour", "nl": "Dag", "en": "Hello"}
LINK = "https://visio.ardenne.example/salle"


def sent(kind):
    """Send the mails of a kind that are due now, and return them with their rows' addresses."""
    mail.outbox.clear()
    Message.objects.exclude(template=f"events.{kind}").delete()
    send_due()
    return mail.outbox


def calendar_of(message):
    [attachment] = [part for part in message.attachments if part[0] == "hacktiv.ics"]
    calendar = Calendar.from_ical(attachment[1])
    [entry] = calendar.walk("VEVENT")
    return calendar["METHOD"], entry


def text_of(message):
    return message.body + message.alternatives[0][0]


def test_a_confirmation_brings_the_event_into_the_calendar():
    event = EventFactory()
    registration = RegistrationFactory(event=event)
    [message] = sent("confirmation")
    method, entry = calendar_of(message)
    assert (method, str(entry["UID"]), entry["SEQUENCE"]) == ("REQUEST", f"event-{event.pk}@hacktivardenne", 0)
    assert entry["DTSTART"].dt == event.starts_at
    assert message.to == [f"{registration.user.get_full_name()} <{registration.user.email}>"]
    assert event.title_fr in message.subject


def test_the_calendar_has_the_local_time_on_the_day_the_clocks_change():
    start = datetime(2027, 3, 28, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))
    RegistrationFactory(event=EventFactory(starts_at=start))
    [message] = sent("confirmation")
    _method, entry = calendar_of(message)
    assert entry["DTSTART"].dt.astimezone(ZoneInfo("Europe/Brussels")).hour == 10
    assert entry["DTSTART"].dt.astimezone(ZoneInfo("UTC")).hour == 8
    assert "10 h" in message.body.replace("\xa0", " ")


def test_the_online_link_goes_to_people_with_a_seat_only():
    event = EventFactory(mode=Mode.ONLINE, online_link=LINK, online_capacity=1, venues=[])
    RegistrationFactory(event=event)
    RegistrationFactory(event=event)
    [confirmed] = sent("confirmation")
    assert LINK in text_of(confirmed)
    assert LINK in str(calendar_of(confirmed)[1]["LOCATION"])
    RegistrationFactory(event=event)
    [waiting] = sent("waiting")
    assert LINK not in text_of(waiting)


def test_who_takes_part_online_reads_so_and_of_no_place():
    event = EventFactory(mode=Mode.HYBRID, online_link=LINK, online_capacity=5, place="Grange du fond")
    for way in (Way.ONLINE, Way.ONSITE):
        Message.objects.all().delete()
        register(event=event, user=UserFactory(), way=way)
        [message] = sent("confirmation")
        for text in (message.body, text_of(message)):
            is_said = "Vous participez en ligne." in text, LINK in text, "Grange du fond" in text
            assert is_said == ((True, True, False) if way == Way.ONLINE else (False, False, True))


def test_a_person_in_line_is_told_their_place():
    event = EventFactory(capacity=0)
    RegistrationFactory(event=event)
    Message.objects.all().delete()
    RegistrationFactory(event=event, user=UserFactory(language="en"))
    [message] = sent("waiting")
    assert "number 2 on the waiting list" in message.body
    assert not message.attachments


def test_a_person_promoted_before_the_mail_left_gets_one_mail():
    event = EventFactory(capacity=1)
    seated, first = RegistrationFactory(event=event), RegistrationFactory(event=event)
    cancel_registration(registration=seated)
    send_due()
    assert [(m.template, m.state) for m in Message.objects.filter(to_email=first.user.email).order_by("pk")] == [
        ("events.waiting", MessageState.DROPPED),
        ("events.promoted", MessageState.SENT),
    ]


def test_a_cancelled_registration_is_removed_from_the_calendar():
    registration = RegistrationFactory()
    cancel_registration(registration=registration)
    [message] = sent("registration_cancelled")
    method, entry = calendar_of(message)
    assert (method, entry["STATUS"]) == ("CANCEL", "CANCELLED")


def test_a_cancelled_event_is_told_with_its_reason():
    registration = RegistrationFactory()
    cancel_event(event=registration.event, reason="Frontière <fermée>", by=UserFactory())
    [message] = sent("event_cancelled")
    assert "Frontière <fermée>" in message.body
    assert "Frontière &lt;fermée&gt;" in message.alternatives[0][0]
    assert calendar_of(message)[0] == "CANCEL"


def test_a_move_replaces_the_calendar_entry_and_only_the_last_is_sent():
    event = RegistrationFactory().event
    for days in (1, 2):
        start = event.starts_at + timedelta(days=days)
        move_event(event=event, starts_at=start, ends_at=start + timedelta(hours=1), reason="Neige", by=UserFactory())
    [message] = sent("moved")
    method, entry = calendar_of(message)
    assert (method, entry["SEQUENCE"], entry["DTSTART"].dt) == ("REQUEST", 2, start)


def test_a_guests_mail_links_to_the_page_that_confirms():
    guest = GuestRegistrationFactory(confirmed=False, language="en")
    [message] = sent("guest_link")
    assert f"/en/agenda/registrations/{guest.token}/confirm/" in message.body
    assert "within 48 hours" in message.body


def test_a_link_already_followed_is_not_sent():
    guest = GuestRegistrationFactory(confirmed=False)
    confirm_guest(token=guest.token)
    assert sent("guest_link") == []


def test_a_guest_registered_twice_is_told_they_have_a_seat():
    guest = GuestRegistrationFactory(language="en")
    register_guest(event=guest.event, name="Aline", email=guest.guest_email, language="en")
    [message] = sent("already")
    assert "you have a seat" in message.body
    assert f"/en/agenda/registrations/{guest.token}/" in message.body


def test_a_reminder_says_when_and_where():
    start = timezone.now().replace(microsecond=0) + timedelta(hours=20)
    event = EventFactory(starts_at=start)
    RegistrationFactory(event=event)
    [message] = sent("reminder")
    assert event.title_fr in message.subject
    assert event.space.name in message.body


KINDS = {
    "confirmation": lambda event, user: register(event=event, user=user),
    "waiting": lambda event, user: (fill(event), register(event=event, user=user)),
    "promoted": lambda event, user: free_a_seat(event, user),
    "offer": lambda event, user: free_a_seat(event, user),
    "offer_lapsed": lambda event, user: let_the_offer_lapse(event, user),
    "online": lambda event, user: (
        register(event=event, user=user),
        switch_online(event=event, online_link=LINK, reason="Neige", by=user),
    ),
    "registration_cancelled": lambda event, user: cancel_registration(registration=register(event=event, user=user)),
    "event_cancelled": lambda event, user: (
        register(event=event, user=user),
        cancel_event(event=event, reason="Neige", by=user),
    ),
    "moved": lambda event, user: (
        register(event=event, user=user),
        move_event(
            event=event,
            starts_at=event.starts_at + timedelta(days=1),
            ends_at=event.ends_at + timedelta(days=1),
            reason="Neige",
            by=user,
        ),
    ),
    "guest_link": lambda event, user: guest_of(event, user),
    "already": lambda event, user: (confirm_guest(token=guest_of(event, user).token), guest_of(event, user)),
    "brought_too": lambda event, user: bring_along(event, user),
    "reminder": lambda event, user: register(event=event, user=user),
    "thanks": lambda event, user: came(event, user),
    "outcome": lambda event, user: came(event, user, weeks=6),
    "changed": lambda event, user: (register(event=event, user=user), now_elsewhere(event)),
    "speaker": lambda event, user: SpeakerFactory(event=event, user=user),
    "speaker_invited": lambda event, user: add_speaker(event=event, name="?", email=user.email, by=user),
    "speaker_removed": lambda event, user: no_longer_speaking(event, user),
    "speaker_cancelled": lambda event, user: (
        SpeakerFactory(event=event, user=user),
        cancel_event(event=event, reason="Neige", by=user),
    ),
}


def came(event, user, *, weeks=0):
    """Mark the person as present, and let the event have ended `weeks` weeks and a day ago."""
    Event.objects.filter(pk=event.pk).update(**past_times(weeks))
    event.refresh_from_db()
    add_walk_in(event=event, user=user, by=None)
    schedule_messages()


def past_times(weeks):
    ends_at = timezone.now() - timedelta(weeks=weeks, days=1)
    day = timezone.localdate(ends_at - timedelta(hours=1))
    return {"starts_at": ends_at - timedelta(hours=1), "ends_at": ends_at, "earliest": day, "latest": day}


def no_longer_speaking(event, user):
    speaker = SpeakerFactory(event=event, user=user)
    remove_contents(event=event, rows=[speaker], by=user)


def now_elsewhere(event):
    before = whereabouts_of(event)
    Event.objects.filter(pk=event.pk).update(place="Ailleurs")
    follow_edit(event=event, before=before)
    Message.objects.update(due_at=timezone.now())


def fill(event):
    register(event=event, user=UserFactory(language="en"))


def bring_along(event, user):
    bringer = register(event=event, user=UserFactory(language="en"))
    register(event=event, user=user)
    bring_companion(registration=bringer, name="Bram", email=user.email)


def free_a_seat(event, user):
    seated = register(event=event, user=UserFactory(language="en"))
    register(event=event, user=user)
    Message.objects.all().delete()
    cancel_registration(registration=seated)


def let_the_offer_lapse(event, user):
    free_a_seat(event, user)
    tend_lines(now=event.starts_at - timedelta(hours=1))


def guest_of(event, user):
    return register_guest(event=event, name="Aline", email="aline@ardenne.example", language=user.language)


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_mail_is_complete_in_each_language(kind, language):
    # A seat freed on the eve is offered, one freed earlier is given.
    hours = 60 if kind == "promoted" else 20
    start = timezone.now().replace(microsecond=0) + timedelta(hours=hours)
    event = EventFactory(starts_at=start, capacity=1)
    KINDS[kind](event, UserFactory(language=language))
    Message.objects.filter(template=f"events.{kind}").exclude(language=language).delete()
    [message] = sent(kind)
    title = getattr(event, f"title_{language}")
    html = message.alternatives[0][0]
    assert title in message.subject
    assert title in message.body
    assert title in html
    assert f'lang="{language}"' in html
    for text in (message.subject, message.body, html):
        assert "{{" not in text
        assert "{%" not in text
    assert "http" in message.body
    assert message.body.startswith(GREETINGS[language])


def test_a_speaker_gets_calendar_entry_and_changes_once_published():
    event, user = EventFactory(draft=True), UserFactory()
    SpeakerFactory(event=event, user=user)
    assert not Message.objects.exists()
    publish(event=event, by=user)
    publish(event=event, by=user)
    (invited,) = sent("speaker")
    assert (invited.to, calendar_of(invited)[1]["SEQUENCE"]) == ([f"{user} <{user.email}>"], 0)
    starts_at = event.starts_at + timedelta(days=1)
    move_event(event=event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), reason="Neige", by=user)
    (moved,) = sent("speaker")
    assert "Neige" in moved.body
    method, entry = calendar_of(moved)
    assert (method, entry["SEQUENCE"], entry["DTSTART"].dt) == ("REQUEST", 1, starts_at)
    cancel_event(event=event, reason="Neige", by=user)
    (cancelled,) = sent("speaker_cancelled")
    assert (calendar_of(cancelled)[0], "Neige" in cancelled.body) == ("CANCEL", True)


def test_a_speaker_who_has_a_seat_is_told_of_a_change_once():
    event, user = EventFactory(), UserFactory()
    SpeakerFactory(event=event, user=user)
    add_speaker(event=event, name="Bram", by=user)
    register(event=event, user=user)
    guest_of(event, user)
    starts_at = event.starts_at + timedelta(days=1)
    move_event(event=event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), reason="Neige", by=user)
    told = Message.objects.filter(to_email=user.email, template__in=["events.moved", "events.speaker"])
    assert list(told.order_by("pk").values_list("template", flat=True)) == ["events.speaker", "events.moved"]


def test_a_removed_speaker_is_told_and_keeps_the_entry_with_a_seat():
    event, by = EventFactory(), UserFactory()
    gone, seated, back = UserFactory(), UserFactory(), UserFactory()
    register(event=event, user=seated)
    rows = [SpeakerFactory(event=event, user=user) for user in (gone, seated, back)]
    remove_contents(event=event, rows=[*rows, add_speaker(event=event, name="Bram", by=by)], by=by)
    SpeakerFactory(event=event, user=back)
    told = {message.to[0].split("<")[1][:-1]: message for message in sent("speaker_removed")}
    assert set(told) == {gone.email, seated.email}
    assert calendar_of(told[gone.email])[0] == "CANCEL"
    assert told[seated.email].attachments == []


def test_who_waited_reads_in_one_mail_that_the_event_is_online_and_the_seat_theirs():
    event = EventFactory(capacity=1)
    _seated, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event)
    switch_online(event=event, online_link=LINK, reason="Neige", by=None)
    send_due()
    good_news = [letter for letter in mail.outbox if waiting.user.email in letter.to[0]]
    assert [LINK in letter.body for letter in good_news] == [True]
    assert "il y a maintenant une place pour vous" in good_news[0].body and "reste réservée" not in good_news[0].body
    assert calendar_of(good_news[0])[0] == "REQUEST"


def test_a_seat_offered_by_going_online_is_said_with_its_deadline_in_the_same_mail():
    event = EventFactory(starts_at=timezone.now() + timedelta(hours=20), capacity=1)
    _seated, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event)
    Message.objects.all().delete()
    switch_online(event=event, online_link=LINK, reason="Neige", by=None)
    send_due()
    [letter] = [letter for letter in mail.outbox if waiting.user.email in letter.to[0]]
    assert "Une place vous est gardée jusqu’au" in letter.body and str(waiting.token) in letter.body


@pytest.mark.parametrize("kind", ["moved", "online"])
def test_who_waits_still_is_not_told_that_a_place_is_kept(kind):
    event = EventFactory(mode=Mode.HYBRID, capacity=1, online_capacity=1)
    for _person in range(2):
        waiting = register(event=event, user=UserFactory(), way="onsite")
    if kind == "online":
        switch_online(event=event, online_link=LINK, reason="Neige", by=None)
    else:
        day = timedelta(days=1)
        times = {"starts_at": event.starts_at + day, "ends_at": event.ends_at + day}
        move_event(event=event, reason="Neige", by=None, **times)
    [letter] = [letter for letter in sent(kind) if waiting.user.email in letter.to[0]]
    assert "Vous êtes n° 1 sur la liste d’attente" in letter.body and "Votre place" not in letter.body


def test_more_seats_are_not_said_to_be_given_back_by_somebody():
    event = EventFactory(capacity=1)
    for _person in range(2):
        RegistrationFactory(event=event)
    change_capacity(event=event, capacity=2, by=None)
    [letter] = sent("promoted")
    assert "vous êtes inscrit·e" in letter.body
    assert not {"Quelqu’un", "libérée"} & {*letter.body.split(), *letter.subject.split()}


def test_the_reason_that_we_propose_is_read_in_the_language_of_the_mail():
    event = RegistrationFactory(event=EventFactory(), user=UserFactory(language="nl")).event
    switch_online(event=event, online_link=LINK, reason="Neige", by=None)
    switch_back(event=event, reason=str(BY_MISTAKE), by=None)
    [letter] = sent("onsite_again")
    assert "per vergissing online gezet" in letter.body and "erreur" not in letter.body


def test_a_reason_is_marked_as_the_words_of_the_team():
    event = RegistrationFactory(event=EventFactory(), user=UserFactory(language="en")).event
    cancel_event(event=event, reason="Trop de neige", by=None)
    [letter] = sent("event_cancelled")
    assert "in the team’s words: “Trop de neige”" in letter.body
