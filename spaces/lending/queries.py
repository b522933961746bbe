"""Equipment that travels between the spaces: where each piece stands, who has it, and what must be brought where."""

from dataclasses import dataclass, field
from datetime import datetime

from hacktiv.common.freshness import catalogue

from ..enums import HandoverKind
from ..models import Booking, Handover, Occupancy, Resource, Space, Unit
from ..places.rules import limits_of
from ..timing.hours import local_day
from .rules import can_be_handed_over


@dataclass
class Journey:
    """A piece is to be brought from one space to another, for a loan; it can leave once the loan before is over."""

    unit: Unit
    from_space: Space
    space: Space
    booking: Booking
    after: datetime | None

    @property
    def before(self):
        return self.booking.start


@dataclass
class Piece:
    """A unit, where it stands by what is noted, for which loan somebody has it, and what comes: its loans that are not
    over, and the journeys that they need."""

    unit: Unit
    holder: Booking | None = None
    loans: list = field(default_factory=list)
    journeys: list = field(default_factory=list)

    @property
    def standing(self):
        return self.unit.standing


def pieces(now, resources=None):
    """Every piece of the resources (of all that travel), in their order. Three queries."""
    resources = Resource.objects.filter(travels=True) if resources is None else resources
    units = Unit.objects.in_use().filter(resource__in=resources).select_related("resource__space", "stands_at")
    found = {
        unit.pk: Piece(unit)
        for unit in units.order_by("resource__space__order", "resource__order", "resource", "number")
    }
    taken = Occupancy.objects.filter(unit__in=found, booking__isnull=False, booking__period__endswith__gt=now)
    for row in taken.select_related("booking__place", "booking__user").order_by("booking__period"):
        piece = found[row.unit_id]
        row.booking.resource = piece.unit.resource
        piece.loans.append(row.booking)
    notes = Handover.objects.filter(unit__in=found, booking__isnull=False).order_by("at", "pk")
    _note(found, list(notes.select_related("booking__place", "booking__user")))
    for piece in found.values():
        piece.journeys = list(_journeys(piece, now))
    return list(found.values())


def _note(found, notes):
    """What the notes say of each loan: `handed_over` and `returned` (or None), and who has the piece."""
    of_booking = {}
    for note in notes:
        of_booking.setdefault(note.booking_id, {})[note.kind] = note
    for piece in found.values():
        for loan in piece.loans:
            said = of_booking.get(loan.pk, {})
            loan.handed_over, loan.returned = said.get(HandoverKind.LENT), said.get(HandoverKind.RETURNED)
    for note in notes:
        if note.kind == HandoverKind.LENT and HandoverKind.RETURNED not in of_booking[note.booking_id]:
            note.booking.resource = found[note.unit_id].unit.resource
            note.booking.handed_over, note.booking.returned = note, None
            found[note.unit_id].holder = note.booking


def _journeys(piece, now):
    """From loan to loan, wherever the next one begins at another space."""
    standing, after = piece.standing, None
    for loan in piece.loans:
        if loan.returned:
            continue
        if loan.place_id and loan.place != standing and not loan.handed_over:
            yield Journey(piece.unit, standing, loan.place, loan, after)
        if loan.place_id:
            standing, after = loan.place, loan.end


def loans_on(pieces, now):
    """What the teams have to do: (to hand over by the end of today, to take back). Those already over come first."""
    today = local_day(now)
    to_give = [
        loan
        for piece in pieces
        for loan in piece.loans
        if can_be_handed_over(loan, now) and not loan.handed_over and local_day(loan.start) <= today
    ]
    out = [piece.holder for piece in pieces if piece.holder]
    return sorted(to_give, key=lambda loan: loan.start), sorted(out, key=lambda loan: loan.end)


@catalogue("spaces")
def equipment_of():
    """Return what travels and can be booked, with its `pieces` (units), the `standings` of these, its `limits` and the
    words about it: four queries. Who has a piece is not asked for. The list is shared: change nothing."""
    found = list(
        Resource.objects.bookable().filter(travels=True).select_related("space").prefetch_related("features", "open_to")
    )
    by_resource = {resource.pk: resource for resource in found}
    for resource in found:
        resource.pieces = []
        resource.limits = limits_of(resource)
    units = Unit.objects.in_use().filter(resource__in=by_resource).select_related("stands_at").order_by("number")
    for unit in units:
        unit.resource = by_resource[unit.resource_id]
        unit.resource.pieces.append(unit)
    for resource in found:
        resource.standings = list(dict.fromkeys(unit.standing for unit in resource.pieces))
    return found
