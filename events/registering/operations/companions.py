"""Register companions. Each has a registration of their own, on which the person who brings them is noted."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from spaces.core.queries import side_of_residence

from ...core import rules
from ...core.operations import refuse, tell
from ...models import Event, Registration
from .answers import Answers, write_answers
from .guests import SECOND_CLICK
from .numbers import number_by_staff, participant_number_of
from .registrations import cancel_registration
from .seats import give_seat_or_line_up, locked_with_line


@transaction.atomic
def bring_companion(
    *, registration: Registration, name: str, email: str = "", residence: str = "", answers: Answers | None = None
) -> Registration:
    """Give a companion a seat or the last place in line, in the way of the person who brings them.

    The companion's mails go to their address or, without one, to the person who brings them. For a second click the
    first companion is returned.
    Nothing tells who brings them that an address is registered, or has asked to be: the companion is then registered
    by name alone, that other registration stays as it is, and its owner gets one mail.
    Raises EventError: `not_registered`, `companion`, `too_many`, those of `register_guest` and of `write_answers`."""
    event, roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    companions = registration.companions.standing()
    if again := _sent_before(companions, name):
        return again
    refuse(rules.refusal_to_bring(registration, companions.count()))
    if email.lower() == registration.person_email.lower():
        email = ""
    other = _registered_already(event, email)
    address = "" if other else email.lower()
    number = number_by_staff(event, address)
    if other:
        participant_number_of(email)  # in vain, so that the time does not tell
    companion = Registration(
        event=event,
        guest_name=name.strip(),
        guest_email=address,
        is_address_withheld=other is not None,
        guest_residence=residence,
        language=registration.user.language if registration.user else registration.language,
        participant_number=number,
        way=registration.way,
        side=side_of_residence(residence),
        brought_by=registration,
    )
    give_seat_or_line_up(companion, event, at=roll.read_at)
    write_answers(companion, answers)
    if other:
        tell("brought_too", other, occasion=str(registration.pk), context={"companion": companion.pk})
    return companion


def _sent_before(companions: QuerySet[Registration], name: str) -> Registration | None:
    """Return the companion whom the first of two clicks registered, or None.

    The name alone counts: an address that is withheld cannot be compared, and must make no difference."""
    alike = companions.filter(guest_name__iexact=name.strip())
    return alike.filter(registered_at__gt=timezone.now() - SECOND_CLICK).first()


def _registered_already(event: Event, email: str) -> Registration | None:
    """Return the registration for the event, pending or standing, of whoever has this address; an account's first."""
    if not email:
        return None
    owned = Q(guest_email__iexact=email) | Q(user__email__iexact=email)
    return event.registrations.live().filter(owned).select_related("user").order_by("user_id", "pk").first()


@transaction.atomic
def cancel_companion(*, companion: Registration) -> list[Registration]:
    """Cancel a companion's registration for the person who brings them. As `cancel_registration`."""
    return cancel_registration(registration=companion, by_bringer=True)
