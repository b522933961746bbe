"""Count the crossings of the border again, from plain rows of visits and attendance. The rules: docs/reporting.md."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from events.models import Participation
from spaces.models import Visit

from .recount import NOBODY, NOTHING, days_of

WAYS = {"-BE-FR": ("BE",), "-FR-BE": ("FR",), "": ("BE", "FR")}
CROSSING_FIGURES = tuple(f"NET-{what}{way}" for what in ("CROSSINGS", "CROSSERS") for way in WAYS)


@dataclass(frozen=True)
class Crossing:
    """One record of somebody in a space across the border."""

    person: UUID
    is_by_name: bool
    home: str
    space: int
    day: date
    meeting: int | None


def crossings_of_network():
    """« One person in one space across the border on one day […], shown by a check-in, by attendance on site at a held
    meeting of one day, or by both. »"""
    visits = list(Visit.objects.filter(is_example=False))
    marks = [mark for mark in map(_on_site, Participation.objects.select_related("event", "registration")) if mark]
    on_record = defaultdict(set)
    for visit in visits:
        on_record[visit.participant_number, visit.day].add(visit.space_id)
    for mark, spaces in marks:
        if len(spaces) == 1:
            on_record[mark.participant_number, days_of(mark.event)[0]].add(spaces[0].pk)
    found = [
        (Crossing(one.participant_number, False, one.home_side, one.space_id, one.day, None), one.side)
        for one in visits
    ]
    for mark, spaces in marks:
        # « Where a meeting had several venues […]: it counts once, in the one where the person is also on record that
        # day, else in the first. »
        keys, day = [space.pk for space in spaces], days_of(mark.event)[0]
        there = [key for key in keys if key in on_record[mark.participant_number, day]]
        space = there[0] if there and len(keys) > 1 else keys[0]
        # « A person's side is that of the home space on that day, else the residence's, kept as it was. »
        home = mark.home_side or mark.residence
        crossing = Crossing(mark.participant_number, mark.is_by_name, home, space, day, mark.event.pk)
        found.append((crossing, spaces[0].country))
    return [crossing for crossing, side in found if crossing.home in ("BE", "FR") and crossing.home != side]


def _on_site(mark):
    """Return the attendance with the venues, if it can have crossed.

    « Who took part online crossed nothing. Where a meeting had several venues they must all lie on one side. »"""
    event, registration = mark.event, mark.registration
    if event.state != "held" or len(set(days_of(event))) > 1 or event.mode == "online" or event.is_example:
        return None
    is_there = registration.way == "onsite" if registration else event.mode == "onsite"
    spaces = sorted(event.venues.all(), key=lambda space: space.pk)
    return (mark, spaces) if is_there and len({space.country for space in spaces}) == 1 else None


def figures_of_crossings(crossings, periods):
    """« NET-CROSSINGS counts them each way and in all, NET-CROSSERS the distinct persons. […] Each figure is a lower
    bound, as nobody knows who came without checking in: nothing on record is « non renseigné », not 0. »"""
    if not periods:
        return dict.fromkeys(CROSSING_FIGURES, NOBODY)
    start, end = periods[0].starts_on, periods[-1].ends_on
    found = {}
    for way, homes in WAYS.items():
        here = [one for one in crossings if one.home in homes and start <= one.day <= end]
        found[f"NET-CROSSINGS{way}"] = (sum(_at_least(group) for group in _groups(here, "home", "space", "day")), None)
        by_day = [sum(_most(side) for side in _groups(day, "home")) for day in _groups(here, "day")]
        found[f"NET-CROSSERS{way}"] = (max([_told_apart(here), *by_day]), None)
    return {code: bounds if bounds[0] else NOTHING for code, bounds in found.items()}


def _groups(crossings, *names):
    groups = defaultdict(list)
    for one in crossings:
        groups[tuple(getattr(one, name) for name in names)].append(one)
    return list(groups.values())


def _at_least(here):
    """« in a space on a day at least as many persons crossed as are told apart, and as were at the largest meeting »"""
    meetings = _groups([one for one in here if one.meeting], "meeting")
    return max([_told_apart(here), *(len({one.person for one in meeting}) for meeting in meetings)])


def _most(one_side):
    """« who crosses the other way that day is somebody else »: of one way and day, as many as in the fullest space."""
    return max([_told_apart(one_side), *(_at_least(space) for space in _groups(one_side, "space"))])


def _told_apart(crossings):
    return len({one.person for one in crossings if not one.is_by_name})
