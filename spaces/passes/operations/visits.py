"""Record visits, correct the side they keep, and refuse days that a member's passes do not allow."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...core.operations import lock_account
from ...core.queries import home_space, side_of_residence
from ...errors import BookingError
from ...models import Booking, PassScheme, Resource, SideCorrection, Visit
from ...timing.hours import day_bounds, local_day
from ...timing.periods import period
from ..queries import pass_balance


@transaction.atomic
def record_visit(*, booking: Booking, on: date | None = None) -> Visit | None:
    """Record that the member of this booking came on the day `on` (today).

    It keeps the home space on that day and its side; without a home space, the side on which the member lives.

    Return the visit; a second booking of the space on that day shares it. Return None for a guest: of them no side is
    known. Call it under the resource's lock. It locks the member's row too, because a visit belongs to all bookings of
    the member in that space on that day."""
    if booking.user is None:
        return None
    lock_account(booking.user)
    day, space = on or timezone.localdate(), booking.resource.space
    home = home_space(booking.user, day)
    visit, _made = Visit.objects.get_or_create(
        participant_number=booking.user.participant_number,
        space=space,
        day=day,
        defaults={
            "side": space.country,
            "home_space": home,
            "home_side": home.country if home else side_of_residence(booking.user.residence),
            "booking": booking,
            "is_example": booking.is_example,
        },
    )
    return visit


@transaction.atomic
def withdraw_visit(*, booking: Booking) -> None:
    """Take the visit of this booking off the record, after its check-in is undone.

    If the member checked in there on that day by another booking, the visit passes to that one. Call it under the
    resource's lock; it locks the member's row."""
    if booking.user is not None:
        lock_account(booking.user)
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


@transaction.atomic
def correct_side(*, visit: Visit, side: str, by: User | None, reason: str = "") -> Visit:
    """Note on which side of the border (`Country`) the member of a visit lived; blank: not known, or elsewhere.

    The former value stays as a `SideCorrection`, and the account is the member's. A closed report stays as it is; the
    next version tells the difference as a correction. Raises BookingError: `no_visit` (it was taken back meanwhile),
    `home_space` (the side is that of the home space), `reason` (a known side changes without one)."""
    kept = Visit.objects.select_for_update().filter(pk=visit.pk).first()
    if kept is None:
        raise BookingError("no_visit", _("This visit was taken back meanwhile."))
    if kept.home_side == side:
        return kept
    if kept.home_space_id:
        raise BookingError("home_space", _("This visit has the side of the member’s home space on that day."))
    if kept.home_side and not reason.strip():
        raise BookingError("reason", _("Say why the side changes: the reports rest on the former one."))
    SideCorrection.objects.create(visit=kept, before=kept.home_side, after=side, reason=reason.strip(), made_by=by)
    kept.home_side = side
    kept.save(update_fields=["home_side"])
    return kept


def lock_passes(user: User) -> None:
    """Lock what the balance of the member's passes stands on, for the days that are counted next."""
    lock_account(user)
    _lock_shared(user)


def _lock_shared(user: User) -> None:
    """Lock all shared passes, in one order, if the member has one. After the member's row."""
    if PassScheme.objects.filter(is_shared=True, members=user).exists():
        list(PassScheme.objects.filter(is_shared=True).order_by("pk").select_for_update(no_key=True))


def check_pass(user: User, resource: Resource, start: datetime, booking: Booking | None = None) -> None:
    """Raise BookingError `pass_used_up` for a day in another space that the member's passes do not allow.

    Call it under the locks of the resource and then of the member, so that two bookings made at once count each other.
    `booking` is the booking that moves, if any. For a member of a shared pass it locks all shared passes, in one order,
    so that there is no deadlock."""
    _lock_shared(user)
    balance = pass_balance(user, local_day(start), moved=booking)
    if balance and (error := balance.refusal(resource.space, local_day(start))):
        raise error
