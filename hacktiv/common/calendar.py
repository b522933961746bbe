"""Calendar files (RFC 5545, iTIP RFC 5546), attached to mails or offered on pages."""

from datetime import UTC, timedelta

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vDuration, vText

#: Methods of a calendar file: add an entry, answer an invitation, remove an entry.
PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
#: The person has accepted, by asking for the entry themselves; the calendar is to ask for no answer.
ACCEPTED = {"cutype": "INDIVIDUAL", "role": "REQ-PARTICIPANT", "partstat": "ACCEPTED", "rsvp": "FALSE"}
#: A calendar program need not fetch a feed more often than this.
FEED_REFRESH = timedelta(hours=1)


def content_type(method):
    """Return the content type of an attachment. The code that attaches it adds the character set."""
    return f"text/calendar; method={method}"


def ics_file(*, method=PUBLISH, **entry):
    """Return an .ics file (bytes) with one entry, given by the fields of `ics_entry`.

    PUBLISH needs no attendee; REQUEST and CANCEL, sent by mail, name one, who has accepted.
    """
    return ics_of([entry], method=method)


def ics_of(entries, *, method=PUBLISH):
    """Return an .ics file (bytes) with several entries, each given by the fields of `ics_entry`."""
    return _written(_calendar(method), entries)


def ics_feed(name, entries):
    """Return a file like that of `ics_of`, as a calendar that programs fetch again and again."""
    calendar = _calendar(PUBLISH)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", FEED_REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(FEED_REFRESH).to_ical().decode())
    return _written(calendar, entries)


def _calendar(method):
    calendar = Calendar()
    calendar.add("prodid", "-//Hacktiv'Ardenne//hacktivardenne//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _written(calendar, entries):
    for entry in entries:
        calendar.add_component(ics_entry(**entry))
    return calendar.to_ical()


def ics_entry(
    *,
    uid,
    sequence,
    summary,
    start,
    end,
    status="CONFIRMED",
    location="",
    description="",
    url="",
    organizer="",
    organizer_name="",
    attendee="",
    stamp=None,
):
    """Return one entry of a calendar.

    `uid` never changes and `sequence` grows with each change, so that calendars replace the entry they have. `start`
    and `end` are aware and written in UTC, which is exact also on the days when the clocks change. `status` is
    TENTATIVE, CONFIRMED or CANCELLED. `stamp` is the moment when this was last true (default: now).
    """
    entry = Event()
    entry.add("uid", uid)
    entry.add("sequence", sequence)
    entry.add("dtstamp", (stamp or timezone.now()).astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", start.astimezone(UTC))
    entry.add("dtend", end.astimezone(UTC))
    entry.add("summary", summary)
    entry.add("status", status)
    entry.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    for name, value in (("location", location), ("description", description), ("url", url)):
        if value:
            entry.add(name, value)
    _add_address(entry, "organizer", organizer or _sender_address(), organizer_name or "Hacktiv'Ardenne")
    if attendee:
        _add_address(entry, "attendee", attendee, "", ACCEPTED)
    return entry


def _add_address(entry, name, email, common_name, params=None):
    address = vCalAddress(f"mailto:{email}")
    if common_name:
        address.params["cn"] = vText(common_name)
    address.params.update(params or {})
    entry.add(name, address, encode=0)


def _sender_address():
    return settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("<> ")
