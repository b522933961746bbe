"""What is free on a day, slot by slot."""

from collections import defaultdict
from datetime import date, timedelta
from math import gcd
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from ...core.queries import home_space
from ...models import Booking, Occupancy, Resource, Unit
from ...places.queries.opening import HORIZON
from ...places.rules import opening_of
from ...timing.hours import NOON, Stretch, at_local, day_bounds, instant, is_within, local_day, merged, without
from ...timing.periods import barred_by, period
from ..rules import GRACE, Wish, is_for, refusal_of_day

DAY = timedelta(days=1)
#: Minutes below which a list of hours becomes too long to choose from.
FINEST_GRAIN = 15
#: How far to look for something free instead: beyond a summer's closure.
FURTHEST_OFFER = timedelta(days=60)


def can_be_booked(space, resources):
    """Whether the space has published hours and anything to book."""
    return bool(space.opening_hours.all()) and resources.exists()


class Slot(NamedTuple):
    """From one possible beginning to the next: how many units are free for the shortest booking, or all that time where
    it is longer, of how many. One that is not ahead can no longer be booked: it is over, or too near."""

    start: object
    end: object
    free: int
    total: int
    is_ahead: bool


class UnitChoice(NamedTuple):
    """A unit that may be chosen: whether nobody holds it in the time asked for, and its free hours of the day
    (« 09:00-12:30 14:00-24:00 »)."""

    unit: Unit
    is_free: bool
    hours: str


class ResourceDay(NamedTuple):
    """A resource on one day: when its space is open, what is free slot by slot, and each unit's time in which a booking
    may stand: free itself, and with room around it to prepare and to clear up. `units` are the units in that order."""

    resource: Resource
    day: date
    stretches: list
    slots: list
    free_units: list
    units: list = ()

    @property
    def offers_units(self):
        """Whether one may choose which unit one books."""
        return len(self.units) > 1 and any(unit.name or unit.is_placed for unit in self.units)

    def choices(self, start=None, end=None):
        """The units to choose from, with what is free of each; none where all are alike."""
        if not self.offers_units:
            return []
        asked = start is not None and start < end
        return [
            UnitChoice(
                unit,
                not asked or is_within(free, start, end),
                _hours_of(self.day, free),
            )
            for unit, free in zip(self.units, self.free_units, strict=True)
        ]

    @property
    def slots_ahead(self):
        return [slot for slot in self.slots if slot.is_ahead]

    @property
    def starts_ahead(self):
        """The slots with which a booking may begin: the shortest one still fits into the opening hours."""
        shortest = timedelta(minutes=self.resource.min_minutes)
        return [slot for slot in self.slots_ahead if is_within(self.stretches, slot.start, slot.start + shortest)]

    @property
    def ends_ahead(self):
        """When a booking may end, and whether a unit is free just before: as fine as slots and shortest booking ask."""
        grain = gcd(self.resource.start_interval_minutes, self.resource.min_minutes)
        if grain < FINEST_GRAIN:
            grain = self.resource.start_interval_minutes
        step, shortest = timedelta(minutes=grain), timedelta(minutes=self.resource.min_minutes)
        earliest = min((slot.start + shortest for slot in self.starts_ahead), default=None)
        ends = []
        for stretch in self.stretches if earliest else ():
            start = stretch.start
            while start < stretch.end:
                end = min(start + step, stretch.end)
                if end >= max(earliest, stretch.start + shortest):
                    ends.append((end, any(is_within(unit, start, end) for unit in self.free_units)))
                start += step
        return ends

    @property
    def is_over(self):
        return bool(self.slots) and not self.starts_ahead

    @property
    def next_day(self):
        """The next day on which the space opens, closures apart, or None."""
        hours = self.resource.space.opening_hours.all()
        days = (self.day + timedelta(days=away) for away in range(1, HORIZON.days))
        return next((day for day in days if opening_of(self.resource.space, hours, day)), None)

    def first_free(self):
        """The first free hour (or shortest booking, if longer), or None."""
        length = timedelta(minutes=min(max(60, self.resource.min_minutes), self.resource.max_minutes))
        for slot in self.starts_ahead:
            if self.is_free(slot.start, slot.start + length):
                return Stretch(slot.start, slot.start + length)
        return None

    def whole_stretches(self):
        """The stretches that can be booked from end to end at one click."""
        longest = timedelta(minutes=self.resource.max_minutes)
        ahead = {slot.start for slot in self.slots_ahead}
        return [
            stretch
            for stretch in self.stretches
            if stretch.start in ahead and stretch.end - stretch.start <= longest and self.is_free(*stretch)
        ]

    def is_free(self, start, end):
        """Whether the space is open and one and the same unit free all that time."""
        return self.units_free(start, end) > 0

    def units_free(self, start, end):
        """How many units are free all that time; none while the space is closed."""
        if not is_within(self.stretches, start, end):
            return 0
        return sum(is_within(free, start, end) for free in self.free_units)


