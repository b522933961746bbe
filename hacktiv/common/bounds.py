"""Counts that are known only to lie between two bounds.

A count of people or meetings may be exact, « at least 15 », « 15 to 28 » or unknown. `Bounds` is the closed interval of
whole numbers that holds the true count; `upper` None means no upper bound. An interval from 0 without an upper bound
says nothing: it is the unknown, kept as (None, None), so that it prints as « not provided » and never as 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Bounds:
    """The true count lies in [lower, upper]. Raises ValueError for negative or crossed bounds."""

    lower: int | None = None
    upper: int | None = None

    def __post_init__(self) -> None:
        if (self.lower or 0) < 0 or (self.upper is not None and self.upper < (self.lower or 0)):
            raise ValueError(f"no count lies between {self.lower} and {self.upper}")
        if self.upper is None and self.lower == 0:
            object.__setattr__(self, "lower", None)
        elif self.upper is not None and self.lower is None:
            object.__setattr__(self, "lower", 0)

    @classmethod
    def exactly(cls, count: int) -> Bounds:
        return cls(count, count)

    @classmethod
    def at_least(cls, count: int) -> Bounds:
        return cls(count, None)

    @property
    def is_unknown(self) -> bool:
        return self.lower is None

    @property
    def is_exact(self) -> bool:
        return self.lower is not None and self.lower == self.upper

    @property
    def floor(self) -> int:
        """The lower bound as a number; 0 for the unknown."""
        return self.lower or 0

    def contains(self, count: int) -> bool:
        return self.floor <= count and (self.upper is None or count <= self.upper)

    def within(self, other: Bounds) -> bool:
        """Return whether every count that this interval allows is also allowed by the other."""
        return self.floor >= other.floor and (
            other.upper is None or (self.upper is not None and self.upper <= other.upper)
        )

    def both(self, other: Bounds) -> Bounds | None:
        """Return the counts that two statements about one thing both allow; None if they contradict each other."""
        lower = max(self.floor, other.floor)
        upper = min((bound for bound in (self.upper, other.upper) if bound is not None), default=None)
        return None if upper is not None and upper < lower else Bounds(lower, upper)

    def either(self, other: Bounds) -> Bounds:
        """Return the counts from the least to the most that one of two statements about one thing allows."""
        upper = None if self.upper is None or other.upper is None else max(self.upper, other.upper)
        return Bounds(min(self.floor, other.floor), upper)

    def __add__(self, other: Bounds) -> Bounds:
        """Add two counts. The unknown adds from 0 up, so two unknowns give the unknown. Adding exactly 0 changes
        nothing.
        """
        upper = None if self.upper is None or other.upper is None else self.upper + other.upper
        return Bounds(self.floor + other.floor, upper)

    def union(self, other: Bounds) -> Bounds:
        """Return the number of distinct members of two groups that may overlap: from the larger group to the sum of
        both.
        """
        return Bounds(max(self.floor, other.floor), (self + other).upper)

    def __str__(self) -> str:
        """Write the count in words of the active language."""
        if self.is_unknown:
            return _("not provided")
        lower, upper = _number(self.floor), _number(self.upper)
        if self.is_exact:
            return lower
        if self.upper is None:
            return _("at least %(lower)s") % {"lower": lower}
        if self.floor == 0:
            return _("at most %(upper)s") % {"upper": upper}
        return _("%(lower)s to %(upper)s") % {"lower": lower, "upper": upper}


UNKNOWN = Bounds()
ZERO = Bounds.exactly(0)


def total(counts: Iterable[Bounds]) -> Bounds:
    """Return the sum of the counts; exactly 0 if there are none."""
    return sum(counts, start=ZERO)


def distinct(groups: Iterable[Bounds]) -> Bounds:
    """Return the number of distinct members of several groups: from the largest lower bound to the sum of the upper
    ones.

    It is exactly 0 if there are no groups.
    """
    result = ZERO
    for group in groups:
        result = result.union(group)
    return result


def _number(value: int | None) -> str:
    return "" if value is None else str(number_format(value, use_l10n=True, force_grouping=True))
