"""The form of project.toml."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hacktiv.common.bounds import Bounds
from hacktiv.common.datafiles import Slug, Text, fills
from members.enums import Residence
from reporting import models as reporting
from reporting.enums import ActivityState, PartnerRole, Side
from reporting.enums import Principle as PrincipleCode
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


@fills(reporting.Spending)
@dataclass(frozen=True, kw_only=True)
class Spent:
    """Spending in the half-year of today. What is left out is unknown."""

    claimed: Decimal | None = None
    approved: Decimal | None = None
    erdf: Decimal | None = None


@fills(reporting.Partner, without=("space", "person", "spent"))
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
    spent: Spent | None = None


@fills(reporting.ActivityProgress)
@fills(reporting.Activity)
@dataclass(frozen=True, kw_only=True)
class Activity:
    """An activity of a work package, with what was done for it in the half-year of today."""

    code: str
    title: Text
    state: ActivityState
    done: Text


@fills(reporting.WorkPackage, without=("activity",))
@dataclass(frozen=True, kw_only=True)
class WorkPackage:
    code: str
    title: Text
    activity: tuple[Activity, ...]


@fills(reporting.TargetGroup, number="number_lower")
@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    name: Text
    reached_how: Text
    number: Bounds


@fills(reporting.Communication)
@dataclass(frozen=True, kw_only=True)
class Publication:
    title: Text
    where: Text


@fills(reporting.ReportText)
@dataclass(frozen=True, kw_only=True)
class Principle:
    """Words of the report on a horizontal principle."""

    section: PrincipleCode
    text: Text


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
    work_package: tuple[WorkPackage, ...]
    target_group: tuple[TargetGroup, ...]
    publication: tuple[Publication, ...]
    principle: tuple[Principle, ...]
    stock: Stock
