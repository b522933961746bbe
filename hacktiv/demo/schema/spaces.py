"""The form of spaces.toml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from hacktiv.common.datafiles import LEFT_OUT, Text, fills, refuse_doubles
from spaces import models as spaces
from spaces.enums import NoticeKind, Topic, TravelMode

from .names import Day, Picture, RoomSlug, SpaceSlug


@dataclass(frozen=True, kw_only=True)
class Hours:
    days: tuple[Day, ...]
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"closes: {self.closes:%H:%M} is not after {self.opens:%H:%M}")


@dataclass(frozen=True, kw_only=True)
class OpenSpace:
    slug: SpaceSlug
    hours: tuple[Hours, ...]


@dataclass(frozen=True, kw_only=True)
class Photo:
    picture: Picture
    room: RoomSlug = ""
    shown: Text


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point in a scene: where it lies, what it is called, and where it leads: a scene, a room, or a text."""

    yaw: int
    pitch: int
    label: Text
    scene: Picture = ""
    room: RoomSlug = ""
    text: Text = LEFT_OUT


@dataclass(frozen=True, kw_only=True)
class Scene:
    picture: Picture
    title: Text
    shown: Text
    description: Text
    point: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class TeamMember:
    name: str
    role: Text


@dataclass(frozen=True, kw_only=True)
class Travel:
    to: SpaceSlug
    mode: TravelMode
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The pictures, visit, team and travel times of one space."""

    space: SpaceSlug
    photo: tuple[Photo, ...]
    scene: tuple[Scene, ...]
    team: tuple[TeamMember, ...]
    travel: tuple[Travel, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.scene, "picture")
        scenes = {scene.picture for scene in self.scene}
        for scene in self.scene:
            for point in scene.point:
                if point.scene and point.scene not in scenes:
                    raise ValueError(f"[[scene]] ({scene.picture}): scene: there is no scene “{point.scene}”")


@fills(spaces.Document)
@dataclass(frozen=True, kw_only=True)
class Document:
    space: SpaceSlug
    topic: Topic
    title: str
    text: str


@fills(spaces.Notice)
@dataclass(frozen=True, kw_only=True)
class Notice:
    space: SpaceSlug
    kind: NoticeKind
    valid_days: int
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """A message to the members of a space that left some days ago; its words have no translation."""

    space: SpaceSlug
    days_ago: int
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SpaceFile:
    space: tuple[OpenSpace, ...]
    shown: Shown
    document: Document
    notice: Notice
    mailing: Mailing

    def __post_init__(self) -> None:
        refuse_doubles(self.space, "slug")
