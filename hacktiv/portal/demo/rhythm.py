"""How the programme of the demo is written down."""

from dataclasses import dataclass
from datetime import time

from events.enums import Audience, Mode

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


@dataclass(frozen=True)
class Text:
    fr: str
    nl: str
    en: str


@dataclass(frozen=True)
class Topic:
    title: Text
    summary: Text
    description: Text


@dataclass(frozen=True)
class Series:
    """One event every `every` weeks, in those weeks whose number leaves `phase`. `takers` people register for each."""

    key: str
    type: str
    space: str
    weekday: int
    every: int
    phase: int
    start: time
    minutes: int
    topics: tuple[Topic, ...]
    organised_with: tuple[str, ...] = ()
    mode: str = Mode.ONSITE
    audience: str = Audience.PUBLIC
    languages: tuple[str, ...] = ("fr",)
    capacity: int | None = None
    #: Of them, kept for people from the other side until three days before.
    seats_held: int = 0
    takers: int = 5
    room: str = ""
    place: str = ""
    hours_of_training: int = 0
    has_past: bool = False
    #: Past ones have a named list and its proofs; or else a declared count and nothing.
    leaves_proof: bool = True
    #: Whether the coordinator has decided if it is joint.
    joint_is_decided: bool = True
    invites_guests: bool = False
    #: How often the member of the demo registers, from 0 to 1.
    member_takes_part: float = 0.12
    #: One in so many is cancelled; 0: none.
    cancelled_every: int = 0

    def is_cancelled(self, number):
        return bool(self.cancelled_every) and number % self.cancelled_every == 0
