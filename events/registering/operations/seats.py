"""Give out seats and move the lines. The callers hold the event's lock.

Each way, on site and online, has its own seats and its own line. A freed seat goes to the first in line who may have
it, in the transaction that freed it. Near the start it is offered, and kept until the person answers."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple, cast

from django.db import connection
from django.utils import timezone

from hacktiv.outbox import operations as outbox
from hacktiv.outbox.models import Message
from members.models import User

from ...core import rules
from ...core.operations import instant, locked, mails_of, tell
from ...core.queries import free_seats_now
from ...enums import SEATED_REGISTRATIONS, STANDING_REGISTRATIONS, RegistrationStatus, Way
from ...models import Event, Participation, Registration
from ...reminders.operations import reminders_of
from ...travel.operations.ending import leave_travel

# These two statements are written by hand: each registration runs them under the lock, and building them by the ORM
# takes longer than running them.
READ_ROLL = """
SELECT clock_timestamp(),
       coalesce(bool_or(status = %(offered)s AND offered_until <= %(now)s), false),
       coalesce(array_agg(DISTINCT way) FILTER (WHERE status = %(waiting)s), '{}'),
       coalesce(bool_or((participant_number = %(number)s OR user_id = %(user)s) AND (
           status = ANY(%(standing)s)
           OR status = %(walk_in)s
           AND EXISTS (SELECT FROM events_participation WHERE registration_id = events_registration.id)
       )), false),
       coalesce(bool_or(status = %(unconfirmed)s AND upper(guest_email) = upper(%(email)s)), false),
       EXISTS (SELECT FROM events_question WHERE event_id = %(event)s)
FROM events_registration WHERE event_id = %(event)s
"""
COUNT_SEATS = """
UPDATE events_event SET seats_taken = counted.onsite, online_seats_taken = counted.online
FROM (
    SELECT count(*) FILTER (WHERE way = %(onsite)s) AS onsite, count(*) FILTER (WHERE way = %(online)s) AS online
    FROM events_registration WHERE event_id = %(event)s AND status = ANY(%(seated)s)
) AS counted
WHERE id = %(event)s AND (seats_taken, online_seats_taken) <> (counted.onsite, counted.online)
RETURNING seats_taken, online_seats_taken
"""


class Roll(NamedTuple):
    """The state of an event's registrations, read under its lock: of all of them, and of one person."""

    read_at: datetime  # By the database's clock, so that the times follow the order of the locks.
    has_lapsed_offer: bool
    ways_with_line: list[str]
    is_registered: bool  # Or has come without a registration.
    has_link: bool  # An unfollowed link to confirm is in the person's mailbox.
    has_questions: bool


def locked_with_line(event: Event, *, user: User | None = None) -> tuple[Event, Roll]:
    """Lock the event and catch up with its lines. Return its row and the roll for this person.

    Catching up first means that no newcomer gets a seat before the people in line."""
    event = locked(event)
    roll = read_roll(event, user=user)
    if event.is_open:
        catch_up(event, roll=roll)
        if roll.has_lapsed_offer:  # It may be the person's own.
            roll = read_roll(event, user=user)
    return event, roll


def read_roll(event: Event, *, now: datetime | None = None, user: User | None = None) -> Roll:
    """Read the roll of a locked event in one statement: of a person by their account, number and address."""
    known = (user.pk, user.participant_number, user.email) if user else (None, None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            READ_ROLL,
            {
                "event": event.pk,
                "now": now or timezone.now(),
                **dict(zip(("user", "number", "email"), known, strict=True)),
                "offered": RegistrationStatus.OFFERED.value,
                "waiting": RegistrationStatus.WAITING.value,
                "unconfirmed": RegistrationStatus.UNCONFIRMED.value,
                "standing": [status.value for status in STANDING_REGISTRATIONS],
                "walk_in": RegistrationStatus.WALK_IN.value,
            },
        )
        return Roll(*cursor.fetchone())


def catch_up(event: Event, *, now: datetime | None = None, roll: Roll | None = None) -> list[Registration]:
    """End lapsed offers, and give out the free seats. Return the registrations that got one."""
    now = now or timezone.now()
    roll = roll or read_roll(event, now=now)
    if roll.has_lapsed_offer:
        _end_lapsed_offers(event, now)
    return fill_free_seats(event, now=now, ways=roll.ways_with_line)


def _end_lapsed_offers(event: Event, now: datetime) -> None:
    mails: list[Message] = []
    for registration in event.registrations.offers_lapsed(now).select_related("user").order_by("pk"):
        withdraw(registration, now=now)
        registration.event = event
        mails += mails_of("offer_lapsed", registration)
    outbox.enqueue_all(mails)
    recount_seats(event)


