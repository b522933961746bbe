"""The free times that a refusal offers instead of the wished one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from ...models import Booking, Occupancy, Resource
from ...timing.hours import Stretch, at_local, begins_on, local_day, without
from ...timing.periods import period
from .free import DAY, ResourceDay, around, day_of, free_time, units_in_use
from .persons import Person

#: From now: how far to look for another free time, which is further than a closure in summer.
FURTHEST_OFFER = timedelta(days=60)
#: From the day of a wish: so far its hours on other days are offered before the other hours of nearer days.
SAME_HOURS_WITHIN = timedelta(days=14)


def nearest_free(
    resource: Resource,
    start: datetime,
    end: datetime,
    *,
    person: Person | None = None,
    limit: int = 3,
    besides: Booking | None = None,
    wanted: int = 1,
    by_manager: bool = False,
) -> list[Stretch]:
    """Return free times of the same length, `limit` at most, which a refusal offers instead of the wished one: on its
    day the last one before and the next one after it, then the same hours of the days that follow, in their order.

    Where the hours of too few days within `SAME_HOURS_WITHIN` are free, the next ones of the day itself and the nearest
    ones of each other day come after them, up to `FURTHEST_OFFER`. `wanted` units are free in each, and none overlaps
    another booking of the resource by the `person`. Reads a week at a time. Notice, how far ahead the resource can be
    booked, and its intervals bind no manager.
    """
    person, length = person or Person(timezone.now()), end - start
    now = person.now
    if length <= timedelta(0):
        return []
    own_day, first = local_day(start), max(local_day(start), local_day(now))
    possible, last = (now, first + FURTHEST_OFFER) if by_manager else _when_members_book(resource, now)
    nearest: list[Stretch] = []
    further: list[Stretch] = []
    day = first
    while day <= last and len(nearest) < limit:
        if day > first + SAME_HOURS_WITHIN and len(nearest) + len(further) >= limit:
            break
        week = [day + timedelta(days=away) for away in range(min(7, (last - day).days + 1))]
        for plan in _days_in_a_row(resource, week, person, besides):
            plan = plan._replace(wanted=wanted, by_manager=by_manager)
            if plan.day == own_day:
                after = list(_free_in(plan, length, max(start, possible)))
                nearest += [*_latest_free_before(plan, start, length, possible), *after[:1]]
                further += after[1:]
            elif same := _same_hours(plan, start, length, possible):
                nearest.append(same)
            else:
                further += _nearest_free_of(plan, start, length, possible)
        day = week[-1] + DAY
    return [*nearest, *further][:limit]


def _when_members_book(resource: Resource, now: datetime) -> tuple[datetime, date]:
    """Return from when on members may book the resource, and the last day that is offered to them."""
    notice, ahead = timedelta(minutes=resource.min_notice_minutes), timedelta(days=resource.max_days_ahead)
    return now + notice, local_day(now) + min(ahead, FURTHEST_OFFER)


def _days_in_a_row(
    resource: Resource, days: list[date], person: Person, besides: Booking | None
) -> Iterator[ResourceDay]:
    """Yield the days of the resource, in order, without the time that the person has booked of it. One query, and one
    for the units if they are not read already."""
    bounds = period(*around(days[0], days[-1]))
    held: dict[int, list[Stretch]] = defaultdict(list)
    closed: dict[int, list[Stretch]] = defaultdict(list)
    units = [unit.pk for unit in units_in_use([resource])[resource.pk]]
    occupancies = Occupancy.objects.filter(unit__in=units, period__overlap=bounds)
    if besides:
        occupancies = occupancies.exclude(booking=besides)
    for unit, kept, closure in occupancies.values_list("unit", "period", "closure"):
        (closed if closure else held)[unit].append(Stretch(kept.lower, kept.upper))
    mine = [Stretch(own.lower, own.upper) for pk, _space, own in person.bookings if pk == resource.pk]
    for day in days:
        free = [without(free_time(resource, day, held[unit], closed[unit]), mine) for unit in units]
        yield day_of(resource, day, free, person.now)


def _free_in(plan: ResourceDay, length: timedelta, earliest: datetime) -> Iterator[Stretch]:
    """Yield the free times of this length, one after the other, at the intervals of the resource."""
    step = timedelta(minutes=plan.resource.start_interval_minutes)
    for stretch in plan.stretches:
        begin = stretch.start
        while begin + length <= stretch.end:
            if begin >= earliest and plan.is_free(begin, begin + length):
                yield Stretch(begin, begin + length)
                begin += -(-length // step) * step
            else:
                begin += step


def _at_the_hour_of(moment: datetime, day: date) -> datetime:
    """Return the moment of the day at which local clocks show the same hour."""
    return at_local(day, timezone.localtime(moment, timezone.get_default_timezone()).time())


def _same_hours(plan: ResourceDay, start: datetime, length: timedelta, earliest: datetime) -> Stretch | None:
    """Return the hours of a wish on another day, if they can be booked there."""
    begin = _at_the_hour_of(start, plan.day)
    fits = plan.by_manager or begins_on(plan.stretches, begin, plan.resource.start_interval_minutes)
    if fits and begin >= earliest and plan.is_free(begin, begin + length):
        return Stretch(begin, begin + length)
    return None


def _nearest_free_of(plan: ResourceDay, start: datetime, length: timedelta, earliest: datetime) -> list[Stretch]:
    """Return the free time of another day that is nearest to the hours of a wish, alone in a list, or []."""
    wished = _at_the_hour_of(start, plan.day)
    near = [*_latest_free_before(plan, wished, length, earliest), *_free_in(plan, length, max(wished, earliest))]
    return sorted(near, key=lambda one: abs(one.start - wished))[:1]


def _latest_free_before(plan: ResourceDay, start: datetime, length: timedelta, earliest: datetime) -> list[Stretch]:
    """Return the last free time of this length that begins before `start`, alone in a list; [] where there is none."""
    step = timedelta(minutes=plan.resource.start_interval_minutes)
    found: list[Stretch] = []
    for stretch in plan.stretches:
        begin = stretch.start
        while begin < start and begin + length <= stretch.end:
            if begin >= earliest and plan.is_free(begin, begin + length):
                found = [Stretch(begin, begin + length)]
            begin += step
    return found
