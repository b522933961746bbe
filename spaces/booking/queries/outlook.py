"""Tell what a booking would be before it is made: the summary that a person reads beside the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from ...errors import BookingError
from ...models import Booking, Closure, Occurrence, Resource
from ...passes.rules import Balance
from ...timing.hours import at_local, local_day
from ...timing.periods import period
from ..rules import already_yours, closed, latest_change, taken
from .closures import closures_over, refusal_while_closed
from .free import ResourceDay, are_free_then, around, days_in_a_row
from .persons import Person


@dataclass(frozen=True)
class Outlook:
    """A booking of [start, end) as it would be now, or the `refusal` that would meet it.

    `elsewhere` are the person's other bookings in that time: they may be kept, and are named. `balance` holds the
    passes of a person who would go to another space than their own.
    """

    resource: Resource
    start: datetime
    end: datetime
    refusal: BookingError | None = None
    elsewhere: list[Booking] = field(default_factory=list)
    balance: Balance | None = None

    @property
    def takes_a_day(self) -> bool:
        """Tell if a day of a pass is taken."""
        return self.balance is not None and self.balance.takes(self.resource.space, local_day(self.start))

    @property
    def cancelled_until(self) -> datetime:
        """Return until when the member may cancel or move it."""
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
    than 1: three queries at most, none for a visitor where the time is free. The booking `besides` moves there."""
    resource, elsewhere, balance = plan.resource, [], None
    if person.user.is_authenticated and start < end:
        there = Booking.objects.live().filter(user=person.user, period__overlap=period(start, end), place=None)
        elsewhere = list(there.exclude(resource=resource).select_related("resource__space").order_by("period"))
        balance = person.balance(local_day(start))
    if balance and not balance.counts(resource.space):
        balance = None
    closed_then = partial(refusal_while_closed, resource, start, end)
    free_then = partial(are_free_then, resource, start, end, plan.wanted, besides)
    refusal = _refusal(plan, start, end, person, people, closed_then, free_then)
    return Outlook(resource, start, end, refusal, elsewhere, balance)


@dataclass(frozen=True)
class DayOutlook:
    """A day of a series as it would be now: booked, or refused by the rule of this code."""

    day: date
    refusal: str = ""
    takes_a_day: bool = False

    @property
    def refusal_in_words(self) -> str:
        return Occurrence(day=self.day, refusal=self.refusal).refusal_in_words


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


def outlook_of_days(
    resource: Resource, days: list[date], starts: time, ends: time, person: Person, *, people: int = 1, wanted: int = 1
) -> SeriesOutlook:
    """Return what `book_series` would do now with these days for the person: each day counts those before it.

    `people` come each time, and take `wanted` units.

    Six queries, however many days.
    """
    if not days:
        return SeriesOutlook([])
    bounds = around(days[0], days[-1])
    closures = list(closures_over(resource, period(*bounds)))
    alone = Booking.objects.live().filter(user=person.user, resource=resource, occurrence=None, unit_count=wanted)
    held = {
        (one.lower, one.upper) for one in alone.filter(period__overlap=period(*bounds)).values_list("period", flat=True)
    }
    found = []
    for plan in days_in_a_row(resource, days, person.now):
        start, end = at_local(plan.day, starts), at_local(plan.day, ends)
        if (start, end) in held:  # a booking of the same hours becomes a day of the series
            found.append(DayOutlook(plan.day))
            continue
        plan = plan._replace(wanted=wanted)
        closed_then = partial(_over, closures, resource, period(start, end))
        refusal = _refusal(plan, start, end, person, people, closed_then, free_then=bool)
        balance = person.balance(plan.day)
        if refusal:
            found.append(DayOutlook(plan.day, refusal.code))
            continue
        takes = balance is not None and balance.takes(resource.space, plan.day)
        found.append(DayOutlook(plan.day, takes_a_day=takes))
        person = person.having(resource, start, end)
    return SeriesOutlook(found)


def _over(closures: list[Closure], resource: Resource, span: DateTimeTZRange) -> BookingError | None:
    over = (one for one in closures if one.period.lower < span.upper and span.lower < one.period.upper)
    return next((closed(resource, one) for one in over), None)


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
        return already_yours()
    is_free = plan.is_free(start, end)
    if not is_free and (error := closed_then()):
        return error
    balance = None if person.by_manager else person.balance(day)
    if balance and (error := balance.refusal(resource.space, day)):
        return error
    if is_free:
        return None
    return taken(resource, units=len(plan.free_units), wanted=plan.wanted, are_free_then=free_then())
