"""Random networks (`tests/networks`) are closed, corrected and closed again: nothing follows from any file that was
handed out meanwhile."""

import json

import pytest
from django.db import transaction
from django.urls import reverse

from events.tests.factories import ParticipationFactory
from reporting.building.queries.versions import report_of
from reporting.core.operations import ensure_periods
from reporting.models import ReportVersion
from reporting.results.queries import Parts
from reporting.tests.factories import (
    ClassificationFactory,
    CoachingFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    ProjectFactory,
)
from tests.networks.happenings import happen, happenings_of, in_some_order
from tests.networks.runs import DAILY, LONG, closed_now
from tests.networks.world import World

from .attacker import SMALL, Attack, truth_of

pytestmark = pytest.mark.django_db

NETWORK_FIGURES = {"NET-CROSSINGS", "NET-CROSSERS"}
#: So many people beside those of the network come to a meeting.
CROWDS = (0, 4, 9, 20, 31)


class Attacked:
    """A network with two projects whose results are public, and all that follows from the files handed out of it."""

    def __init__(self, seed, client):
        self.world, self.client, self.found, self.downloads = World(seed), client, [], []
        self.world.project.publishes_results = True
        self.world.project.save()

    def run(self):
        world = self.world
        for happening, _is_again in in_some_order(world.chance, happenings_of(world)):
            happen(world, happening)
        for meeting in world.meetings:
            self._crowd(meeting, world.chance.choice(CROWDS))
        self._coach()
        self._count_in_another_project()
        for _round in range(2):
            for period in world.chance.sample([*world.told, *self.others], 3):
                closed_now(world, period)
            self._attack()
            self._crowd(world.chance.choice(world.meetings), world.chance.choice([1, 3, 8, 20]))
        return self.found

    def _crowd(self, meeting, number):
        """Let more people come, most of them alike. Nobody of them is told apart by more than that."""
        chance = self.world.chance
        for _person in range(number):
            alike = chance.random() < 0.8
            said = {"residence": "BE" if alike else chance.choice(["FR", "other", ""])}
            said["gender"] = "woman" if alike else chance.choice(["man", "other", ""])
            ParticipationFactory(event=meeting.event, **said)

    def _coach(self):
        chance = self.world.chance
        for period in self.world.told:
            persons = chance.choice([2, 3, 6, 20])
            coaching = CoachingFactory(
                earliest=period.starts_on, latest=period.starts_on, persons_lower=persons, persons_upper=persons
            )
            action = CountedCoachingFactory(project=self.world.project, coaching=coaching)
            codes = [one.code for one in self.world.project.indicators.all() if one.code in {"RCO85", "CO44"}]
            if codes and chance.random() < 0.7:
                ClassificationFactory(action=action, indicator=codes[0])

    def _count_in_another_project(self):
        """Let a project that began at another day count some of the same meetings."""
        first = self.world.told[0]
        days = {"starts_on": first.starts_on.replace(day=20), "ends_on": self.world.project.ends_on}
        project = ProjectFactory(slug="autre", title_fr="Autre", publishes_results=True, **days)
        ensure_periods(project=project)
        self.others = list(project.periods.order_by("starts_on")[:2])
        for meeting in self.world.meetings:
            if self.world.chance.random() < 0.5:
                CountedEventFactory(project=project, event=meeting.event)

    def _attack(self):
        content = self.client.get(reverse("results_file", args=["json"])).content
        by_half_year = {}
        for row in json.loads(content)["rows"]:
            by_half_year.setdefault((row["project"], row["half_year"], row["version"]), []).append(row)
        for key, rows in by_half_year.items():
            attack = Attack(rows, truth_of(self._parts(*key)))
            self.found += [(key, *leak) for leak in attack.leaks().items()]
            self._compare(key, attack.known)
        self._compare_projects({key[:2]: rows for key, rows in by_half_year.items()})

    def _parts(self, slug, label, number):
        version = ReportVersion.objects.get(period__project__slug=slug, period__label=label, number=number)
        report = report_of(version)
        return Parts(report.indicators, (*report.figures, *report.crossings), report.breakdowns, ())

    def _compare(self, key, known):
        for earlier, numbers in self.downloads:
            if earlier[:2] == key[:2]:
                same = numbers.keys() & known.keys()
                self.found += [
                    (earlier, key, one) for one in same if one[0] != "most" and abs(numbers[one] - known[one]) in SMALL
                ]
        self.downloads.append((key, known))

    def _compare_projects(self, by_half_year):
        """Look for crossings, which are the whole network's, that two projects tell of the same days."""
        crossed = {key for key, rows in by_half_year.items() if any(map(_tells_crossings, rows))}
        here = [period for period in self.world.told if (period.project.slug, period.label) in crossed]
        there = [period for period in self.others if (period.project.slug, period.label) in crossed]
        self.found += [
            (one.label, other.label, "crossings")
            for one in here
            for other in there
            if one.starts_on <= other.ends_on and other.starts_on <= one.ends_on
        ]


def _tells_crossings(row):
    return row["table"] == "figures" and row["code"] in NETWORK_FIGURES and bool(row["at_least"])


def attack(seeds, client):
    given_away = {}
    for seed in seeds:
        with transaction.atomic():
            found = Attacked(seed, client).run()
            if found:
                given_away[seed] = found
            transaction.set_rollback(True)
    return given_away


def test_nothing_masked_follows_from_the_files_of_networks(client):
    assert attack(DAILY[:1], client) == {}


@pytest.mark.long
def test_nothing_masked_follows_from_the_files_of_many_networks(client):
    assert attack(LONG, client) == {}
