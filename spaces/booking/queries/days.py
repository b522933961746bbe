"""Read the day of a space as its managers see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, FilteredRelation, Prefetch, Q, QuerySet
from django.utils import timezone

from ...enums import BookingStatus
from ...models import Booking, Closure, Hold, Occupancy, Resource, Space
from ...timing.hours import day_bounds
from ...timing.periods import overlap, period
from ..rules import can_be_noted


class SpaceDay(NamedTuple):
    """A day in a space: people who come, on that day and on the next, requests that wait, events, closures and what is
    free now."""

    space: Space
    arrivals: list[Booking]
    arrivals_tomorrow: list[Booking]
    requests: list[Booking]
    holds: list[Hold]
    closures: list[Closure]
    resources: list[FreeNow]


class FreeNow(NamedTuple):
    """A resource of `total` units, of which `free` are free now."""

    resource: Resource
    free: int
    total: int


def _free_now(spaces: Iterable[Space], at: datetime) -> QuerySet[Any]:
    """Return the resources of the spaces, each with the number of its units (`total`) and of those held then
    (`busy`)."""
    resources = Resource.objects.rooted().filter(space__in=spaces).select_related("space")
    return resources.annotate(
        # The moment stands in the join: no more occupancies are read than there are units.
        held_now=FilteredRelation("units__occupancies", condition=Q(units__occupancies__period__contains=at)),
        total=Count("units", filter=Q(units__is_retired=False), distinct=True),
        busy=Count("held_now__unit", filter=Q(units__is_retired=False), distinct=True),
    )


def _bookings(spaces: Iterable[Space]) -> QuerySet[Any]:
    bookings = Booking.objects.filter(resource__space__in=spaces)
    held = Prefetch("occupancies", Occupancy.objects.select_related("unit"))
    return bookings.select_related("user", "resource__space", "place").prefetch_related(held)


def day_plans(
    spaces: Iterable[Space], day: date, *, at: datetime | None = None, closures_ahead: timedelta = timedelta(0)
) -> list[SpaceDay]:
    """Return the day of each space. Requests of all days are in it, as they wait for an answer, and the closures of the
    time `closures_ahead` after the day. Each arrival has `awaits_check_in`.

    Five queries, however many spaces.
    """
    at = at or timezone.now()
    spaces = list(spaces)
    bounds, tomorrow = period(*day_bounds(day)), period(*day_bounds(day + timedelta(days=1)))
    arrivals = Q(
        status__in=(BookingStatus.CONFIRMED, BookingStatus.NO_SHOW),
        period__overlap=period(bounds.lower, tomorrow.upper),
        place=None,
    )
    requests = Q(status=BookingStatus.REQUESTED, period__endswith__gt=at)
    holds = Hold.objects.filter(resource__space__in=spaces, period__overlap=bounds)
    holds = holds.select_related("resource").order_by("period", "pk")
    known = period(bounds.lower, bounds.upper + closures_ahead)
    closures = Closure.objects.filter(space__in=spaces, period__overlap=known)
    closures = closures.select_related("resource", "space").order_by("period", "pk")
    found = {space.pk: SpaceDay(space, [], [], [], [], [], []) for space in spaces}
    for booking in _bookings(spaces).filter(arrivals | requests).order_by("period", "pk"):
        there = found[booking.resource.space_id]
        if booking.status == BookingStatus.REQUESTED:
            there.requests.append(booking)
            continue
        booking.awaits_check_in = not booking.checked_in_at and can_be_noted(booking, at)
        for span, listed in ((bounds, there.arrivals), (tomorrow, there.arrivals_tomorrow)):
            if overlap(booking.period, span):
                listed.append(booking)
    for held in holds:
        found[held.resource.space_id].holds.append(held)
    for closure in closures:
        found[closure.space_id].closures.append(closure)
    for resource in _free_now(spaces, at):
        found[resource.space_id].resources.append(FreeNow(resource, resource.total - resource.busy, resource.total))
    return [found[space.pk] for space in spaces]
