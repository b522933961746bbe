"""The form of the files in data/: the tables, their keys, and what each key may say.

A key that may be left out is not loaded at all: what somebody fills in by hand stays.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from events import models as events
from events.enums import Audience, Mode, ProofKind
from hacktiv.common.bounds import Bounds
from hacktiv.common.datafiles import LEFT_OUT, OneOf, Slug, Text, fills, refuse_doubles
from hacktiv.common.halfyears import HalfYear, calendar_half_years, half_years_from
from members import models as members
from members.enums import Country, OrganisationKind, Residence
from reporting import models as reporting
from reporting.enums import HalfYears, PartnerRole, ProgrammingYears, Side
from spaces import models as spaces
from spaces.enums import Emblem, ResourceKind
from training import models as training

#: The kinds of name that one file gives and others use.
ORGANISATION, SPACE, EVENT_TYPE, SOURCE = "organisation", "space", "type of event", "source"
#: The kinds of name that the drawings and the style sheet give.
ICON, COLOUR = "drawing", "colour"

ONE_MEETING = Bounds.exactly(1)
Sources = tuple[Annotated[str, OneOf(SOURCE)], ...]


# --- sources.toml ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Source:
    letter: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    source: tuple[Source, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.source, "letter")


# --- organisations.toml ---------------------------------------------------------------------------------------------


@fills(members.Organisation)
@dataclass(frozen=True, kw_only=True)
class Organisation:
    slug: Slug
    name: str
    country: Country
    kind: OrganisationKind = LEFT_OUT
    legal_name: str = LEFT_OUT
    street: str = LEFT_OUT
    postcode: str = LEFT_OUT
    town: str = LEFT_OUT
    description: Text


@dataclass(frozen=True, kw_only=True)
class OrganisationFile:
    organisation: tuple[Organisation, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.organisation, "slug")


# --- spaces.toml ----------------------------------------------------------------------------------------------------


@fills(spaces.Service)
@dataclass(frozen=True, kw_only=True)
class Service:
    slug: Slug
    icon: Annotated[str, OneOf(ICON)]
    name: Text


@fills(spaces.Unit, units="number")
@fills(spaces.Resource)
@dataclass(frozen=True, kw_only=True)
class Room:
    """Something that can be booked, or only shown; `units` are its places."""

    slug: Slug
    kind: ResourceKind
    units: int = 1
    seats: int = LEFT_OUT
    needs_approval: bool = LEFT_OUT
    is_bookable: bool = LEFT_OUT
    order: int
    name: Text
    description: Text


@fills(spaces.Space)
@dataclass(frozen=True, kw_only=True)
class Space:
    slug: Slug
    name: str
    operator: Annotated[str, OneOf(ORGANISATION)]
    town: str
    country: Country
    nuts: str
    latitude: Decimal
    longitude: Decimal
    emblem: Emblem
    order: int
    tagline: Text
    description: Text
    access: Text = LEFT_OUT
    prices: Text = LEFT_OUT
    room: tuple[Room, ...] = ()

    def __post_init__(self) -> None:
        refuse_doubles(self.room, "slug")


@dataclass(frozen=True, kw_only=True)
class SpaceFile:
    service: tuple[Service, ...]
    space: tuple[Space, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.service, "slug")
        refuse_doubles(self.space, "slug")


# --- one file a project ---------------------------------------------------------------------------------------------


@fills(reporting.Project)
@dataclass(frozen=True, kw_only=True)
class Project:
    slug: Slug
    programme: str
    axis: str = LEFT_OUT
    code: str = LEFT_OUT
    starts_on: datetime.date
    ends_on: datetime.date
    half_years: HalfYears
    programming_period: ProgrammingYears
    total_budget: Decimal = LEFT_OUT
    requested_budget: Decimal = LEFT_OUT
    sources: Sources
    title: Text
    objective: Text = LEFT_OUT
    summary: Text
    funding: Text = LEFT_OUT
    credit_line: Text

    def __post_init__(self) -> None:
        _refuse_backwards("starts_on", self.starts_on, "ends_on", self.ends_on)

    def periods(self) -> list[HalfYear]:
        """Return the half-years in which the project is reported."""
        divide = calendar_half_years if self.half_years == HalfYears.CALENDAR else half_years_from
        return divide(self.starts_on, self.ends_on)


@fills(reporting.Partner)
@dataclass(frozen=True, kw_only=True)
class Partner:
    """`organisation` only where it is one of organisations.toml. `order` also tells two partners without one apart."""

    order: int
    organisation: Annotated[str, OneOf(ORGANISATION)] = LEFT_OUT
    name: str
    side: Side
    role: PartnerRole
    total: Decimal | None = LEFT_OUT
    erdf: Decimal | None = LEFT_OUT
    sources: Sources
    note: Text = LEFT_OUT


@fills(reporting.Period)
@dataclass(frozen=True, kw_only=True)
class ToldHalfYear:
    """The words of a report on a half-year. The half-years themselves follow from the dates of the project."""

    label: str
    reported_on: datetime.date = LEFT_OUT
    highlights: Text = LEFT_OUT


@fills(events.DeclaredCount, participations="lower", persons="lower")
@fills(events.Event, meetings="meetings_lower")
@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that took place between two days. `half_year` only where the days do not say it."""

    slug: Slug
    type: Annotated[str, OneOf(EVENT_TYPE)]
    earliest: datetime.date
    latest: datetime.date = LEFT_OUT
    half_year: str = LEFT_OUT
    meetings: Bounds = ONE_MEETING
    participations: Bounds = LEFT_OUT
    persons: Bounds = LEFT_OUT
    organisers: tuple[Annotated[str, OneOf(ORGANISATION)], ...] = ()
    venues: tuple[Annotated[str, OneOf(SPACE)], ...] = ()
    joint: bool = LEFT_OUT
    mode: Mode
    proofs_owed: tuple[ProofKind, ...]
    sources: Sources
    title: Text
    summary: Text = LEFT_OUT

    def __post_init__(self) -> None:
        if self.latest is not LEFT_OUT:
            _refuse_backwards("earliest", self.earliest, "latest", self.latest)


