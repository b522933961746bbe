"""Count a report again, naively and from plain rows: nothing of the product's reckoning is used, only its tables.

A range is a pair (at least, at most), None for an open bound. (0, None) says nothing: that is the unknown.
Each rule is quoted from docs/reporting.md.
"""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from events.models import DeclaredCount, Participation, Proof
from reporting.models import Classification, CountedAction

ZONE = ZoneInfo("Europe/Brussels")
NOBODY, UNKNOWN, NOTHING = (0, 0), (0, None), (None, None)
ATTRIBUTES = ("residence", "gender", "age_band", "status", "home_space")
FIGURES = ("NET-ACTIONS", "NET-PARTICIPATIONS", "NET-PERSONS")


def shown(bounds):
    """« From 0 and open says nothing: that *is* the unknown, which prints « non renseigné », never 0. »"""
    return NOTHING if bounds == UNKNOWN else bounds


def summed(ranges):
    """« Sums add the bounds, unknown counting as [0, open). […] an empty sum is exactly 0. »"""
    lower, upper = 0, 0
    for at_least, at_most in ranges:
        lower += at_least or 0
        upper = None if upper is None or at_most is None else upper + at_most
    return lower, upper


def common(one, other):
    """Return what two ranges have in common, None where they contradict each other."""
    lower = max(one[0], other[0])
    upper = min((bound for bound in (one[1], other[1]) if bound is not None), default=None)
    return None if upper is not None and upper < lower else (lower, upper)


def times(number, meetings):
    """Return so many persons at so many meetings: « Where the number of meetings is open, so is n times something. »"""
    if number == 0:
        return 0
    return None if number is None or meetings is None else number * meetings


def half_years_of(project):
    """Return the first and the last day of each half-year: « of the calendar », whole ones, or « from the project's own
    start », which begin on its day of the month, or on the last day of a shorter one, and end with the project."""
    if project.half_years == "calendar":
        years = range(project.starts_on.year, project.ends_on.year + 1)
        halves = [
            half
            for year in years
            for half in ((date(year, 1, 1), date(year, 6, 30)), (date(year, 7, 1), date(year, 12, 31)))
        ]
        return [half for half in halves if half[0] <= project.ends_on and half[1] >= project.starts_on]
    firsts, months = [], 0
    while not firsts or firsts[-1] <= project.ends_on:
        month = project.starts_on.month - 1 + months
        year, month = project.starts_on.year + month // 12, month % 12 + 1
        firsts.append(date(year, month, min(project.starts_on.day, monthrange(year, month)[1])))
        months += 6
    lasts = [min(first - timedelta(days=1), project.ends_on) for first in firsts[1:]]
    return list(zip(firsts, lasts, strict=False))


def days_of(event):
    """Return the first and the last day of an event: the local day on which it begins, in the nights too in which the
    clocks change, or the days between which it took place."""
    if event.starts_at is None:
        return event.earliest, event.latest
    day = event.starts_at.astimezone(ZONE).date()
    return day, day


@dataclass
class Held:
    """A held meeting that counts, as its rows stand: the names on its list, and what was declared of it."""

    slug: str
    title: str
    first: date
    last: date
    #: How often people met, as a range.
    times: tuple[int, int | None]
    marks: list[Participation]
    is_complete: bool
    came: tuple[int, int | None] | None
    persons: tuple[int, int | None] | None
    checked: set[str]
    owed: set[str]
    #: The half-year that the coordinator named, else the one in which all of its days lie, else None.
    half_year: int | None
    #: By indicator, None where all of the meeting counts under it, else the range of its closed part.
    codes: dict[str, tuple[int, int | None] | None]
    is_decided: bool

    @property
    def named(self):
        return len(self.marks)

    @property
    def numbers(self):
        """« Persons on named lists are told apart by their participant number […] A guest without an address is told
        apart on their own list alone. »"""
        return {mark.participant_number for mark in self.marks if not mark.is_by_name}


def counted_meetings(project):
    """Return the meetings that the project counts, and those that nobody marked as held: « Only events marked as held
    are actions. » The earliest stands first."""
    periods = list(project.periods.order_by("starts_on"))
    rows = CountedAction.objects.filter(project=project, counts=True).select_related("event")
    found = {"held": [], "published": []}
    for row in rows.order_by("event__earliest", "event__latest", "event"):
        found[row.event.state].append(_held(row, row.event, periods))
    return found["held"], found["published"]


def _held(row, event, periods):
    declared = {
        count.measure: (count.lower, count.upper)
        for count in DeclaredCount.objects.filter(event=event, replaced_at=None)
    }
    first, last = days_of(event)
    decisions = list(Classification.objects.filter(action=row))
    return Held(
        slug=event.slug,
        title=event.title_fr,
        first=first,
        last=last,
        times=(event.meetings_lower, event.meetings_upper),
        marks=list(Participation.objects.filter(event=event).select_related("home_space")),
        is_complete=event.list_is_complete,
        came=declared.get("participations"),
        persons=declared.get("persons"),
        checked=set(Proof.objects.filter(event=event, checked_at__isnull=False).values_list("kind", flat=True)),
        owed=set(event.proofs_owed),
        half_year=row.period_id or _half_year_around(first, last, periods),
        codes={one.indicator: _closed_part(one) for one in decisions if one.indicator},
        is_decided=bool(decisions),
    )


