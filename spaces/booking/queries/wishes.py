"""A wish to search for, and what is found for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, NamedTuple

from ...enums import Refusal
from ...models import Resource
from ...timing.hours import Stretch, at_local, local_day


class Origin(NamedTuple):
    """A spot from which people come: a town, or the middle of some `spaces` (keys), which are reached at once."""

    name: str
    latitude: float
    longitude: float
    spaces: tuple[int, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A wish to search for: local hours of one day, for a number of people, with all of the `features` (slugs).

    `kind` (a `ResourceKind`), `where` (each the words of a name, postcode or town, of which one is enough) and `side`
    (a `Country`) may be empty: any. With `near` the spaces are in the order of the time that the way from the nearest
    of these spots takes.
    """

    day: date
    start: time
    end: time
    people: int = 1
    kind: str = ""
    where: tuple[str, ...] = ()
    side: str = ""
    features: tuple[str, ...] = ()
    near: tuple[Origin, ...] = ()

    @cached_property
    def stretch(self) -> Stretch:
        return Stretch(at_local(self.day, self.start), at_local(self.day, self.end))

    @property
    def minutes(self) -> float:
        start, end = self.stretch
        return (end - start).total_seconds() / 60

    def days_ahead(self, now: datetime) -> int:
        """Return in how many days the wished one is."""
        return (self.day - local_day(now)).days


class Found(NamedTuple):
    """A resource with `free` units all that `stretch`, which is the wished time or one near it."""

    resource: Resource
    stretch: Stretch
    free: int


class Cell(NamedTuple):
    """A resource on one day of a week.

    `kind` is free, taken, closed, over, or barred when a rule keeps only this person from booking. `refusal` is the
    code of the rule.
    """

    day: date
    kind: str
    found: Found | None
    refusal: str = ""

    @property
    def why(self) -> str:
        """Return in a few words why the person cannot book, or an empty string."""
        if self.refusal in Refusal.values:
            return str(Refusal(self.refusal).label)
        return ""


class ResultPage(NamedTuple):
    """The spaces of one page, each with `found`: a list of `Found` for a day, of (resource, cells) for a week."""

    spaces: list[Any]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1
