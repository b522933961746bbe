"""Erase again, after a restore, whom the backup still holds."""

from itertools import chain

from django.db.models import Q
from django.utils import timezone

from events.models import Registration
from events.registering.operations import cancel_registration
from events.registering.operations.forgetting import forget_guest as forget_registration
from hacktiv.erasures.models import person_key
from hacktiv.erasures.operations import keys_in_journal
from hacktiv.portal.operations import NothingHeldError, erase_address, erase_person
from members.models import User
from spaces.booking.operations import cancel_booking
from spaces.booking.operations.forgetting import forget_guest as forget_booking
from spaces.models import Booking

Row = Registration | Booking


def erase_again() -> int:
    """Make the erasures of the journal again; return how many people, and rows of guests alone, were erased."""
    keys = keys_in_journal()
    members = list(User.objects.filter(erasure_key__in=keys))
    for member in members:
        erase_person(user=member)
    everywhere = [row for row in _guests() if row.guest_email and person_key(row.erasure_key) in keys]
    addresses = {row.guest_email.lower() for row in everywhere}
    # Who has an account under a guest's former address did not have that erased.
    addresses -= {email.lower() for email in User.objects.values_list("email", flat=True)}
    erased = sum(map(_erase_address, sorted(addresses)))
    rows = [row for row in _guests() if {row.erasure_key, person_key(row.erasure_key)} & keys]
    for row in rows:
        _forget_row(row)
    return len(members) + erased + len(rows)


def _guests() -> list[Row]:
    """Return the registrations and bookings that still name a guest."""
    named = Q(user=None) & ~Q(guest_name="", guest_email="")
    return list(chain(Registration.objects.filter(named).order_by("pk"), Booking.objects.filter(named).order_by("pk")))


def _erase_address(address: str) -> bool:
    try:
        erase_address(address=address)
    except NothingHeldError:
        return False
    return True


def _forget_row(row: Row) -> None:
    """Erase a guest from one row; what it keeps for them is given up first, as it was before the erasure."""
    if isinstance(row, Registration):
        if Registration.objects.filter(pk=row.pk).live().exists() and not row.event.has_begun:
            cancel_registration(registration=row)
        forget_registration(registration=row)
        return
    days = Booking.objects.filter(occurrence__series__occurrences__booking=row) | Booking.objects.filter(pk=row.pk)
    for day in days.live().upcoming(timezone.now()).distinct():
        cancel_booking(booking=day, by=None, as_manager=True)
    forget_booking(booking=row)
