"""Tell who is on a video tool's list: from all stays on it, each person once.

Words in brackets after a name are an account's own name, a company, pronouns or a remark of the tool. They make nobody
the same person as somebody else: they tell namesakes apart, and let a manager be asked.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from hacktiv.common.text import fold

from ...errors import EventError
from .online_names import is_total, key_of, owner_of, two_names

#: For each list.
MOST_PEOPLE = 500
#: In minutes: a visit that may be an error.
BRIEF = 1


@dataclass
class Attendee:
    """One person on the list, all their stays together. `minutes` is None where the tool gives no times."""

    name: str
    #: The name with its brackets, as on the list.
    written: str = ""
    email: str = ""
    #: All names of the person, by `key_of`.
    keys: set[str] = field(default_factory=set)
    #: What the tool gives in brackets, by `key_of`: perhaps another name of the person, perhaps a company.
    aliases: set[str] = field(default_factory=set)
    minutes: int | None = None
    #: Number of stays.
    times: int = 1
    is_organiser: bool = False
    #: Whether all their stays together lasted `BRIEF` minutes at most.
    is_brief: bool = False
    #: Whether only a device, or nobody in particular, is named.
    is_nameless: bool = False
    #: Whether it is a tool that takes notes or records.
    is_robot: bool = False
    #: Whether it is a row that counts the others: its words say so, and it has no hours at which it came.
    is_total: bool = False
    #: Whose device it is, where the name says that: « Luc » of « iPhone de Luc »; else blank.
    owner: str = ""
    #: Both names of a line that names two people, else None.
    two_names: tuple[str, str] | None = None


@dataclass
class Stay:
    """One row of the list, or an arrival with its departure: somebody was there from `joined` to `left`."""

    name: str
    #: The name with its brackets.
    written: str
    email: str
    keys: set[str]
    aliases: set[str] = field(default_factory=set)
    joined: datetime | None = None
    left: datetime | None = None
    length: timedelta | None = None
    is_organiser: bool = False
    is_nameless: bool = False
    is_robot: bool = False
    #: Whether people and tools bear this name.
    may_be_robot: bool = False

    def overlaps(self, other: "Stay") -> bool:
        """Return True unless both have times that show one stay to be over before the other begins."""
        if self.joined and self.left and other.joined and other.left:
            return self.joined < other.left and other.joined < self.left
        return True

    @property
    def lasted(self) -> timedelta | None:
        """The length that the tool gives, else that between arrival and departure."""
        if self.length is not None:
            return self.length
        if self.joined and self.left and self.joined <= self.left:
            return self.left - self.joined
        return None


def each_once(stays, meeting):
    """Group stays into people, one for each address. A stay without an address goes to the only person of that name,
    unless the words in their brackets differ.

    Namesakes without an address are told apart by the words in their brackets, and devices by the times at which both
    were there."""
    groups = {}
    for stay in stays:
        if stay.email:
            groups.setdefault(stay.email, []).append(stay)
    _refuse_more_than_most(groups)
    known = defaultdict(set)
    for email, group in groups.items():
        for key in set().union(*(stay.keys for stay in group)):
            known[False, key].add(email)
    for stay in stays:
        if stay.email:
            continue
        key = (stay.is_robot, stay.name if stay.is_robot else key_of(stay.name) or stay.name)
        only = groups[next(iter(known[key]))] if len(known[key]) == 1 else []
        if only and _may_be_of(stay, only):
            only.append(stay)
            continue
        number = 0
        while not _may_be_of(stay, groups.get((key, number), ())):
            number += 1
        groups.setdefault((key, number), []).append(stay)
        _refuse_more_than_most(groups)
    people = [_person(group, meeting) for group in groups.values()]
    _tell_namesakes_apart(people)
    return sorted(people, key=lambda person: fold(person.name))


def _refuse_more_than_most(groups):
    if len(groups) > MOST_PEOPLE:
        raise EventError("too_large", _("There are more people on this list than a meeting of ours ever had."))


def _may_be_of(stay, group):
    """Return True if a stay without an address may belong to the person of these stays, who bears the same name."""
    if stay.is_nameless:
        return not any(stay.overlaps(other) for other in group)
    return _has_no_other_brackets(stay, group)


def _has_no_other_brackets(stay, group):
    """Return False if this stay and these have words in brackets, and none of them in common."""
    aliases = set().union(*(other.aliases for other in group))
    return not stay.aliases or not aliases or bool(stay.aliases & aliases)


def _tell_namesakes_apart(people):
    """Put the words of their brackets behind the names of people without an address whose name others have too."""
    bearers = Counter(frozenset(person.keys) for person in people)
    for person in people:
        if not person.email and bearers[frozenset(person.keys)] > 1 and person.aliases:
            person.name = person.written


def _person(stays, meeting):
    minutes = _minutes(stays, meeting)
    name = next((stay.name for stay in stays if not stay.is_nameless), stays[0].name)
    robot = any(stay.is_robot for stay in stays)
    owner = "" if robot else owner_of(name)
    counts_others = is_total(name) and not any(stay.email for stay in stays)
    has_come = any(stay.joined for stay in stays)
    return Attendee(
        name=name,
        written=next((stay.written for stay in stays if stay.aliases), stays[0].written),
        email=next((stay.email for stay in stays if stay.email), ""),
        keys=set().union(*(stay.keys for stay in stays)),
        aliases=set().union(*(stay.aliases for stay in stays)) - set().union(*(stay.keys for stay in stays)),
        minutes=minutes,
        times=len(stays),
        is_organiser=any(stay.is_organiser for stay in stays),
        is_nameless=all(stay.is_nameless and not stay.email for stay in stays) or (counts_others and has_come),
        is_robot=robot,
        is_total=counts_others and not has_come,
        owner=owner,
        two_names=None if robot or owner else two_names(name),
        is_brief=minutes is not None and minutes <= BRIEF and all(stay.lasted is not None for stay in stays),
    )


def _minutes(stays, meeting):
    """Return the minutes of all stays together, or None. Time on two devices at once counts once. Without times of
    arrival and departure, the lengths that the tool gives are added, up to the length of the meeting."""
    if len(stays) > 1 and all(stay.joined and stay.left and stay.joined <= stay.left for stay in stays):
        stays = sorted(stays, key=lambda stay: stay.joined)
        total, end = timedelta(), stays[0].joined
        for stay in stays:
            total += max(stay.left - max(stay.joined, end), timedelta())
            end = max(end, stay.left)
        return round(total.total_seconds() / 60)
    lengths = [stay.lasted for stay in stays]
    known = [length for length in lengths if length is not None]
    if not known:
        return None
    total = sum(known, timedelta())
    if meeting is not None:
        total = min(total, max(meeting, *known))
    return round(total.total_seconds() / 60)
