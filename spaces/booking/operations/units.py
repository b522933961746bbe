from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...errors import BookingError
from ...models import Closure, Occupancy, Unit
from ...timing.periods import period
from .locks import lock_resource
from .waits import serve_waits


@transaction.atomic
def set_units(*, resource, number):
    """Bring the resource to `number` units in use, one at least, and return them.

    A unit that goes is retired and keeps its past; one that somebody holds from now on cannot go (BookingError
    `units_in_use`). A unit that comes is closed and held like its sisters.
    """
    if number < 1:
        raise BookingError("no_unit", _("A resource has at least one unit."))
    resource = lock_resource(resource.pk)
    units = list(resource.units.in_use().order_by("number"))
    if number < len(units):
        _retire(resource, len(units) - number)
    elif number > len(units):
        _add(resource, number - len(units))
        serve_waits(resource)
    return list(resource.units.in_use().order_by("number"))


def _retire(resource, count):
    """The highest numbers that no person holds go first. Closures and events lose nothing by it."""
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


def _add(resource, count):
    back = list(resource.units.filter(is_retired=True).order_by("number")[:count])
    named = set(resource.units.in_use().exclude(name="").values_list("name", flat=True))
    Unit.objects.filter(pk__in=[unit.pk for unit in back]).update(is_retired=False)
    # Another unit may bear the name by now.
    Unit.objects.filter(pk__in=[unit.pk for unit in back if unit.name in named]).update(name="")
    last = resource.units.order_by("-number").values_list("number", flat=True).first() or 0
    new = Unit.objects.bulk_create(
        Unit(resource=resource, number=last + step) for step in range(1, count - len(back) + 1)
    )
    closures = Closure.objects.upcoming().filter(space=resource.space_id, resource__in=[resource.pk])
    if not resource.travels:
        closures |= Closure.objects.upcoming().filter(space=resource.space_id, resource=None)
    # One that comes back may have been used before, on a day that is closed by now.
    now = timezone.now()
    closed = [(closure.pk, period(max(closure.period.lower, now), closure.period.upper)) for closure in closures]
    # What an event keeps of a sister, it keeps of the new one: the time around it may have been another then.
    held = Occupancy.objects.filter(unit__resource=resource, hold__period__endswith__gt=timezone.now())
    held = list(held.order_by("hold", "pk").distinct("hold").values("hold", "period", "place", "reach"))
    Occupancy.objects.bulk_create(
        [Occupancy(unit=unit, period=stretch, closure_id=closure) for unit in back + new for closure, stretch in closed]
        + [
            Occupancy(unit=unit, hold_id=row["hold"], period=row["period"], place_id=row["place"], reach=row["reach"])
            for unit in back + new
            for row in held
        ]
    )
