"""The rows that operations put into the outbox, in their own transaction."""

from hacktiv.outbox.operations import enqueue

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


def tell_managers(booking):
    for person in recipients_of(booking.resource.space):
        enqueue(
            key=f"spaces.booking_to_decide:{booking.reference}:{booking.sequence}:{person.email}",
            template="spaces.booking_to_decide",
            to_email=person.email,
            to_name=person.name,
            language=person.language,
            context={"booking": booking.pk, "sequence": booking.sequence},
        )
