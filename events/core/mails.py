"""The contents common to all mails about a registration."""

from hacktiv.common.calendar import REQUEST, content_type
from hacktiv.outbox.registry import Mail, absolute_url

from ..models import Registration
from .files.calendars import calendar_file, where_lines
from .files.tickets import ticket_picture
from .queries import calendar_sequence


def registration_in(context):
    """Return the registration of a mail, or None if it is gone."""
    found = Registration.objects.select_related("event__type", "event__space", "user", "brought_by__user")
    return found.filter(pk=context["registration"]).first()


def is_to_come(registration):
    return registration and registration.event.is_open


def sees_link(registration):
    return registration.is_confirmed and registration.is_online


def is_brought(registration):
    """Return True for a mail to a companion: somebody else gave their address.

    Whatever that person typed, a name too, stands in no such mail: else anybody could write to anybody from here."""
    return bool(registration.brought_by and registration.mailed == registration)


def greeted(registration):
    """Return the name to greet the person by; blank where nobody has confirmed that it is theirs."""
    return registration.person_name if registration.address_is_confirmed else ""


def registration_mail(registration, *, method=None, url=None, **context):
    """Return the mail about a registration; with `method` (RFC 5546) it carries a calendar file."""
    event = registration.event
    receiver = registration.mailed
    if url is None and registration.user:
        url = absolute_url("events:event", event.slug)
    attachments = []
    # The person who brings a companion has the event in their calendar already, with the same UID.
    if method and receiver == registration:
        entry = calendar_file(
            event,
            method=method,
            attendee=registration.person_email,
            with_link=sees_link(registration),
            sequence=calendar_sequence(registration),
        )
        attachments = [("hacktiv.ics", entry, content_type(method))]
    has_ticket = method == REQUEST and registration.is_confirmed and not registration.is_online
    if has_ticket:
        attachments.append(("ticket.png", ticket_picture(registration), "image/png"))
    return Mail(
        context={
            "registration": registration,
            "has_ticket": has_ticket,
            "event": event,
            "where": [] if registration.is_online else where_lines(event),
            "speakers": event.speaker_names,
            "name": greeted(receiver),
            "companion": registration.person_name if receiver != registration else "",
            "shows_link": sees_link(registration),
            "url": url or absolute_url("events:registration", registration.token),
            **context,
        },
        attachments=attachments,
    )
