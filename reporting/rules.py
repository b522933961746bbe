"""Count who took part in one action from its records, in the terms of docs/reporting.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hacktiv.common.bounds import UNKNOWN, Bounds

from .enums import Kind
from .figures import Count

ONE_MEETING = Bounds.exactly(1)


@dataclass(frozen=True)
class Attendance:
    """The records of one action: declared counts, the named list, and whether its evidence is checked.

    `declared` counts participations, `declared_persons` distinct persons. The list has `named` persons. A `complete`
    list replaces the declared count. Until then the list is the lower bound, and the larger of both the upper bound.
    """

    declared: Bounds | None = None
    declared_persons: Bounds | None = None
    named: int = 0
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
        """Return the participations on the named list. Over several meetings it names persons, who may have come more
        than once."""
        return Bounds.exactly(self.named) if self.complete and self.is_single else Bounds.at_least(self.named)


def declared_participations(attendance: Attendance) -> Bounds | None:
    """Return the declared participations: a count, or a named list without checked evidence, or None."""
    list_speaks = attendance.has_list and not attendance.checked
    if list_speaks and (attendance.complete or attendance.declared is None):
        return attendance.listed
    return attendance.declared


def proven_participations(attendance: Attendance) -> Bounds | None:
    """Return the participations on the named list if its evidence is checked, else None."""
    return attendance.listed if attendance.has_list and attendance.checked else None


def participations(attendance: Attendance) -> Count:
    """Return the participations that count for the action. Declared and proven ones are never added."""
    if attendance.has_list:
        bounds = _list_and(attendance, attendance.declared, exact=attendance.complete and attendance.is_single)
    elif attendance.declared is not None:
        bounds = attendance.declared
    elif attendance.declared_persons is not None:
        persons = attendance.declared_persons
        bounds = persons if attendance.is_single else Bounds.at_least(persons.floor)
    else:
        bounds = UNKNOWN
    return _count(Kind.PARTICIPATIONS, attendance, bounds)


def persons(attendance: Attendance) -> Count:
    """Return the distinct persons of the action. At a single meeting each participation is another person."""
    if attendance.has_list:
        known = attendance.declared_persons or attendance.declared
        bounds = _list_and(attendance, known, exact=attendance.complete)
    elif attendance.declared_persons is not None:
        bounds = attendance.declared_persons
    elif attendance.declared is not None:
        bounds = _persons_behind(attendance.declared, attendance.meetings)
    else:
        bounds = UNKNOWN
    return _count(Kind.PERSONS, attendance, bounds)


def evidence_is_whole(owed: Iterable[str], checked_kinds: Iterable[str]) -> bool:
    """Return whether an action is proven: some evidence is checked, and at least one of each kind that it owes."""
    checked = set(checked_kinds)
    return bool(checked) and set(owed) <= checked


def unchecked_proofs(owed: Iterable[str], checked_kinds: Iterable[str]) -> list[str]:
    """Return the kinds of proof that an action owes and of which none is checked yet."""
    checked = set(checked_kinds)
    return [kind for kind in owed if kind not in checked]


def lies_within(earliest: date, latest: date, start: date, end: date) -> bool:
    """Return whether the days from `earliest` to `latest` lie between `start` and `end`, both included."""
    return start <= earliest and latest <= end


def _list_and(attendance: Attendance, declared: Bounds | None, *, exact: bool) -> Bounds:
    if exact:
        return Bounds.exactly(attendance.named)
    if declared is None or declared.upper is None:
        return Bounds.at_least(attendance.named)
    return Bounds(attendance.named, max(attendance.named, declared.upper))


def _persons_behind(counted: Bounds, meetings: Bounds) -> Bounds:
    """Return how many persons made so many participations, if nobody counts twice at one meeting."""
    if meetings.upper:
        return Bounds(-(-counted.floor // meetings.upper), counted.upper)
    return Bounds(min(1, counted.floor), counted.upper)


def _count(kind: Kind, attendance: Attendance, bounds: Bounds) -> Count:
    proven = attendance.has_list and attendance.checked
    return Count(
        kind,
        bounds,
        lower_proven=proven,
        upper_proven=proven and attendance.complete and bounds.is_exact,
        named=attendance.named if kind == Kind.PERSONS else 0,
    )
