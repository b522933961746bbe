"""What the rules ask of a person, read once for many wishes."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from ...models import Booking, Membership
from ...passes.queries import pass_book
from ...passes.rules import PassBook
from ...timing.hours import day_bounds, local_day
from ..rules import OF_THE_SPACE, Wish, broken, is_allowed


@dataclass(frozen=True)
class Person:
    """Somebody who looks for a place, at one moment. Who is not signed in may book what everybody may.

    `bookings` are those that hold their unit, from the first of January on, as (resource, space, period); loans of
    equipment that travels are no part of it."""

    now: datetime
    user: object = field(default_factory=AnonymousUser)
    memberships: tuple = ()
    bookings: tuple = ()
    passes: PassBook | None = None

    def home(self, day):
        """The home space on that day, or None."""
        return next((one.space for one in self.memberships if one.holds(day)), None)

    def balance(self, day):
        """As `queries.pass_balance`, from what is read already."""
        return self.passes and self.passes.balance(day)

    @cached_property
    def open_bookings(self):
        """How many bookings of each resource are not over."""
        return Counter(resource for resource, _space, stretch in self.bookings if stretch.upper > self.now)

    def booked_within(self, start, end):
        """The resources of which the person has a booking then."""
        return {pk for pk, _space, stretch in self.bookings if stretch.lower < end and start < stretch.upper}

    def may_book(self, resource, start, end):
        """Whether `operations.book` would refuse it for none but a unit that is taken or closed. Asks nothing once the
        hours of the resource's space, and whom it is open to, are known."""
        if not is_allowed(self._wish(resource, start, end)) or resource.pk in self.booked_within(start, end):
            return False
        balance = self.balance(local_day(start))
        return not balance or balance.allows(resource.space, local_day(start))

    def why_not(self, resource, start, end):
        """The code for which `operations.book` would refuse it, whatever is free, or None. That the space is closed
        comes before what stands against this person only."""
        codes = broken(self._wish(resource, start, end))
        if resource.pk in self.booked_within(start, end):
            codes.append("already_yours")
        balance = self.balance(local_day(start))
        if balance and not balance.allows(resource.space, local_day(start)):
            codes.append("pass_used_up")
        return next((code for code in codes if code in OF_THE_SPACE), next(iter(codes), None))

    def _wish(self, resource, start, end):
        return Wish(
            resource=resource,
            start=start,
            end=end,
            now=self.now,
            hours=list(resource.space.opening_hours.all()),
            open_to=list(resource.open_to.all()),
            home=self.home(local_day(start)),
            open_bookings=self.open_bookings[resource.pk],
        )


def person_of(user, *, now=None):
    """What is to be known of the user. Three queries, four more where there are passes; none for who is signed out."""
    now = now or timezone.now()
    if user is None or not user.is_authenticated:
        return Person(now)
    january = day_bounds(date(local_day(now).year, 1, 1)).start
    bookings = Booking.objects.live().filter(user=user, place=None, period__endswith__gt=january)
    return Person(
        now,
        user,
        tuple(Membership.objects.filter(user=user).select_related("space")),
        tuple(bookings.values_list("resource", "resource__space", "period")),
        pass_book(user, local_day(now)),
    )
