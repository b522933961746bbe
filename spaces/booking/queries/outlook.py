"""Tell what a booking would be before it is made: the summary that a person reads beside the button."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...errors import BookingError
from ...models import Booking, Closure, Occurrence, Resource
from ...passes.rules import Balance
from ...timing.hours import at_local, local_day
from ...timing.periods import period
from .free import ResourceDay, around, days_in_a_row
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
        """Tell if a day of a pass is taken; further bookings of the space on that day take none."""
        return self.balance is not None and (self.resource.space_id, local_day(self.start)) not in self.balance.booked

    @property
    def cancelled_until(self) -> datetime:
        """Return until when the member may cancel or move it."""
        return self.start - timedelta(minutes=self.resource.cancel_until_minutes)

    @property
    def kept_minutes(self) -> int | None:
        """Return for how many minutes the place is kept without check-in; None to the end."""
        return None if self.resource.travels else self.resource.release_after_minutes


def outlook(plan: ResourceDay, start: datetime, end: datetime, person: Person, people: int = 1) -> Outlook:
    """Return what a booking of the plan's resource would be for the person, who comes with others if `people` is more
    than 1: two queries at most, none for a visitor where the time is free."""
    resource, elsewhere, balance = plan.resource, [], None
    if person.user.is_authenticated and start < end:
        there = Booking.objects.live().filter(user=person.user, period__overlap=period(start, end), place=None)
        elsewhere = list(there.exclude(resource=resource).select_related("resource__space").order_by("period"))
        balance = person.balance(local_day(start))
    if balance and balance.home == resource.space:
        balance = None
    refusal = _refusal(plan, start, end, person, people, partial(_closures, resource, start, end))
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
    closures = list(_closures(resource, *bounds))
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
        refusal = _refusal(plan, start, end, person, people, partial(_over, closures, period(start, end)))
        balance = person.balance(plan.day)
        if refusal:
            found.append(DayOutlook(plan.day, refusal.code))
            continue
        takes = bool(balance and balance.home != resource.space and (resource.space_id, plan.day) not in balance.booked)
        found.append(DayOutlook(plan.day, takes_a_day=takes))
        person = person.having(resource, start, end)
    return SeriesOutlook(found)


def _closures(resource: Resource, start: datetime, end: datetime) -> QuerySet[Closure]:
    closures = Closure.objects.filter(Q(resource=resource) | Q(resource=None), space=resource.space_id)
    return closures.filter(period__overlap=period(start, end))


def _over(closures: list[Closure], span: DateTimeTZRange) -> list[Closure]:
    return [one for one in closures if one.period.lower < span.upper and span.lower < one.period.upper]


def _refusal(
    plan: ResourceDay,
    start: datetime,
    end: datetime,
    person: Person,
    people: int,
    closures: Callable[[], Iterable[Closure]],
) -> BookingError | None:
    """Return what stands against it, in the order and in the words of the operation that would refuse it.

    `closures` reads those of that time; they are asked for only where nothing is free, as a closure takes all units.
    """
    resource, day = plan.resource, local_day(start)
    if error := person.refusal(resource, start, end, people=people, unit_count=plan.wanted):
        return error
    if resource.pk in person.booked_within(start, end):
        return BookingError("already_yours", _("You already have a booking there at that time."))
    is_free = plan.is_free(start, end)
    for closure in [] if is_free else closures():
        message = _("{resource} is closed then: {reason}.")
        return BookingError("closed", format_lazy(message, resource=resource.name, reason=closure.reason))
    balance = None if person.by_manager else person.balance(day)
    if balance and not balance.allows(resource.space, day):
        return BookingError("pass_used_up", _("No day is left on your pass for the other spaces."))
    if is_free:
        return None
    message = _("{resource} is already taken at that time.")
    if plan.wanted > 1:
        message = _("So many places are not free in {resource} all that time.")
    elif len(plan.free_units) > 1:
        message = _("No place is free in {resource} all that time.")
    return BookingError("taken", format_lazy(message, resource=resource.name))
