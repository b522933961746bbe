"""Tell what a booking would be before it is made: the summary that a person reads beside the button."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...errors import BookingError
from ...models import Booking, Closure, Resource
from ...passes.rules import Balance
from ...timing.hours import local_day
from ...timing.periods import period
from .free import ResourceDay
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


def outlook(plan: ResourceDay, start: datetime, end: datetime, person: Person) -> Outlook:
    """Return what a booking of the plan's resource would be for the person: two queries at most, none for a visitor
    where the time is free."""
    resource, elsewhere, balance = plan.resource, [], None
    if person.user.is_authenticated and start < end:
        there = Booking.objects.live().filter(user=person.user, period__overlap=period(start, end), place=None)
        elsewhere = list(there.exclude(resource=resource).select_related("resource__space").order_by("period"))
        balance = person.balance(local_day(start))
    if balance and balance.home == resource.space:
        balance = None
    refusal = person.refusal(resource, start, end) or _refusal(plan, start, end, person, balance)
    return Outlook(resource, start, end, refusal, elsewhere, balance)


def _refusal(
    plan: ResourceDay, start: datetime, end: datetime, person: Person, balance: Balance | None
) -> BookingError | None:
    """Return what stands against it beside the rules, in the words of the operation that would refuse it."""
    resource = plan.resource
    if resource.pk in person.booked_within(start, end):
        return BookingError("already_yours", _("You already have a booking there at that time."))
    if not plan.is_free(start, end):
        return _taken(plan, start, end)
    if balance and not person.by_manager and not balance.allows(resource.space, local_day(start)):
        return BookingError("pass_used_up", _("No day is left on your pass for the other spaces."))
    return None


def _taken(plan: ResourceDay, start: datetime, end: datetime) -> BookingError:
    resource = plan.resource
    closures = Closure.objects.filter(Q(resource=resource) | Q(resource=None), space=resource.space_id)
    closure = closures.filter(period__overlap=period(start, end)).first()
    if closure:
        message = _("{resource} is closed then: {reason}.")
        return BookingError("closed", format_lazy(message, resource=resource.name, reason=closure.reason))
    message = _("{resource} is already taken at that time.")
    if len(plan.free_units) > 1:
        message = _("No place is free in {resource} all that time.")
    return BookingError("taken", format_lazy(message, resource=resource.name))
