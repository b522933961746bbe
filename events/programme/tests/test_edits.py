"""People are told of another place or link of a published event."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.admin.tests.helpers import ROWS, attending
from events.models import Event
from events.programme.operations import carry_over, move_event, repeat_event
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.enums import Pattern
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db


def save(client, event, **typed):
    form = {
        "title_fr": event.title_fr,
        "type": event.type.pk,
        "audience": "public",
        "place": event.place,
        "venues": [event.space.pk],
        "earliest": f"{event.earliest}",
        "latest": f"{event.latest}",
        "meetings_lower": "1",
        "meetings_upper": "1",
        **ROWS,
        **typed,
    }
    assert client.post(reverse("admin:events_event_change", args=[event.pk]), form).status_code == 302
    event.refresh_from_db()


def told():
    return Message.objects.filter(template="events.changed")


def send_later():
    mail.outbox.clear()
    send_due(now=timezone.now() + timedelta(minutes=3))
    return mail.outbox


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(superuser=True))
    return client


def test_several_edits_of_the_place_send_one_mail_with_a_calendar_file(admin):
    event = EventFactory()
    RegistrationFactory(event=event)
    send_due()
    for place in ("Parking", "Parking de l’église", "Place de l’église"):
        save(admin, event, place=place)
    assert (event.sequence, told().count()) == (3, 3)
    (changed,) = send_later()
    assert "Place de l’église" in changed.body
    calendar = changed.alternatives[1].content
    assert "SEQUENCE:3" in calendar and "METHOD:REQUEST" in calendar


def test_another_venue_sends_a_mail_and_another_text_does_not(admin):
    event = EventFactory()
    RegistrationFactory(event=event)
    save(admin, event, title_fr="Un meilleur titre", summary_fr="Un meilleur résumé")
    assert (event.sequence, told().count()) == (0, 0)
    save(admin, event, venues=[event.space.pk, SpaceFactory().pk])
    assert (event.sequence, told().count()) == (1, 1)


def test_edits_of_drafts_and_past_events_send_no_mail(admin):
    draft = EventFactory(draft=True)
    begun = EventFactory(starts_at=timezone.now() - timedelta(minutes=10))
    attending(begun)
    save(admin, begun, place="Ailleurs")
    assert (draft.sequence, begun.sequence, told().count()) == (0, 0, 0)


def test_a_move_is_mailed_even_if_another_place_follows_at_once(admin):
    event = EventFactory()
    RegistrationFactory(event=event)
    starts_at = event.starts_at + timedelta(days=1)
    move_event(event=event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), reason="Neige", by=None)
    event.refresh_from_db()
    save(admin, event, place="Ailleurs")
    send_due()
    assert "Neige" in mail.outbox[-1].body


def test_a_place_carried_over_is_mailed_for_the_following_events():
    by = UserFactory()
    event = EventFactory()
    until = timezone.localdate(event.starts_at) + timedelta(days=7)
    (following,) = repeat_event(event=event, pattern=Pattern.WEEKLY, until=until, by=by)
    RegistrationFactory(event=following)
    event = Event.objects.get(pk=event.pk)
    event.place = "Ailleurs"
    event.save(update_fields=["place"])
    carry_over(event=event, parts=["place"], by=by)
    following.refresh_from_db()
    assert (following.place, following.sequence, told().count()) == ("Ailleurs", 1, 1)
