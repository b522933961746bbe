"""Reports of random networks say what a recount from plain rows says, before, between and after closings."""

from collections import defaultdict

import pytest
from django.db import transaction
from django.test import Client

from events.models import Participation
from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.building.queries.versions import current_report
from reporting.models import ReportVersion
from reporting.outputs.renderers.formats import FORMATS

from .happenings import happen, happenings_of, in_some_order
from .outputs import LANGUAGE, disagreeing
from .recount import (
    Stretch,
    contradicts_itself,
    counted_meetings,
    declared_of,
    half_years_of,
    persons_of,
    proven_of,
    shown,
)
from .recount_crossings import crossings_of_network
from .recount_reported import CODES, cells_of, figures_of, pair, previously, untold, values_of
from .runs import DAILY, LONG, closed_now, told_of
from .world import NAMES_ALONE, World

pytestmark = pytest.mark.django_db

#: Of so many networks the files and the page of one are read back.
READ_BACK = 10
#: Where nothing of these differs there is nothing to correct.
COMPARED = ("figures", "indicators", "actions", "breakdowns", "crossings", "supplementary_figures")


class Recounted:
    """A network while it happens, and the faults of its reports: what they say otherwise than the recount."""

    def __init__(self, seed):
        self.world = World(seed)
        self.closed, self.files, self.faults = {}, {}, []

    def run(self):
        """Let everything happen in some order, close reports meanwhile, and count again now and then."""
        world, chance = self.world, self.world.chance
        half_years = [(period.starts_on, period.ends_on) for period in world.periods]
        if half_years != half_years_of(world.project):
            self.fault("half-years", half_years)
        order = in_some_order(chance, happenings_of(world))
        closings = {chance.randrange(len(order) // 2, len(order)) for _closing in range(chance.randrange(4))}
        for number, (happening, _is_again) in enumerate(order):
            happen(world, happening)
            if number in closings:
                self.close(chance.choice(world.told))
                self.check()
            elif chance.random() < 1.5 / len(order):
                self.check()
        self.check()
        self.check_closed_files()
        if self.world.seed % READ_BACK == 0:
            self.check_outputs()

    def fault(self, *what):
        self.faults.append((len(self.world.trail), *what))

    def close(self, period):
        version = closed_now(self.world, period)
        data = told_of(current_report(period))
        self.closed[period.pk] = values_of(data) | {"data": data}
        self.files[period] = [FORMATS[kind].render(current_report(period)) for kind in ("json", "csv")], version.stored

    def check(self):
        """Count every half-year again and compare."""
        world = self.world
        (meetings, unheld), crossings = counted_meetings(world.project), crossings_of_network()
        now = {period.pk: told_of(build_report(world.project, period)) for period in world.told}
        for period in world.told:
            self.check_figures(period, now[period.pk], meetings, crossings)
            self.check_parts(period, now[period.pk], Stretch.of(meetings, [period]))
            self.check_waiting(period, now[period.pk], Stretch.of(meetings, [period]), Stretch.of(unheld, [period]))
            self.check_corrections(period, now)
        self.check_people()

    def check_figures(self, period, data, meetings, crossings):
        before = [one for one in self.world.periods if one.starts_on < period.starts_on]

        def reckon(periods):
            return figures_of(self.world.project, meetings, crossings, periods)

        today = reckon(before)
        expected = {
            "previous": previously(reckon, before, self.closed),
            "current": reckon([period]),
            "total": reckon([*before, period]),
        }
        told = values_of(data)
        for when, figures in expected.items():
            for code in figures.keys() | told[when].keys():
                counts = told[when].get(code), figures.get(code)
                if counts[0] != counts[1]:
                    self.fault(period.label, when, code, "told", counts[0], "recounted", counts[1])
        for figure in data["figures"] + data["supplementary_figures"]:
            code = figure["code"]
            if code in CODES:
                beside = None if today[code] == expected["previous"][code] else today[code]
                if (figure["previous_now"] and pair(figure["previous_now"])) != beside:
                    self.fault(period.label, "by today's records", code, figure["previous_now"], beside)
        unreported = [one.label for one in before if one.pk not in self.closed]
        if data["unreported"] != unreported:
            self.fault(period.label, "unreported", data["unreported"], unreported)

    def check_parts(self, period, data, stretch):
        """Compare the origins, the breakdowns, the register of actions, and what waits for a decision."""
        origins = stretch.origins()
        for figure in data["figures"]:
            told = tuple(figure["current"]["origin"].values())
            if figure["code"] in origins and told != origins[figure["code"]]:
                self.fault(period.label, "origin", figure["code"], told, origins[figure["code"]])
        cells, told = stretch.cells(), cells_of(data)
        for cell in sorted(cells.keys() | told.keys()):
            if cells.get(cell, (0, 0)) != told.get(cell, (0, 0)):
                self.fault(period.label, cell, "told", told.get(cell), "recounted", cells.get(cell))
        actions = sorted(
            (one["title"], *(one[count] and pair(one[count]) for count in ("declared", "proven", "persons")))
            for one in data["actions"]
        )
        expected = sorted(
            (one.title, *map(_told_or_none, (declared_of(one), proven_of(one), persons_of(one))))
            for one in stretch.sure
        )
        if actions != expected:
            self.fault(period.label, "actions", "told", actions, "recounted", expected)

    def check_waiting(self, period, data, stretch, unheld):
        """Compare what waits for a decision, and whose counts contradict each other."""
        waiting = sorted((one["problem"], one["title"]) for one in data["unassigned"])
        expected = [("straddles", one.title) for one in stretch.perhaps]
        expected += [("not_held", one.title) for one in (*unheld.sure, *unheld.perhaps)]
        if waiting != sorted(expected):
            self.fault(period.label, "waiting", waiting, "recounted", expected)
        undecided = sorted(one["slug"] for one in data["unclassified"])
        if undecided != sorted(one.slug for one in stretch.sure if not one.is_decided):
            self.fault(period.label, "unclassified", undecided)
        told = {one["slug"] for one in data["contradictions"]}
        contradictory = {one.slug for one in (*stretch.sure, *stretch.perhaps) if contradicts_itself(one)}
        if told != contradictory:
            self.fault(period.label, "contradictions", told, "recounted", contradictory)

    def check_corrections(self, period, now):
        """Look for what changed since a report was closed, told by no correction, and for corrections of nothing."""
        for other in self.world.told:
            if other.pk not in self.closed or other.starts_on > period.starts_on:
                continue
            then = self.closed[other.pk]["data"]
            corrections = [one for one in now[period.pk]["corrections"] if one["period"] == other.label]
            for missing in untold(then, now[other.pk], corrections):
                self.fault(period.label, "no correction of", other.label, missing)
            # Whether a proof is checked stands in no key of an action but may correct it, and its origin with it.
            is_of_checks = any(one["what"] == "evidence" for one in corrections)
            same = all(then[what] == now[other.pk][what] for what in COMPARED)
            if corrections and same and not is_of_checks:
                self.fault(period.label, "corrections of nothing", corrections)

    def check_people(self):
        """Compare the marks with who truly was there, as far as it is known by now which of them are one person."""
        world = self.world
        there = defaultdict(set)
        for slug, who in world.present:
            there[slug].add(world.persons[who])
        for meeting in world.meetings:
            marks = Participation.objects.filter(event=meeting.event).count()
            if marks != len(there[meeting.slug]):
                self.fault(meeting.slug, "has", marks, "marks, and there were", there[meeting.slug])
        persons = set().union(*there.values()) - set(NAMES_ALONE)
        numbers = Participation.objects.filter(is_by_name=False).values("participant_number").distinct().count()
        if numbers != len(persons):
            self.fault(numbers, "persons told apart, and there were", persons)

    def check_closed_files(self):
        """« Closing freezes the draft that was read »: its files and its data are the same bytes whatever happened."""
        for period, (files, stored) in self.files.items():
            again = [FORMATS[kind].render(current_report(period)) for kind in ("json", "csv")]
            kept = ReportVersion.objects.filter(period=period, state="closed").latest("number").stored
            if again != files or kept != stored:
                self.fault(period.label, "a closed report has changed")

    def check_outputs(self):
        """« the five outputs agree »: the figures read back from each are those of the JSON file."""
        client = Client()
        client.force_login(UserFactory(coordinates=True, language=LANGUAGE))
        for period in self.world.told:
            for difference in disagreeing(client, period):
                self.fault(period.label, difference)


def _told_or_none(bounds):
    return None if bounds is None or shown(bounds) == (None, None) else bounds


def check_networks(seeds):
    """Run each network in a transaction of its own, and fail with the trails of those that are told otherwise."""
    faulty = []
    for seed in seeds:
        with transaction.atomic():
            network = Recounted(seed)
            try:
                network.run()
            except Exception as error:
                error.add_note(f"Network {seed}: {'; '.join(network.world.trail)}")
                raise
            if network.faults:
                lines = [f"after {step}: {' '.join(map(str, what))}" for step, *what in network.faults]
                faulty.append("\n  ".join([f"Network {seed}: {'; '.join(network.world.trail)}", *lines]))
            transaction.set_rollback(True)
    assert not faulty, "\n".join(faulty)


def test_networks_are_told_as_a_recount_from_plain_rows_tells_them():
    check_networks(DAILY)


@pytest.mark.long
def test_many_networks_are_told_as_a_recount_from_plain_rows_tells_them():
    check_networks(LONG)
