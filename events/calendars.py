"""An event as people put it into their calendars."""

from hacktiv.common.calendar import PUBLISH, ics_file
from hacktiv.outbox.registry import absolute_url


def where_lines(event):
    """Where an event takes place on site, one place a line; nothing for one that is online only."""
    lines = []
    if event.is_onsite:
        lines = [f"{venue.name}, {venue.town} ({venue.get_country_display()})" for venue in event.venues.all()]
        if event.resource:
            lines = [f"{event.resource.name} – {line}" if len(lines) == 1 else line for line in lines]
    if event.place:
        lines.append(event.place)
    return lines


def calendar_file(event, *, method=PUBLISH, attendee="", with_link=False):
    """The event as an .ics file. The link of an online event is for those who have a place (`with_link`)."""
    where = "; ".join(where_lines(event))
    if event.is_online and with_link and event.online_link:
        where = "; ".join(filter(None, [where, event.online_link]))
    return ics_file(
        uid=f"event-{event.pk}@hacktivardenne",
        sequence=event.sequence,
        summary=event.title,
        start=event.starts_at,
        end=event.ends_at,
        method=method,
        status="CANCELLED" if event.is_cancelled or method == "CANCEL" else "CONFIRMED",
        location=where,
        description=event.summary,
        url=absolute_url("events:event", event.slug),
        attendee=attendee,
    )
