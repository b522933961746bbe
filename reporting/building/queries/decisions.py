"""The parts of a report that tell under which indicators actions count, and what waits for a decision on that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from datetime import date as Day

from hacktiv.common.bounds import Bounds

#: A text by language.
Words = dict[str, str]


@dataclass(frozen=True)
class ClassifiedPart:
    """An indicator under which an action counts, or with a blank code the decision that it counts under none.

    `part` is how many participations count under it where only the closed part of a mixed event does. The reason is
    that of the proposal, or with `is_override` the coordinator's own."""

    code: str
    part: Bounds | None
    reason: Words
    is_override: bool


@dataclass(frozen=True)
class UnclassifiedPart:
    """An action on whose indicator nobody decided, with what is proposed (`is_proposed`: no code means under none)."""

    key: str
    slug: str
    title: Words
    earliest: date
    latest: date
    proposed: tuple[str, ...]
    is_proposed: bool
    reason: Words
    missing: Words

    @property
    def date(self) -> Day | None:
        """Return the day of the action; None where only a range is known."""
        return self.earliest if self.earliest == self.latest else None


@dataclass(frozen=True)
class MisclassifiedPart:
    """An action that counts under indicators of which its records say by now that it cannot, with each reason."""

    key: str
    slug: str
    title: Words
    codes: tuple[str, ...]
    reasons: tuple[Words, ...]


@dataclass(frozen=True)
class UnchosenPart:
    """An indicator that the project has not chosen, with what was decided to count under it: the slugs and titles of
    actions, and the titles of outputs. No indicator of the report counts them."""

    code: str
    name: Words
    slugs: tuple[str, ...]
    titles: tuple[Words, ...]
    outputs: tuple[Words, ...] = ()

    @property
    def number(self) -> int:
        return len(self.titles) + len(self.outputs)


@dataclass(frozen=True)
class DoublePart:
    """An action that other projects count too: their slugs and titles, and the word with which that was decided."""

    key: str
    slug: str
    title: Words
    projects: tuple[str, ...]
    names: tuple[Words, ...]
    reason: str
