"""The form of programme.toml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated

from events import models as events
from events.enums import Audience, Mode
from hacktiv.common.datafiles import OneOf, Text, fills, refuse_doubles

from .names import EVENT_TYPE, LANGUAGE, Day, RoomSlug, SpaceSlug


@fills(events.Event)
@dataclass(frozen=True, kw_only=True)
class SeriesTopic:
    title: Text
    summary: Text
    description: Text


@dataclass(frozen=True, kw_only=True)
class Series:
    """The head of programme.toml says what the keys mean."""

    key: str
    type: Annotated[str, OneOf(EVENT_TYPE)]
    space: SpaceSlug
    organised_with: tuple[SpaceSlug, ...] = ()
    weekday: Day
    every_weeks: int
    phase: int
    start: time
    minutes: int
    mode: Mode = Mode.ONSITE
    audience: Audience = Audience.PUBLIC
    languages: tuple[Annotated[str, OneOf(LANGUAGE)], ...]
    capacity: int | None = None
    seats_held: int = 0
    takers: int = 5
    room: RoomSlug = ""
    place: str = ""
    hours_of_training: int = 0
    has_past: bool = False
    leaves_proof: bool = True
    joint_is_decided: bool = True
    invites_guests: bool = False
    member_takes_part: Decimal = Decimal("0.12")
    cancelled_every: int = 0
    topic: tuple[SeriesTopic, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.phase < self.every_weeks:
            raise ValueError(f"phase: {self.phase} is not from 0 to {self.every_weeks - 1}")

    def is_cancelled(self, number: int) -> bool:
        """Return whether the event of this number is cancelled."""
        return bool(self.cancelled_every) and number % self.cancelled_every == 0


@dataclass(frozen=True, kw_only=True)
class Guest:
    name: str
    email: str
    language: Annotated[str, OneOf(LANGUAGE)]


@fills(events.Event)
@dataclass(frozen=True, kw_only=True)
class Training:
    title: Text
    description: Text


@dataclass(frozen=True, kw_only=True)
class ProgrammeFile:
    holidays: tuple[str, ...]
    storm: str
    guest: Guest
    training: Training
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.series, "key")
        for day in self.holidays:
            try:
                date.fromisoformat(f"2000-{day}")
            except ValueError:
                raise ValueError(f"holidays: “{day}” is not a month and a day, such as 12-25") from None

    def is_holiday(self, day: date) -> bool:
        """Return whether nobody comes on this day, on one side or the other."""
        return f"{day:%m-%d}" in self.holidays
