"""Compare the two sides of the border in one half-year, and say where one is left behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: The two sides that are compared.
SIDES = ("BE", "FR")
#: Of so many on both sides together, a side with fewer than one in `FEWEST` is told of.
LEAST_COMPARED = 10
FEWEST = 5


@dataclass(frozen=True)
class Imbalance:
    """A measure in which one side is left behind. `more` is the number of the side that leads, `fewer` of the other.

    The numbers are what is on record, at least."""

    measure: str
    leads: str
    behind: str
    more: int
    fewer: int


def imbalances(measures: Mapping[str, Mapping[str, int]]) -> list[Imbalance]:
    """Return the measures that are out of balance, from the number of each side: coaching and crossings where one side
    has none, participations also where it has a small part of them."""
    found = (_imbalance(measure, numbers) for measure, numbers in measures.items())
    return [one for one in found if one is not None]


def _imbalance(measure: str, numbers: Mapping[str, int]) -> Imbalance | None:
    behind, leads = sorted(SIDES, key=lambda side: numbers.get(side, 0))
    fewer, more = numbers.get(behind, 0), numbers.get(leads, 0)
    if more == 0 or fewer == more:
        return None
    is_small_part = fewer + more >= LEAST_COMPARED and fewer * FEWEST < fewer + more
    if fewer == 0 or (measure == "participations" and is_small_part):
        return Imbalance(measure, leads, behind, more, fewer)
    return None


def by_side(numbers: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the sum of the numbers of each side; what lies on none of them is left out."""
    summed = dict.fromkeys(SIDES, 0)
    for side, number in numbers:
        if side in summed:
            summed[side] += number
    return summed
