"""The form of project.toml."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hacktiv.common.bounds import Bounds
from hacktiv.common.datafiles import Slug, Text, fills
from members.enums import Residence
from reporting import models as reporting
from reporting.enums import PartnerRole, Side
from training import models as training

from .names import SpaceSlug


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


@fills(reporting.Partner, without=("space", "person"))
@dataclass(frozen=True, kw_only=True)
class Partner:
    """`space`: the partner is the organisation that operates it; `person`: the address of who reads its part."""

    name: str
    space: SpaceSlug = ""
    person: str = ""
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


@fills(reporting.ProjectIndicator, without=("milestone",))
@dataclass(frozen=True, kw_only=True)
class Indicator:
    """`milestone`: what is to be reached by the end of the year in which the examples are loaded."""

    code: str
    baseline: int | None = None
    target: int | None = None
    milestone: int | None = None


@fills(reporting.Output, without=("finished",))
@dataclass(frozen=True, kw_only=True)
class Output:
    """Something that counts in the half-year of today; `finished_on` is its first day where it is finished."""

    code: str
    title: Text
    finished: bool


@fills(reporting.Stock)
@dataclass(frozen=True, kw_only=True)
class Stock:
    code: str
    value: int
    name: Text


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The decisions of the coordinator on public events without a proof of advertising, in their own words."""

    indicator: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    project: Project
    decision: Decision
    partner: tuple[Partner, ...]
    coaching: Coaching
    deliverable: tuple[Deliverable, ...]
    indicator: tuple[Indicator, ...]
    output: tuple[Output, ...]
    stock: Stock