def recount_seats(event: Event) -> None:
    """Update the counts of seats taken, which the database checks against the capacities."""
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT_SEATS,
            {
                "event": event.pk,
                "onsite": Way.ONSITE.value,
                "online": Way.ONLINE.value,
                "seated": [status.value for status in SEATED_REGISTRATIONS],
            },
        )
        counted = cursor.fetchone()
    if counted:
        event.seats_taken, event.online_seats_taken = counted


def give_seat_or_line_up(registration: Registration, event: Event, *, at: datetime, occasion: str = "") -> None:
    """Give a registration a seat in its way or, where none is free for it, the last place in line.

    `at` is the time from which it waits, by the roll's clock. The person is told once for each `occasion`."""
    if free_seats_now(event, registration.way).take(
        is_from_the_other_side=rules.is_from_the_other_side(registration, event)
    ):
        registration.status = RegistrationStatus.CONFIRMED
        registration.confirmed_at = timezone.now()
        registration.save()
        recount_seats(event)
        mails = mails_of("confirmation", registration, occasion=occasion)
        outbox.enqueue_all(mails + reminders_of(registration, event))
    else:
        registration.status = RegistrationStatus.WAITING
        registration.queued_at = at
        registration.save()
        tell("waiting", registration, occasion=occasion)


def fill_free_seats(
    event: Event, *, now: datetime | None = None, ways: Collection[str] = tuple(Way), tells: bool = True
) -> list[Registration]:
    """Give the free seats of these ways to the next in line and tell them. Return their registrations. Nobody in line
    who is marked as present is asked: they came, and are counted.

    Without `tells` the caller's own mail says it; only the reminders are put in."""
    now = now or timezone.now()
    moved_up, mails = [], []
    for way in event.ways:
        free = free_seats_now(event, way, now=now) if way in ways else None
        if free is None or free.left == 0:
            continue
        line = event.registrations.in_line().filter(way=way, participation=None)
        for registration in line.select_related("user"):
            registration.event = event
            if free.take(is_from_the_other_side=rules.is_from_the_other_side(registration, event)):
                mails += give_seat(registration, now=now, tells=tells)
                moved_up.append(registration)
            if free.left == 0:
                break
    if moved_up:
        outbox.enqueue_all(mails)
        recount_seats(event)
    return moved_up


def give_seat(registration: Registration, *, now: datetime, tells: bool = True) -> list[Message]:
    """Give somebody in line a seat or, near the start, offer it. Return the mails that tell them, not stored yet:
    without `tells` the reminders alone."""
    registration.offered_until = rules.offer_ends_at(registration.event, now)
    if registration.offered_until is None:
        registration.confirmed_at = now
        return confirm_seat(registration, kind="promoted" if tells else "")
    registration.status = RegistrationStatus.OFFERED
    registration.save(update_fields=["status", "offered_until"])
    if not tells:
        return []
    occasion = instant(cast(datetime, registration.queued_at))
    return mails_of("offer", registration, occasion=occasion, expires_at=registration.offered_until)


def confirm_seat(registration: Registration, *, kind: str) -> list[Message]:
    """Confirm a registration's seat. Return the mails that tell the person, not stored yet: one of this kind for each
    time in line (blank: none), and the reminders."""
    registration.status = RegistrationStatus.CONFIRMED
    registration.confirmed_at = registration.confirmed_at or timezone.now()
    registration.save(update_fields=["status", "confirmed_at"])
    mails = mails_of(kind, registration, occasion=instant(cast(datetime, registration.queued_at))) if kind else []
    return mails + reminders_of(registration, registration.event)


def withdraw(registration: Registration, *, now: datetime) -> None:
    """Cancel a registration, erase its answers and end its shared travel. The caller recounts and fills the seats."""
    registration.status = RegistrationStatus.CANCELLED
    registration.cancelled_at = now
    registration.sequence += 1
    registration.save(update_fields=["status", "cancelled_at", "sequence"])
    registration.answers.all().delete()
    outbox.cancel(key_prefix=f"events.reminder:{registration.pk}:")
    leave_travel(registration)


def set_seats(event: Event, way: str, *, at_least: int | None) -> None:
    """Let a way with a limit have so many seats, and no fewer than are taken in it."""
    capacity = event.capacity_of(way)
    if capacity is None or at_least is None:
        return
    seats = max(at_least, event.registrations.seated().filter(way=way).count())
    if seats != capacity:
        field = "online_capacity" if way == Way.ONLINE else "capacity"
        setattr(event, field, seats)
        event.save(update_fields=[field])


def keep_way(registration: Registration) -> None:
    """Keep the way that a marked person has by hand now: it stays with a mark that is taken back. The seat that was
    added on site when they were seen in the room goes."""
    mark = Participation.objects.filter(registration=registration).exclude(registered_way="").first()
    if mark is None:
        return
    if mark.added_seat:
        set_seats(registration.event, Way.ONSITE, at_least=(registration.event.capacity or 0) - 1)
    mark.registered_way, mark.added_seat = "", False
    mark.save(update_fields=["registered_way", "added_seat"])
