"""Sums of amounts of which some may be unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

#: An amount of nothing, to the cent.
NOTHING_SPENT = Decimal("0.00")


@dataclass(frozen=True)
class Amount:
    """A sum in euros. `known` is None where none of its parts is known; unless `is_whole`, it is at least `known`, as
    another part is unknown. Amounts are never negative, so that what is known is a lower bound."""

    known: Decimal | None = None
    is_whole: bool = True

    @property
    def exact(self) -> Decimal | None:
        """Return the sum if all its parts are known. No other number may stand for it."""
        return self.known if self.is_whole else None


def one(amount: Decimal | None) -> Amount:
    return Amount(amount)


def summed(amounts: Iterable[Amount]) -> Amount:
    """Return the sum: exactly 0 of nothing, unknown of unknowns, and « at least » where some are unknown.

    At least 0 says nothing, and so is unknown."""
    parts = list(amounts)
    known = [part.known for part in parts if part.known is not None]
    is_whole = len(known) == len(parts) and all(part.is_whole for part in parts)
    total = sum(known, start=NOTHING_SPENT)
    if not is_whole and not total:
        return Amount()
    return Amount(total, is_whole)
