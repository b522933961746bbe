"""Erase a guest from one registration. Who has an address is erased from everything by `manage.py erase_person`."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hacktiv.erasures.operations import note_rows

from ...core.operations import locked
from ...errors import EventError
from ...followup.operations import forget_outcomes
from ...models import Registration
from ...travel.operations import forget_travel_of


@transaction.atomic
def forget_guest(*, registration: Registration) -> Registration:
    """Erase a guest's name, address, answers and words from a registration; the seat and the count stay.

    Raises EventError `member` for the registration of an account, and `to_come` while it holds a seat or a place in
    line."""
    event = locked(registration.event)
    registration.refresh_from_db()
    registration.event = event
    if registration.user_id:
        raise EventError("member", _("This registration belongs to an account: its owner erases it."))
    own = Registration.objects.filter(pk=registration.pk)
    if own.live().exists() and not event.has_begun:
        raise EventError("to_come", _("The seat is still kept for this person: cancel the registration first."))
    note_rows(own)
    forget_travel_of(registrations=own)
    forget_outcomes(registrations=[registration.pk])
    registration.answers.all().delete()
    registration.guest_name = registration.guest_email = registration.guest_residence = ""
    registration.save(update_fields=["guest_name", "guest_email", "guest_residence"])
    return registration
