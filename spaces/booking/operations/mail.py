"""Put mails into the outbox, in the transaction of the operation.

A mail to an address that nobody has confirmed bears no name: whoever reads there may be somebody else.
"""

from collections.abc import Iterable
from typing import Any

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue
from members.core.queries import language_of

from ...core.queries import Recipient, recipients_of
from ...enums import BookingStatus
from ...models import Booking, Closure, Series, Space, Wait


def _recipient_of(row: Booking | Series) -> Recipient:
    """Return whom a mail about the row goes to; without a name where nobody has confirmed the address."""
    if row.user:
        return Recipient(row.user.email, str(row.user), row.user.language)
    return Recipient(row.guest_email, "", language_of(row.guest_email, otherwise=row.guest_language))


def tell_person(booking: Booking, template: str, **more: Any) -> None:
    """Mail the person once for each state of the booking. The team telephones a guest without an address.

    The mail is built of the booking and of what is handed over besides (`more`)."""
    person = _recipient_of(booking)
    if person.email:
        enqueue(
            key=f"{template}:{booking.reference}:{booking.sequence}",
            template=template,
            to_email=person.email,
            to_name=person.name,
            language=person.language,
            context={"booking": booking.pk, "sequence": booking.sequence, **more},
        )


def tell_of_a_place(wait: Wait) -> None:
    """Mail the person that a place is free for them to book. Once for each wait; the mail expires with its time."""
    enqueue(
        key=f"spaces.wait_told:{wait.reference}",
        template="spaces.wait_told",
        to_email=wait.user.email,
        to_name=str(wait.user),
        language=wait.user.language,
        context={"wait": wait.pk},
        expires_at=wait.end,
    )


def not_told_of(closure: Closure, waits: Iterable[Wait]) -> list[Wait]:
    """Return those of the waits whose people no mail has told of this closure yet."""
    told = Message.objects.filter(key__in=[_key_of(wait, closure) for wait in waits]).values_list("key", flat=True)
    return [wait for wait in waits if _key_of(wait, closure) not in told]


def _key_of(wait: Wait, closure: Closure) -> str:
    return f"spaces.wait_closed:{wait.reference}:{closure.pk}"


def tell_of_closure(wait: Wait, closure: Closure) -> None:
    """Mail the person that what they wait for is closed then. Once for each wait and closure."""
    enqueue(
        key=_key_of(wait, closure),
        template="spaces.wait_closed",
        to_email=wait.user.email,
        to_name=str(wait.user),
        language=wait.user.language,
        context={"wait": wait.pk, "closure": closure.pk},
        expires_at=wait.end,
    )


def tell_of_new(booking: Booking, *, after_waiting: bool = False) -> None:
    """Mail the person that their booking is made or requested, and mail the managers a request to decide on."""
    waits = booking.status == BookingStatus.REQUESTED
    kind = "spaces.booking_requested" if waits else "spaces.booking_confirmed"
    tell_person(booking, "spaces.wait_booked" if after_waiting else kind)
    if waits:
        tell_managers(booking.resource.space, "spaces.booking_to_decide", booking)


def former_of(booking: Booking) -> dict[str, Any]:
    """Return what a mail tells of the booking as it is before it changes, as JSON."""
    return {
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "place": booking.place.name if booking.place else "",
        "people": booking.people or 1,
        "unit_count": booking.unit_count,
        "units": booking.unit_names,
    }


def tell_of_change(booking: Booking, former: dict[str, Any]) -> None:
    """Mail the person what has changed since the booking was as in `former`, and the managers what they decide on."""
    tell_person(booking, "spaces.booking_changed", former=former)
    if booking.status == BookingStatus.REQUESTED:
        tell_managers(booking.resource.space, "spaces.booking_to_decide", booking)


def tell_managers(space: Space, template: str, subject: Booking | Series) -> None:
    """Mail the managers of the space about a booking or a series that waits for their answer."""
    for person in recipients_of(space):
        enqueue(
            key=f"{template}:{subject.reference}:{subject.sequence}:{person.email}",
            template=template,
            to_email=person.email,
            to_name=person.name,
            language=person.language,
            context={str(subject._meta.model_name): subject.pk, "sequence": subject.sequence},
        )


def tell_of_series(series: Series, template: str) -> None:
    """Mail the person once for each change of the series, however many days change."""
    person = _recipient_of(series)
    if person.email:
        enqueue(
            key=f"{template}:{series.reference}:{series.sequence}",
            template=template,
            to_email=person.email,
            to_name=person.name,
            language=person.language,
            context={"series": series.pk, "sequence": series.sequence},
        )
