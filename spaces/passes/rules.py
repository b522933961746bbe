"""What passes give, and which booked day takes from which of them. Asks the database nothing.

A pot is what one pass holds at a time: so many days, from a first to a last one. A pass that is renewed fills one each
calendar year, any other one for all of its time.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple


class Pot(NamedTuple):
    """`days` are what it gives, `left` what others who share it have left of them."""

    scheme: object
    first: date
    last: date
    days: int
    left: int


def pots_of(schemes, first, last):
    """The pots of these schemes that hold any of the days from `first` to `last`."""
    found = []
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


def draw(days, pots):
    """Take each day from a pot: those that no pot has room for, and what is left in each pot.

    In their order, each from the pot that ends first: no other way leaves fewer days out."""
    left = [pot.left for pot in pots]
    by_end = sorted(range(len(pots)), key=lambda number: (pots[number].last, number))
    beyond = []
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
    """A member's days in the spaces other than `home`, as one can book on the day `on`.

    `booked` are the days that are booked, as (space's pk, day). They take from the member's `own` pots first, and from
    the `shared` ones what those have no room for."""

    on: date
    home: object
    booked: frozenset = frozenset()
    own: tuple = ()
    shared: tuple = ()

    @property
    def year(self):
        return self.on.year

    @property
    def pots(self):
        """What holds on the day, the member's own first."""
        return [pot for pot in (*self.own, *self.shared) if pot.first <= self.on <= pot.last]

    @property
    def days(self):
        """How many days these give, whoever takes them."""
        return sum(pot.days for pot in self.pots)

    @property
    def names(self):
        return ", ".join(pot.scheme.name for pot in self.pots)

    @property
    def overdrawn(self):
        """How many booked days no pass gives: those that a manager entered beyond them."""
        return self._beyond(0)

    @cached_property
    def left(self):
        """How many days more can be booked on the day `on`."""
        beyond = self.overdrawn
        return bisect_left(range(sum(pot.left for pot in self.pots)), True, key=lambda n: self._beyond(n + 1) > beyond)

    def allows(self, space, day):
        """A second booking of one space on one day costs nothing more; nor does one's own space."""
        return space == self.home or (space.pk, day) in self.booked or self.left > 0

    @property
    def lines(self):
        """Each pass of the day with what is left in it, which for a shared one is what is left for all."""
        days = [day for _space, day in self.booked]
        beyond, own = draw(days, self.own)
        _none, shared = draw(beyond, self.shared)
        pots = zip((*self.own, *self.shared), (*own, *shared), strict=True)
        return [Line(pot, left) for pot, left in pots if pot.first <= self.on <= pot.last]

    def _beyond(self, more):
        days = [*(day for _space, day in self.booked), *[self.on] * more]
        return len(draw(draw(days, self.own)[0], self.shared)[0])


class Line(NamedTuple):
    pot: Pot
    left: int


@dataclass(frozen=True)
class PassBook:
    """What the balances of a member are reckoned from, read once: the schemes with what they name, and, of the member
    and of those with whom they share a pass, the memberships and the booked days, as (space's pk, day)."""

    user: object
    schemes: list = field(default_factory=list)
    memberships: dict = field(default_factory=dict)
    booked: dict = field(default_factory=dict)

    def balance(self, on):
        """What the passes leave the member on that day; None where nothing is limited: no pass for everybody or for the
        members of some space holds, or the member has no home space."""
        home = self._home(self.user.pk, on)
        if home is None or not any(scheme.is_general and scheme.holds(on) for scheme in self.schemes):
            return None
        booked = self._away(self.user.pk, on)
        shared = [self._what_others_leave(pot, on) for pot in self._pots(self._shared(), on)]
        return Balance(on, home, booked, tuple(self._own(self.user.pk, on)), tuple(shared))

    def _shared(self):
        return [one for one in self.schemes if one.is_shared and self.user in one.members.all()]

    def _own(self, pk, on):
        home = self._home(pk, on)
        return self._pots([one for one in self.schemes if not one.is_shared and one.is_for(pk, home)], on)

    def _pots(self, schemes, on):
        days = [day for booked in self.booked.values() for _space, day in booked] + [on]
        return pots_of(schemes, min(days), max(days))

    def _what_others_leave(self, pot, on):
        beyond = []
        for other in pot.scheme.members.all():
            if other != self.user:
                beyond += draw([day for _space, day in self._away(other.pk, on)], self._own(other.pk, on))[0]
        return pot._replace(left=draw(beyond, [pot])[1][0])

    def _home(self, pk, on):
        return next((one.space for one in self.memberships.get(pk, ()) if one.holds(on)), None)

    def _away(self, pk, on):
        home = self._home(pk, on)
        return frozenset((space, day) for space, day in self.booked.get(pk, ()) if home and space != home.pk)
