"""The report as data: built once, kept in a version, and rendered as page, JSON, CSV, XLSX and PDF.

Texts that people wrote are kept in all their languages (`Words`); renderers add the words around them. The report names
no person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from hacktiv.common.bounds import Bounds
from hacktiv.common.languages import READING_ORDER
from hacktiv.common.text import plain_lines

from ...core.figures import Value
from ...enums import Principle
from ...plan.rules import Amount
from .decisions import ClassifiedPart, DoublePart, MisclassifiedPart, UnchosenPart, UnclassifiedPart

#: The type `date`, for classes that have a field of that name.
Day = date
#: A text by language; a missing language is read in the next of READING_ORDER.
Words = dict[str, str]


def read(words: Words) -> str:
    """Return the text in the active language, or in the first of READING_ORDER that has it. Its lines end with a line
    feed alone, also in reports that kept what a browser sent."""
    return plain_lines(words.get(_language_read(words), ""))


def other_language(words: Words) -> str:
    """Return the language of the text that `read` returns, where it is not the active one; else a blank."""
    language = _language_read(words)
    return "" if language == get_language() else language


def _language_read(words: Words) -> str:
    """Return the language in which a text is read: the active one, or the first that has it; blank: none has."""
    return next((code for code in (get_language() or "", *READING_ORDER) if words.get(code)), "")


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
class Evidence:
    name: str
    kind: str
    sha256: str
    added_on: date
    checked: bool
    reference: str
    #: Why somebody refused it; blank: nobody did.
    refusal: str = ""
    #: Whether who added it checked it. The report says so, and a later version tells no correction of it.
    self_checked: bool = field(default=False, compare=False)
    #: As which role it was checked.
    checked_by_role: str = field(default="", compare=False)


def _is_checked(evidence: tuple[Evidence, ...]) -> bool:
    return any(item.checked for item in evidence)


@dataclass(frozen=True)
class Declaration:
    """A declared count, valid from `entered_at`, until `replaced_at` if it was corrected."""

    measure: str
    bounds: Bounds
    reason: str
    entered_at: datetime
    replaced_at: datetime | None
    #: As which role it was entered (`enums.ActedAs`); blank in reports that were built before it was told.
    by_role: str = field(default="", compare=False)


def _codes(classified: tuple[ClassifiedPart, ...]) -> tuple[str, ...]:
    return tuple(one.code for one in classified)


@dataclass(frozen=True)
class Action:
    """A held event that counts. `date` is None if only the range from `earliest` to `latest` is known."""

    key: str
    slug: str
    title: Words
    type: str
    type_name: Words
    date: Day | None
    earliest: Day
    latest: Day
    meetings: Bounds
    organisers: tuple[str, ...]
    countries: tuple[str, ...]
    venues: tuple[str, ...]
    joint: bool | None
    public: bool | None
    mode: str
    indicator: str
    declared: Bounds | None
    proven: Bounds | None
    participations: Value
    persons: Value
    held: Value
    named: int
    list_is_complete: bool
    history: tuple[Declaration, ...]
    evidence: tuple[Evidence, ...]
    owed: tuple[str, ...]
    missing: tuple[str, ...]
    source: str
    #: The partners of the project that organised it, and its participations by what its list tells of the persons.
    partners: tuple[str, ...] = ()
    people: tuple[BreakdownRow, ...] = ()
    classified: tuple[ClassifiedPart, ...] = ()
    organiser_keys: tuple[int, ...] = ()

    @property
    def lacks_proof(self) -> bool:
        return bool(self.missing)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the indicators under which it counts, the main one first; a blank one alone says that it counts under
        none, and none at all that nobody decided. Older reports tell one, without a reason."""
        return _codes(self.classified) or tuple(filter(None, [self.indicator]))

    @property
    def closed_part(self) -> Bounds | None:
        """Return the participations of the closed part of a mixed event."""
        return next((one.part for one in self.classified if one.part), None)


@dataclass(frozen=True)
class CoachingPart:
    key: str
    title: Words
    note: Words
    earliest: Day
    latest: Day
    organisers: tuple[str, ...]
    countries: tuple[str, ...]
    persons: Value
    residence: str
    evidence: tuple[Evidence, ...]
    source: str
    history: tuple[Declaration, ...] = ()
    classified: tuple[ClassifiedPart, ...] = ()
    organiser_keys: tuple[int, ...] = ()

    @property
    def slug(self) -> str:
        return self.key.partition(":")[2]

    @property
    def lacks_proof(self) -> bool:
        return not _is_checked(self.evidence)

    @property
    def codes(self) -> tuple[str, ...]:
        return _codes(self.classified)


@dataclass(frozen=True)
class DeviationPart:
    date: Day | None
    title: Words
    reason: Words
    solution: Words
    source: str
    key: str = ""


@dataclass(frozen=True)
class DeliverablePart:
    key: str
    title: Words
    note: Words
    date: Day | None
    delivered: bool
    held: Value
    evidence: tuple[Evidence, ...]
    source: str
    #: The key of the activity that it belongs to; blank: none.
    activity: str = ""

    @property
    def lacks_proof(self) -> bool:
        """Tell if the deliverable counts without checked evidence. One that is not delivered yet does not count."""
        return self.delivered and not _is_checked(self.evidence)


