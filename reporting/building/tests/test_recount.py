"""Random half-years, reported and changed, recounted apart from the product by trying each number that may be true."""

from datetime import date
from random import Random
from uuid import UUID

import pytest
from django.db import transaction

from events.enums import Measure
from events.models import DeclaredCount, Participation
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from hacktiv.common.bounds import Bounds
from members.tests.factories import UserFactory
from reporting.building.queries.versions import report_of
from reporting.core.operations import ensure_periods
from reporting.tests.builds import close, draft, report
from reporting.tests.factories import CountedEventFactory, ProjectFactory

pytestmark = pytest.mark.django_db

DAYS = {
    "S1-2020": (date(2020, 3, 4), date(2020, 3, 4)),
    "S2-2020": (date(2020, 11, 18), date(2020, 11, 18)),
    "either": (date(2020, 6, 1), date(2020, 8, 31)),
}
#: More than anybody counts here: a bound that is reached is open.
MOST = 60


class Meeting:
    """A counted event whose truth is known: who came how often, who of them is on the list, what was declared."""

    def __init__(self, chance, project):
        self.when = chance.choice([*DAYS, "S1-2020", "S2-2020"])
        self.times = chance.choice([1, 1, 1, 2, 3])
        came = [{person for person in range(8) if chance.random() < 0.4} for _time in range(self.times)]
        self.came, self.persons = sum(map(len, came)), set().union(*came)
        self.is_complete = chance.random() < 0.4
        is_named = self.is_complete or chance.random() < 0.5
        self.listed = {one for one in self.persons if is_named and (self.is_complete or chance.random() < 0.6)}
        self.known = {one for one in self.listed if chance.random() < 0.7}
        self.declared = {
            measure: (max(0, true - chance.choice([0, 0, 2])), chance.choice([true, true + 3, MOST]))
            for measure, true in ((Measure.PARTICIPATIONS, self.came), (Measure.PERSONS, len(self.persons)))
            if chance.random() < 0.5
        }
        self._write(project)

    def _write(self, project):
        earliest, latest = DAYS[self.when]
        event = HistoryEventFactory(
            space=None,
            earliest=earliest,
            latest=latest,
            meetings_lower=self.times,
            meetings_upper=self.times,
            list_is_complete=self.is_complete,
        )
        self.event = CountedEventFactory(project=project, event=event).event
        for person in self.listed:
            self.note(person)
        for measure, (lower, upper) in self.declared.items():
            bounds = {"lower": lower, "upper": None if upper == MOST else upper}
            DeclaredCount.objects.create(event=event, measure=measure, **bounds)

    def note(self, person):
        by_name = {} if person in self.known else {"is_by_name": True}
        number = {"participant_number": UUID(int=person + 1)} if person in self.known else {}
        ParticipationFactory(event=self.event, **number, **by_name)

    def forget(self, person):
        """Take a known person off the list again: they were noted by mistake."""
        Participation.objects.get(event=self.event, participant_number=UUID(int=person + 1)).delete()
        self.listed -= {person}
        self.known -= {person}
        self.declared = {}
        DeclaredCount.objects.filter(event=self.event).delete()

    def possible(self):
        """Return (participations, persons) of every pair that the records allow."""
        came = self.declared.get(Measure.PARTICIPATIONS, (0, MOST))
        persons = self.declared.get(Measure.PERSONS, (0, MOST))
        if self.listed or self.is_complete:
            # The list is the lower bound; a complete one alone says how many persons there were.
            came, persons = (0, came[1]), (len(self.listed), persons[1])
        if self.is_complete:
            persons = (len(self.listed), len(self.listed))
            came = (0, MOST) if self.times == 1 else came
        return [
            (participations, people)
            for people in range(persons[0], persons[1] + 1)
            for participations in range(max(people, came[0]), min(people * self.times, came[1], MOST) + 1)
        ]

    def bounds(self, of):
        counts = [pair[of] for pair in self.possible()]
        return min(counts), max(counts)


def recount(sure, perhaps):
    """Return the participations and the persons of some meetings, and of others that may be elsewhere."""
    came = [meeting.bounds(0) for meeting in sure] + [(0, meeting.bounds(0)[1]) for meeting in perhaps]
    known = set().union(*(meeting.known for meeting in sure))
    least = max([len(known), *(meeting.bounds(1)[0] for meeting in sure)])
    most = [(meeting.bounds(1)[1], len(meeting.known)) for meeting in sure]
    most += [(meeting.bounds(1)[1], 0) for meeting in perhaps]
    return (
        Bounds(sum(lower for lower, _upper in came), open_or_sum(upper for _lower, upper in came)),
        Bounds(least, open_or_sum([len(known)], *([upper, -named] for upper, named in most))),
    )


def open_or_sum(*parts):
    """Return the sum, or None where a part is open."""
    numbers = [number for part in parts for number in part]
    return None if MOST in numbers else sum(numbers)


def told(built, when):
    figures = {figure.code: getattr(figure, when) for figure in built.figures}
    return tuple(figures[code] and figures[code].bounds for code in ("NET-PARTICIPATIONS", "NET-PERSONS"))


def at(meetings, *whens):
    return [meeting for meeting in meetings if meeting.when in whens]


def check_round(seed):
    chance, project = Random(seed), ProjectFactory()
    ensure_periods(project=project)
    meetings = [Meeting(chance, project) for _number in range(chance.randint(1, 6))]
    spring, autumn, either = (at(meetings, when) for when in ("S1-2020", "S2-2020", "either"))
    before = report(project, "S1-2020")
    assert told(before, "current") == told(before, "total") == recount(spring, either)
    version = draft(project.periods.get(label="S1-2020"))
    version = close(version=version, built_at=version.built_at, by=UserFactory(), reason="Essai")
    changed = [meeting for meeting in spring if meeting.known and chance.random() < 0.5]
    for meeting in changed:
        meeting.forget(min(meeting.known))
    built = report(project)
    assert told(built, "current") == recount(autumn, either)
    assert told(built, "total") == recount([*spring, *autumn, *either], [])
    assert told(built, "previous") == told(report_of(version), "current") == told(before, "current")
    today = recount(spring, either)
    assert told(built, "previous_now") == tuple(
        None if now == then else now for now, then in zip(today, told(before, "current"), strict=True)
    )
    assert bool(built.corrections) == bool(changed)
    assert built.unreported == ()
    if not changed:
        came, people = sum(one.came for one in meetings), set().union(*(one.persons for one in meetings))
        assert all(found.contains(true) for found, true in zip(told(built, "total"), (came, len(people)), strict=True))


def check_rounds(seeds):
    for seed in seeds:
        with transaction.atomic():
            check_round(seed)
            transaction.set_rollback(True)


def test_random_half_years_are_counted_as_by_trying_every_number():
    check_rounds(range(3))


@pytest.mark.long
def test_many_random_half_years_are_counted_as_by_trying_every_number():
    check_rounds(range(3, 206))
