"""Read where each piece of travelling equipment stands, who has it, and what must be brought to another space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from hacktiv.common.freshness import catalogue

from ..booking.operations.bookings import of_the_same_person
from ..booking.operations.free import free_units, travels_from
from ..booking.queries import Outlook
from ..booking.queries.closures import refusal_while_closed
from ..booking.queries.free import are_free_then
from ..booking.queries.persons import Person
from ..booking.rules import already_yours, taken
from ..enums import HandoverKind
from ..errors import BookingError
from ..models import Booking, Handover, Occupancy, Resource, Space, Unit
from ..models.resources import WHO_MAY_BOOK
from ..places.queries.opening import HORIZON
from ..places.rules import limits_of, opening_of
from ..timing.hours import Stretch, at_local, local_day
from ..timing.periods import period
from .rules import can_be_handed_over

#: A refused loan is tried on so many of the next days on which the space opens.
DAYS_OFFERED = 14
#: A Booking to which `pieces` adds the notes `handed_over` and `returned`, each a Handover or None.
Loan = Any


@dataclass
class Journey:
    """A piece must be brought from one space to another for a loan. It can leave once the loan before is over."""

    unit: Unit
    from_space: Space
    space: Space
    booking: Loan
    after: datetime | None

    @property
    def before(self) -> datetime:
        return self.booking.start


@dataclass
class Piece:
    """A unit of equipment that travels. `holder` is the loan for which it is out, `loans` are its loans that are not
    over, and `journeys` are the transports that these need."""

    unit: Unit
    holder: Loan | None = None
    loans: list[Loan] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)

    @property
    def standing(self) -> Space:
        return self.unit.standing


def pieces(now: datetime, resources: Iterable[Any] | None = None) -> list[Piece]:
    """Return every piece of the resources (by default of all that travel), in their order. Three queries."""
    resources = Resource.objects.filter(travels=True) if resources is None else resources
    units = Unit.objects.in_use().filter(resource__in=resources).select_related("resource__space", "stands_at")
    found = {
        unit.pk: Piece(unit)
        for unit in units.order_by("resource__space__order", "resource__order", "resource", "number")
    }
    taken: Any = Occupancy.objects.filter(unit__in=found, booking__isnull=False, booking__period__endswith__gt=now)
    for row in taken.select_related("booking__place", "booking__user").order_by("booking__period"):
        piece, loan = found[row.unit_id], row.booking
        loan.resource = piece.unit.resource
        piece.loans.append(loan)
    notes = Handover.objects.filter(unit__in=found, booking__isnull=False).order_by("at", "pk")
    _note(found, list(notes.select_related("booking__place", "booking__user")))
    for piece in found.values():
        piece.journeys = list(_journeys(piece))
    return list(found.values())


def _note(found: dict[int, Piece], notes: list[Any]) -> None:
    """Set `handed_over` and `returned` (a note or None) on each loan, and the holder of each piece."""
    of_booking: dict[int, dict[str, Handover]] = {}
    for note in notes:
        of_booking.setdefault(note.booking_id, {})[note.kind] = note
    for piece in found.values():
        for loan in piece.loans:
            said = of_booking.get(loan.pk, {})
            loan.handed_over, loan.returned = said.get(HandoverKind.LENT), said.get(HandoverKind.RETURNED)
    for note in notes:
        if note.kind == HandoverKind.LENT and HandoverKind.RETURNED not in of_booking[note.booking_id]:
            piece, loan = found[note.unit_id], note.booking
            loan.resource = piece.unit.resource
            loan.handed_over, loan.returned = note, None
            piece.holder = loan


def _journeys(piece: Piece) -> Iterator[Journey]:
    """Yield a journey wherever the next loan begins at another space."""
    standing, after = piece.standing, None
    for loan in piece.loans:
        if loan.returned:
            continue
        if loan.place_id and loan.place != standing and not loan.handed_over:
            yield Journey(piece.unit, standing, loan.place, loan, after)
        if loan.place_id:
            standing, after = loan.place, loan.end


def loans_on(pieces: list[Piece], now: datetime) -> tuple[list[Loan], list[Loan]]:
    """Return (loans to hand over today or earlier, loans to take back). The earliest come first."""
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
def equipment_of() -> list[Resource]:
    """Return the bookable equipment that travels, with its `pieces` (units), their `standings`, and its `limits`, in
    four queries. It does not say who has a piece. The list is shared: do not change it."""
    found = list(
        Resource.objects.bookable()
        .filter(travels=True)
        .select_related("space")
        .prefetch_related("features", *WHO_MAY_BOOK)
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


def openings(space: Space, today: date) -> Iterator[date]:
    """Yield the days after today on which the space opens. Closures are not considered."""
    hours = space.opening_hours.all()
    days = (today + timedelta(days=away) for away in range(1, HORIZON.days))
    return (day for day in days if opening_of(space, hours, day))


def outlook_of_loan(
    resource: Resource, place: Space, start: datetime, end: datetime, person: Person, moved: Booking | None = None
) -> Outlook:
    """Return what a loan from the space `place` would be for the person, or why it cannot be."""
    before = travels_from(resource, start, end, place, person.now, moved)
    refusal = person.refusal(resource, start, end, place=place, travels_from=before)
    refusal = refusal or _in_the_way(resource, place, start, end, person, moved)
    return Outlook(resource, start, end, refusal)


def other_loans(
    resource: Resource,
    place: Space,
    start: datetime,
    end: datetime,
    person: Person,
    moved: Booking | None = None,
    limit: int = 3,
) -> list[Stretch]:
    """Return the next times at which the person can have the equipment for as many days, at the same hours and place:
    `limit` at most, among the next `DAYS_OFFERED` days on which the space opens. A refusal offers them instead."""
    first, length = local_day(start), local_day(end) - local_day(start)
    hours = [timezone.localtime(moment).time() for moment in (start, end)]
    found: list[Stretch] = []
    for day in islice(openings(place, max(first, local_day(person.now))), DAYS_OFFERED):
        loan = Stretch(at_local(day, hours[0]), at_local(day + length, hours[1]))
        if not outlook_of_loan(resource, place, *loan, person, moved).refusal:
            found.append(loan)
        if len(found) == limit:
            break
    return found


def _in_the_way(
    resource: Resource, place: Space, start: datetime, end: datetime, person: Person, moved: Booking | None
) -> BookingError | None:
    """Return what stands against the loan beside the rules, in the order of the operation that would refuse it."""
    if person.user.is_authenticated:
        wished = Booking(pk=moved.pk if moved else None, resource=resource, user=person.user, period=period(start, end))
        if mine := of_the_same_person(wished):
            return already_yours(mine)
    if error := refusal_while_closed(resource, start, end, place):
        return error
    if free_units(resource, start, end, place, moved).exists():
        return None
    is_free_then = are_free_then(resource, start, end, besides=moved)
    return taken(resource, units=resource.units.in_use().count(), are_free_then=is_free_then)