def _half_year_around(first, last, periods):
    """« It belongs to the half-year its dates lie in. »"""
    around = [each.pk for each in periods if each.starts_on <= first and last <= each.ends_on]
    return around[0] if around else None


def _closed_part(decision):
    if decision.lower is None and decision.upper is None:
        return None
    return decision.lower or 0, decision.upper


def participations_of(meeting):
    """Return the participations of one action, by the two tables of « A figure is an interval »."""
    if meeting.times == (1, 1):
        return _with_list(meeting, _declared_once(meeting))
    if meeting.is_complete:
        # « its length at least; at most n times that, and the declared upper bound », which « below the length of a
        # complete list says nothing ».
        most = times(meeting.named, meeting.times[1])
        declared = meeting.came[1] if meeting.came else None
        if declared is not None and declared >= meeting.named:
            most = declared if most is None else min(most, declared)
        return meeting.named, most
    # « as many at least, n times as many at most »
    came, persons = meeting.came or UNKNOWN, meeting.persons or UNKNOWN
    of_persons = (persons[0], times(persons[1], meeting.times[1]))
    return _with_list(meeting, common(came, of_persons) or came)


def persons_of(meeting):
    """Return the distinct persons of one action, by the same tables."""
    if meeting.times == (1, 1):
        return _with_list(meeting, _declared_once(meeting))
    # « a nth at least, as many at most »; with an open n, somebody at least.
    came, persons = meeting.came or UNKNOWN, meeting.persons or UNKNOWN
    nth = -(-came[0] // meeting.times[1]) if meeting.times[1] else min(came[0], 1)
    return _with_list(meeting, common(persons, (nth, came[1])) or persons)


def _declared_once(meeting):
    """« At one meeting, participations and persons are one count, whichever was declared; of two declared counts both
    hold. » Where they contradict each other, « the count lies from the lower to the higher »."""
    one, other = meeting.came, meeting.persons
    if one is None or other is None:
        return one or other or UNKNOWN
    open_end = None if None in (one[1], other[1]) else max(one[1], other[1])
    return common(one, other) or (min(one[0], other[0]), open_end)


def _with_list(meeting, declared):
    """« a named list marked complete: its length […]; not complete: its length at least, and the larger of its length
    and the declared upper bound; open without one »."""
    if meeting.is_complete:
        return meeting.named, meeting.named
    if not meeting.named:
        return declared
    return meeting.named, None if declared[1] is None else max(meeting.named, declared[1])


def declared_of(meeting):
    """« `declared` is the count somebody entered, or a named list without checked evidence »: a list that is not
    complete replaces no count."""
    entered = meeting.came
    if meeting.times == (1, 1) and meeting.persons:
        entered = _declared_once(meeting)
    is_list = bool(meeting.is_complete or meeting.named) and not _has_proven_list(meeting)
    return _listed(meeting) if is_list and (meeting.is_complete or entered is None) else entered


def proven_of(meeting):
    """« `proven` the named list whose evidence was checked »."""
    return _listed(meeting) if _has_proven_list(meeting) else None


def _listed(meeting):
    return meeting.named, times(meeting.named, meeting.times[1]) if meeting.is_complete else None


def contradicts_itself(meeting):
    """« 20 persons and 10 participations of one meeting, a complete list of 9 beside 14 declared, a list longer than a
    declared maximum. »"""
    came, persons = meeting.came, meeting.persons
    beside = [(came, _listed(meeting)), (persons, (meeting.named, meeting.named if meeting.is_complete else None))]
    if persons:
        beside.append((came, (persons[0], times(persons[1], meeting.times[1]))))
    return any(declared and common(declared, other) is None for declared, other in beside)


@dataclass
class Stretch:
    """The meetings of some half-years in a row: those that surely lie there, and those that may."""

    sure: list[Held]
    perhaps: list[Held]

    @classmethod
    def of(cls, meetings, periods):
        """« Where they straddle several, the coordinator names one; until then it […] widens the figures of each
        half-year it may belong to (from nothing to all of it). »"""
        sure, perhaps = [], []
        keys = {period.pk for period in periods}
        for meeting in meetings if periods else ():
            start, end = periods[0].starts_on, periods[-1].ends_on
            if meeting.half_year:
                if meeting.half_year in keys:
                    sure.append(meeting)
            elif start <= meeting.first and meeting.last <= end:
                sure.append(meeting)
            elif meeting.first <= end and meeting.last >= start:
                perhaps.append(meeting)
        return cls(sure, perhaps)

    def under(self, code):
        """Return those that count under an indicator."""
        kept = ([meeting for meeting in some if code in meeting.codes] for some in (self.sure, self.perhaps))
        return Stretch(*kept)

    def added(self, count):
        """Return the sum of what is counted of each meeting, which adds nothing at least where it only may lie here."""
        ranges = [count(meeting) for meeting in self.sure]
        return summed([*ranges, *((0, count(meeting)[1]) for meeting in self.perhaps)])

    def persons(self):
        """« Distinct persons of several actions: at least the largest group, at most all of them apart. »

        Those with a number are counted once, over all the lists; « who is not named may or may not be one of them »."""
        if not (self.sure or self.perhaps):
            return NOBODY
        numbers = set().union(*(meeting.numbers for meeting in self.sure))
        least = max([len(numbers), *(persons_of(meeting)[0] for meeting in self.sure)])
        others = [_less(persons_of(meeting)[1], len(meeting.numbers)) for meeting in self.sure]
        others += [persons_of(meeting)[1] for meeting in self.perhaps]
        return least, None if None in others else len(numbers) + sum(others)

    def figures(self):
        return {
            "NET-ACTIONS": shown(self.added(lambda meeting: meeting.times)),
            "NET-PARTICIPATIONS": shown(self.added(participations_of)),
            "NET-PERSONS": shown(self.persons()),
        }

    def origins(self):
        """« A bound of one action is *proven* when it comes from a named list whose evidence was checked […], else
        *declared*. […] A bound of a figure is proven only when each action that contributes to it is; an open bound
        has no origin. The largest lower bound of distinct persons is proven when one proven group alone reaches it. »
        """
        figures, found = self.figures(), {}
        whole = {
            "NET-ACTIONS": (_is_proven, _is_proven, lambda meeting: meeting.times),
            "NET-PARTICIPATIONS": (_has_proven_list, _is_once_and_all_named, participations_of),
            "NET-PERSONS": (_has_proven_list, _is_all_named, persons_of),
        }
        for code, (below, above, count) in whole.items():
            adding = [meeting for meeting in self.sure if count(meeting)[0]]
            is_lower = bool(adding) and all(map(below, adding))
            if code == "NET-PERSONS":
                is_lower = self._reached_by_proof(figures[code][0])
            is_upper = bool(self.sure) and not self.perhaps and all(map(above, self.sure))
            found[code] = (_origin(figures[code][0], is_lower), _origin(figures[code][1], is_upper))
        return found

    def _reached_by_proof(self, least):
        proven = [meeting for meeting in self.sure if _has_proven_list(meeting)]
        told_apart = set().union(*(meeting.numbers for meeting in proven))
        return bool(least) and (len(told_apart) >= least or least in [persons_of(meeting)[0] for meeting in proven])

    def cells(self):
        """« participations of the half-year by what named lists tell; the `value` "unknown" has those who did not say
        and all that nobody named […], records (how many on the named lists are complete […]) »."""
        found = {(by, "unknown"): NOBODY for by in ATTRIBUTES}
        records = Counter({"complete": 0, "incomplete": 0})
        for meeting in self.sure:
            for by in ATTRIBUTES:
                said = Counter(_said(mark, by) for mark in meeting.marks)
                for value, number in said.items():
                    found[by, value] = summed([found.get((by, value), NOBODY), _made_by(meeting, number)])
                found[by, "unknown"] = summed([found[by, "unknown"], _unnamed(meeting)])
            records.update(map(_is_whole, meeting.marks))
        for meeting in self.perhaps:
            for by in ATTRIBUTES:
                found[by, "unknown"] = summed([found[by, "unknown"], (0, participations_of(meeting)[1])])
        if any(meeting.marks for meeting in self.sure):
            found |= {("records", value): (number, number) for value, number in records.items()}
        return {cell: shown(bounds) for cell, bounds in found.items()}


def _less(number, named):
    return None if number is None else max(0, number - named)


def _origin(bound, is_proven):
    return None if bound is None else "proven" if is_proven else "declared"


def _is_proven(meeting):
    """« A meeting is proven when some evidence and all that it owes is checked. »"""
    return bool(meeting.checked) and meeting.owed <= meeting.checked


def _has_proven_list(meeting):
    is_checked = bool(meeting.checked & {"attendance_sheet", "online_list"})
    return is_checked and (meeting.is_complete or meeting.named > 0)


def _is_all_named(meeting):
    return _has_proven_list(meeting) and meeting.is_complete


def _is_once_and_all_named(meeting):
    return _is_all_named(meeting) and meeting.times == (1, 1)


def _said(mark, by):
    value = getattr(mark, by)
    return (value.name if by == "home_space" and value else value) or "unknown"


def _is_whole(mark):
    """« how many lack residence, gender, age band or situation »: of these alone."""
    return "complete" if all(getattr(mark, by) for by in ATTRIBUTES if by != "home_space") else "incomplete"


def _made_by(meeting, number):
    """Return the participations of so many people on a list: each came once at least and to all meetings at most, and
    the others on the list came once at least as well."""
    if meeting.times == (1, 1):
        return number, number
    most = [times(number, meeting.times[1]), _less(participations_of(meeting)[1], meeting.named - number)]
    return number, min((bound for bound in most if bound is not None), default=None)


def _unnamed(meeting):
    """Return the participations of people whom nobody named."""
    if meeting.is_complete:
        return NOBODY
    lower, upper = participations_of(meeting)
    return max(0, lower - meeting.named), _less(upper, meeting.named)
