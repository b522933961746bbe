"""The rows that operations put into the outbox, in their own transaction."""

from hacktiv.outbox.operations import enqueue

from ...core.queries import recipients_of
from ...enums import BookingStatus


def tell_person(booking, template):
    """One mail for each state a booking goes through. A guest without an address is told by telephone."""
    if booking.person_email:
        enqueue(
            key=f"{template}:{booking.reference}:{booking.sequence}",
            template=template,
            to_email=booking.person_email,
            to_name=booking.person_name,
            language=booking.person_language,
            context={"booking": booking.pk, "sequence": booking.sequence},
        )


def tell_of_a_place(wait):
    """A place is free, and the person decides. Once for each wait; worthless once the time is over."""
    enqueue(
        key=f"spaces.wait_told:{wait.reference}",
        template="spaces.wait_told",
        to_email=wait.user.email,
        to_name=str(wait.user),
        language=wait.user.language,
        context={"wait": wait.pk},
        expires_at=wait.end,
    )


def tell_of_new(booking, *, after_waiting=False):
    """To the person: booked, or asked for, or theirs after waiting; then to the managers, who decide."""
    waits = booking.status == BookingStatus.REQUESTED
    kind = "spaces.booking_requested" if waits else "spaces.booking_confirmed"
    tell_person(booking, "spaces.wait_booked" if after_waiting else kind)
    if waits:
        tell_managers(booking.resource.space, "spaces.booking_to_decide", booking)


def tell_managers(space, template, subject):
    """Of a booking, or of a series, that waits for them."""
    for person in recipients_of(space):
        enqueue(
            key=f"{template}:{subject.reference}:{subject.sequence}:{person.email}",
            template=template,
            to_email=person.email,
            to_name=person.name,
            language=person.language,
            context={subject._meta.model_name: subject.pk, "sequence": subject.sequence},
        )


def tell_of_series(series, template):
    """One mail for a change of a series, however many days it touches. As `tell_person`."""
    if series.person_email:
        enqueue(
            key=f"{template}:{series.reference}:{series.sequence}",
            template=template,
            to_email=series.person_email,
            to_name=series.person_name,
            language=series.person_language,
            context={"series": series.pk, "sequence": series.sequence},
        )
