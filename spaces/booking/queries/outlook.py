"""Tell what a booking would be before it is made: the summary that a person reads beside the button."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise

from ...allowances.rules import Allowance
from ...enums import Refusal
from ...errors import BookingError
from ...memberships.queries import access_of
from ...models import Booking, Closure, Occupancy, Occurrence, Resource, Unit
from ...models.series import AT_THESE_HOURS, refusal_in_words
from ...passes.rules import Balance
from ...places.rules import opening_of
from ...timing.hours import Stretch, at_local, local_day
from ...timing.periods import outside, overlap, period, with_buffer
from ..rules import already_yours, closed, latest_change, refusal_of_people, taken
from .closures import closures_over, refusal_while_closed
from .free import ResourceDay, are_free_then, around, units_free_in, units_in_use
from .persons import Person


@dataclass(frozen=True)
class Outlook:
    """A booking of [start, end) as it would be now, or the `refusal` that would meet it.

    `elsewhere` are the person's other bookings in that time: they may be kept, and are named. `balance` holds the
    passes of a person who would go to another space than their own, `allowances` what their membership includes in the
    months of the booking, which they do not count yet.
    """

    resource: Resource
    start: datetime
    end: datetime
    refusal: BookingError | None = None
    elsewhere: list[Booking] = field(default_factory=list)
    balance: Balance | None = None
    allowances: list[Allowance] = field(default_factory=list)

    @property
    def taken_of_the_month(self) -> list[tuple[Allowance, Promise | str]]:
        """Return what is included in each month, with what the booking takes of it in words; "" where nothing."""
        taken = [(one, one.takes(self.start, self.end)) for one in self.allowances]
        return [(one, one.in_words(amount) if amount else "") for one, amount in taken]

    @property
    def takes_a_day(self) -> bool:
        """Tell if a day of a pass is taken."""
        return self.balance is not None and self.balance.takes(self.resource.space, local_day(self.start))

    @property
    def cancelled_until(self) -> datetime:
        """Return until when the member may cancel or change it."""
        return latest_change(self.resource, self.start)

    @property
    def kept_minutes(self) -> int | None:
        """Return for how many minutes the place is kept without check-in; None to the end."""
        return None if self.resource.travels else self.resource.release_after_minutes


def outlook(
    plan: ResourceDay,
    start: datetime,
    end: datetime,
    person: Person,
    people: int = 1,
    besides: Booking | None = None,
) -> Outlook:
    """Return what a booking of the plan's resource would be for the person, who comes with others if `people` is more
    than 1: three queries at most, none for a visitor where the time is free. The booking `besides` becomes this one:
    where its time stays, only so many people can be refused."""
    resource, elsewhere, balance, allowances = plan.resource, [], None, []
    if person.user.is_authenticated and start < end:
        if person.booked_within(start, end) - {resource.pk}:
            there = Booking.objects.live().filter(user=person.user, period__overlap=period(start, end), place=None)
            elsewhere = list(
                there.exclude(resource=resource).select_related("resource__space").order_by("period", "pk")
            )
        balance, allowances = person.balance(local_day(start)), person.allowances(resource, start, end)
    if balance and not balance.counts(resource.space):
        balance = None
    if besides and (besides.start, besides.end) == (start, end):
        refusal = _refusal_at_its_time(besides, plan.wanted, people, person)
    else:
        closed_then = partial(refusal_while_closed, resource, start, end)
        free_then = partial(are_free_then, resource, start, end, plan.wanted, besides)
        refusal = _refusal(plan, start, end, person, people, closed_then, free_then)
    return Outlook(resource, start, end, refusal, elsewhere, balance, allowances)


def _refusal_at_its_time(booking: Booking, wanted: int, people: int, person: Person) -> BookingError | None:
    """Return what stands against so many people, or so many units, in the booking's own time."""
    resource = booking.resource
    if people <= (booking.people or 1):
        return None
    wished = Booking(resource=resource, period=booking.period, people=people, unit_count=wanted)
    access = access_of(resource) if person.user.is_authenticated else None
    if error := refusal_of_people(wished, access=access, standing=person.standing, by_manager=person.by_manager):
        return error
    free = len(booking.units) + units_free_in(resource, booking.occupancy.period).count()
    if wanted <= free:
        return None
    are_free = are_free_then(resource, booking.start, booking.end, wanted, booking)
    units = resource.units.in_use().count()
    return taken(resource, units=units, wanted=wanted, free=free, are_free_then=are_free)


