"""Which units are free, and where those that travel stand by then. All of it under the resource's lock."""

from django.db.models import Exists, OuterRef

from ...enums import HandoverKind
from ...models import Handover, Occupancy
from .locks import in_the_way


def free_units(resource, start, end, place=None, besides=None):
    """The units free all that time and the time kept around it, the time of a journey included; as if the booking
    `besides` were not."""
    busy = in_the_way(resource, start, end, place).filter(unit=OuterRef("pk"))
    if besides:
        busy = busy.exclude(booking=besides)
    return resource.units.in_use().exclude(Exists(busy))


def first_unit(resource, start, end, now, place=None, besides=None):
    """The free unit to take, or None: by number, but one that stands at the place already goes first."""
    units = free_units(resource, start, end, place, besides).select_related("stands_at", "resource__space")
    units = list(units.order_by("number"))
    if place is None or not units:
        return units[0] if units else None
    standing = standing_by(units, start, now, besides)
    return next((unit for unit in units if standing[unit.pk] == place), units[0])


def travels_from(resource, start, end, place, now, besides=None):
    """The space from which a piece must be brought for this loan; None where one stands there, or none is free."""
    unit = first_unit(resource, start, end, now, place, besides)
    if unit is None:
        return None
    standing = standing_by([unit], start, now, besides)[unit.pk]
    return None if standing == place else standing


def standing_by(units, moment, now, besides=None):
    """Where each unit stands at the moment, by what is noted and the loans until then: {unit's pk: space}. One query
    where `standing` and its space are known."""
    returned = Handover.objects.filter(booking=OuterRef("booking"), kind=HandoverKind.RETURNED)
    loans = Occupancy.objects.filter(unit__in=units, place__isnull=False, period__endswith__gt=now)
    loans = loans.filter(~Exists(returned), period__startswith__lt=moment)
    if besides:
        loans = loans.exclude(booking=besides)
    standing = {unit.pk: unit.standing for unit in units}
    for loan in loans.select_related("place").order_by("period"):
        standing[loan.unit_id] = loan.place
    return standing
