"""Work out what follows from the open data: no masked number does, and no number of people from 1 to 4."""

import json

import pytest

from reporting.results.files import open_data
from reporting.results.queries import Again, told_of

from .attacker import SMALL, Attack, truth_of
from .drawn import HalfYear, published, told, version_of

DAILY, LONG = range(400), range(400, 20_000)
#: Half-years that are corrected take as long as four.
DAILY_VERSIONS, LONG_VERSIONS = range(150), range(150, 6_000)


def rows_of(results):
    return json.loads(open_data([results], "json"))["rows"]


def attacked(parts):
    return Attack(rows_of(published(told(parts), Again())), truth_of(parts))


def attack(seeds):
    given_away = {}
    for seed in seeds:
        found = attacked(HalfYear(seed).parts).leaks()
        if found:
            given_away[seed] = found
    return given_away


def told_row(table, code, least, most=None, masked="no"):
    return {"table": table, "code": code, "at_least": least, "at_most": most, "masked": masked}


def test_the_attack_finds_few_coached_people_behind_an_indicator():
    """Counted by hand: 22 participations, all under an indicator that tells of 25 at least, so 3 were coached."""
    truth = {
        ("figures", "NET-PARTICIPATIONS"): 22,
        ("figures", "NET-COACHED"): 3,
        ("indicators", "RCO85"): 25,
        ("events", "RCO85"): 22,
        ("coached", "RCO85"): 3,
        ("under none", ""): 0,
        ("only", ("figures", "NET-COACHED"), ("coached", "RCO85")): 0,
    }
    rows = [
        told_row("figures", "NET-PARTICIPATIONS", 22, 22),
        told_row("figures", "NET-COACHED", None, masked="yes"),
        told_row("indicators", "RCO85", 25),
    ]
    attack = Attack(rows, truth)
    assert attack.least["coached", "RCO85"] == attack.least["figures", "NET-COACHED"] == 3


def test_the_attack_finds_a_masked_row_that_follows_from_its_table():
    truth = {("figures", "NET-PARTICIPATIONS"): 20, ("gender", "woman"): 17, ("gender", "man"): 3}
    rows = [
        told_row("figures", "NET-PARTICIPATIONS", 20, 20),
        told_row("gender", "woman", 17, 17),
        told_row("gender", "man", None, masked="yes"),
    ]
    assert Attack(rows, truth).leaks() == {("gender", "man"): 3}


def test_nothing_masked_follows_from_all_that_is_published():
    assert attack(DAILY) == {}


@pytest.mark.long
def test_nothing_masked_follows_in_many_half_years():
    assert attack(LONG) == {}


def between_versions(seed):
    """Correct a half-year three times, and return which numbers of people from 1 to 4 follow from two of the files
    that were handed out one after the other."""
    drawn, closed, downloads, found = HalfYear(seed), [], [], set()
    for number in range(1, 5):
        closed.append((version_of(drawn.parts, number), drawn.parts))
        one = told_of(closed)
        attack = Attack(rows_of(published(one, Again())), truth_of(one.parts))
        found |= set(attack.leaks())
        # Who reads a file learns a lower bound by all relations, an upper one only where it is told.
        known = {name: one for name, one in attack.known.items() if name[0] != "most" or name in attack.told}
        for earlier in downloads:
            found |= {name for name in earlier.keys() & known.keys() if abs(earlier[name] - known[name]) in SMALL}
        downloads.append(known)
        drawn.correct()
    return found


def attack_versions(seeds):
    return {seed: found for seed in seeds if (found := between_versions(seed))}


def test_no_few_people_follow_from_the_files_of_two_versions():
    assert attack_versions(DAILY_VERSIONS) == {}


@pytest.mark.long
def test_no_few_people_follow_from_the_files_of_many_versions():
    assert attack_versions(LONG_VERSIONS) == {}