@dataclass(frozen=True)
class DayOutlook:
    """A day of a series as it would be now: booked, or refused.

    A booking that the person has at these hours already (`held`) becomes the day. Else it takes the `units` for the
    time `kept`, which is its own with that to prepare and to clear up. `is_beyond`: a manager goes beyond what the
    person's membership includes."""

    day: date
    resource: Resource
    error: BookingError | None = None
    takes_a_day: bool = False
    is_beyond: bool = False
    held: Booking | None = None
    units: list[Unit] = field(default_factory=list)
    kept: DateTimeTZRange | None = None

    @property
    def refusal(self) -> str:
        """Return the code of the rule that refuses it, or nothing."""
        return self.error.code if self.error else ""

    @property
    def may_be_free_otherwise(self) -> bool:
        return self.refusal in AT_THESE_HOURS

    @property
    def refusal_in_words(self) -> str:
        return refusal_in_words(self.refusal, self.resource)


@dataclass(frozen=True)
class SeriesOutlook:
    """A series as it would be booked now, day by day. The days left out are not among `days`."""

    days: list[DayOutlook]

    @property
    def booked(self) -> int:
        """Return how many days would be booked."""
        return sum(not day.refusal for day in self.days)

    @property
    def pass_days(self) -> int:
        """Return how many days of the person's passes these would take."""
        return sum(day.takes_a_day for day in self.days)

    @property
    def for_others(self) -> BookingError | None:
        """Return the refusal of the first day that the person's memberships, or the lack of one, do not open."""
        return self._first(Refusal.NOT_FOR_YOU)

    @property
    def beyond_the_month(self) -> BookingError | None:
        """Return the refusal of the first day that the person's membership does not include."""
        return self._first(Refusal.MONTH_USED_UP)

    def _first(self, refusal: Refusal) -> BookingError | None:
        return next((day.error for day in self.days if day.refusal == refusal), None)


def outlook_of_days(
    resource: Resource,
    days: list[date],
    starts: time,
    ends: time,
    person: Person,
    *,
    people: int = 1,
    wanted: int = 1,
    chosen: Unit | None = None,
    whose: Q | None = None,
) -> SeriesOutlook:
    """Return what becomes of these days for the person: each counts those before it. `book_series` carries it out.

    `people` come each time, and take `wanted` units, the `chosen` one first where it is free. `whose` finds the
    bookings that are the person's already, where they have no account.

    Seven queries at most, however many days.
    """
    if not days:
        return SeriesOutlook([])
    bounds = period(*around(days[0], days[-1]))
    has_own = whose is not None or resource.pk in person.booked_within(bounds.lower, bounds.upper)
    own = _own_bookings(resource, bounds, Q(user=person.user) if whose is None else whose) if has_own else []
    units = _units_over(resource, bounds)
    hours = list(resource.space.opening_hours.all())
    found = []
    for day in days:
        stretch = Stretch(at_local(day, starts), at_local(day, ends))
        opened = opening_of(resource.space, hours, day)
        one = _kept_day(resource, day, stretch, own, wanted) or _new_day(
            units, day, stretch, opened, person, people, wanted, chosen
        )
        if one.kept is not None:
            units.take(one.units, one.kept)
            person = person.having(resource, *stretch)
        found.append(one)
    return SeriesOutlook(found)


@dataclass(frozen=True)
class _Units:
    """The units in use of a resource over some days, what takes each of them by its key, and what is closed."""

    resource: Resource
    units: list[Unit]
    taken: dict[int, list[DateTimeTZRange]]
    closures: list[Closure]

    def kept_for(self, stretch: Stretch) -> DateTimeTZRange:
        """Return the time with that to prepare and to clear up, which gives way to closures."""
        kept = with_buffer(*stretch, self.resource)
        for closure in self.closures:
            kept = outside(kept, period(*stretch), closure.period)
        return kept

    def free_in(self, kept: DateTimeTZRange) -> list[Unit]:
        return [unit for unit in self.units if not any(overlap(other, kept) for other in self.taken[unit.pk])]

    def refusal_while_closed(self, stretch: Stretch) -> BookingError | None:
        over = (one for one in self.closures if overlap(one.period, period(*stretch)))
        return next((closed(self.resource, one) for one in over), None)

    def take(self, units: list[Unit], kept: DateTimeTZRange) -> None:
        for unit in units:
            self.taken[unit.pk].append(kept)


