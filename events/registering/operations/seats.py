"""Seats and lines: who has a seat, who is next. All of it under the event's lock.

Each way of taking part, on site and online, has its own seats and its own line. A seat that comes free goes to the
first in line who may have it, in the transaction that freed it; near the start it is offered, kept for the answer."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from hacktiv.outbox import operations as outbox
from spaces.core.queries import side_of
from spaces.enums import Country

from ...core import rules
from ...core.operations import instant, locked, mails_of, tell
from ...enums import SEATED_REGISTRATIONS, STANDING_REGISTRATIONS, RegistrationStatus, Way
from ...reminders.operations import reminders_of
from ...travel.operations.ending import leave_travel

# Written by hand, as each registration runs them under the lock: building them anew takes longer than running them.
READ_ROLL = """
SELECT clock_timestamp(),
       coalesce(bool_or(status = %(offered)s AND offered_until <= %(now)s), false),
       coalesce(array_agg(DISTINCT way) FILTER (WHERE status = %(waiting)s), '{}'),
       coalesce(bool_or(status = ANY(%(standing)s) AND participant_number = %(number)s), false),
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
    """What the list of an event says under its lock, about everybody and about one person."""

    read_at: datetime  # by the database's clock: in the order in which the event is locked
    has_lapsed_offer: bool
    ways_with_line: list[str]
    is_registered: bool
    has_link: bool  # to confirm, still waiting in the person's mailbox
    has_questions: bool


def locked_with_line(event, *, number=None, email=None):
    """Return the event's row, locked, and its roll, for the person with this participant number and address.

    The line is caught up: lapsed offers are gone, and whoever is entitled to a free seat by now has it. So no newcomer
    passes by somebody in line."""
    event = locked(event)
    roll = read_roll(event, number=number, email=email)
    if event.is_open:
        catch_up(event, roll=roll)
        if roll.has_lapsed_offer:  # perhaps the person's own
            roll = read_roll(event, number=number, email=email)
    return event, roll


def read_roll(event, *, now=None, number=None, email=None):
    """Read what the list of a locked event says, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            READ_ROLL,
            {
                "event": event.pk,
                "now": now or timezone.now(),
                "number": number,
                "email": email,
                "offered": RegistrationStatus.OFFERED.value,
                "waiting": RegistrationStatus.WAITING.value,
                "unconfirmed": RegistrationStatus.UNCONFIRMED.value,
                "standing": [status.value for status in STANDING_REGISTRATIONS],
            },
        )
        return Roll(*cursor.fetchone())


def catch_up(event, *, now=None, roll=None):
    """Take back the seats whose offer nobody answered, and give out what is free. Who got a seat, a list."""
    now = now or timezone.now()
    roll = roll or read_roll(event, now=now)
    if roll.has_lapsed_offer:
        _end_lapsed_offers(event, now)
    return fill_free_seats(event, now=now, ways=roll.ways_with_line)


def _end_lapsed_offers(event, now):
    mails = []
    for registration in event.registrations.offers_lapsed(now).select_related("user").order_by("pk"):
        withdraw(registration, now=now)
        registration.event = event
        mails += mails_of("offer_lapsed", registration)
    outbox.enqueue_all(mails)
    recount_seats(event)


def recount_seats(event):
    """Keep the counts that the database holds against the capacities."""
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


def give_seat_or_line_up(registration, event, *, at, occasion=""):
    """Give a registration a seat in its way or, where none is free for it, the last place in line (`at`: since when, by
    the roll's clock); told once for each `occasion`."""
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


def fill_free_seats(event, *, now=None, ways=tuple(Way)):
    """Give the free seats of these ways to who is next in line, each told once. Who got one, a list."""
    now = now or timezone.now()
    moved_up, mails = [], []
    for way in event.ways:
        free = free_seats_now(event, way, now=now) if way in ways else None
        if free is None or free.left == 0:
            continue
        for registration in event.registrations.in_line().filter(way=way).select_related("user"):
            registration.event = event
            if free.take(is_from_the_other_side=rules.is_from_the_other_side(registration, event)):
                mails += give_seat(registration, now=now)
                moved_up.append(registration)
            if free.left == 0:
                break
    if moved_up:
        outbox.enqueue_all(mails)
        recount_seats(event)
    return moved_up


def give_seat(registration, *, now):
    """Give somebody in line the seat or, near the start, the offer of it. Return the mails that tell them."""
    registration.offered_until = rules.offer_ends_at(registration.event, now)
    if registration.offered_until is None:
        registration.confirmed_at = now
        return confirm_seat(registration, kind="promoted")
    registration.status = RegistrationStatus.OFFERED
    registration.save(update_fields=["status", "offered_until"])
    occasion = instant(registration.queued_at)
    return mails_of("offer", registration, occasion=occasion, expires_at=registration.offered_until)


def confirm_seat(registration, *, kind):
    """Make a seat the person's own. Return the mails that tell them, by this kind, once for each time in line."""
    registration.status = RegistrationStatus.CONFIRMED
    registration.confirmed_at = registration.confirmed_at or timezone.now()
    registration.save(update_fields=["status", "confirmed_at"])
    mails = mails_of(kind, registration, occasion=instant(registration.queued_at))
    return mails + reminders_of(registration, registration.event)


def withdraw(registration, *, now):
    """End a registration, and what it answered; the counts and the line are the caller's to see to."""
    registration.status = RegistrationStatus.CANCELLED
    registration.cancelled_at = now
    registration.save(update_fields=["status", "cancelled_at"])
    registration.answers.all().delete()
    outbox.cancel(key_prefix=f"events.reminder:{registration.pk}:")
    leave_travel(registration)


def side_of_member(user):
    """The side of the member's home space today, else of the residence; blank where neither says it."""
    return side_of(user, timezone.localdate()) or side_of_residence(user.residence)


def side_of_residence(residence):
    return residence if residence in Country.values else ""


def free_seats_now(event, way, *, now=None):
    """What `rules.free_seats` says of the event's seats now."""
    if not event.seats_held or way != Way.ONSITE:
        others = 0
    else:
        seated = event.registrations.seated().filter(way=way).exclude(side="")
        others = seated.exclude(side=event.side).count() if event.side else 0
    return rules.free_seats(event, way, from_the_other_side=others, now=now or timezone.now())
