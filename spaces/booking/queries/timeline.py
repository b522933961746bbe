"""The rooms of a space hour by hour: for everybody what is free, and for who runs it who is where.

The day is cut into half hours, and those that follow each other and say the same become one block. A member sees
resources and finds their own bookings in them; nobody else's name leaves this module unless it is `named`.
"""

from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from ...enums import BookingStatus
from ...models import Booking, Closure, Hold, Occupancy, Resource, Unit
from ...places.rules import opening_of
from ...timing.hours import Stretch, day_bounds, is_within
from ...timing.periods import period
from .free import around, day_of, free_time
from .persons import person_of

HALF_HOUR = timedelta(minutes=30)
#: From so many half hours on, a block has room for its hours in words.
WIDE = 4


class Block(NamedTuple):
    """Half hours that follow each other and say the same.

    `kind`: free, taken, mine, held (for an event), closed, shut (outside opening hours), over; and for the managers
    booked, requested, clearing instead of taken and mine. `since` is the first hour from which a booking may begin in
    it, `until` how far that one may go.
    """

    kind: str
    start: object
    end: object
    span: int
    free: int = 0
    holder: Occupancy | None = None
    since: object = None
    until: object = None

    @property
    def is_wide(self):
        return self.span >= WIDE

    @property
    def booking(self):
        return self.holder and self.holder.booking


class Row(NamedTuple):
    """A resource's day, or one of its units' (`unit`)."""

    resource: Resource
    unit: Unit | None
    total: int
    blocks: list

    def of_kind(self, kind):
        return [block for block in self.blocks if block.kind == kind]

    @property
    def free_blocks(self):
        return self.of_kind("free")

    @property
    def own_blocks(self):
        return self.of_kind("mine")

    @property
    def is_closed(self):
        return {block.kind for block in self.blocks} <= {"closed", "shut"}

    @property
    def is_over(self):
        return {block.kind for block in self.blocks} <= {"over", "shut"}


class Day(NamedTuple):
    """A day of a space: its half hours, by the hours of the head of the table as (start, half hours), and its rows."""

    day: date
    slots: list
    rows: list

    @property
    def hours(self):
        by_hour = groupby(self.slots, key=lambda slot: timezone.localtime(slot.start).strftime("%d %H %z"))
        groups = [list(group) for _hour, group in by_hour]
        return [(group[0].start, len(group)) for group in groups]

    @property
    def is_over(self):
        """Whether nothing of it lies ahead any more, in any room."""
        return bool(self.rows) and all(row.is_over for row in self.rows)


def timeline(space, days, *, user=None, named=False, now=None):
    """The days of a space's rooms, three queries once its hours are known; for everybody one more, and those
    of `person_of`. `named`: for who runs it."""
    now = now or timezone.now()
    rooms = space.resources.rooted()
    resources = list(rooms if named else rooms.filter(is_bookable=True).prefetch_related("open_to"))
    person = person_of(user, now=now)
    for resource in resources:
        resource.space = space
    units = {}
    for unit in Unit.objects.in_use().filter(resource__in=resources).order_by("resource", "number"):
        units.setdefault(unit.resource_id, []).append(unit)
    bounds = period(*around(days[0], days[-1]))
    holders = Occupancy.objects.filter(unit__resource__in=resources, unit__is_retired=False, period__overlap=bounds)
    holders = holders.select_related("booking__user", "closure", "hold").order_by("period")
    by_unit = {}
    for holder in holders:
        by_unit.setdefault(holder.unit_id, []).append(holder)
    return [_day(space, day, resources, units, by_unit, person, named) for day in days]


def _day(space, day, resources, units, by_unit, person, named):
    opened = opening_of(space, space.opening_hours.all(), day)
    slots = _slots(opened)
    rows = []
    for resource in resources:
        mine = units.get(resource.pk, [])
        for unit in mine:
            unit.resource = resource
        if named:
            rows += [
                Row(resource, unit, len(mine), _blocks(slots, opened, _unit(unit, by_unit, person.now)))
                for unit in mine
            ]
            continue
        free = [_free(resource, day, by_unit.get(unit.pk, [])) for unit in mine]
        plan = day_of(resource, day, free, person.now)
        blocks = _blocks(slots, opened, _resource(plan, mine, by_unit, person))
        blocks = [_with_a_booking(block, plan, person) if block.kind == "free" else block for block in blocks]
        rows.append(Row(resource, None, len(mine), blocks))
    return Day(day, slots, rows)


def _free(resource, day, holders):
    held, closed = [], []
    for holder in holders:
        (closed if holder.closure_id else held).append(Stretch(holder.period.lower, holder.period.upper))
    return free_time(resource, day, held, closed)


def _slots(opened):
    """The half hours from the first opening to the last closing."""
    if not opened:
        return []
    start, slots = opened[0].start, []
    while start < opened[-1].end:
        slots.append(Stretch(start, min(start + HALF_HOUR, opened[-1].end)))
        start += HALF_HOUR
    return slots


