"""Seats and lines: who has a seat, who is next. All of it under the event's lock.

Each way of taking part, on site and online, has its own seats and its own line. A seat that comes free goes to the
first in line who may have it, in the transaction that freed it; near the start it is offered, kept for the answer."""

from django.db.models import Count, Q
from django.utils import timezone

from hacktiv.outbox import operations as outbox
from spaces.core.queries import side_of
from spaces.enums import Country

from ...core import rules
from ...core.operations import ClockTimestamp, instant, locked, tell
from ...enums import SEATED_REGISTRATIONS, RegistrationStatus, Way
from ...reminders.operations import remind
from ...travel.operations.ending import leave_travel


def locked_with_line(event):
    """The event's row, locked, its line caught up: lapsed offers are gone, and whoever is entitled to a free seat by
    now has it. So no newcomer passes by somebody in line."""
    event = locked(event)
    if event.is_open:
        catch_up(event)
    return event


def catch_up(event, now=None):
    """Take back the seats whose offer nobody answered, and give out what is free. Who got a seat, a list."""
    now = now or timezone.now()
    lapsed = list(event.registrations.offers_lapsed(now).select_related("user").order_by("pk"))
    for registration in lapsed:
        withdraw(registration, now=now)
        registration.event = event
        tell("offer_lapsed", registration)
    if lapsed:
        recount_seats(event)
    return fill_free_seats(event, now=now)


def recount_seats(event):
    """Keep the counts that the database holds against the capacities."""
    seated = Q(status__in=SEATED_REGISTRATIONS)
    counts = event.registrations.aggregate(
        onsite=Count("pk", filter=seated & Q(way=Way.ONSITE)), online=Count("pk", filter=seated & Q(way=Way.ONLINE))
    )
    if (event.seats_taken, event.online_seats_taken) == (counts["onsite"], counts["online"]):
        return
    event.seats_taken, event.online_seats_taken = counts["onsite"], counts["online"]
    event.save(update_fields=["seats_taken", "online_seats_taken"])


def settle(registration, event, *, occasion=""):
    """Give a registration a seat in its way or, where none is free for it, the last place in line; told once for each
    `occasion`."""
    if free_seats_now(event, registration.way).take(
        is_from_the_other_side=rules.is_from_the_other_side(registration, event)
    ):
        registration.status = RegistrationStatus.CONFIRMED
        registration.confirmed_at = timezone.now()
    else:
        registration.status = RegistrationStatus.WAITING
        registration.queued_at = ClockTimestamp()
    registration.save()
    if registration.is_waiting:
        registration.refresh_from_db(fields=["queued_at"])
        tell("waiting", registration, occasion=occasion)
    else:
        recount_seats(event)
        tell("confirmation", registration, occasion=occasion)
        remind(registration, event)


def fill_free_seats(event, *, now=None):
    """Give the free seats to who is next in line, each told once. Who got one, a list."""
    now = now or timezone.now()
    moved_up = []
    for way in event.ways:
        free = free_seats_now(event, way, now=now)
        if free.left == 0:
            continue
        for registration in event.registrations.in_line().filter(way=way).select_related("user"):
            registration.event = event
            if free.take(is_from_the_other_side=rules.is_from_the_other_side(registration, event)):
                give_seat(registration, now=now)
                moved_up.append(registration)
            if free.left == 0:
                break
    if moved_up:
        recount_seats(event)
    return moved_up


def give_seat(registration, *, now):
    """Give somebody in line the seat or, near the start, the offer of it; told once."""
    registration.offered_until = rules.offer_ends_at(registration.event, now)
    if registration.offered_until:
        registration.status = RegistrationStatus.OFFERED
        registration.save(update_fields=["status", "offered_until"])
        tell(
            "offer",
            registration,
            occasion=instant(registration.queued_at),
            expires_at=registration.offered_until,
        )
    else:
        registration.confirmed_at = now
        confirm_seat(registration, kind="promoted")


def confirm_seat(registration, *, kind):
    """Make a seat the person's own, told by a mail of this kind, once for each time in line."""
    registration.status = RegistrationStatus.CONFIRMED
    registration.confirmed_at = registration.confirmed_at or timezone.now()
    registration.save(update_fields=["status", "confirmed_at"])
    tell(kind, registration, occasion=instant(registration.queued_at))
    remind(registration, registration.event)


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
