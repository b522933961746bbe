"""Hold rooms for something that another app knows by a key, mostly an event."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ...errors import BookingError
from ...models import Hold, Occupancy, Resource
from ...timing.hours import instant
from ...timing.periods import period
from ..queries.holds import key_of_hold, refusal_to_hold
from .locks import in_the_way as barring
from .locks import kept_for, lock_resource, lock_resources, place_and_reach
from .waits import serve_waits


@transaction.atomic
def hold(*, key: str, label: str, resource: Resource, start: datetime, end: datetime) -> Hold:
    """Take every unit of the resource for [start, end) under this key, which holds no other resource (`key_of_hold`). A
    second call with the same key moves the hold.

    Opening hours do not matter: events often take place in the evening. Raises BookingError `not_in_order`, `closed`,
    or `taken` with the bookings or holds in the way.
    """
    start, end = instant(start), instant(end)
    if end <= start:
        raise BookingError("not_in_order", _("The end comes after the beginning."))
    resource = lock_resource(resource.pk)
    existing = Hold.objects.filter(key=key, resource=resource).first()
    taken = kept_for(resource, start, end)
    in_the_way = barring(resource, start, end).filter(unit__resource=resource)
    if existing:
        in_the_way = in_the_way.exclude(hold=existing)
    in_the_way = in_the_way.select_related("booking", "closure", "hold").order_by("period", "pk")
    refusal = refusal_to_hold(resource, in_the_way)
    if refusal:
        raise refusal
    if existing:
        existing.occupancies.all().delete()
        existing.label, existing.period = label, period(start, end)
        existing.save()
    held = existing or Hold.objects.create(key=key, label=label, resource=resource, period=period(start, end))
    Occupancy.objects.bulk_create(
        Occupancy(unit=unit, period=taken, hold=held, **place_and_reach(resource, taken))
        for unit in resource.units.in_use().order_by("number")
    )
    if existing:
        serve_waits(resource)
    return held


@transaction.atomic
def hold_all(*, owner: str, label: str, resources: Iterable[Resource], start: datetime, end: datetime) -> list[Hold]:
    """Hold each of the resources for [start, end) for this owner, and give back what else the owner held; all or none.

    The resources are locked in one order, so that two owners who want the same ones wait for each other and never
    block. Raises BookingError as `hold` does."""
    wanted = sorted(resources, key=lambda one: one.pk)
    former = Hold.objects.filter(key__startswith=f"{owner}:")
    lock_resources(Resource.objects.filter(Q(pk__in=[one.pk for one in wanted]) | Q(pk__in=former.values("resource"))))
    _give_back(former.exclude(resource__in=wanted))
    return [hold(key=key_of_hold(owner, one), label=label, resource=one, start=start, end=end) for one in wanted]


@transaction.atomic
def release_all(*, owner: str) -> None:
    """Give everything back that the owner holds. Do nothing where it holds nothing."""
    held = Hold.objects.filter(key__startswith=f"{owner}:")
    lock_resources(Resource.objects.filter(pk__in=held.values("resource")))
    _give_back(held)


def _give_back(holds: QuerySet[Hold]) -> None:
    """Delete the holds, whose resources are locked, and serve who waits for these."""
    given_back = list(holds.select_related("resource__space").order_by("resource"))
    for held in given_back:
        held.delete()
    for held in given_back:
        serve_waits(held.resource)
