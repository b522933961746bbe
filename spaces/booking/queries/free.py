"""Find what is free on a day, slot by slot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import gcd
from typing import Any, NamedTuple, cast

from django.contrib.auth.models import AnonymousUser
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from members.models import User

from ...enums import BookedBy
from ...errors import BookingError
from ...memberships.queries import access_of
from ...memberships.rules import Access
from ...models import Booking, Occupancy, Resource, Space, Unit
from ...models.resources import ResourceQuerySet
from ...places.queries.opening import HORIZON
from ...places.rules import opening_of
from ...timing.hours import (
    NOON,
    Stretch,
    at_local,
    day_bounds,
    instant,
    is_within,
    merged,
    without,
)
from ...timing.periods import barred_by, period
from ..rules import GRACE, Wish, needed_for, refusal_of_day
from .persons import Person

DAY = timedelta(days=1)
#: In minutes: a finer list of hours would be too long to choose from.
FINEST_GRAIN = 15
#: In minutes: a manager, whom no interval binds, sees at least each hour of the day.
GRAIN_OF_MANAGERS = 60


def can_be_booked(space: Space, resources: Sequence[Resource]) -> bool:
    """Tell if the space has published hours and anything to book."""
    return bool(space.opening_hours.all()) and bool(resources)


class Slot(NamedTuple):
    """The time from one possible beginning to the next.

    `free` of the `total` units are free for the shortest booking, or all that time if the slot is shorter. A slot that
    is not ahead can no longer be booked: it is over, or too near. For a manager it is ahead until it ends, and
    `has_begun` tells the one that members can no longer book.
    """

    start: datetime
    end: datetime
    free: int
    total: int
    is_ahead: bool
    has_begun: bool = False


class UnitChoice(NamedTuple):
    """A unit that may be chosen, and if it is free in the time asked for."""

    unit: Unit
    is_free: bool


class ResourceDay(NamedTuple):
    """A resource on one day: when its space is open (`stretches`), and what is free slot by slot.

    `free_units` has for each unit the time in which a booking may be, with time to prepare and to clear up around it.
    `units` are the units in the same order. `wanted` says how many of them a booking takes, one for each of a group.
    It is the day as a member sees it or, `by_manager`, as a manager who books for somebody.
    """

    resource: Resource
    day: date
    stretches: list[Stretch]
    slots: list[Slot]
    free_units: list[list[Stretch]]
    units: Sequence[Unit] = ()
    wanted: int = 1
    by_manager: bool = False

    @property
    def is_too_small(self) -> bool:
        """Tell if a group wants more units than there are."""
        return 1 < self.wanted > len(self.free_units)

    @property
    def units_to_have(self) -> int:
        """Return how many units a booking takes; 0 where there are not so many."""
        return 0 if self.is_too_small else self.wanted

    @property
    def offers_units(self) -> bool:
        """Tell if people may choose the unit that they book; a group is given some together, and members one of several
        that are all alike."""
        differ = self.by_manager or any(unit.name or unit.is_placed for unit in self.units)
        return self.wanted == 1 and len(self.units) > 1 and differ

    @property
    def shortest(self) -> timedelta:
        """Return how long a booking lasts at least; a manager's lasts as they like."""
        return timedelta(0) if self.by_manager else timedelta(minutes=self.resource.min_minutes)

    def choices(self, start: datetime | None = None, end: datetime | None = None) -> list[UnitChoice]:
        """Return the units to choose from; [] if all are alike."""
        if not self.offers_units:
            return []
        asked = start is not None and end is not None and start < end
        return [
            UnitChoice(unit, not asked or is_within(free, start, end))
            for unit, free in zip(self.units, self.free_units, strict=True)
        ]

    @property
    def slots_ahead(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.is_ahead]

    @property
    def starts_ahead(self) -> list[Slot]:
        """Return the slots at which a booking may begin: the shortest one still fits into the opening hours."""
        return [slot for slot in self.slots_ahead if is_within(self.stretches, slot.start, slot.start + self.shortest)]

    @property
    def ends_ahead(self) -> list[tuple[datetime, int]]:
        """Return when a booking may end, each with how many units are free just before.

        The list is as fine as the slots and the shortest booking need, but not finer than `FINEST_GRAIN`.
        """
        grain = gcd(self.resource.start_interval_minutes, self.resource.min_minutes)
        if grain < FINEST_GRAIN:
            grain = self.resource.start_interval_minutes
        step, shortest = timedelta(minutes=grain), timedelta(minutes=self.resource.min_minutes)
        earliest = min((slot.start + shortest for slot in self.starts_ahead), default=None)
        if earliest is None:
            return []
        return [
            (end, self.units_free(start, end))
            for stretch in self.stretches
            for start, end in _pieces([stretch], step)
            if end >= max(earliest, stretch.start + shortest)
        ]

    @property
    def is_over(self) -> bool:
        return bool(self.slots) and not self.starts_ahead

    @property
    def next_day(self) -> date | None:
        """Return the next day on which the space opens, or None. Closures are not considered."""
        hours = self.resource.space.opening_hours.all()
        days = (self.day + timedelta(days=away) for away in range(1, HORIZON.days))
        return next((day for day in days if opening_of(self.resource.space, hours, day)), None)

    def first_free(self) -> Stretch | None:
        """Return the first free hour (or shortest booking, if that is longer); the shortest booking where no hour is
        free, as before closing time; or None. A manager is offered what has begun only where nothing else is free."""
        usual = min(max(60, self.resource.min_minutes), self.resource.max_minutes)
        for length in (timedelta(minutes=usual), self.shortest):
            for slot in sorted(self.starts_ahead, key=lambda slot: slot.has_begun):
                end = slot.start + length if length else slot.end
                if self.is_free(slot.start, end):
                    return Stretch(slot.start, end)
        return None

    def whole_stretches(self) -> list[Stretch]:
        """Return the opening hours that can be booked from end to end with one click."""
        longest = timedelta(minutes=self.resource.max_minutes)
        ahead = {slot.start for slot in self.slots_ahead}
        return [
            stretch
            for stretch in self.stretches
            if stretch.start in ahead
            and (self.by_manager or stretch.end - stretch.start <= longest)
            and self.is_free(*stretch)
        ]

    def begins_at(self, moment: datetime) -> bool:
        """Tell if a booking may begin then, be it free or taken."""
        return any(slot.start == moment for slot in self.starts_ahead)

    def is_open(self, start: datetime, end: datetime) -> bool:
        """Tell if the space is open all that time."""
        return is_within(self.stretches, start, end)

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Tell if the space is open and as many units as wanted are free all that time."""
        return self.units_free(start, end) >= self.wanted

    def units_free(self, start: datetime, end: datetime) -> int:
        """Count the units that are free all that time; 0 if the space is not open."""
        if not is_within(self.stretches, start, end):
            return 0
        return sum(is_within(free, start, end) for free in self.free_units)


class FreeUnits:
    """Count the units of a resource that are free for a while. Units that are free at the same times, as most are, are
    looked at once."""

    def __init__(self, free_units: list[list[Stretch]]) -> None:
        self.times = Counter(map(tuple, free_units)).items()

    def during(self, start: datetime, end: datetime) -> int:
        """Return how many units are free all that time."""
        return sum(units for stretches, units in self.times if is_within(stretches, start, end))


def rooted_in(space: Space) -> ResourceQuerySet:
    """Return the resources of the space that do not travel."""
    return cast(ResourceQuerySet, space.resources.all()).rooted()


def refusal_for(resource: Resource, person: Person, day: date, now: datetime) -> BookingError | None:
    """Return the BookingError that keeps the person from booking the resource on that day, or None.

    A visitor may still sign in, so nothing that concerns the person is checked for them.
    """
    at_noon = at_local(day, NOON)
    wish = Wish(
        resource=resource,
        start=at_noon,
        end=at_noon,
        now=now,
        access=access_of(resource) if person.user.is_authenticated else Access(),
        standing=person.standing,
    )
    return refusal_of_day(wish)


def needed_by_visitors(resource: Resource, user: User | AnonymousUser) -> Promise | None:
    """Say to a visitor which membership it takes to book the resource; None to others, or where it takes none."""
    access = access_of(resource)
    return None if user.is_authenticated or access.booked_by == BookedBy.ANYONE else needed_for(resource, access)


def for_member(resources: Iterable[Resource], person: Person, day: date) -> list[Resource]:
    """Return the resources that the person may book on that day; all of them for a visitor, who may still sign in.

    Prefetch WHO_MAY_BOOK.
    """
    if not person.user.is_authenticated:
        return list(resources)
    return [resource for resource in resources if person.standing.may_book(access_of(resource), day)]


def free_slots(
    resource: Resource,
    day: date,
    *,
    now: datetime | None = None,
    besides: Booking | None = None,
    wanted: int = 1,
    by_manager: bool = False,
) -> ResourceDay:
    """Return the day of the resource for a booking of `wanted` units, as a manager sees it if `by_manager`. The booking
    `besides` is left out of account.

    One query if the hours of its space and its `units_in_use` are read already, as in `rooms_in`.
    """
    days = _days_of([resource], day, now or timezone.now(), besides=besides, by_manager=by_manager)
    return days[resource.pk]._replace(wanted=wanted)


def free_days(resources: Iterable[Resource], day: date, *, now: datetime | None = None) -> dict[int, ResourceDay]:
    """Return the day of many resources at once: {resource's pk: ResourceDay}. Prefetch the hours of their spaces."""
    return _days_of(list(resources), day, now or timezone.now())


def _days_of(
    resources: list[Resource], day: date, now: datetime, besides: Booking | None = None, by_manager: bool = False
) -> dict[int, ResourceDay]:
    units = units_in_use(resources)
    held: dict[int, list[Stretch]] = defaultdict(list)
    closed: dict[int, list[Stretch]] = defaultdict(list)
    keys = [unit.pk for mine in units.values() for unit in mine]
    occupancies = Occupancy.objects.filter(unit__in=keys, period__overlap=period(*around(day)))
    if besides:
        occupancies = occupancies.exclude(booking=besides)
    for unit, kept, closure in occupancies.values_list("unit", "period", "closure"):
        (closed if closure else held)[unit].append(Stretch(kept.lower, kept.upper))
    days = {}
    for resource in resources:
        mine = units[resource.pk]
        free = [free_time(resource, day, held[unit.pk], closed[unit.pk]) for unit in mine]
        days[resource.pk] = day_of(resource, day, free, now, mine, by_manager)
    return days


def units_in_use(resources: Sequence[Any]) -> dict[int, list[Unit]]:
    """Return the units in use of each resource, by its key: those that `rooms_in` has read, else in one query."""
    units: dict[int, list[Unit]] = {one.pk: getattr(one, "units_in_use", []) for one in resources}
    if missing := [one.pk for one in resources if not hasattr(one, "units_in_use")]:
        units |= {pk: [] for pk in missing}
        for unit in Unit.objects.in_use().filter(resource__in=missing).order_by("resource", "number"):
            units[unit.resource_id].append(unit)
    return units


@lru_cache(maxsize=1024)
def around(day: date, last: date | None = None) -> Stretch:
    """Return the time from one day before `day` to one day after `last`, or after `day` without a `last`.

    Kept time around a booking of these days, to prepare or to clear up, may reach into the day before or after."""
    return Stretch(day_bounds(day).start - DAY, day_bounds(last or day).end + DAY)


def free_time(resource: Resource, day: date, held: list[Stretch], closed: list[Stretch]) -> list[Stretch]:
    """Return the time of a unit in which a booking of that day may be: neither held by others nor closed."""
    barred = [Stretch(*barred_by(stretch, resource, closed)) for stretch in held]
    return without([around(day)], merged([*barred, *closed]))


def day_of(
    resource: Resource,
    day: date,
    free_units: list[list[Stretch]],
    now: datetime,
    units: Sequence[Unit] = (),
    by_manager: bool = False,
) -> ResourceDay:
    """Return the day of a resource whose units are free as given.

    No query, if the hours of its space are read already.
    """
    stretches = opening_of(resource.space, resource.space.opening_hours.all(), day)
    slots = (_slots_of_managers if by_manager else _slots)(resource, stretches, free_units, now)
    return ResourceDay(resource, day, stretches, slots, free_units, units, by_manager=by_manager)


def _slots_of_managers(
    resource: Resource, stretches: list[Stretch], free_units: list[list[Stretch]], now: datetime
) -> list[Slot]:
    minutes = min(resource.start_interval_minutes, GRAIN_OF_MANAGERS)
    slots, units = [], FreeUnits(free_units)
    for start, end in _pieces(stretches, timedelta(minutes=minutes)):
        free = units.during(start, end)
        slots.append(Slot(start, end, free, len(free_units), end > now, has_begun=start < instant(now) - GRACE))
    return slots


def _pieces(stretches: list[Stretch], step: timedelta) -> Iterator[Stretch]:
    """Cut the stretches into pieces of that length; the last one of a stretch may be shorter."""
    for stretch in stretches:
        start = stretch.start
        while start < stretch.end:
            yield Stretch(start, min(start + step, stretch.end))
            start += step


def _slots(resource: Resource, stretches: list[Stretch], free_units: list[list[Stretch]], now: datetime) -> list[Slot]:
    step = timedelta(minutes=resource.start_interval_minutes)
    shortest, notice = timedelta(minutes=resource.min_minutes), timedelta(minutes=resource.min_notice_minutes)
    earliest = instant(now) + notice if notice else instant(now) - GRACE
    slots, units = [], FreeUnits(free_units)
    for start, end in _pieces(stretches, step):
        free = units.during(start, min(end, start + shortest))
        slots.append(Slot(start, end, free, len(free_units), start >= earliest))
    return slots


def are_free_then(
    resource: Resource, start: datetime, end: datetime, wanted: int = 1, besides: Booking | None = None
) -> bool:
    """Tell if so many units are free in the time itself, whatever is needed before and after: to prepare, to clear up,
    to travel. The booking `besides` is left out of account."""
    own = period(start, end)
    present = Q(booking__period__overlap=own) | Q(hold__period__overlap=own) | Q(closure__period__overlap=own)
    busy = Occupancy.objects.filter(present, unit=OuterRef("pk"))
    if besides:
        busy = busy.exclude(booking=besides)
    return resource.units.in_use().exclude(Exists(busy)).count() >= wanted


def units_free_in(resource: Resource, kept: DateTimeTZRange) -> QuerySet[Unit]:
    """Return the units of a room that nobody holds in the time `kept`, by their numbers."""
    busy = Occupancy.objects.filter(unit=OuterRef("pk"), period__overlap=kept)
    return resource.units.in_use().exclude(Exists(busy)).order_by("number")


def units_booked_ahead(resource: Resource) -> int:
    """Count the units of the resource that are booked now or later."""
    return (
        resource.units.in_use()
        .filter(occupancies__booking__isnull=False, occupancies__period__endswith__gt=timezone.now())
        .distinct()
        .count()
    )
