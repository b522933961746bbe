"""Erase again, after a restore, whom the backup still holds."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from events.models import Registration
from events.registering.operations import cancel_registration
from events.registering.operations.forgetting import forget_guest as forget_registration
from hacktiv.erasures.models import Erasable, erasable_models, person_key
from hacktiv.erasures.operations import take_in_journal
from hacktiv.outbox.models import Message
from hacktiv.portal.operations import NothingHeldError, erase_address, erase_person
from members.models import User
from spaces.booking.operations import cancel_booking
from spaces.booking.operations.forgetting import forget_guest as forget_booking
from spaces.models import Booking


def erase_again() -> int:
    """Make the erasures of the journal again; return how many people, and rows of guests but for mails, were erased."""
    keys = take_in_journal()
    members = list(User.objects.filter(erasure_key__in=keys))
    for member in members:
        erase_person(user=member)
    everywhere = [row for row in _noted(keys) if person_key(row.erasure_key) in keys]
    addresses = {address.lower() for row in everywhere if (address := getattr(row, row.address_column))}
    # Who has an account under a guest's former address did not have that erased.
    addresses -= {email.lower() for email in User.objects.values_list("email", flat=True)}
    erased = sum(map(_erase_address, sorted(addresses)))
    rows = list(_noted(keys))
    for row in rows:
        _forget_row(row)
    return len(members) + erased + sum(not isinstance(row, Message) for row in rows)


def _noted(keys: set[UUID]) -> Iterator[Erasable]:
    """Return the rows that bear a key of the journal, for themselves or for their person, and are
    of nobody's account."""
    for model in erasable_models():
        if model is not User:
            rows = _of_nobody_with_account(model)
            found = [key for key in rows.values_list("erasure_key", flat=True) if {key, person_key(key)} & keys]
            yield from rows.filter(erasure_key__in=found).order_by("pk")


def _of_nobody_with_account(model: type[Erasable]) -> QuerySet[Erasable]:
    guests = Q(user=None) & ~Q(guest_name="", guest_email="")
    return model._base_manager.filter(guests if model.address_column == "guest_email" else Q())


def _erase_address(address: str) -> bool:
    try:
        erase_address(address=address)
    except NothingHeldError:
        return False
    return True


def _forget_row(row: Erasable) -> None:
    """Erase a guest from one row; what it keeps for them is given up first, as it was before the erasure."""
    if isinstance(row, Registration):
        if Registration.objects.filter(pk=row.pk).live().exists() and not row.event.has_begun:
            cancel_registration(registration=row)
        forget_registration(registration=row)
        return
    if not isinstance(row, Booking):
        row.delete()
        return
    days = Booking.objects.filter(occurrence__series__occurrences__booking=row) | Booking.objects.filter(pk=row.pk)
    for day in days.live().upcoming(timezone.now()).distinct():
        cancel_booking(booking=day, by=None, as_manager=True, keep_visit=True)
    forget_booking(booking=row)
