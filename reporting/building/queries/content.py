"""The report as data: built once, kept in a version, and rendered as page, JSON, CSV, XLSX and PDF.

Texts that people wrote are kept in all their languages (`Words`); renderers add the words around them. The report names
no person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from hacktiv.common.bounds import Bounds

from ...core.figures import Value
from ...enums import Principle
from .content_parts import (
    Action,
    ActivityPart,
    BreakdownRow,
    CoachingPart,
    CrossingPart,
    DeliverablePart,
    DeviationPart,
    Evidence,
    MembersPart,
    OutputPart,
    PackagePart,
    Part,
    PartnerPart,
    PublicationPart,
    SpendingPart,
    StockPart,
    TargetGroupPart,
    TextPart,
    TravelPart,
)
from .decisions import DoublePart, MisclassifiedPart, UnchosenPart, UnclassifiedPart
from .words import Words
from .words import other_language as other_language
from .words import read as read

#: The type `date`, for classes that have a field of that name.
Day = date


@dataclass(frozen=True)
class Figure:
    """A counted value of a report: before this half-year, in it, and in total so far.

    `previous` is what closed reports told, and `previous_now` what the records say today of the same half-years, if it
    differs (else None). `current` and `total` are what the records say.
    `code` chooses its name and unit in `renderers/labels.py`. `actions` are the keys of the actions and deliverables
    that count in this half-year; crossings and shared cars have lists of their own.
    It counts all actions, under whatever indicator they stand; an `IndicatorPart` counts those that stand under it."""

    code: str
    kind: str
    previous: Value
    current: Value
    total: Value
    actions: tuple[str, ...] = ()
    previous_now: Value | None = None


@dataclass(frozen=True)
class MilestonePart:
    """A number that was to be reached on a day, and how the total so far stands to it (a `MilestoneState`)."""

    date: Day
    value: int
    state: str


@dataclass(frozen=True)
class IndicatorPart(Figure):
    """An indicator of the programme that the project has chosen, with what it aims at.

    Name and unit are kept as the catalogue told them then; in the languages of `ours` they are our own translation.
    `actions` are the keys of the actions, coachings and outputs that count under it in this half-year, and `adds` what
    each of them adds to it."""

    name: Words = field(default_factory=dict)
    unit: Words = field(default_factory=dict)
    ours: tuple[str, ...] = ()
    to_be_confirmed: bool = False
    is_result: bool = False
    baseline: int | None = None
    target: int | None = None
    milestones: tuple[MilestonePart, ...] = ()
    adds: tuple[Value, ...] = ()

    @property
    def titles(self) -> Words:
        """Return the code with the name, by language."""
        return {language: f"{self.code} {name}" for language, name in self.name.items()}


@dataclass(frozen=True)
class Unassigned:
    """A counted action that still counts in no half-year.

    Its dates lie in several half-years and nobody chose one, or nobody marked it as held (`problem`).
    """

    key: str
    title: Words
    earliest: date
    latest: date
    problem: str


@dataclass(frozen=True)
class ContradictionPart:
    """Two numbers of an action that cannot both be true, as in `events.attendance.rules.Contradiction`."""

    key: str
    slug: str
    title: Words
    measure: str
    declared: Bounds
    beside: str
    number: Bounds


@dataclass(frozen=True)
class Fact:
    """One statement of a report. `sort` says which of the other fields holds it."""

    sort: str
    value: Value | None = None
    words: Words = field(default_factory=dict)
    answer: bool | None = None
    dates: tuple[date, ...] = ()
    amount: Decimal | None = None
    codes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    crossings: tuple[CrossingPart, ...] = ()
    travel: tuple[TravelPart, ...] = ()
    milestones: tuple[MilestonePart, ...] = ()
    breakdown: tuple[BreakdownRow, ...] = ()


@dataclass(frozen=True)
class Correction:
    """A difference between a closed report and its records of today.

    `before` and `after` are set if both are counts. `said` or `known` is None if that side says nothing of it.
    """

    period: str
    version: int
    what: str
    title: Words
    before: Bounds | None
    after: Bounds | None
    said: Fact | None = None
    known: Fact | None = None


@dataclass(frozen=True)
class ClosingReason:
    """Why a report was closed although a check (`code`) found `number` things; 0: how many is not kept."""

    code: str
    number: int
    reason: str


@dataclass(frozen=True)
class ProjectPart:
    slug: str
    title: Words
    programme: str
    axis: str
    code: str
    objective: Words
    funding: Words
    credit_line: Words
    starts_on: date
    ends_on: date
    total_budget: Decimal | None
    source: str
    is_example: bool
    #: The day until which the records and their evidence are kept.
    keep_until: date | None = None


@dataclass(frozen=True)
class SectionNote:
    """A comment of the coordinator on a section, by the code of its table."""

    section: str
    words: Words


@dataclass(frozen=True)
class PeriodPart:
    label: str
    start: date
    end: date
    reported_on: date | None
    highlights: Words
    comments: tuple[SectionNote, ...] = ()

    def comment(self, section: str) -> Words:
        """Return what was written on a section; nothing where nobody did."""
        return next((note.words for note in self.comments if note.section == section), {})


@dataclass(frozen=True)
class Report:
    """The report of one half-year. Parts that a report does not have are empty.

    `unreported` are the labels of earlier half-years of which no report was closed here: of them `previous` tells what
    the records say."""

    project: ProjectPart
    period: PeriodPart
    built_at: datetime
    figures: tuple[Figure, ...] = ()
    indicators: tuple[IndicatorPart, ...] = ()
    outputs: tuple[OutputPart, ...] = ()
    members: tuple[MembersPart, ...] = ()
    actions: tuple[Action, ...] = ()
    coaching: tuple[CoachingPart, ...] = ()
    deviations: tuple[DeviationPart, ...] = ()
    deliverables: tuple[DeliverablePart, ...] = ()
    stocks: tuple[StockPart, ...] = ()
    partners: tuple[PartnerPart, ...] = ()
    breakdowns: tuple[BreakdownRow, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()
    contradictions: tuple[ContradictionPart, ...] = ()
    unclassified: tuple[UnclassifiedPart, ...] = ()
    misclassified: tuple[MisclassifiedPart, ...] = ()
    unchosen: tuple[UnchosenPart, ...] = ()
    doubles: tuple[DoublePart, ...] = ()
    corrections: tuple[Correction, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    crossings: tuple[Figure, ...] = ()
    crossing_parts: Sequence[CrossingPart] = ()
    travel: tuple[Figure, ...] = ()
    travel_parts: Sequence[TravelPart] = ()
    version: int = 1
    status: str = "draft"
    closed_at: datetime | None = None
    #: Why it was closed in spite of what was amiss; drafts and reports closed without have none.
    reasons: tuple[ClosingReason, ...] = ()
    unreported: tuple[str, ...] = ()
    spending: tuple[SpendingPart, ...] = ()
    work_packages: tuple[PackagePart, ...] = ()
    target_groups: tuple[TargetGroupPart, ...] = ()
    communication: tuple[PublicationPart, ...] = ()
    texts: tuple[TextPart, ...] = ()
    partner_totals: PartnerTotals = field(default_factory=lambda: PartnerTotals(None, None))

    @property
    def lead(self) -> PartnerPart | None:
        return next((partner for partner in self.partners if partner.role == "lead"), None)

    @property
    def parts(self) -> list[Part]:
        """Return all that can count: the actions, the coaching, the deliverables and the outputs."""
        return [*self.actions, *self.coaching, *self.deliverables, *self.outputs]

    @property
    def lacking_proof(self) -> tuple[Part, ...]:
        """Return the parts that count although a proof they need is missing or not checked."""
        return tuple(part for part in self.parts if part.lacks_proof)

    def text_of(self, section: str) -> Words:
        """Return the report's text for a section; empty if there is none."""
        return next((part.text for part in self.texts if part.section == section), {})

    @property
    def principles(self) -> tuple[TextPart, ...]:
        """Return the texts on the horizontal principles, in the order of the programme."""
        return tuple(part for code in Principle for part in self.texts if part.section == code)

    def deliverables_of(self, activity: ActivityPart) -> tuple[DeliverablePart, ...]:
        return tuple(part for part in self.deliverables if part.activity == activity.key)

    @property
    def tells_spending(self) -> bool:
        """Return whether any amount that a partner spent is known."""
        return any(part.current.is_known or part.total.is_known for part in self.spending)

    @property
    def total_budget(self) -> Decimal | None:
        """Return the project's budget, or the sum of its partners' budgets if all of them are known."""
        return self.project.total_budget if self.project.total_budget is not None else self.partner_totals.total

    @property
    def all_evidence(self) -> tuple[Evidence, ...]:
        parts = (*self.parts, *self.communication)
        return (*(item for part in parts for item in part.evidence), *self.evidence)

    @property
    def self_checked(self) -> tuple[Evidence, ...]:
        """Return the evidence that was checked by who added it."""
        return tuple(item for item in self.all_evidence if item.checked and item.self_checked)

    @property
    def refused(self) -> tuple[Evidence, ...]:
        """Return the evidence that somebody refused."""
        return tuple(item for item in self.all_evidence if item.refusal)

    @property
    def actions_by_key(self) -> dict[str, Part]:
        return {part.key: part for part in self.parts}


@dataclass(frozen=True)
class PartnerTotals:
    """The sums over the partners with a budget; None unless all of them are known."""

    total: Decimal | None
    erdf: Decimal | None
