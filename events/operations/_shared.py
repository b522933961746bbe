"""What the operations share: the lock, the seats, the mails' keys."""

from datetime import UTC, timedelta

from django.db.models import DateTimeField, Func
from django.db.models.functions import Greatest
from django.utils import timezone

from hacktiv.outbox.operations import enqueue

from .. import rules
from ..enums import LISTED_REGISTRATIONS, RegistrationStatus
from ..errors import SameNameError
from ..models import Event

#: A reminder is put into the outbox this long before it is due, so that a late sweep is no late reminder.
REMINDER_HORIZON = timedelta(hours=1)


#: What is sent again so soon is a second click.
SECOND_CLICK = timedelta(seconds=30)


class ClockTimestamp(Func):
    """The database's clock at this very moment (`now()` stands still within a transaction)."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def locked(event):
    """The event's row, locked until the end of the transaction: whoever writes to an event waits for it here."""
    return Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)


def sent_before(event, name, *, known):
    """Under the event's lock: of the people on the list by this name alone, whom a second click sent again, or None.

    Who adds another person of the same name knew of `known`. Raises SameNameError where there are more."""
    namesakes = event.registrations.filter(user=None, guest_email="", guest_name__iexact=name.strip())
    namesakes = namesakes.filter(status__in=LISTED_REGISTRATIONS).annotate(
        touched_at=Greatest("registered_at", "participation__marked_at")
    )
    namesakes = list(namesakes.order_by("touched_at", "pk"))
    if len(namesakes) <= known:
        return None
    last = namesakes[-1]
    if len(namesakes) == known + 1 and timezone.now() < last.touched_at + SECOND_CLICK:
        return last
    raise SameNameError(len(namesakes))


def recount_seats(event):
    """Under the event's lock: keep the count that the database holds against the capacity."""
    event.seats_taken = event.registrations.confirmed().count()
    event.save(update_fields=["seats_taken"])


def settle(registration, event):
    """Under the event's lock: give a registration a seat or, where none is free, the last place in line."""
    if event.is_full:
        registration.status = RegistrationStatus.WAITING
        registration.queued_at = ClockTimestamp()
    else:
        registration.status = RegistrationStatus.CONFIRMED
        registration.confirmed_at = timezone.now()
    registration.save()
    if registration.is_waiting:
        registration.refresh_from_db(fields=["queued_at"])
        tell("waiting", registration)
    else:
        recount_seats(event)
        tell("confirmation", registration)
        remind(registration, event)


def fill_free_seats(event):
    """Under the event's lock: give the free seats to the first in line, and tell each of them once."""
    in_line = list(event.registrations.in_line()[: event.seats_left])
    for registration in in_line:
        registration.status = RegistrationStatus.CONFIRMED
        registration.confirmed_at = timezone.now()
        registration.save(update_fields=["status", "confirmed_at"])
        tell("promoted", registration)
        remind(registration, event)
    if in_line:
        recount_seats(event)
    return in_line


def tell(kind, registration, *, occasion="", context=None, due_at=None, expires_at=None):
    """Put a mail about a registration into the outbox: one of a kind, or of a kind and occasion.

    Returns the message, or None: it was there before, or the person, registered on the phone, has no address."""
    if not registration.person_email:
        return None
    return enqueue(
        key=f"events.{kind}:{registration.pk}:{occasion}",
        template=f"events.{kind}",
        to_email=registration.person_email,
        to_name=str(registration.person_name),
        language=registration.user.language if registration.user else registration.language,
        context={"registration": registration.pk, **(context or {})},
        due_at=due_at,
        expires_at=expires_at,
    )


def remind(registration, event, *, now=None):
    """Have a confirmed person reminded the day before, where that day is near; `schedule_reminders` does the others."""
    due_at = rules.reminder_due_at(event.starts_at)
    if not event.is_open or due_at > (now or timezone.now()) + REMINDER_HORIZON:
        return None
    return tell(
        "reminder",
        registration,
        occasion=instant(event.starts_at),
        context={"starts_at": instant(event.starts_at)},
        due_at=due_at,
        expires_at=event.starts_at,
    )


def reminder_key(registration):
    return f"events.reminder:{registration.pk}:{instant(registration.event.starts_at)}"


def instant(moment):
    """A moment written in one way only, whatever its time zone."""
    return moment.astimezone(UTC).isoformat()