def bookable_in(space):
    """What can be booked in the space, with what the booking page says of it."""
    resources = space.resources.rooted().filter(is_bookable=True).select_related("plan")
    return resources.prefetch_related("features", "open_to")


def refusal_for(resource, user, day, now):
    """The BookingError for which the person can book nothing of it on that day, or None. A visitor may be anybody."""
    at_noon = at_local(day, NOON)
    known = user.is_authenticated
    wish = Wish(
        resource=resource,
        start=at_noon,
        end=at_noon,
        now=now,
        open_to=list(resource.open_to.all()) if known else [],
        home=home_space(user, day) if known else None,
    )
    return refusal_of_day(wish)


def for_member(resources, user, day):
    """Those of the resources that the person may book on that day; for a visitor, who may sign in yet, all of them.
    Needs `open_to` prefetched."""
    if not user.is_authenticated:
        return list(resources)
    home = home_space(user, day)
    return [resource for resource in resources if is_for(list(resource.open_to.all()), home)]


def free_slots(resource, day, *, now=None, besides=None):
    """The resource's day, at two queries after its space's hours are known; as if the booking `besides` were not."""
    return _days_of([resource], day, now or timezone.now(), besides=besides)[resource.pk]


def free_days(resources, day, *, now=None):
    """As `free_slots` for many resources at once: {resource's pk: ResourceDay}. Spaces' hours must be prefetched."""
    return _days_of(list(resources), day, now or timezone.now())


def _days_of(resources, day, now, besides=None):
    units = list(Unit.objects.in_use().filter(resource__in=resources).order_by("resource", "number"))
    held, closed = defaultdict(list), defaultdict(list)
    occupancies = Occupancy.objects.filter(unit__in=units, period__overlap=period(*around(day)))
    if besides:
        occupancies = occupancies.exclude(booking=besides)
    for unit, kept, closure in occupancies.values_list("unit", "period", "closure"):
        (closed if closure else held)[unit].append(Stretch(kept.lower, kept.upper))
    days = {}
    for resource in resources:
        mine = [unit for unit in units if unit.resource_id == resource.pk]
        free = [free_time(resource, day, held[unit.pk], closed[unit.pk]) for unit in mine]
        days[resource.pk] = day_of(resource, day, free, now, mine)
    return days


def around(day, last=None):
    """The day (or days, to the `last`) with those before and after: what is kept around a booking may reach there."""
    return Stretch(day_bounds(day).start - DAY, day_bounds(last or day).end + DAY)


def free_time(resource, day, held, closed):
    """A unit's time in which a booking of that day may stand, by what others hold of it and when it is closed."""
    barred = [Stretch(*barred_by(stretch, resource, closed)) for stretch in held]
    return without([around(day)], merged([*barred, *closed]))


def _hours_of(day, free):
    """A unit's free time within the day, as hours on the wall."""
    bounds = day_bounds(day)
    inside = [Stretch(max(part.start, bounds.start), min(part.end, bounds.end)) for part in free]
    return " ".join(
        f"{timezone.localtime(part.start):%H:%M}-"
        + ("24:00" if part.end == bounds.end else f"{timezone.localtime(part.end):%H:%M}")
        for part in inside
        if part.start < part.end
    )


