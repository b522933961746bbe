"""The form of the files in data/: the tables, their keys, and what each key may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from events import models as events
from events.enums import Audience, Mode, OutcomeKind
from hacktiv.common.bounds import Bounds
from hacktiv.common.datafiles import LEFT_OUT, OneOf, Slug, Text, fills, refuse_doubles
from members import models as members
from members.enums import AgeBand, Country, Gender, OrganisationKind, Residence, Status
from reporting import models as reporting
from reporting.enums import PartnerRole, Side
from spaces import models as spaces
from spaces.enums import NoticeKind, StartInterval, Topic, TravelMode, Weekday
from training import models as training

#: The kinds of name that one file gives and others use. PICTURE is a file in pictures/, without its ending.
SPACE, ROOM, FEATURE, EVENT_TYPE, SKILL = "space", "room", "feature", "type of event", "skill"
LANGUAGE, PERSON, SERIES, PICTURE = "language", "person", "series", "picture"

SpaceSlug = Annotated[str, OneOf(SPACE)]
RoomSlug = Annotated[str, OneOf(ROOM)]
FirstName = Annotated[str, OneOf(PERSON)]
Picture = Annotated[str, OneOf(PICTURE)]


class Day(StrEnum):
    """A day of the week, as the files name it."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> Weekday:
        """The day as `date.weekday()` counts it."""
        return Weekday[self.name]


# --- words.toml -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class WordFile:
    mark: Text
    last_name: Text


# --- people.toml ----------------------------------------------------------------------------------------------------


@fills(members.User)
@dataclass(frozen=True, kw_only=True)
class Person:
    """`gender` and `age_band` are what the person agreed to tell; None: nothing. Who has no `home` is no
    member; they may ask a space for a membership (`asks`)."""

    first_name: str
    email: str = ""
    language: Annotated[str, OneOf(LANGUAGE)]
    home: SpaceSlug = ""
    asks: SpaceSlug = ""
    residence: Residence
    status: Status
    headline: str
    about: str = ""
    offers: tuple[Annotated[str, OneOf(SKILL)], ...] = ()
    seeks: tuple[Annotated[str, OneOf(SKILL)], ...] = ()
    gender: Gender | None = None
    age_band: AgeBand | None = None
    is_listed: bool = True
    manages: tuple[SpaceSlug, ...] = ()
    receives: tuple[SpaceSlug, ...] = ()
    coordinates: bool = False

    @property
    def address(self) -> str:
        """The person's own address, else one at the domain `.invalid`, which no mail reaches."""
        local = self.first_name.lower().replace("é", "e").replace("è", "e")
        return self.email or f"{local}@exemple.invalid"


@fills(spaces.Invitation)
@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An open invitation to a membership of a space, of the usual kind."""

    space: SpaceSlug
    full_name: str
    email: str
    language: Annotated[str, OneOf(LANGUAGE)]
    words: str


@fills(spaces.Agreement, without=("organisation", "kind"))
@fills(members.Organisation, without=("organisation", "space", "places", "contact"))
@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The places of an example organisation at a space, of the kind of rooms.toml; `contact` is an address."""

    organisation: Slug
    name: str
    kind: OrganisationKind
    country: Country
    space: SpaceSlug
    places: int
    contact: str


@dataclass(frozen=True, kw_only=True)
class PersonFile:
    invitation: Invitation
    agreement: Agreement
    person: tuple[Person, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.person, "first_name")
        refuse_doubles(self.person, "address")


# --- programme.toml -------------------------------------------------------------------------------------------------


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


# --- rooms.toml -----------------------------------------------------------------------------------------------------


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


# --- spaces.toml ----------------------------------------------------------------------------------------------------


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


# --- bookings.toml --------------------------------------------------------------------------------------------------


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


# --- stories.toml ---------------------------------------------------------------------------------------------------


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


# --- project.toml ---------------------------------------------------------------------------------------------------


@fills(reporting.Project)
@dataclass(frozen=True, kw_only=True)
class Project:
    slug: Slug
    programme: str
    total_budget: Decimal
    title: Text
    objective: Text
    credit_line: Text
    highlights: Text


@fills(reporting.Partner)
@dataclass(frozen=True, kw_only=True)
class Partner:
    name: str
    side: Side
    role: PartnerRole
    total: Decimal | None = None
    erdf: Decimal | None = None


@fills(training.Coaching, persons="persons_lower")
@dataclass(frozen=True, kw_only=True)
class Coaching:
    slug: Slug
    persons: Bounds
    residence: Residence
    title: Text


@fills(reporting.Deliverable)
@dataclass(frozen=True, kw_only=True)
class Deliverable:
    delivered: bool
    title: Text


@fills(reporting.Stock)
@dataclass(frozen=True, kw_only=True)
class Stock:
    code: str
    value: int
    name: Text


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    project: Project
    partner: tuple[Partner, ...]
    coaching: Coaching
    deliverable: tuple[Deliverable, ...]
    stock: Stock
