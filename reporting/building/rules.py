"""Count who took part in one action from its records, in the terms of docs/reporting.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hacktiv.common.bounds import UNKNOWN, Bounds

from ..core.figures import Count
from ..enums import Kind

ONE_MEETING = Bounds.exactly(1)


@dataclass(frozen=True)
class Attendance:
    """The records of one action: declared counts, the named list, and whether its evidence is checked.

    `declared` counts participations, `declared_persons` distinct persons. The list has `named` persons; `by_name` of
    them have no address, so that they may be anybody who is on another list. A `complete` list replaces the declared
    count. Until then the list is the lower bound, and the larger of both the upper bound.
    """

    declared: Bounds | None = None
    declared_persons: Bounds | None = None
    named: int = 0
    by_name: int = 0
    complete: bool = False
    checked: bool = False
    meetings: Bounds = ONE_MEETING

    @property
    def has_list(self) -> bool:
        return self.complete or self.named > 0

    @property
    def is_single(self) -> bool:
        return self.meetings == ONE_MEETING

    @property
    def listed(self) -> Bounds:
        """Return the participations of who is on the named list, each at one meeting at least and at all at most."""
        return Bounds(self.named, self.at_all_meetings(self.named) if self.complete else None)

    def at_all_meetings(self, persons: int | None) -> int | None:
        """Return the participations of so many persons who miss no meeting; None where that is not known."""
        if persons is None or (persons and not self.meetings.upper):
            return None
        return persons * (self.meetings.upper or 0)


def declared_participations(attendance: Attendance) -> Bounds | None:
    """Return the declared participations: a count, or a named list without checked evidence, or None.

    At one meeting a declared count of persons is one of participations."""
    declared = attendance.declared
    if attendance.is_single and attendance.declared_persons is not None:
        declared = _declared(attendance)[0]
    list_speaks = attendance.has_list and not attendance.checked
    return attendance.listed if list_speaks and (attendance.complete or declared is None) else declared


def proven_participations(attendance: Attendance) -> Bounds | None:
    """Return the participations on the named list if its evidence is checked, else None."""
    return attendance.listed if attendance.has_list and attendance.checked else None


def participations(attendance: Attendance) -> Count:
    """Return the participations that count for the action. Declared and proven ones are never added."""
    if attendance.complete and not attendance.is_single:
        # A declared maximum says how often the persons on the list came, unless it is less than they are.
        declared = attendance.declared or UNKNOWN
        bounds = attendance.listed.both(Bounds(0, declared.upper)) or attendance.listed
    else:
        bounds = _with_list(attendance, _declared(attendance)[0])
    return _count(Kind.PARTICIPATIONS, attendance, bounds)


def persons(attendance: Attendance) -> Count:
    """Return the distinct persons of the action. At a single meeting each participation is another person."""
    return _count(Kind.PERSONS, attendance, _with_list(attendance, _declared(attendance)[1]))


def evidence_is_whole(owed: Iterable[str], checked_kinds: Iterable[str]) -> bool:
    """Return whether an action is proven: some evidence is checked, and at least one of each kind that it owes."""
    checked = set(checked_kinds)
    return bool(checked) and set(owed) <= checked


def lies_within(earliest: date, latest: date, start: date, end: date) -> bool:
    """Return whether the days from `earliest` to `latest` lie between `start` and `end`, both included."""
    return start <= earliest and latest <= end


def _declared(attendance: Attendance) -> tuple[Bounds, Bounds]:
    """Return the declared participations and persons, each as narrow as the other allows.

    At one meeting both are one count. Over several, participations lie between the persons and the persons at every
    meeting. Where two counts contradict each other, one of them is wrong and nobody knows which: at one meeting either
    may be true, over several each stands alone.
    """
    said, persons_said = attendance.declared or UNKNOWN, attendance.declared_persons or UNKNOWN
    if attendance.is_single:
        one = said.both(persons_said) or said.either(persons_said)
        return one, one
    of_persons = Bounds(persons_said.floor, attendance.at_all_meetings(persons_said.upper))
    of_participations = Bounds(_fewest_persons(said.floor, attendance.meetings), said.upper)
    return said.both(of_persons) or said, persons_said.both(of_participations) or persons_said


def _fewest_persons(participations: int, meetings: Bounds) -> int:
    """Return how many persons at least made so many participations, if nobody counts twice at one meeting."""
    return -(-participations // meetings.upper) if meetings.upper else min(1, participations)


def _with_list(attendance: Attendance, declared: Bounds) -> Bounds:
    """Return the count of a named list, which replaces a declared one when it is complete."""
    if attendance.complete:
        return Bounds.exactly(attendance.named)
    if not attendance.named:
        return declared
    return Bounds(attendance.named, None if declared.upper is None else max(attendance.named, declared.upper))


def _count(kind: Kind, attendance: Attendance, bounds: Bounds) -> Count:
    proven = attendance.has_list and attendance.checked
    names_all = attendance.complete and (kind == Kind.PERSONS or attendance.is_single)
    return Count(
        kind,
        bounds,
        lower_proven=proven,
        upper_proven=proven and names_all,
        named=attendance.named - attendance.by_name if kind == Kind.PERSONS else 0,
    )