@fills(training.Coaching, persons="persons_lower")
@dataclass(frozen=True, kw_only=True)
class Coaching:
    slug: Slug
    half_year: str = LEFT_OUT
    persons: Bounds
    earliest: datetime.date
    latest: datetime.date
    residence: Residence
    sources: Sources
    title: Text
    note: Text = LEFT_OUT

    def __post_init__(self) -> None:
        _refuse_backwards("earliest", self.earliest, "latest", self.latest)


@fills(reporting.Deviation)
@dataclass(frozen=True, kw_only=True)
class Deviation:
    slug: Slug
    half_year: str
    date: datetime.date = LEFT_OUT
    sources: Sources
    title: Text
    reason: Text
    solution: Text = LEFT_OUT


@fills(reporting.Deliverable)
@dataclass(frozen=True, kw_only=True)
class Deliverable:
    slug: Slug
    half_year: str
    delivered: bool
    sources: Sources
    title: Text
    note: Text = LEFT_OUT


@fills(reporting.Stock)
@dataclass(frozen=True, kw_only=True)
class Stock:
    """A number counted on one day, under the code of its indicator."""

    code: Slug
    date: datetime.date
    value: int
    half_year: str
    sources: Sources
    name: Text


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    project: Project
    partner: tuple[Partner, ...]
    half_year: tuple[ToldHalfYear, ...] = ()
    event: tuple[Event, ...] = ()
    coaching: tuple[Coaching, ...] = ()
    deviation: tuple[Deviation, ...] = ()
    deliverable: tuple[Deliverable, ...] = ()
    stock: tuple[Stock, ...] = ()

    def __post_init__(self) -> None:
        refuse_doubles(self.partner, "order")
        refuse_doubles(self.half_year, "label")
        for rows in (self.event, self.coaching, self.deviation, self.deliverable):
            refuse_doubles(rows, "slug")
        labels = [half.label for half in self.project.periods()]
        _refuse_unknown("half_year", "label", self.half_year, labels)
        for name in ("event", "coaching", "deviation", "deliverable", "stock"):
            _refuse_unknown(name, "half_year", getattr(self, name), labels)


# --- the catalogues: event-types.toml, skills.toml, room-features.toml, membership-kinds.toml -----------------------


@fills(events.EventType, minutes="default_minutes")
@dataclass(frozen=True, kw_only=True)
class EventType:
    """`slug` also names the drawing, `colour` is one of the style sheet, `minutes` is the usual length. From `summary`
    on it is the template of new events."""

    slug: Annotated[Slug, OneOf(ICON)]
    colour: Annotated[str, OneOf(COLOUR)]
    minutes: int
    name: Text
    summary: Text
    description: Text
    audience: Audience = LEFT_OUT
    mode: Mode = LEFT_OUT
    capacity: int = LEFT_OUT
    online_capacity: int = LEFT_OUT

    @property
    def template(self) -> dict[str, Any]:
        """Return the columns of the template that this file fills."""
        given = {name: getattr(self, name) for name in ("audience", "mode", "capacity", "online_capacity")}
        texts = self.summary.columns("summary") | self.description.columns("description")
        return texts | {name: value for name, value in given.items() if value is not LEFT_OUT}


@dataclass(frozen=True, kw_only=True)
class EventTypeFile:
    type: tuple[EventType, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.type, "slug")


@fills(members.Skill)
@dataclass(frozen=True, kw_only=True)
class Skill:
    slug: Slug
    name: Text


@fills(members.SkillCategory)
@dataclass(frozen=True, kw_only=True)
class SkillCategory:
    slug: Slug
    name: Text
    skill: tuple[Skill, ...]


@dataclass(frozen=True, kw_only=True)
class SkillFile:
    category: tuple[SkillCategory, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.category, "slug")
        refuse_doubles(self.skills(), "slug")

    def skills(self) -> list[Skill]:
        """Return the skills of all categories."""
        return [skill for category in self.category for skill in category.skill]


@fills(spaces.Feature)
@dataclass(frozen=True, kw_only=True)
class RoomFeature:
    slug: Slug
    icon: Annotated[str, OneOf(ICON)]
    name: Text


@dataclass(frozen=True, kw_only=True)
class RoomFeatureFile:
    feature: tuple[RoomFeature, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.feature, "slug")


@fills(spaces.MembershipKind)
@dataclass(frozen=True, kw_only=True)
class MembershipKind:
    """A kind of membership that every space of the network offers."""

    slug: Slug
    name: Text
    description: Text


@dataclass(frozen=True, kw_only=True)
class MembershipKindFile:
    kind: tuple[MembershipKind, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.kind, "slug")


def _refuse_backwards(first_name: str, first: datetime.date, last_name: str, last: datetime.date) -> None:
    if last < first:
        raise ValueError(f"{last_name}: {last} lies before {first_name}, {first}")


def _refuse_unknown(table: str, key: str, rows: Iterable[Any], labels: list[str]) -> None:
    for number, row in enumerate(rows, start=1):
        label = getattr(row, key)
        if label is not LEFT_OUT and label not in labels:
            raise ValueError(
                f"[[{table}]] no. {number}: {key}: the project has no half-year “{label}”; it has: {', '.join(labels)}"
            )
