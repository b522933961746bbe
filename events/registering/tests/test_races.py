"""Run transactions that overlap on PostgreSQL: threads with connections of their own, released by one barrier."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.admin.tests.helpers import ROWS
from events.enums import RegistrationStatus
from events.errors import EventError
from events.models import Event, Registration
from events.programme.operations import change_capacity
from events.registering.operations import cancel_registration, register, register_guest, register_person
from events.tests.factories import EventFactory, EventTypeFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Start all calls at the same moment. Return what each one returned, or its EventError."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return call()
        except EventError as refusal:
            return refusal.code
        finally:
            connection.close()
            close_old_connections()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_forty_people_register_at_once_for_ten_seats():
    event = EventFactory(capacity=10)
    users = [UserFactory() for _ in range(40)]
    registrations = at_once(*(lambda user=user: register(event=event, user=user) for user in users))
    event.refresh_from_db()
    statuses = [registration.status for registration in registrations]
    assert (statuses.count("confirmed"), statuses.count("waiting"), event.seats_taken) == (10, 30, 10)
    line = list(event.registrations.in_line())
    assert len({registration.queued_at for registration in line}) == 30
    assert Message.objects.filter(template="events.confirmation").count() == 10
    assert Message.objects.filter(template="events.waiting").count() == 30

    seated = event.registrations.confirmed().first()
    assert cancel_registration(registration=seated) == [line[0]]
    assert list(Message.objects.filter(template="events.promoted").values_list("to_email", flat=True)) == [
        line[0].user.email
    ]
    assert list(event.registrations.in_line()) == line[1:]


def test_a_form_without_address_sent_twelve_times_at_once_gives_one_seat():
    event, manager = EventFactory(capacity=10), UserFactory()
    wish = {"event": event, "name": "Aline Petit", "email": "", "language": "fr", "by": manager}
    registrations = at_once(*(lambda: register_person(**wish) for _click in range(12)))
    assert {registration.pk for registration in registrations} == {Registration.objects.get().pk}


@pytest.mark.long
def test_a_new_event_sent_six_times_at_once_is_made_once():
    kind, admin = EventTypeFactory(), UserFactory(superuser=True)
    form = {
        "title_fr": "Midi à deux",
        "type": kind.pk,
        "starts_at": f"{timezone.localdate() + timedelta(days=5)}T12:00",
        "ends_at": f"{timezone.localdate() + timedelta(days=5)}T13:00",
        "mode": "online",
        "meetings_lower": "1",
        "meetings_upper": "1",
    }

    def send():
        client = Client()
        client.force_login(admin)
        return client.post(reverse("admin:events_event_add"), form).status_code

    assert at_once(*[send] * 6) == [302] * 6
    assert Event.objects.count() == 1


def test_a_form_saved_during_a_registration_keeps_the_seat():
    event, client = EventFactory(capacity=40), Client()
    client.force_login(UserFactory(superuser=True))
    form = {
        "title_fr": "Autre titre",
        "type": event.type.pk,
        "audience": "public",
        "meetings_lower": "1",
        "meetings_upper": "1",
        "earliest": f"{event.earliest}",
        "latest": f"{event.latest}",
        **ROWS,
    }

    def save():
        try:
            return client.post(reverse("admin:events_event_change", args=[event.pk]), form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            register(event=event, user=UserFactory())
            saved = pool.submit(save)
            while not somebody_waits():
                time.sleep(0.01)
        assert saved.result() == 302
    event.refresh_from_db()
    assert (event.title_fr, event.seats_taken) == ("Autre titre", 1)


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # Else a transaction keeps its first view of it.
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def test_one_person_who_clicks_twelve_times_has_one_seat():
    event, user = EventFactory(capacity=10), UserFactory()
    outcomes = at_once(*[lambda: register(event=event, user=user)] * 12)
    assert outcomes.count("already_registered") == 11
    assert Registration.objects.get().status == RegistrationStatus.CONFIRMED
    assert Message.objects.count() == 1


def test_a_guest_who_sends_the_form_eight_times_has_one_registration():
    event = EventFactory()
    at_once(
        *[lambda: register_guest(event=event, name="Aline", email="Aline@ardenne.example", language="fr")] * 8,
    )
    assert Registration.objects.get().guest_email == "aline@ardenne.example"


@pytest.mark.long
def test_seats_cancelled_at_once_go_to_the_first_in_line_once():
    event = EventFactory(capacity=8)
    registrations = [RegistrationFactory(event=event) for _ in range(20)]
    promoted = at_once(*(lambda r=r: cancel_registration(registration=r) for r in registrations[:8]))
    assert sorted(r.pk for some in promoted for r in some) == [r.pk for r in registrations[8:16]]
    event.refresh_from_db()
    assert event.seats_taken == 8
    assert Message.objects.filter(template="events.promoted").count() == 8


@pytest.mark.long
def test_a_freed_seat_is_taken_once_while_others_register():
    event = EventFactory(capacity=4)
    manager = UserFactory()
    registrations = [RegistrationFactory(event=event) for _ in range(6)]
    newcomers = [UserFactory() for _ in range(5)]
    at_once(
        *(lambda r=r: cancel_registration(registration=r) for r in registrations[:2]),
        *(lambda user=user: register(event=event, user=user) for user in newcomers),
        lambda: change_capacity(event=event, capacity=6, by=manager),
    )
    event = Event.objects.get()
    assert (event.capacity, event.seats_taken) == (6, 6)
    standing = event.registrations.standing()
    assert standing.filter(status=RegistrationStatus.CONFIRMED).count() == 6
    # People in line get seats before newcomers.
    assert set(registrations[2:]) <= set(event.registrations.confirmed())
