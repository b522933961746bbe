"""Write bookings as calendar files."""

from django.template.loader import render_to_string

from hacktiv.common.calendar import CANCEL, PUBLISH, content_type, ics_file, ics_of
from hacktiv.outbox.registry import absolute_url

from ..enums import LIVE_BOOKINGS, BookingStatus
from ..timing.hours import local_day


def calendar_file(booking, *, method=PUBLISH):
    """Return the booking as an .ics file."""
    attendee = "" if method == PUBLISH else booking.person_email
    return ics_file(method=method, attendee=attendee, **calendar_entry(booking))


def series_calendar_file(occurrences):
    """Return every booking of the occurrences in one .ics file; cancelled bookings are marked as cancelled."""
    return ics_of(calendar_entry(row.booking) for row in occurrences if row.booking)


def series_attachments(occurrences, *, now):
    """Return calendar files for a mail about a series: one with the bookings that stand, and for each one to come that
    does not, a file that takes it out. RFC 5546 allows one entry for each CANCEL."""
    bookings = [row.booking for row in occurrences if row.booking]
    standing = [booking for booking in bookings if booking.status in LIVE_BOOKINGS]
    gone = [booking for booking in bookings if booking.status not in LIVE_BOOKINGS and booking.start > now]
    files = []
    if standing:
        files.append(("reservations.ics", ics_of(map(calendar_entry, standing)), content_type(PUBLISH)))
    for booking in gone:
        name = f"reservation-{local_day(booking.start):%Y-%m-%d}.ics"
        files.append((name, calendar_file(booking, method=CANCEL), content_type(CANCEL)))
    return files


def calendar_entry(booking):
    """Return the booking as a calendar entry: its UID is its reference, its SEQUENCE counts its changes (RFC 5545)."""
    space = booking.space
    statuses = {
        BookingStatus.REQUESTED: "TENTATIVE",
        BookingStatus.CONFIRMED: "CONFIRMED",
        BookingStatus.REFUSED: "CANCELLED",
        BookingStatus.CANCELLED: "CANCELLED",
        BookingStatus.NO_SHOW: "CANCELLED",
    }
    address = ", ".join(part for part in (space.street, f"{space.postcode} {space.town}".strip()) if part)
    return {
        "uid": f"{booking.reference}@booking.hacktivardenne",
        "sequence": booking.sequence,
        "summary": f"{booking.resource.name} – {space.name}",
        "start": booking.start,
        "end": booking.end,
        "status": statuses[booking.status],
        "location": f"{space.name}, {address}",
        "description": _how_many(booking),
        "url": absolute_url("spaces:booking", booking.reference) if booking.person_email else "",
    }


def _how_many(booking):
    """Return how many come and how many places they have, in words; "" for one person."""
    if (booking.people or 1) == 1:
        return ""
    words = {"people": booking.people, "unit_count": booking.unit_count}
    return render_to_string("spaces/booking/_people_in_words.txt", words)
