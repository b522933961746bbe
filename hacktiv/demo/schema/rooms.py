"""The form of rooms.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from hacktiv.common.datafiles import OneOf, Slug, Text, fills
from spaces import models as spaces
from spaces.enums import StartInterval

from .names import FEATURE, Picture, SpaceSlug


@fills(spaces.Resource)
@dataclass(frozen=True, kw_only=True)
class Room:
    """The meeting room that each space gets."""

    slug: Slug
    seats: int
    release_after_minutes: int
    start_interval_minutes: StartInterval
    buffer_before_minutes: int
    buffer_minutes: int
    min_notice_minutes: int
    max_open_bookings: int
    features: tuple[Annotated[str, OneOf(FEATURE)], ...]
    name: Text
    description: Text
    prices: Text


@fills(spaces.Unit, x="plan_x", y="plan_y")
@dataclass(frozen=True, kw_only=True)
class Place:
    """A place on the plan of the office; `x` and `y` in hundredths of the plan."""

    name: str
    x: int
    y: int


@fills(spaces.Resource)
@dataclass(frozen=True, kw_only=True)
class Office:
    slug: Slug
    space: SpaceSlug
    picture: Picture
    features: tuple[Annotated[str, OneOf(FEATURE)], ...]
    name: Text
    description: Text
    shown: Text
    place: tuple[Place, ...]


@fills(spaces.Resource)
@dataclass(frozen=True, kw_only=True)
class Kit:
    slug: Slug
    space: SpaceSlug
    lent_to: SpaceSlug
    purpose: str
    transfer_notice_hours: int
    journey_hours: int
    min_minutes: int
    max_minutes: int
    name: Text
    description: Text


@fills(spaces.MembershipKind)
@dataclass(frozen=True, kw_only=True)
class MembershipKind:
    """A kind of membership of one space."""

    slug: Slug
    space: SpaceSlug
    lasts_months: int
    included: int
    name: Text
    description: Text
    prices: Text


@dataclass(frozen=True, kw_only=True)
class RoomFile:
    room: Room
    office: Office
    kit: Kit
    membership: MembershipKind
