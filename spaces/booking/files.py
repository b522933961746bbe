"""Bookings as calendar files."""

from hacktiv.common.calendar import PUBLISH, ics_file, ics_of
from hacktiv.outbox.registry import absolute_url

from ..enums import BookingStatus


def calendar_file(booking, *, method=PUBLISH):
    """The booking as an .ics file."""
    attendee = "" if method == PUBLISH else booking.person_email
    return ics_file(method=method, attendee=attendee, **calendar_entry(booking))


def series_calendar_file(occurrences):
    """Every booking of the occurrences in one .ics file, the cancelled ones as such."""
    return ics_of(calendar_entry(row.booking) for row in occurrences if row.booking)


def calendar_entry(booking):
    """The booking in a calendar: its UID is its reference for life, its SEQUENCE counts its changes."""
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
        "url": absolute_url("spaces:booking", booking.reference) if booking.user else "",
    }
