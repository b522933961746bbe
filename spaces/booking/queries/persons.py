"""Read what the rules need to know of a person, once for many wishes."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from members.models import User

from ...allowances.rules import Allowance
from ...core.queries import runs
from ...enums import BookedBy
from ...errors import BookingError
from ...memberships.queries import access_of, standing_of
from ...memberships.rules import LOOKING, STRANGER, Standing
from ...models import Booking, Resource, Space
from ...passes.queries import Booked, pass_book_and_bookings, shown_schemes
from ...passes.rules import Balance, PassBook
from ...timing.hours import Stretch, local_day
from ...timing.periods import period
from ..rules import OF_THE_SPACE, Wish, broken, exceeded, is_allowed, refusal_of


@dataclass(frozen=True)
class Person:
    """A person who looks for a place, at the moment `now`. A visitor is shown what any member may book.

    `by_manager`: a manager acts for them, whom fewer rules bind. `is_change`: they change a booking, which opens no new
    one. `bookings` are the live bookings since the first of
    January, as (resource's pk, space's pk, period), without loans of equipment that travels. `counted` are those of
    them that count for what a membership includes a month, by space's pk. With `goes_beyond` a manager books more.
    """

    now: datetime
    user: User | AnonymousUser = field(default_factory=AnonymousUser)
    bookings: tuple[tuple[int, int, Any], ...] = ()
    passes: PassBook | None = None
    standing: Standing = STRANGER
    by_manager: bool = False
    is_change: bool = False
    counted: dict[int, tuple[Stretch, ...]] = field(default_factory=dict)
    goes_beyond: bool = False
    _balances: dict[date, Balance | None] = field(default_factory=dict, init=False, compare=False)

    def home(self, day: date) -> Space | None:
        """Return the home space on that day, or None."""
        return self.passes.home(day) if self.passes else None

    def balance(self, day: date) -> Balance | None:
        """Return the same as `pass_balance`, from what is read already."""
        if day not in self._balances:
            self._balances[day] = self.passes.balance(day) if self.passes else None
        return self._balances[day]

    @cached_property
    def open_bookings(self) -> Counter[int]:
        """Count the bookings that are not over: {resource's pk: number}."""
        return Counter(resource for resource, _space, stretch in self.bookings if stretch.upper > self.now)

    def booked_within(self, start: datetime, end: datetime) -> set[int]:
        """Return the pks of the resources of which the person has a booking then."""
        return {pk for pk, _space, stretch in self.bookings if stretch.lower < end and start < stretch.upper}

    def having(self, resource: Resource, start: datetime, end: datetime) -> "Person":
        """Return the person as they are once they have this booking too."""
        passes = self.passes
        if passes:
            pk, day = passes.user.pk, (resource.space_id, local_day(start))
            passes = replace(passes, booked={**passes.booked, pk: {*passes.booked.get(pk, ()), day}})
        held = (*self.bookings, (resource.pk, resource.space_id, period(start, end)))
        counted = self.counted
        if resource.booked_by != BookedBy.ANYONE:
            there = (*counted.get(resource.space_id, ()), Stretch(start, end))
            counted = {**counted, resource.space_id: there}
        return replace(self, bookings=held, passes=passes, counted=counted)

    def allowances(self, resource: Resource, start: datetime, end: datetime) -> list[Allowance]:
        """Return what the person's membership includes in the months of such a booking, if it includes only so much."""
        return self._wish(resource, start, end).allowances

    def is_beyond(self, resource: Resource, start: datetime, end: datetime) -> bool:
        """Tell if their membership does not include such a booking in its months."""
        return exceeded(self._wish(resource, start, end)) is not None

    def may_book(self, resource: Resource, start: datetime, end: datetime) -> bool:
        """Tell if the person may book the resource then, if a unit is free and nothing is closed.

        No query, if the hours of the space and whom the resource is open to are prefetched.
        """
        if not is_allowed(self._wish(resource, start, end)) or resource.pk in self.booked_within(start, end):
            return False
        balance = self.balance(local_day(start))
        return not balance or balance.allows(resource.space, local_day(start))

    def why_not(self, resource: Resource, start: datetime, end: datetime) -> str | None:
        """Return the code with which `operations.book` would refuse it even if a unit is free, or None.

        A reason that concerns the space comes before one that concerns this person only.
        """
        codes = broken(self._wish(resource, start, end))
        if resource.pk in self.booked_within(start, end):
            codes.append("already_yours")
        balance = self.balance(local_day(start))
        if balance and not balance.allows(resource.space, local_day(start)):
            codes.append("pass_used_up")
        return next((code for code in codes if code in OF_THE_SPACE), next(iter(codes), None))

    def refusal(
        self,
        resource: Resource,
        start: datetime,
        end: datetime,
        *,
        place: Space | None = None,
        travels_from: Space | None = None,
        people: int = 1,
        unit_count: int = 1,
    ) -> BookingError | None:
        """Return the BookingError of the first rule that it breaks, whatever is free or closed, or None.

        Equipment that travels is taken over at `place`, and brought there from `travels_from` if it must be. `people`
        come, and take `unit_count` units.
        """
        further: dict[str, Any] = {
            "place": place,
            "travels_from": travels_from,
            "people": people,
            "unit_count": unit_count,
        }
        return refusal_of(self._wish(resource, start, end, **further))

    def _wish(
        self, resource: Resource, start: datetime, end: datetime, *, place: Space | None = None, **further: Any
    ) -> Wish:
        return Wish(
            resource=resource,
            start=start,
            end=end,
            now=self.now,
            by_manager=self.by_manager,
            hours=list((place or resource.space).opening_hours.all()),
            access=access_of(resource),
            standing=self.standing,
            open_bookings=0 if self.is_change else self.open_bookings[resource.pk],
            place=place,
            booked=self.counted.get(resource.space_id, ()),
            goes_beyond=self.goes_beyond,
            **further,
        )


def person_of(
    user: User | AnonymousUser | None,
    *,
    now: datetime | None = None,
    moved: Booking | None = None,
    by_manager: bool = False,
    anew: bool = False,
    goes_beyond: bool = False,
) -> Person:
    """Read what the rules need to know of the user: one query and those of `pass_book`, none for a visitor.

    The booking `moved` is left out of account. An operation reads the passes `anew`, a page those that are kept.
    """
    now = now or timezone.now()
    if user is None or not user.is_authenticated:
        return Person(now, standing=LOOKING, by_manager=by_manager, is_change=moved is not None)
    schemes = None if anew else shown_schemes()
    passes, booked = pass_book_and_bookings(user, now, moved=moved, schemes=schemes)
    return Person(
        now,
        user,
        tuple((one.resource, one.space, one.period) for one in booked),
        passes,
        standing_of(user),
        by_manager,
        is_change=moved is not None,
        counted=_counted(booked),
        goes_beyond=goes_beyond,
    )


def _counted(booked: list[Booked]) -> dict[int, tuple[Stretch, ...]]:
    """Return by space what counts of these bookings for what memberships include a month."""
    counted: dict[int, tuple[Stretch, ...]] = {}
    for one in booked:
        if one.counts_a_month:
            counted[one.space] = (*counted.get(one.space, ()), Stretch(one.period.lower, one.period.upper))
    return counted


def may_go_beyond(user: User | None, resource: Resource) -> bool:
    """Tell if somebody may book for others beyond what memberships of the space include: who runs it."""
    return user is not None and runs(user, resource.space)