def _blocks(slots, opened, state_of):
    """The slots that follow each other with one state, as blocks. A state is (kind, free units, holder)."""
    states = [(slot, state_of(slot) if is_within(opened, *slot) else ("shut", 0, None)) for slot in slots]
    blocks = []
    for _state, group in groupby(states, key=lambda pair: (*pair[1][:2], pair[1][2] and pair[1][2].pk)):
        group = list(group)
        kind, free, holder = group[0][1]
        blocks.append(Block(kind, group[0][0].start, group[-1][0].end, len(group), free, holder))
    return blocks


def _overlap(stretch, slot):
    return stretch.lower < slot.end and slot.start < stretch.upper


# --- a week for who runs the space ---


class Entry(NamedTuple):
    """What takes a room for a while: a booking, an event's hold or a closure (`kind` as a block's)."""

    kind: str
    start: object
    end: object
    holder: Booking | Hold | Closure


class WeekCell(NamedTuple):
    """A room on one day. `hours` are the space's; none: it is closed."""

    day: date
    hours: list
    entries: list

    @property
    def is_ahead(self):
        return self.day >= timezone.localdate()


class WeekRow(NamedTuple):
    resource: Resource
    cells: list


def week(space, days):
    """The rooms of a space by days, each cell all that takes the room on that day, in order of time. Five queries."""
    bounds = period(*around(days[0], days[-1]))
    rooms = {"resource__space": space, "period__overlap": bounds}
    bookings = Booking.objects.live().filter(**rooms).select_related("user", "occupancy__unit")
    closures = Closure.objects.filter(space=space, period__overlap=bounds)
    entries = [
        *(Entry(_kind_of(row), row.start, row.end, row) for row in bookings),
        *(Entry("held", row.period.lower, row.period.upper, row) for row in Hold.objects.filter(**rooms)),
        *(Entry("closed", row.period.lower, row.period.upper, row) for row in closures),
    ]
    entries.sort(key=lambda entry: (entry.start, entry.end))
    weekly = list(space.opening_hours.all())
    hours = {day: opening_of(space, weekly, day) for day in days}
    return [
        WeekRow(resource, [WeekCell(day, hours[day], _of_a_day(resource, day, entries)) for day in days])
        for resource in space.resources.rooted().annotate(unit_count=Count("units", filter=Q(units__is_retired=False)))
    ]


def _of_a_day(resource, day, entries):
    """A closure of no resource is one of all of them."""
    bounds = day_bounds(day)
    return [
        entry
        for entry in entries
        if entry.holder.resource_id in {resource.pk, None} and entry.start < bounds.end and bounds.start < entry.end
    ]


# --- for everybody ---


def _resource(plan, units, by_unit, person):
    held = [holder for unit in units for holder in by_unit.get(unit.pk, [])]
    own = [holder for holder in held if _is_of(holder, person.user)]

    def state_of(slot):
        mine = next((holder for holder in own if _overlap(holder.booking.period, slot)), None)
        free = sum(is_within(unit, *slot) for unit in plan.free_units)
        if mine:
            return "mine", 0, mine
        if slot.start < person.now:
            return "over", 0, None
        if free:
            return "free", free, None
        there = [holder for holder in held if _overlap(holder.period, slot)]
        if there and all(holder.closure_id for holder in there):
            return "closed", 0, None
        return ("held" if any(holder.hold_id for holder in there) else "taken"), 0, None

    return state_of


def _is_of(holder, user):
    return bool(user.is_authenticated and holder.booking_id and holder.booking.user_id == user.pk)


def _with_a_booking(block, plan, person):
    """The free block with the first and longest booking that the person may make in it, if there is one."""
    shortest = timedelta(minutes=plan.resource.min_minutes)
    longest = timedelta(minutes=plan.resource.max_minutes)
    for slot in plan.slots_ahead:
        if not block.start <= slot.start < block.end:
            continue
        end = min(block.end, slot.start + longest)
        while end - slot.start >= shortest:
            if plan.is_free(slot.start, end) and person.may_book(plan.resource, slot.start, end):
                return block._replace(since=slot.start, until=end)
            end -= HALF_HOUR
    return block


# --- for who runs the space ---


def _kind(holder):
    if holder.closure_id:
        return "closed"
    return "held" if holder.hold_id else _kind_of(holder.booking)


def _kind_of(booking):
    return "requested" if booking.status == BookingStatus.REQUESTED else "booked"


def _unit(unit, by_unit, now):
    held = by_unit.get(unit.pk, [])

    def state_of(slot):
        there = [holder for holder in held if _overlap(holder.period, slot)]
        busy = [holder for holder in there if not holder.booking_id or _overlap(holder.booking.period, slot)]
        if busy:
            return _kind(busy[0]), 0, busy[0]
        if there:
            return "clearing", 0, there[0]
        return ("over", 0, None) if slot.start < now else ("free", 1, None)

    return state_of
