"""Read a person's private calendar: their bookings, their places at events and the events they speak at."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from events.core.files.calendars import calendar_entry as event_entry
from events.enums import EventState
from events.models import Event, Registration, Speaker
from members.models import User
from spaces.booking.files import calendar_entry as booking_entry
from spaces.booking.queries import bookings_of
from spaces.models import Booking
from spaces.models.guests import own_rows

#: How long past entries stay in the feed. Calendars keep what they have seen.
KEPT = timedelta(days=120)


def entries_of(user: User, now: datetime) -> list[dict[str, Any]]:
    """Return the entries of the feed, in the active language; the same ones as long as nothing changes.

    An entry that its owner cancels leaves the feed; an event that is called off stays, marked as such.
    """
    since = now - KEPT
    bookings = bookings_of(user).live().upcoming(since).select_related("user").order_by("period", "pk")
    at_events = {registration.event_id: _of_registration(registration) for registration in _registrations(user, since)}
    at_events |= {event.pk: _of_talk(event) for event in _talks(user, since)}
    return [*(_of_booking(booking) for booking in bookings), *at_events.values()]


def _registrations(user: User, since: datetime) -> QuerySet[Registration]:
    return (
        Registration.objects.standing()
        .filter(own_rows(user, Registration), event__starts_at__isnull=False, event__ends_at__gt=since)
        .exclude(event__state=EventState.DRAFT)
        .select_related("event")
        .prefetch_related("event__venues", "event__resources")
        .order_by("event__starts_at", "pk")
    )


def _talks(user: User, since: datetime) -> QuerySet[Event]:
    spoken = Speaker.objects.agreed().filter(user=user)
    talks = Event.objects.visible().filter(speakers__in=spoken, starts_at__isnull=False, ends_at__gt=since)
    return talks.prefetch_related("venues", "resources").order_by("starts_at", "pk")


def _of_booking(booking: Booking) -> dict[str, Any]:
    return {**booking_entry(booking), "stamp": booking.decided_at or booking.created_at}


def _of_talk(event: Event) -> dict[str, Any]:
    return {**event_entry(event, with_link=event.is_online), "stamp": event.changed_at}


def _of_registration(registration: Registration) -> dict[str, Any]:
    entry = event_entry(registration.event, with_link=registration.is_confirmed)
    if registration.is_waiting and entry["status"] == "CONFIRMED":
        waiting = _("Waiting list: %(title)s") % {"title": entry["summary"]}
        entry |= {"status": "TENTATIVE", "summary": waiting}
    return {**entry, "stamp": registration.confirmed_at or registration.registered_at}