@dataclass(frozen=True)
class OutputPart:
    """Something that counts under an indicator of outputs once it is finished. `counts` says whether it does."""

    key: str
    code: str
    title: Words
    finished_on: Day | None
    is_implemented: bool
    agreement: str
    counts: bool
    held: Value
    evidence: tuple[Evidence, ...]
    source: str

    @property
    def lacks_proof(self) -> bool:
        return self.counts and not _is_checked(self.evidence)


#: What can count in a report.
Part = Action | CoachingPart | DeliverablePart | OutputPart


@dataclass(frozen=True)
class MembersPart:
    """The members of a space on a day, or with a blank `space` those of one side, each person once. Added to nothing.

    `value` is None where no membership was on record by then."""

    space: str
    side: str
    date: Day
    value: int | None


@dataclass(frozen=True)
class ActivityPart:
    """An activity of a work package, how far it was at the end of the half-year, and what was done for it in it."""

    key: str
    code: str
    title: Words
    partner: str
    starts_on: date | None
    ends_on: date | None
    state: str
    done: Words


@dataclass(frozen=True)
class PackagePart:
    key: str
    code: str
    title: Words
    summary: Words
    activities: tuple[ActivityPart, ...]


@dataclass(frozen=True)
class TargetGroupPart:
    """A group that was reached. Groups may share people: their numbers are never added."""

    key: str
    name: Words
    reached_how: Words
    number: Bounds
    source: str


@dataclass(frozen=True)
class PublicationPart:
    """Something that was published about the project, with a link or a file that shows it."""

    key: str
    title: Words
    where: Words
    date: Day | None
    link: str
    evidence: tuple[Evidence, ...]
    source: str


@dataclass(frozen=True)
class TextPart:
    """The report's text for a section, or on a horizontal principle."""

    section: str
    text: Words


@dataclass(frozen=True)
class StockPart:
    code: str
    name: Words
    date: Day
    value: int
    source: str
    key: str = ""


@dataclass(frozen=True)
class PartnerPart:
    name: str
    side: str
    role: str
    total: Decimal | None
    erdf: Decimal | None
    note: Words
    source: str
    key: str = ""


@dataclass(frozen=True)
class Spent:
    """The amounts of a partner over some time: what it claimed, what was approved, and the ERDF part."""

    claimed: Amount
    approved: Amount
    erdf: Amount

    @property
    def is_known(self) -> bool:
        """Return whether any amount is known."""
        return any(amount.known is not None for amount in (self.claimed, self.approved, self.erdf))


@dataclass(frozen=True)
class SpendingPart:
    """The spending of a partner: before this half-year as closed reports told it, in it, and in total by the records.

    `budget` is the partner's whole budget."""

    key: str
    partner: str
    previous: Spent
    current: Spent
    total: Spent
    budget: Decimal | None


@dataclass(frozen=True)
class BreakdownRow:
    """The number of participations (or coached persons) with one value of an attribute.

    Those of "unknown" are the `silent`, who are named and did not say it, and the `unnamed`; None where not told apart.
    Home spaces are told apart by their key, as their names may change; reports that were built before have none.
    """

    by: str
    value: str
    bounds: Bounds
    silent: Bounds | None = None
    unnamed: Bounds | None = None
    space_key: int | None = None


@dataclass(frozen=True)
class CrossingPart:
    """One person in one space across the border on one day, without their name.

    A check-in shows it, or an event they took part in, or both. `home` is empty if that space no longer exists; its
    side stays known. The spaces are told apart by their keys, as their names may change; reports that were built before
    these were told have none.
    """

    key: str
    day: date
    home: str
    home_side: str
    space: str
    side: str
    checked_in_at: datetime | None
    event_slug: str
    proven: bool
    event: Words
    home_key: int | None = field(default=None, compare=False)
    space_key: int | None = field(default=None, compare=False)

    @property
    def identity(self) -> tuple[Any, ...]:
        """Return what two reports must tell alike of a crossing: all but the names of its spaces and its event."""
        spaces = (self.home_key, self.home_side, self.space_key, self.side)
        return (self.key, self.day, *spaces, self.checked_in_at, self.event_slug, self.proven)


@dataclass(frozen=True)
class TravelPart:
    """One shared car to a held event, back from it, or both.

    `people` includes the driver; `kilometres` is the sum over the passengers. `to_side` is empty if the event took
    place on no single side.
    """

    key: str
    day: date
    event_slug: str
    event: Words
    direction: str
    from_side: str
    to_side: str
    people: int
    one_way: int
    kilometres: int

    @property
    def crosses(self) -> bool:
        return bool(self.to_side) and self.from_side != self.to_side

    @property
    def identity(self) -> tuple[Any, ...]:
        """Return what two reports must tell alike of a car: all but the name of its event."""
        journey = (self.direction, self.from_side, self.to_side, self.people, self.one_way, self.kilometres)
        return (self.key, self.day, self.event_slug, *journey)


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
