"""Find units that are free, and where equipment that travels stands by then.

The caller holds the lock of the resource.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from ...enums import HandoverKind
from ...models import Booking, Handover, Occupancy, Resource, Space, Unit
from .locks import in_the_way


def free_units(
    resource: Resource,
    start: datetime,
    end: datetime,
    place: Space | None = None,
    besides: Booking | None = None,
) -> QuerySet[Unit]:
    """Return the units that are free all that time and the time kept around it, journeys included.

    The booking `besides` is left out of account.
    """
    busy = in_the_way(resource, start, end, place).filter(unit=OuterRef("pk"))
    if besides:
        busy = busy.exclude(booking=besides)
    return resource.units.in_use().exclude(Exists(busy))


def units_to_take(
    resource: Resource,
    start: datetime,
    end: datetime,
    now: datetime,
    place: Space | None = None,
    besides: Booking | None = None,
) -> list[Unit]:
    """Return the free units in the order in which they are taken: those at the place first, then by their numbers."""
    free = free_units(resource, start, end, place, besides).select_related("stands_at", "resource__space")
    units = list(free.order_by("number"))
    if place is None or not units:
        return units
    standing = standing_by(units, start, now, besides)
    return sorted(units, key=lambda unit: standing[unit.pk] != place)


def travels_from(
    resource: Resource,
    start: datetime,
    end: datetime,
    place: Space,
    now: datetime,
    besides: Booking | None = None,
) -> Space | None:
    """Return the space from which a unit must be brought for this loan.

    Return None if a free unit stands at the place already, or if no unit is free.
    """
    units = units_to_take(resource, start, end, now, place, besides)
    if not units:
        return None
    standing = standing_by(units[:1], start, now, besides)[units[0].pk]
    return None if standing == place else standing


def standing_by(
    units: Iterable[Unit], moment: datetime, now: datetime, besides: Booking | None = None
) -> dict[int, Space]:
    """Return {unit's pk: space where it stands at `moment`}, from what is noted and the loans until then.

    One query, if `standing` and its space are read already.
    """
    returned = Handover.objects.filter(booking=OuterRef("booking"), kind=HandoverKind.RETURNED)
    loans = Occupancy.objects.filter(unit__in=units, place__isnull=False, period__endswith__gt=now)
    loans = loans.filter(~Exists(returned), period__startswith__lt=moment)
    if besides:
        loans = loans.exclude(booking=besides)
    standing = {unit.pk: unit.standing for unit in units}
    for loan in loans.select_related("place").order_by("period", "pk"):
        standing[loan.unit_id] = loan.place
    return standing
