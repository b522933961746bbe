"""What a visit leaves on record, and what a member's passes still allow."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...core.queries import home_space
from ...errors import BookingError
from ...models import Booking, PassScheme, Visit
from ...timing.hours import day_bounds, local_day
from ...timing.periods import period
from ..queries import pass_balance


@transaction.atomic
def record_visit(*, booking, on=None):
    """Put on record that the member of this booking came on a day (today), with home and venue as on that day.

    A second booking of the same space on that day is the same visit. None for a guest, who has no home space.
    Call it under the resource's lock; the member's row is locked too, since a visit belongs to all the bookings that
    they have in that space on that day."""
    if booking.user is None:
        return None
    _lock_member(booking.user)
    day, space = on or timezone.localdate(), booking.resource.space
    home = home_space(booking.user, day)
    visit, _made = Visit.objects.get_or_create(
        participant_number=booking.user.participant_number,
        space=space,
        day=day,
        defaults={
            "side": space.country,
            "home_space": home,
            "home_side": home.country if home else "",
            "booking": booking,
            "is_example": booking.is_example,
        },
    )
    return visit


@transaction.atomic
def withdraw_visit(*, booking):
    """The check-in of this booking no longer holds: its visit goes, or becomes that of another booking of the member
    that was checked in there on that day. Locks and is called as `record_visit`."""
    if booking.user is not None:
        _lock_member(booking.user)
    for visit in Visit.objects.filter(booking=booking):
        day = period(*day_bounds(visit.day))
        others = Booking.objects.filter(user=booking.user, resource__space=visit.space_id, place=None)
        others = others.filter(period__startswith__gte=day.lower, period__startswith__lt=day.upper)
        others = others.filter(checked_in_at__isnull=False).exclude(pk=booking.pk)
        visit.booking = others.first()
        if visit.booking:
            visit.save(update_fields=["booking"])
        else:
            visit.delete()


def _lock_member(user):
    """After the resource's row, as everywhere: what a member has in several resources is counted by one at a time."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)


def check_pass(user, resource, start, booking=None):
    """Refuse a day in another space that the member's passes do not allow: BookingError `pass_used_up`.

    The member's row is locked to the transaction's end: two bookings made at once count each other. So are all shared
    passes, for a member who has one: they come last, and all at once, so that nobody waits for another's. Call it under
    the resource's lock. `booking` is the one that moves, if any."""
    _lock_member(user)
    if PassScheme.objects.filter(is_shared=True, members=user).exists():
        list(PassScheme.objects.filter(is_shared=True).order_by("pk").select_for_update(no_key=True))
    balance = pass_balance(user, local_day(start), moved=booking)
    if balance and not balance.allows(resource.space, local_day(start)):
        raise BookingError(
            "pass_used_up",
            format_lazy(
                ngettext_lazy(
                    "Your pass for {year} is used up: 0 of {days} day is left in the other spaces ({names}).",
                    "Your pass for {year} is used up: 0 of {days} days are left in the other spaces ({names}).",
                    balance.days,
                ),
                year=balance.year,
                days=balance.days,
                names=balance.names or _("no pass for you"),
            ),
        )
