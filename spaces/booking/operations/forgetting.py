"""Erase a guest from one booking. Who has an address is erased from everything by `manage.py erase_person`."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.erasures.operations import note_rows

from ...enums import ERASED, BookingStatus
from ...errors import BookingError
from ...models import Booking, Series
from .changes import is_out
from .locks import lock_booking


@transaction.atomic
def forget_guest(*, booking: Booking) -> Booking:
    """Erase a guest's name, address and words from a booking, its hand-overs and its series; the booking itself stays.

    Raises BookingError `member` for a booking of an account, and `to_come` while the booking, or another day of its
    series, still holds its place, or the equipment is out.
    """
    booking = lock_booking(booking)
    if booking.user_id:
        raise BookingError("member", _("This booking belongs to an account: its owner erases it."))
    series = Series.objects.filter(occurrences__booking=booking)
    days = Booking.objects.filter(occurrence__series__in=series) | Booking.objects.filter(pk=booking.pk)
    if is_out(booking) or days.live().upcoming(timezone.now()).exists():
        raise BookingError(
            "to_come", _("It is still this person’s: cancel the booking, or take the equipment back, first.")
        )
    note_rows(days, series)
    for day in days:
        day.guest_name = day.guest_email = day.purpose = ""
        day.reason = ERASED if day.status == BookingStatus.REFUSED else ""
        day.save(update_fields=["guest_name", "guest_email", "purpose", "reason"])
        day.handovers.update(note="")
    series.delete()
    booking.refresh_from_db()
    return booking
