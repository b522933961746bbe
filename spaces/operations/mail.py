"""The rows that operations put into the outbox, in their own transaction."""

from hacktiv.outbox.operations import enqueue

from ..enums import BookingStatus
from ..queries import recipients_of


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


def tell_of_new(booking):
    """To the person: booked, or asked for; then to the managers, who decide."""
    waits = booking.status == BookingStatus.REQUESTED
    tell_person(booking, "spaces.booking_requested" if waits else "spaces.booking_confirmed")
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
    """One mail for a change of a series, however many days it touches."""
    enqueue(
        key=f"{template}:{series.reference}:{series.sequence}",
        template=template,
        to_email=series.user.email,
        to_name=str(series.user),
        language=series.user.language,
        context={"series": series.pk, "sequence": series.sequence},
    )
