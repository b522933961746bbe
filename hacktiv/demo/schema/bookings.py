"""The form of bookings.toml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from hacktiv.common.datafiles import fills
from spaces import models as spaces

from .names import Day, FirstName, RoomSlug, SpaceSlug


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One person in a place, each week on these days. Without a room it is one of the space's desks."""

    person: FirstName
    space: SpaceSlug
    room: RoomSlug = ""
    days: tuple[Day, ...]
    start: time
    end: time
    purpose: str = ""

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"end: {self.end:%H:%M} is not after {self.start:%H:%M}")


@dataclass(frozen=True, kw_only=True)
class Recurring:
    person: FirstName
    space: SpaceSlug
    room: RoomSlug
    day: Day
    start: time
    end: time
    purpose: str
    weeks: int
    taken_by: FirstName
    waited_for_by: FirstName


@fills(spaces.PassScheme)
@dataclass(frozen=True, kw_only=True)
class PassForAll:
    name: str
    days: int


@fills(spaces.PassScheme)
@dataclass(frozen=True, kw_only=True)
class Package:
    """A pass whose days `shared_by` so many people share."""

    name: str
    days: int
    shared_by: int


@fills(spaces.PassScheme, without=("code",))
@dataclass(frozen=True, kw_only=True)
class Voucher:
    """`{year}` in the code stands for the present year."""

    name: str
    days: int
    code: str


@dataclass(frozen=True, kw_only=True)
class BookingFile:
    stay: tuple[Stay, ...]
    recurring: Recurring
    pass_for_all: PassForAll
    package: Package
    voucher: Voucher
