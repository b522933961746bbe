"""Register companions. Each has a registration of their own, on which the person who brings them is noted."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ...core import rules
from ...core.operations import refuse
from ...enums import RegistrationStatus
from ...errors import EventError
from ...models import Registration
from .answers import Answers, write_answers
from .numbers import participant_number_of
from .registrations import ALREADY_REGISTERED, SECOND_CLICK, cancel_registration
from .seats import give_seat_or_line_up, locked_with_line, side_of_residence


@transaction.atomic
def bring_companion(
    *, registration: Registration, name: str, email: str = "", residence: str = "", answers: Answers | None = None
) -> Registration:
    """Give a companion a seat or the last place in line, in the way of the person who brings them.

    The companion's mails go to their address or, without one, to the person who brings them. For a second click the
    first companion is returned.
    Raises EventError: `not_registered`, `companion`, `too_many`, `already_registered`, those of `register_guest` and
    of `write_answers`."""
    event, roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    companions = registration.companions.standing()
    if again := _sent_before(companions, name, email):
        return again
    refuse(rules.refusal_to_bring(registration, companions.count()))
    number = participant_number_of(email)
    if event.registrations.standing().filter(participant_number=number).exists():
        raise EventError("already_registered", ALREADY_REGISTERED)
    # A link still waiting in the companion's own mailbox is no longer needed.
    if email:
        event.registrations.filter(status=RegistrationStatus.UNCONFIRMED, guest_email__iexact=email).delete()
    companion = Registration(
        event=event,
        guest_name=name.strip(),
        guest_email=email.lower(),
        guest_residence=residence,
        language=registration.user.language if registration.user else registration.language,
        participant_number=number,
        way=registration.way,
        side=side_of_residence(residence),
        brought_by=registration,
    )
    give_seat_or_line_up(companion, event, at=roll.read_at)
    write_answers(companion, answers)
    return companion


def _sent_before(companions: QuerySet[Registration], name: str, email: str) -> Registration | None:
    """Return the companion whom the first of two clicks registered, or None."""
    alike = companions.filter(guest_name__iexact=name.strip(), guest_email__iexact=email)
    return alike.filter(registered_at__gt=timezone.now() - SECOND_CLICK).first()


@transaction.atomic
def cancel_companion(*, companion: Registration) -> list[Registration]:
    """Cancel a companion's registration for the person who brings them. As `cancel_registration`."""
    return cancel_registration(registration=companion, by_bringer=True)
