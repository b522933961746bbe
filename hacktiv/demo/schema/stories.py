"""The form of stories.toml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Annotated

from events import models as events
from events.enums import OutcomeKind
from hacktiv.common.datafiles import OneOf, Slug, Text, fills

from .names import EVENT_TYPE, LANGUAGE, SERIES, FirstName, Picture, SpaceSlug


@fills(events.Event)
@dataclass(frozen=True, kw_only=True)
class FridayTable:
    slug: Slug
    space: SpaceSlug
    type: Annotated[str, OneOf(EVENT_TYPE)]
    start: time
    minutes: int
    seats: int
    at_table: int
    languages: tuple[Annotated[str, OneOf(LANGUAGE)], ...]
    closed: str
    title: Text
    summary: Text


@dataclass(frozen=True, kw_only=True)
class Proposal:
    person: FirstName
    language: Annotated[str, OneOf(LANGUAGE)]
    title: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Topics:
    space: SpaceSlug
    proposal: tuple[Proposal, ...]


@dataclass(frozen=True, kw_only=True)
class MovedOnline:
    series: Annotated[str, OneOf(SERIES)]
    link: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TalkPhoto:
    picture: Picture
    shown: str


@dataclass(frozen=True, kw_only=True)
class Talks:
    series: Annotated[str, OneOf(SERIES)]
    about_speakers: str
    slides: str
    consent: str
    photo: tuple[TalkPhoto, ...]


@dataclass(frozen=True, kw_only=True)
class Supper:
    series: Annotated[str, OneOf(SERIES)]
    purpose: Text
    drives_from: str
    looks_from: str
    leaves_at: time
    seats_in_car: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    kind: OutcomeKind
    text: str


@dataclass(frozen=True, kw_only=True)
class Afterwards:
    wishes: tuple[str, ...]
    outcome: tuple[Outcome, ...]


@dataclass(frozen=True, kw_only=True)
class StoryFile:
    friday_table: FridayTable
    topics: Topics
    moved_online: MovedOnline
    talks: Talks
    supper: Supper
    afterwards: Afterwards