def day_of(resource, day, free_units, now, units=()):
    """The day of a resource whose units are free as given. Asks nothing once its space's hours are known."""
    stretches = opening_of(resource.space, resource.space.opening_hours.all(), day)
    return ResourceDay(resource, day, stretches, _slots(resource, stretches, free_units, now), free_units, units)


def _slots(resource, stretches, free_units, now):
    step = timedelta(minutes=resource.start_interval_minutes)
    shortest, notice = timedelta(minutes=resource.min_minutes), timedelta(minutes=resource.min_notice_minutes)
    earliest = instant(now) + notice if notice else instant(now) - GRACE
    slots = []
    for stretch in stretches:
        start = stretch.start
        while start < stretch.end:
            end = min(start + step, stretch.end)
            free = sum(is_within(unit, start, min(end, start + shortest)) for unit in free_units)
            slots.append(Slot(start, end, free, len(free_units), start >= earliest))
            start += step
    return slots


def next_free(resource, start, end, *, user=None, now=None, limit=3, besides=None):
    """The next stretches of the same length that are free, from the wished one on: what a refusal offers instead.
    None in which the `user` has another booking of the resource. Reads a week at a time, as far as may be booked."""
    now, length = now or timezone.now(), end - start
    if length <= timedelta(0):
        return []
    earliest = max(start, now + timedelta(minutes=resource.min_notice_minutes))
    found = []
    day = max(local_day(start), local_day(now))
    last = local_day(now) + min(timedelta(days=resource.max_days_ahead), FURTHEST_OFFER)
    while day <= last and len(found) < limit:
        week = [day + timedelta(days=away) for away in range(min(7, (last - day).days + 1))]
        for plan in _days_in_a_row(resource, week, now, user, besides):
            found += _free_in(plan, length, earliest)
        day = week[-1] + DAY
    return found[:limit]


def _days_in_a_row(resource, days, now, user, besides):
    """The resource's days, less what the user has booked of it, at three queries for all of them."""
    bounds = period(*around(days[0], days[-1]))
    held, closed = defaultdict(list), defaultdict(list)
    occupancies = Occupancy.objects.filter(unit__resource=resource, period__overlap=bounds)
    own = Booking.objects.live().filter(user=user, resource=resource, period__overlap=bounds)
    if besides:
        occupancies, own = occupancies.exclude(booking=besides), own.exclude(pk=besides.pk)
    for unit, kept, closure in occupancies.values_list("unit", "period", "closure"):
        (closed if closure else held)[unit].append(Stretch(kept.lower, kept.upper))
    mine = [Stretch(one.lower, one.upper) for one in own.values_list("period", flat=True)] if user else []
    units = list(resource.units.in_use().values_list("pk", flat=True))
    for day in days:
        free = [without(free_time(resource, day, held[unit], closed[unit]), mine) for unit in units]
        yield day_of(resource, day, free, now)


def _free_in(plan, length, earliest):
    """The free stretches of so long, one after the other on the resource's grid."""
    step = timedelta(minutes=plan.resource.start_interval_minutes)
    for stretch in plan.stretches:
        begin = stretch.start
        while begin + length <= stretch.end:
            if begin >= earliest and plan.is_free(begin, begin + length):
                yield Stretch(begin, begin + length)
                begin += -(-length // step) * step
            else:
                begin += step


def units_to_choose(resources):
    """The units of those of the resources that let one choose: where some have a name or a spot on the plan."""
    told = Unit.objects.in_use().exclude(name="", plan_x=None).filter(resource=OuterRef("resource"))
    return units_of_several(resources).filter(Exists(told))


def units_of_several(resources):
    """The units of those of the resources that have more than one."""
    others = Unit.objects.in_use().exclude(pk=OuterRef("pk")).filter(resource=OuterRef("resource"))
    units = Unit.objects.in_use().filter(Exists(others), resource__in=resources)
    return units.select_related("resource").order_by("resource__order", "resource", "number")


def units_booked_ahead(resource):
    """How many of the resource's units a person holds from now on."""
    return (
        resource.units.in_use()
        .filter(occupancies__booking__isnull=False, occupancies__period__endswith__gt=timezone.now())
        .distinct()
        .count()
    )
