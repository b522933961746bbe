"""Count the days that passes give, and decide from which pass a booked day takes. This module asks no database.

A pot is the content of a pass for a time: so many days, to use from a first to a last day. A pass that is renewed
fills one pot each calendar year, any other pass one pot for all of its time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from members.models import User

from ..errors import BookingError
from ..models import HomeSpace, PassScheme, Space

#: A booked day: (primary key of the space, local day).
SpaceDay = tuple[int, date]


class Pot(NamedTuple):
    """`days` is the number of days that the pot gives, `left` the number that other members who share it leave."""

    scheme: PassScheme
    first: date
    last: date
    days: int
    left: int


def pots_of(schemes: Iterable[PassScheme], first: date, last: date) -> list[Pot]:
    """Return the pots of these schemes that are valid on any day from `first` to `last`."""
    found: list[Pot] = []
    for scheme in schemes:
        until = scheme.ends_on or date.max
        stretches = [(scheme.starts_on, until)]
        if scheme.renews:
            years = range(max(first.year, scheme.starts_on.year), min(last.year, until.year) + 1)
            stretches = [(max(scheme.starts_on, date(y, 1, 1)), min(until, date(y, 12, 31))) for y in years]
        found += [
            Pot(scheme, start, end, scheme.days, scheme.days)
            for start, end in stretches
            if start <= last and first <= end
        ]
    return found


def draw(days: Iterable[date], pots: Sequence[Pot]) -> tuple[list[date], list[int]]:
    """Take each day from a pot. Return the days for which no pot has room, and the days left in each pot.

    The days are taken in order, each from the pot that ends first: no other way leaves fewer days out."""
    left = [pot.left for pot in pots]
    by_end = sorted(range(len(pots)), key=lambda number: (pots[number].last, number))
    beyond: list[date] = []
    for day in sorted(days):
        for number in by_end:
            if left[number] and pots[number].first <= day <= pots[number].last:
                left[number] -= 1
                break
        else:
            beyond.append(day)
    return beyond, left


@dataclass(frozen=True)
class Balance:
    """A member's days in the spaces other than `home`, for a booking on the day `on`.

    `booked` holds the booked days, as (space's pk, day). They take from the member's `own` pots first, then from the
    `shared` ones."""

    on: date
    home: Space
    booked: frozenset[SpaceDay] = frozenset()
    own: tuple[Pot, ...] = ()
    shared: tuple[Pot, ...] = ()

    @property
    def year(self) -> int:
        return self.on.year

    @property
    def pots(self) -> list[Pot]:
        """Return the pots that are valid on the day, the member's own first."""
        return [pot for pot in (*self.own, *self.shared) if pot.first <= self.on <= pot.last]

    @property
    def days(self) -> int:
        """Return the number of days that these pots give, no matter who takes them."""
        return sum(pot.days for pot in self.pots)

    @property
    def names(self) -> str:
        return ", ".join(pot.scheme.name for pot in self.pots)

    @property
    def overdrawn(self) -> int:
        """Return the number of booked days that no pass covers: a manager entered them all the same."""
        return self._beyond(0)

    @cached_property
    def left(self) -> int:
        """Return the number of days that can still be booked on the day `on`."""
        beyond = self.overdrawn
        return bisect_left(range(sum(pot.left for pot in self.pots)), True, key=lambda n: self._beyond(n + 1) > beyond)

    def counts(self, space: Space) -> bool:
        """Return True if days in the space count: they do everywhere but at home."""
        return space != self.home

    def takes(self, space: Space, day: date) -> bool:
        """Return True if a booking of the space on that day takes a day: further ones on that day take none."""
        return self.counts(space) and (space.pk, day) not in self.booked

    def allows(self, space: Space, day: date) -> bool:
        """Return True if the passes allow a booking of the space on that day."""
        return not self.takes(space, day) or self.left > 0

    def refusal(self, space: Space, day: date) -> BookingError | None:
        """Return the BookingError `pass_used_up` for a day that the passes do not allow, or None."""
        if self.allows(space, day):
            return None
        message = ngettext_lazy(
            "Your pass for {year} is used up: 0 of {days} day is left in the other spaces ({names}).",
            "Your pass for {year} is used up: 0 of {days} days are left in the other spaces ({names}).",
            self.days,
        )
        names = self.names or _("no pass for you")
        return BookingError("pass_used_up", format_lazy(message, year=self.year, days=self.days, names=names))

    @property
    def lines(self) -> list[Line]:
        """Return each pass of the day with the days left in it; for a shared pass, the days left for all."""
        days = [day for _space, day in self.booked]
        beyond, own = draw(days, self.own)
        _none, shared = draw(beyond, self.shared)
        pots = zip((*self.own, *self.shared), (*own, *shared), strict=True)
        return [Line(pot, left) for pot, left in pots if pot.first <= self.on <= pot.last]

    def _beyond(self, more: int) -> int:
        days = [*(day for _space, day in self.booked), *[self.on] * more]
        return len(draw(draw(days, self.own)[0], self.shared)[0])


class Line(NamedTuple):
    pot: Pot
    left: int


@dataclass(frozen=True)
class PassBook:
    """The data from which the balances of a member are computed, read once: the schemes, and by user the home spaces
    and the booked days, as (space's pk, day). These cover the member and, where there are passes, all who share one
    with them; the booked days are read only there."""

    user: User
    schemes: list[PassScheme] = field(default_factory=list)
    homes: dict[int, list[HomeSpace]] = field(default_factory=dict)
    booked: dict[int, set[SpaceDay]] = field(default_factory=dict)

    def balance(self, on: date) -> Balance | None:
        """Return the member's balance on that day. Return None where nothing is limited: no pass for everybody or for
        the members of some space is valid, or the member has no home space."""
        home = self.home(on)
        if home is None or not any(scheme.is_general and scheme.holds(on) for scheme in self.schemes):
            return None
        booked = self._away(self.user.pk, on)
        shared = [self._what_others_leave(pot, on) for pot in self._pots(self._shared(), on)]
        return Balance(on, home, booked, tuple(self._own(self.user.pk, on)), tuple(shared))

    def home(self, on: date) -> Space | None:
        """Return the member's home space on that day, or None."""
        return self._home(self.user.pk, on)

    def _shared(self) -> list[PassScheme]:
        return [one for one in self.schemes if one.is_shared and self.user in one.members.all()]

    def _own(self, pk: int, on: date) -> list[Pot]:
        home = self._home(pk, on)
        return self._pots([one for one in self.schemes if not one.is_shared and one.is_for(pk, home)], on)

    def _pots(self, schemes: Iterable[PassScheme], on: date) -> list[Pot]:
        days = [day for booked in self.booked.values() for _space, day in booked] + [on]
        return pots_of(schemes, min(days), max(days))

    def _what_others_leave(self, pot: Pot, on: date) -> Pot:
        beyond: list[date] = []
        for other in pot.scheme.members.all():
            if other != self.user:
                beyond += draw([day for _space, day in self._away(other.pk, on)], self._own(other.pk, on))[0]
        return pot._replace(left=draw(beyond, [pot])[1][0])

    def _home(self, pk: int, on: date) -> Space | None:
        return next((one.space for one in self.homes.get(pk, ()) if one.holds(on)), None)

    def _away(self, pk: int, on: date) -> frozenset[SpaceDay]:
        home = self._home(pk, on)
        return frozenset((space, day) for space, day in self.booked.get(pk, ()) if home and space != home.pk)
