"""Calculate with intervals of counted things and the origin of each bound, never mixing kinds.

The bound of one action is *proven* if its evidence was checked, else *declared*. The bound of a figure is proven only
if each action that contributes to it is proven; a missing bound has no origin. All known actions contribute to the
upper bound of a sum; only those with a known count contribute to the lower one. The lower bound of distinct persons is
the largest one found, so it is proven if one proven group alone reaches it. The zero of an empty sum counts as
declared: no evidence shows that nothing happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hacktiv.common.bounds import ZERO, Bounds, total

from ..enums import Kind, Origin

#: The kinds whose figures add up over actions and half-years.
ADDITIVE = frozenset(
    {
        Kind.PARTICIPATIONS,
        Kind.EVENTS,
        Kind.DELIVERABLES,
        Kind.COMPLETIONS,
        Kind.OUTPUTS,
        Kind.CROSSINGS,
        Kind.TRAVELLERS,
        Kind.KILOMETRES,
    }
)


class MixedKinds(TypeError):
    """Values of different kinds, or of a kind that never adds up, were to be added."""


@dataclass(frozen=True)
class Count:
    """The contribution of one action. `named` of its persons are told apart from all others by their participant number
    (persons only)."""

    kind: Kind
    bounds: Bounds
    lower_proven: bool = False
    upper_proven: bool = False
    named: int = 0


@dataclass(frozen=True)
class Value:
    """An interval with the origin of each bound: "proven", "declared", or None where a bound is missing."""

    lower: int | None = None
    upper: int | None = None
    lower_origin: str | None = None
    upper_origin: str | None = None

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.lower, self.upper)

    def __str__(self) -> str:
        return str(self.bounds)


def value(bounds: Bounds, *, lower_proven: bool = False, upper_proven: bool = False) -> Value:
    return Value(
        bounds.lower,
        bounds.upper,
        None if bounds.lower is None else _origin(lower_proven),
        None if bounds.upper is None else _origin(upper_proven),
    )


def of_one(count: Count) -> Value:
    return value(count.bounds, lower_proven=count.lower_proven, upper_proven=count.upper_proven)


def count_of(kind: Kind, value: Value) -> Count:
    """Return the count that a value tells, to reckon on with it."""
    return Count(
        kind,
        value.bounds,
        lower_proven=value.lower_origin == Origin.PROVEN,
        upper_proven=value.upper_origin == Origin.PROVEN,
    )


def added(kind: Kind, counts: Iterable[Count]) -> Value:
    """Return the sum of counts of one additive kind. Raises MixedKinds for any other kind."""
    counts = _of_kind(kind, counts)
    if kind not in ADDITIVE:
        raise MixedKinds(f"{kind} never add up")
    below = [count.lower_proven for count in counts if not count.bounds.is_unknown and count.bounds.floor > 0]
    above = [count.upper_proven for count in counts]
    return value(
        total(count.bounds for count in counts),
        lower_proven=bool(below) and all(below),
        upper_proven=bool(above) and all(above),
    )


def distinct_persons(counts: Iterable[Count], *, named: int = 0, named_proven: int = 0) -> Value:
    """Return how many persons the actions reached, each person counted once.

    `named` distinct persons are known by number over all the actions, `named_proven` of them over the proven actions.
    Anybody else, unnamed or known by name alone, may be one of them. So there are at least as many persons as in the
    largest group, and at most the named plus all the others.
    """
    counts = _of_kind(Kind.PERSONS, counts)
    lower = max([named, *(count.bounds.floor for count in counts)])
    unnamed = [None if count.bounds.upper is None else max(0, count.bounds.upper - count.named) for count in counts]
    upper = None if None in unnamed else named + sum(extra for extra in unnamed if extra is not None)
    bounds = Bounds(lower, upper) if counts else ZERO
    reached_by_proof = [count.bounds.floor for count in counts if count.lower_proven]
    return value(
        bounds,
        lower_proven=lower > 0 and (named_proven >= lower or lower in reached_by_proof),
        upper_proven=bool(counts) and all(count.upper_proven for count in counts),
    )


def _of_kind(kind: Kind, counts: Iterable[Count]) -> list[Count]:
    counts = list(counts)
    strangers = sorted({str(count.kind) for count in counts if count.kind != kind})
    if strangers:
        raise MixedKinds(f"{', '.join(strangers)} among {kind}")
    return counts


def _origin(proven: bool) -> str:
    return (Origin.PROVEN if proven else Origin.DECLARED).value
