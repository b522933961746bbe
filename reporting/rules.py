"""What the records of one action say about who took part, in words of docs/reporting.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from events.enums import ProofKind
from hacktiv.common.bounds import UNKNOWN, Bounds

from .enums import Kind
from .figures import Count

#: The proofs that show who took part. The others show that, or how, an action took place.
ATTENDANCE_PROOFS = frozenset({ProofKind.ATTENDANCE_SHEET, ProofKind.ONLINE_LIST})
ONE_MEETING = Bounds.exactly(1)


@dataclass(frozen=True)
class Attendance:
    """The records of one action: counts somebody declared, the named list, and whether its evidence was checked.

    `declared` counts participations, `declared_persons` distinct persons. The list has `named` persons. It replaces
    what was declared once it is `complete`; until then it is the lower bound, and the larger of both the upper.
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
        """The participations that the named list shows. Over several meetings it names persons, who may have come more
        than once."""
        return Bounds.exactly(self.named) if self.complete and self.is_single else Bounds.at_least(self.named)


def declared_participations(attendance: Attendance) -> Bounds | None:
    """What was declared: a count, or a named list without checked evidence. None where there is neither."""
    list_speaks = attendance.has_list and not attendance.checked
    if list_speaks and (attendance.complete or attendance.declared is None):
        return attendance.listed
    return attendance.declared


def proven_participations(attendance: Attendance) -> Bounds | None:
    """What the named list shows, where its evidence was checked."""
    return attendance.listed if attendance.has_list and attendance.checked else None


def participations(attendance: Attendance) -> Count:
    """The participations that count for the action; declared and proven are never added."""
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
    """The distinct persons of the action. At a single meeting each participation is another person."""
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
    """Whether an action is proven: some evidence was checked, and each kind that it owes."""
    checked = set(checked_kinds)
    return bool(checked) and set(owed) <= checked


def missing_proofs(owed: Iterable[str], checked_kinds: Iterable[str]) -> list[str]:
    """The kinds of proof an action owes of which none is checked yet."""
    checked = set(checked_kinds)
    return [kind for kind in owed if kind not in checked]


def lies_within(earliest: date, latest: date, start: date, end: date) -> bool:
    return start <= earliest and latest <= end


def _list_and(attendance: Attendance, declared: Bounds | None, *, exact: bool) -> Bounds:
    if exact:
        return Bounds.exactly(attendance.named)
    if declared is None or declared.upper is None:
        return Bounds.at_least(attendance.named)
    return Bounds(attendance.named, max(attendance.named, declared.upper))


def _persons_behind(counted: Bounds, meetings: Bounds) -> Bounds:
    """How many persons stand behind participations at so many meetings, none of them twice at one."""
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


def can_coordinate(user) -> bool:
    """Whether this person may read, build and close the reports."""
    return user.is_active and user.has_perm("reporting.coordinate")
