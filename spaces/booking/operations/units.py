"""Change how many units a resource has."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...errors import BookingError
from ...models import Closure, Occupancy, Resource, Unit
from ...places.operations import note_opened_days
from ...timing.periods import period
from .locks import lock_resource
from .waits import serve_waits


@transaction.atomic
def set_units(*, resource: Resource, number: int) -> list[Unit]:
    """Give the resource `number` units in use, at least one, and return them.

    A unit that is removed is retired and keeps its past bookings. A unit that is added is closed and held like the
    others. Days that are over keep the units that they had. Raises BookingError `no_unit`, and `units_in_use` if too
    many units are booked in the future.
    """
    if number < 1:
        raise BookingError("no_unit", _("A resource has at least one unit."))
    resource = lock_resource(resource.pk)
    units = list(resource.units.in_use().order_by("number"))
    if units and number != len(units):
        note_opened_days(space=resource.space, before_change=True)
    if number < len(units):
        _retire(resource, len(units) - number)
    elif number > len(units):
        _add(resource, number - len(units))
        serve_waits(resource)
    return list(resource.units.in_use().order_by("number"))


def _retire(resource: Resource, count: int) -> None:
    """Retire the highest numbers that nobody has booked. Closures and events go on with the other units."""
    booked = Occupancy.objects.filter(unit=OuterRef("pk"), booking__isnull=False, period__endswith__gt=timezone.now())
    going = list(resource.units.in_use().exclude(Exists(booked)).order_by("-number")[:count])
    if len(going) < count:
        raise BookingError(
            "units_in_use",
            format_lazy(
                _("{count} units of {resource} are booked in the time to come: cancel these bookings first."),
                count=resource.units.in_use().filter(Exists(booked)).count(),
                resource=resource.name,
            ),
        )
    Occupancy.objects.filter(unit__in=going, booking=None, period__endswith__gt=timezone.now()).delete()
    Unit.objects.filter(pk__in=[unit.pk for unit in going]).update(is_retired=True)


def _add(resource: Resource, count: int) -> None:
    """Bring retired units back, and create more as needed."""
    back = list(resource.units.filter(is_retired=True).order_by("number")[:count])
    named = set(resource.units.in_use().exclude(name="").values_list("name", flat=True))
    Unit.objects.filter(pk__in=[unit.pk for unit in back]).update(is_retired=False)
    # Another unit may have the name by now.
    Unit.objects.filter(pk__in=[unit.pk for unit in back if unit.name in named]).update(name="")
    last = resource.units.order_by("-number").values_list("number", flat=True).first() or 0
    new = Unit.objects.bulk_create(
        Unit(resource=resource, number=last + step) for step in range(1, count - len(back) + 1)
    )
    closures = Closure.objects.upcoming().filter(space=resource.space_id, resource__in=[resource.pk])
    if not resource.travels:
        closures |= Closure.objects.upcoming().filter(space=resource.space_id, resource=None)
    # A unit that comes back may have been used earlier on a day that is closed now.
    now = timezone.now()
    closed = [(closure.pk, period(max(closure.period.lower, now), closure.period.upper)) for closure in closures]
    # An event keeps the same time of every unit: the buffer may have been different when it was held.
    holding = Occupancy.objects.filter(unit__resource=resource, hold__period__endswith__gt=timezone.now())
    held = list(holding.order_by("hold", "pk").distinct("hold").values("hold", "period", "place", "reach"))
    Occupancy.objects.bulk_create(
        [Occupancy(unit=unit, period=stretch, closure_id=closure) for unit in back + new for closure, stretch in closed]
        + [
            Occupancy(unit=unit, hold_id=row["hold"], period=row["period"], place_id=row["place"], reach=row["reach"])
            for unit in back + new
            for row in held
        ]
    )
