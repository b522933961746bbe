"""The parts of a report: what can count, what the plan and the partners tell, and who crossed the border."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hacktiv.common.bounds import Bounds

from ...core.figures import Value
from ...plan.rules import Amount
from .decisions import ClassifiedPart
from .words import Words

#: The type `date`, for classes that have a field of that name.
Day = date


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
