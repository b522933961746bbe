"""Note what happens to equipment that travels: it is brought to a space, handed over, brought back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members.models import User

from ..booking.operations.locks import lock_booking, lock_resource
from ..enums import HandoverKind
from ..errors import BookingError
from ..models import Booking, Closure, Handover, Occupancy, Resource, Space, Unit
from .rules import can_be_handed_over


@transaction.atomic
def bring(
    *, unit: Unit, from_space: Space, space: Space, by: User | None, note: str = "", is_example: bool = False
) -> Unit:
    """Note that a piece, which stood at `from_space`, has arrived at `space`. A second time changes nothing.

    Raises BookingError `on_loan` while somebody has it, `stands_elsewhere` when it no longer stands at `from_space`.
    """
    unit = _locked(unit)
    if unit.standing == space:
        return unit
    if holder_of(unit):
        raise BookingError("on_loan", _("Somebody has it on loan: note first that it is brought back."))
    if unit.standing != from_space:
        raise BookingError("stands_elsewhere", format_lazy(_("It stands at {space} now."), space=unit.standing.name))
    Handover.objects.create(
        unit=unit,
        kind=HandoverKind.BROUGHT,
        from_space=from_space,
        space=space,
        note=note.strip(),
        by=by,
        is_example=is_example,
    )
    return _stands_at(unit, space)


@transaction.atomic
def hand_over(*, booking: Booking, by: User | None, note: str = "") -> Booking:
    """Note that the piece is handed over to the person. A second time changes nothing.

    Raises BookingError `not_confirmed`, `too_early`, `over`; `on_loan` while another person has the piece,
    `stands_elsewhere` when it has not arrived yet.
    """
    booking = lock_booking(booking)
    if booking.handovers.filter(kind=HandoverKind.LENT).exists():
        return booking
    now = timezone.now()
    if not can_be_handed_over(booking, now):
        raise _no_hand_over(booking, now)
    unit = _unit_of(booking)
    if holder_of(unit):
        raise BookingError("on_loan", _("Somebody has it on loan: note first that it is brought back."))
    if unit.standing != booking.place:
        message = _("It stands at {space}, by what is noted here: note first that it has arrived.")
        raise BookingError("stands_elsewhere", format_lazy(message, space=unit.standing.name))
    booking.checked_in_at, booking.checked_in_by = now, by
    booking.save(update_fields=["checked_in_at", "checked_in_by"])
    _note(unit, HandoverKind.LENT, booking, booking.place, by, note)
    return booking


def _no_hand_over(booking: Booking, now: datetime) -> BookingError:
    if booking.is_live and now < booking.end and booking.decided_at is None:
        return BookingError("not_confirmed", _("This request still waits for the team’s answer."))
    if booking.is_live and now < booking.start:
        return BookingError("too_early", _("It is handed over on the day on which the loan begins."))
    return BookingError("over", _("This booking no longer holds."))


@transaction.atomic
def take_back(*, booking: Booking, space: Space, by: User | None, note: str = "") -> Booking:
    """Note that the piece is brought back to `space`, and its condition. A second time changes nothing.

    Raises BookingError `not_lent`.
    """
    booking = lock_booking(booking)
    if booking.handovers.filter(kind=HandoverKind.RETURNED).exists():
        return booking
    lent = booking.handovers.filter(kind=HandoverKind.LENT).select_related("unit__resource__space").first()
    if lent is None:
        raise BookingError("not_lent", _("It was not handed over."))
    _note(lent.unit, HandoverKind.RETURNED, booking, space, by, note)
    _stands_at(lent.unit, space)
    return booking


@transaction.atomic
def settle_closures(*, resource: Resource) -> None:
    """Adapt the closed units after a resource begins or ceases to travel: closures of a whole space bind no equipment
    that travels."""
    resource = lock_resource(resource.pk)
    closures = Closure.objects.upcoming().filter(space=resource.space_id, resource=None)
    units = list(resource.units.in_use())
    Occupancy.objects.filter(unit__in=units, closure__in=closures).delete()
    if not resource.travels:
        Occupancy.objects.bulk_create(
            Occupancy(unit=unit, period=closure.period, closure=closure) for unit in units for closure in closures
        )


def holder_of(unit: Unit) -> Booking | None:
    """Return the loan for which the piece is out, or None."""
    back = Handover.objects.filter(kind=HandoverKind.RETURNED, unit=unit).values("booking")
    out = Booking.objects.filter(handovers__kind=HandoverKind.LENT, handovers__unit=unit)
    return out.exclude(pk__in=back).first()


def _locked(unit: Unit) -> Unit:
    lock_resource(unit.resource_id)
    return Unit.objects.select_related("resource__space", "stands_at").get(pk=unit.pk)


def _unit_of(booking: Booking) -> Unit:
    return Unit.objects.select_related("resource__space", "stands_at").get(occupancies__booking=booking)


def _note(
    unit: Unit, kind: HandoverKind, booking: Booking, space: Space | None, by: User | None, note: str
) -> Handover:
    values = {"unit": unit, "kind": kind, "booking": booking, "space": space, "by": by, "note": note.strip()}
    return Handover.objects.create(**values, is_example=booking.is_example)


def _stands_at(unit: Unit, space: Space) -> Unit:
    unit.stands_at = None if space == unit.resource.space else space
    unit.save(update_fields=["stands_at"])
    return unit
