"""Draw a half-year at random, as a report tells it: people, meetings, coaching, indicators and crossings.

The same number draws the same one. Meetings that almost all attend, and few people beside many, are frequent: that is
where a difference gives people away."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from hacktiv.common.bounds import Bounds
from reporting.building.queries.content import BreakdownRow, Figure, IndicatorPart
from reporting.core.figures import value
from reporting.enums import Kind
from reporting.models import Period, Project
from reporting.results.queries import Parts, ProjectResults, Told, half_year

ATTRIBUTES = {
    "residence": ("BE", "FR", "other", "unknown"),
    "gender": ("woman", "man", "unknown"),
    "age_band": ("25-34", "35-44", "65+", "unknown"),
    "status": ("student", "employee", "jobseeker", "other", "unknown"),
    "home_space": ("La Ferme", "E420", "unknown"),
}
WAYS = ("BE-FR", "FR-BE")
CLOSED_AT = datetime(2021, 2, 1, tzinfo=ZoneInfo("UTC"))
#: How many people there are, as ranges.
SIZES = ((2, 8), (6, 30), (20, 120))


@dataclass
class Action:
    """A meeting or a coaching: who was there, and the indicators under which it counts."""

    key: str
    people: set
    codes: tuple


class HalfYear:
    """A half-year as it was drawn; `parts` are what a report tells of it."""

    def __init__(self, seed):
        self.chance = Random(seed)
        chance = self.chance
        self.people = range(chance.randint(*chance.choice(SIZES)))
        self.said = {one: {by: chance.choice(values) for by, values in ATTRIBUTES.items()} for one in self.people}
        common = {by: chance.choice(values) for by, values in ATTRIBUTES.items()}
        for said in self.said.values():
            said.update({by: common[by] for by in ATTRIBUTES if chance.random() < 0.6})
        self.codes = chance.choice([("RCO81", "RCO85"), ("RCO85",), ("CO43", "CO44"), ()])
        self.meetings = [self._action(f"event:{n}") for n in range(chance.randint(0, 5))]
        self.coaching = [self._action(f"coaching:{n}") for n in range(chance.choice([0, 0, 1, 2, 3]))]
        self.crossed = [(chance.choice(WAYS), who) for who in self._some() for _ in range(chance.choice([1, 1, 2]))]

    def _some(self):
        few = min(len(self.people), self.chance.randint(1, 5))
        number = self.chance.choice(
            [few, len(self.people), len(self.people) - few, self.chance.randint(0, len(self.people))]
        )
        return set(self.chance.sample(self.people, max(0, number)))

    def _action(self, key):
        people = self._some()
        if key.startswith("coaching:"):
            people = set(sorted(people)[: self.chance.choice([1, 2, 3, 4, 6, 12])])
        return Action(key, people, tuple(code for code in self.codes if self.chance.random() < 0.5)[:1])

    def correct(self):
        """Let a few people turn out to have been at a meeting, or not, to have crossed the border, or to have said
        something else; or let an action count under another indicator."""
        chance = self.chance
        for _correction in range(chance.choice([1, 1, 2, 6, 20])):
            who, what = chance.choice(self.people), chance.random()
            if what < 0.5 and self.meetings:
                chance.choice(self.meetings).people.symmetric_difference_update({who})
            elif what < 0.6 and self.coaching:
                chance.choice(self.coaching).people.symmetric_difference_update({who})
            elif what < 0.75:
                self.crossed.append((chance.choice(WAYS), who))
            elif what < 0.8 and self.codes and (self.meetings or self.coaching):
                chance.choice([*self.meetings, *self.coaching]).codes = (chance.choice(self.codes),)
            else:
                by = chance.choice(list(ATTRIBUTES))
                self.said[who][by] = chance.choice(ATTRIBUTES[by])

    @property
    def parts(self):
        return Parts(tuple(map(self._indicator, self.codes)), self._figures(), self._breakdowns(), ())

    def _figures(self):
        exactly, least = Bounds.exactly, Bounds.at_least
        crossers = {way: {who for one, who in self.crossed if one == way} for way in WAYS}
        counts = {
            "NET-ACTIONS": exactly(len(self.meetings)),
            "NET-PARTICIPATIONS": exactly(sum(len(one.people) for one in self.meetings)),
            "NET-PERSONS": exactly(len(_all(self.meetings))),
            "NET-COACHED": exactly(len(_all(self.coaching))),
            "NET-CROSSINGS": least(len(self.crossed)),
            "NET-CROSSERS": least(len({who for _way, who in self.crossed})),
        }
        for way, persons in crossers.items():
            counts[f"NET-CROSSINGS-{way}"] = least(sum(one == way for one, _who in self.crossed))
            counts[f"NET-CROSSERS-{way}"] = least(len(persons))
        return tuple(_figure(code, "events", count) for code, count in counts.items())

    def _indicator(self, code):
        under = [one for one in (*self.meetings, *self.coaching) if code in one.codes]
        meetings = [one for one in under if one in self.meetings]
        coaching = [one for one in under if one not in self.meetings]
        adds = [Bounds.exactly(len(one.people)) for one in under]
        if code.startswith("CO"):
            kind, e, c = Kind.PERSONS, len(_all(meetings)), len(_all(coaching))
            count = Bounds(max(e, c), e + c)
        else:
            kind = Kind.PARTICIPATIONS
            adds = [
                add if one in self.meetings else Bounds.at_least(add.floor)
                for one, add in zip(under, adds, strict=True)
            ]
            count = sum(adds, start=Bounds.exactly(0))
        whole = value(count)
        return IndicatorPart(
            code,
            kind.value,
            whole,
            whole,
            whole,
            tuple(one.key for one in under),
            adds=tuple(value(add) for add in adds),
        )

    def _breakdowns(self):
        rows = []
        for by, values in ATTRIBUTES.items():
            counted = Counter(self.said[who][by] for one in self.meetings for who in one.people)
            rows += [BreakdownRow(by, one, Bounds.exactly(counted[one])) for one in values]
        return tuple(rows)


def _all(actions):
    return set().union(*(one.people for one in actions))


def _figure(code, kind, count):
    return Figure(code, kind, value(count), value(count), value(count), ())


def version_of(parts, number=1):
    """Return the closed report of a half-year with these parts."""
    period = Period(project=Project(slug="drawn", title_fr="D"), label="S2-2020")
    period.starts_on, period.ends_on = date(2020, 7, 1), date(2020, 12, 31)
    return SimpleNamespace(pk=number, number=number, period=period, closed_at=CLOSED_AT, parts=parts)


def published(told, again):
    """Return a report as the results that are handed out of it."""
    one = half_year(told, again)
    return ProjectResults(told.period.project, told.parts.indicators, (one,), {})


def told(parts):
    version = version_of(parts)
    return Told(version, parts, version, last=1)
