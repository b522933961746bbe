"""What the mails of the spaces show. Each is gathered as it leaves: what no longer holds is not sent."""

from hacktiv.common.calendar import CANCEL, PUBLISH, REQUEST, content_type, ics_file
from hacktiv.outbox.registry import Mail, absolute_url, register

from .enums import BookingStatus
from .models import Booking, Space


def calendar_file(booking, *, method=PUBLISH):
    """The booking as an .ics file."""
    attendee = "" if method == PUBLISH else booking.person_email
    return ics_file(method=method, attendee=attendee, **calendar_entry(booking))


def calendar_entry(booking):
    """The booking in a calendar: its UID is its reference for life, its SEQUENCE counts its changes."""
    space = booking.resource.space
    statuses = {
        BookingStatus.REQUESTED: "TENTATIVE",
        BookingStatus.CONFIRMED: "CONFIRMED",
        BookingStatus.REFUSED: "CANCELLED",
        BookingStatus.CANCELLED: "CANCELLED",
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


def _booking(context):
    """The booking, if it is still as it was when the mail was written."""
    found = Booking.objects.select_related("resource__space", "user").filter(
        pk=context["booking"], sequence=context["sequence"]
    )
    return found.first()


def _mail(booking, method=None):
    url = (
        absolute_url("spaces:booking", booking.reference)
        if booking.user
        else absolute_url("portal:space", booking.resource.space.slug)
    )
    attachments = []
    if method:
        attachments = [("reservation.ics", calendar_file(booking, method=method), content_type(method))]
    return Mail(
        context={"booking": booking, "resource": booking.resource, "space": booking.resource.space, "url": url},
        attachments=attachments,
    )


@register("spaces.booking_requested")
def booking_requested(context):
    booking = _booking(context)
    return booking and _mail(booking)


@register("spaces.booking_confirmed")
def booking_confirmed(context):
    booking = _booking(context)
    return booking and _mail(booking, REQUEST)


@register("spaces.booking_refused")
def booking_refused(context):
    booking = _booking(context)
    return booking and _mail(booking)


@register("spaces.booking_cancelled")
def booking_cancelled(context):
    """Taken out of the calendar, if it was ever confirmed: cancelling the unknown does no harm."""
    booking = _booking(context)
    return booking and _mail(booking, CANCEL)


@register("spaces.booking_to_decide")
def booking_to_decide(context):
    booking = _booking(context)
    if booking is None or booking.status != BookingStatus.REQUESTED:
        return None
    mail = _mail(booking)
    mail.context["url"] = absolute_url("admin:spaces_booking_change", booking.pk)
    return mail


@register("spaces.contact")
def contact(context):
    space = Space.objects.filter(pk=context["space"]).first()
    return space and Mail(context={**context, "space": space})