def _units_over(resource: Resource, bounds: DateTimeTZRange) -> _Units:
    """Read the units of the resource in that time: two queries, and those for the closures where there is one."""
    units = units_in_use([resource])[resource.pk]
    taken_of: dict[int, list[DateTimeTZRange]] = defaultdict(list)
    occupancies = Occupancy.objects.filter(unit__in=units, period__overlap=bounds)
    is_closed = not units  # a closure takes each unit
    for unit_pk, span, closure_pk in occupancies.values_list("unit", "period", "closure"):
        taken_of[unit_pk].append(span)
        is_closed |= closure_pk is not None
    return _Units(resource, units, taken_of, list(closures_over(resource, bounds)) if is_closed else [])


def _kept_day(resource: Resource, day: date, stretch: Stretch, own: list[Any], wanted: int) -> DayOutlook | None:
    """Return the day on which the person has such a booking already: it becomes the day, unless it is of a series."""
    there = next((one for one in own if overlap(one.period, period(*stretch))), None)
    if not there or (there.start, there.end, there.unit_count) != (*stretch, wanted):
        return None
    again = already_yours(there) if there.is_of_a_series else None
    return DayOutlook(day, resource, again, held=None if again else there)


def _new_day(
    units: _Units,
    day: date,
    stretch: Stretch,
    opened: list[Stretch],
    person: Person,
    people: int,
    wanted: int,
    chosen: Unit | None,
) -> DayOutlook:
    """Return what becomes of a day on which the person has no such booking yet."""
    resource, kept = units.resource, units.kept_for(stretch)
    free = units.free_in(kept)
    spans = [[stretch] if unit in free else [] for unit in units.units]
    plan = ResourceDay(resource, day, opened, [], spans, units.units, wanted)
    closed_then = partial(units.refusal_while_closed, stretch)
    error = _refusal(plan, *stretch, person, people, closed_then, free_then=bool)
    if error:
        return DayOutlook(day, resource, error)
    balance = person.balance(day)
    return DayOutlook(
        day,
        resource,
        takes_a_day=balance is not None and balance.takes(resource.space, day),
        is_beyond=person.goes_beyond and person.is_beyond(resource, *stretch),
        units=sorted(free, key=lambda unit: unit != chosen)[:wanted],
        kept=kept,
    )


def _own_bookings(resource: Resource, span: DateTimeTZRange, whose: Q) -> list[Any]:
    """Return the person's live bookings of the resource in that time, each with `is_of_a_series`."""
    in_series = Exists(Occurrence.objects.filter(booking=OuterRef("pk")))
    bookings = Booking.objects.live().filter(whose, resource=resource, period__overlap=span)
    return list(bookings.annotate(is_of_a_series=in_series).order_by("period", "pk"))


def _refusal(
    plan: ResourceDay,
    start: datetime,
    end: datetime,
    person: Person,
    people: int,
    closed_then: Callable[[], BookingError | None],
    free_then: Callable[[], bool],
) -> BookingError | None:
    """Return what stands against it, in the order and in the words of the operation that would refuse it.

    `closed_then` and `free_then` read what only a time that is not free needs: a closure takes all units.
    """
    resource, day = plan.resource, local_day(start)
    if error := person.refusal(resource, start, end, people=people, unit_count=plan.wanted):
        return error
    if resource.pk in person.booked_within(start, end):
        return already_yours(by_manager=person.by_manager)
    is_free = plan.is_free(start, end)
    if not is_free and (error := closed_then()):
        return error
    balance = None if person.by_manager else person.balance(day)
    if balance and (error := balance.refusal(resource.space, day)):
        return error
    if is_free:
        return None
    units = {"units": len(plan.free_units), "free": plan.units_free(start, end)}
    return taken(resource, **units, wanted=plan.wanted, are_free_then=free_then())
