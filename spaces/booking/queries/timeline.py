"""Show the rooms of a space hour by hour: to everybody what is free, to managers also the names of the people.

The day is cut into half hours, and neighbours in the same state become one block. A member sees the resources with
their own bookings; other people's names leave this module only if `named`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, Q
from django.utils import timezone

from members.models import User

from ...enums import BookingStatus
from ...memberships.queries import access_of
from ...models import Booking, Closure, Hold, Occupancy, Resource, Space, Unit
from ...places.rules import opening_of
from ...timing.hours import Stretch, day_bounds, is_within
from ...timing.periods import period
from .free import FreeUnits, ResourceDay, around, day_of, free_time, rooted_in, units_in_use
from .persons import Person, person_of
from .rooms import rooms_in

HALF_HOUR = timedelta(minutes=30)
#: In half hours: from this width on, a block has room for its hours in words.
WIDE = 4

#: State of a half hour: kind, number of free units, and the occupancy that takes it.
State = tuple[str, int, Occupancy | None]


class Block(NamedTuple):
    """Half hours in a row in the same state; `span` is their number.

    `kind`: free, taken, mine, held (for an event), closed, shut (outside opening hours), over; for the managers booked,
    requested, clearing instead of taken and mine. In a free block a booking may begin at `since` and last to `until`;
    it `is_for_others` where the person's memberships, or the lack of one, do not open it.
    """

    kind: str
    start: datetime
    end: datetime
    span: int
    free: int = 0
    holder: Occupancy | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_for_others: bool = False

    @property
    def is_wide(self) -> bool:
        return self.span >= WIDE

    @property
    def booking(self) -> Booking | None:
        return self.holder.booking if self.holder else None


class Row(NamedTuple):
    """The day of a resource of `total` units, or of one `unit` of it."""

    resource: Resource
    unit: Unit | None
    total: int
    blocks: list[Block]

    def of_kind(self, kind: str) -> list[Block]:
        return [block for block in self.blocks if block.kind == kind]

    @property
    def free_blocks(self) -> list[Block]:
        return self.of_kind("free")

    @property
    def own_blocks(self) -> list[Block]:
        return self.of_kind("mine")

    @property
    def is_closed(self) -> bool:
        return {block.kind for block in self.blocks} <= {"closed", "shut"}

    @property
    def is_over(self) -> bool:
        return {block.kind for block in self.blocks} <= {"over", "shut"}


class Day(NamedTuple):
    """A day of a space: its half hours and its rows."""

    day: date
    slots: list[Stretch]
    rows: list[Row]

    @property
    def hours(self) -> list[tuple[datetime, int]]:
        """Return the hours for the head of the table, each with its number of half hours."""
        by_hour = groupby(self.slots, key=lambda slot: timezone.localtime(slot.start).strftime("%d %H %z"))
        groups = [list(group) for _hour, group in by_hour]
        return [(group[0].start, len(group)) for group in groups]

    @property
    def is_over(self) -> bool:
        """Tell if the day is over in every room."""
        return bool(self.rows) and all(row.is_over for row in self.rows)


def timeline(
    space: Space,
    days: list[date],
    *,
    user: User | AnonymousUser | None = None,
    named: bool = False,
    now: datetime | None = None,
) -> list[Day]:
    """Return the days of the rooms of the space; with `named` by unit and with names, for managers only.

    Three queries with `named`, if the hours of the space are read already; without it, one and those of `person_of`
    and `rooms_in`.
    """
    now = now or timezone.now()
    resources = list(rooted_in(space)) if named else rooms_in(space)
    person = person_of(user, now=now)
    for resource in resources:
        resource.space = space
    units = units_in_use(resources)
    keys = [unit.pk for mine in units.values() for unit in mine]
    bounds = period(*around(days[0], days[-1]))
    holders = Occupancy.objects.filter(unit__in=keys, period__overlap=bounds).order_by("period", "pk")
    holders = holders.select_related(*(["booking__user", "closure", "hold"] if named else ["booking"]))
    by_unit: dict[int, list[Occupancy]] = {}
    for holder in holders:
        by_unit.setdefault(holder.unit_id, []).append(holder)
    return [_day(space, day, resources, units, _of_day(by_unit, day), person, named) for day in days]


def _of_day(by_unit: dict[int, list[Occupancy]], day: date) -> dict[int, list[Occupancy]]:
    """Return of the occupancies of each unit those that may reach into the day."""
    near = around(day)
    return {unit: [holder for holder in holders if _overlap(holder.period, near)] for unit, holders in by_unit.items()}


def _day(
    space: Space,
    day: date,
    resources: list[Resource],
    units: dict[int, list[Unit]],
    by_unit: dict[int, list[Occupancy]],
    person: Person,
    named: bool,
) -> Day:
    opened = opening_of(space, space.opening_hours.all(), day)
    slots = _slots(opened)
    rows: list[Row] = []
    for resource in resources:
        mine = units[resource.pk]
        if named:
            for unit in mine:
                unit.resource = resource
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


def _free(resource: Resource, day: date, holders: list[Occupancy]) -> list[Stretch]:
    held: list[Stretch] = []
    closed: list[Stretch] = []
    for holder in holders:
        (closed if holder.closure_id else held).append(Stretch(holder.period.lower, holder.period.upper))
    return free_time(resource, day, held, closed)


def _slots(opened: list[Stretch]) -> list[Stretch]:
    """Return the half hours from the first opening to the last closing."""
    if not opened:
        return []
    start, slots = opened[0].start, []
    while start < opened[-1].end:
        slots.append(Stretch(start, min(start + HALF_HOUR, opened[-1].end)))
        start += HALF_HOUR
    return slots


def _blocks(slots: list[Stretch], opened: list[Stretch], state_of: Callable[[Stretch], State]) -> list[Block]:
    """Join the slots in a row that have the same state to blocks."""
    states: list[tuple[Stretch, State]] = [
        (slot, state_of(slot) if is_within(opened, *slot) else ("shut", 0, None)) for slot in slots
    ]
    blocks = []
    for _state, pairs in groupby(states, key=lambda pair: (*pair[1][:2], pair[1][2] and pair[1][2].pk)):
        group = list(pairs)
        kind, free, holder = group[0][1]
        blocks.append(Block(kind, group[0][0].start, group[-1][0].end, len(group), free, holder))
    return blocks


def _overlap(span: DateTimeTZRange, slot: Stretch) -> bool:
    return span.lower < slot.end and slot.start < span.upper


# --- a week, for managers ---


class Entry(NamedTuple):
    """A booking, a hold or a closure that takes a room for a while; `kind` as in `Block`."""

    kind: str
    start: datetime
    end: datetime
    holder: Booking | Hold | Closure


class WeekCell(NamedTuple):
    """A room on one day. `hours` are those of the space; [] means closed."""

    day: date
    hours: list[Stretch]
    entries: list[Entry]

    @property
    def is_ahead(self) -> bool:
        return self.day >= timezone.localdate()


class WeekRow(NamedTuple):
    resource: Resource
    cells: list[WeekCell]


def week(space: Space, days: list[date]) -> list[WeekRow]:
    """Return the rooms of the space, each with its days and what takes it on them, in order of time. Five queries."""
    bounds = period(*around(days[0], days[-1]))
    rooms = {"resource__space": space, "period__overlap": bounds}
    bookings = Booking.objects.live().filter(**rooms).select_related("user")
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
        for resource in rooted_in(space).annotate(unit_count=Count("units", filter=Q(units__is_retired=False)))
    ]


def _of_a_day(resource: Resource, day: date, entries: list[Entry]) -> list[Entry]:
    """Return the entries of the resource on that day; a closure without a resource concerns all of them."""
    bounds = day_bounds(day)
    return [
        entry
        for entry in entries
        if entry.holder.resource_id in {resource.pk, None} and entry.start < bounds.end and bounds.start < entry.end
    ]


# --- for everybody ---


def _resource(
    plan: ResourceDay, units: list[Unit], by_unit: dict[int, list[Occupancy]], person: Person
) -> Callable[[Stretch], State]:
    """Make the function that gives the state of a resource in a slot, as everybody sees it."""
    held = [holder for unit in units for holder in by_unit.get(unit.pk, [])]
    own = [holder for holder in held if _is_of(holder, person.user)]
    units_free = FreeUnits(plan.free_units)

    def state_of(slot: Stretch) -> State:
        mine = next((holder for holder in own if holder.booking and _overlap(holder.booking.period, slot)), None)
        free = units_free.during(*slot)
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


def _is_of(holder: Occupancy, user: User | AnonymousUser) -> bool:
    return bool(user.is_authenticated and holder.booking and holder.booking.user_id == user.pk)


def _with_a_booking(block: Block, plan: ResourceDay, person: Person) -> Block:
    """Add the first and longest booking that the person may make in the free block, if there is one."""
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
    is_open = person.standing.may_book(access_of(plan.resource), plan.day)
    return block._replace(is_for_others=not is_open)


# --- for managers ---


def _kind(holder: Occupancy) -> str:
    if holder.closure_id:
        return "closed"
    return _kind_of(holder.booking) if holder.booking else "held"


def _kind_of(booking: Booking) -> str:
    return "requested" if booking.status == BookingStatus.REQUESTED else "booked"


def _unit(unit: Unit, by_unit: dict[int, list[Occupancy]], now: datetime) -> Callable[[Stretch], State]:
    """Make the function that gives the state of a unit in a slot, as managers see it."""
    held = by_unit.get(unit.pk, [])

    def state_of(slot: Stretch) -> State:
        there = [holder for holder in held if _overlap(holder.period, slot)]
        busy = [holder for holder in there if not holder.booking or _overlap(holder.booking.period, slot)]
        if busy:
            return _kind(busy[0]), 0, busy[0]
        if there:
            return "clearing", 0, there[0]
        return ("over", 0, None) if slot.start < now else ("free", 1, None)

    return state_of
