"""An event as people put it into their calendars."""

from django.utils.translation import gettext

from hacktiv.common.calendar import CANCEL, PUBLISH, ics_file
from hacktiv.outbox.registry import absolute_url


def where_lines(event):
    """Return the places of an event, one a line; empty for an event online, which may keep the meeting point that it
    had before."""
    if not event.is_onsite:
        return []
    lines = [f"{venue.name}, {venue.town} ({venue.get_country_display()})" for venue in event.venues.all()]
    rooms = ", ".join(room.name for room in event.rooms)
    if rooms:
        lines = [f"{rooms} – {line}" if len(lines) == 1 else line for line in lines]
    if event.place:
        lines.append(event.place)
    return lines


def calendar_file(event, *, method=PUBLISH, attendee="", with_link=False, sequence=None):
    """Return the event as an .ics file. The online link is added `with_link`, for people who have a place.

    `sequence` counts the changes of one person's entry (default: those of the event)."""
    entry = calendar_entry(event, with_link=with_link)
    if sequence is not None:
        entry["sequence"] = sequence
    if method == CANCEL:
        entry["status"] = "CANCELLED"
    return ics_file(method=method, attendee=attendee, **entry)


def calendar_entry(event, *, with_link=False):
    """Return the fields of the event in a calendar, for `ics_file`."""
    where = where_lines(event)
    if event.is_online and with_link and event.online_link:
        where = [*where, event.online_link]
    elif not event.is_onsite:
        where = [gettext("Online")]
    return {
        "uid": f"event-{event.pk}@hacktivardenne",
        "sequence": event.sequence,
        "summary": event.title,
        "start": event.starts_at,
        "end": event.ends_at,
        "status": "CANCELLED" if event.is_cancelled else "CONFIRMED",
        "location": "; ".join(where),
        "description": event.summary,
        "url": absolute_url("events:event", event.slug),
    }
