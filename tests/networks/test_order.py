"""Neither the order in which things are noted nor noting them twice changes a report."""

import pytest
from django.db import transaction

from reporting.building.queries.build import build_report

from .happenings import happen, happenings_of, in_some_order
from .runs import DAILY, LONG, closed_now, told_of
from .world import Random, World

pytestmark = pytest.mark.django_db

#: Keys of a report in JSON under which stands when something was noted, and not when it took place.
MOMENTS = frozenset({"at"})


class Once:
    """A network whose reports are read after everything happened in one order, with a report closed half-way."""

    def __init__(self, seed, order_seed, *, repeated):
        self.world = World(seed, is_alike=True)
        chance = Random(order_seed)
        self.halves = self._halves()
        for number, half in enumerate(self.halves):
            for happening, is_again in in_some_order(chance, half, repeated=repeated):
                happen(self.world, happening, is_again=is_again)
            if number == 0:
                closed_now(self.world, self.world.told[0])
        self.told = {period.label: self._read(period) for period in self.world.told}

    def _halves(self):
        """Return what happens before the report is closed and after it: the same for every order."""
        order = [one for one, _again in in_some_order(self.world.chance, happenings_of(self.world))]
        return order[: len(order) // 2], order[len(order) // 2 :]

    def _read(self, period):
        report = build_report(self.world.project, period)
        return told_of(report)


def check_orders(seeds):
    for seed in seeds:
        found = []
        for order_seed, repeated in ((1, False), (2, False), (3, True)):
            with transaction.atomic():
                network = Once(seed, order_seed, repeated=repeated)
                found.append((network.told, network.world.trail))
                transaction.set_rollback(True)
        (first, trail), *others = found
        for told, other_trail in others:
            differing = "\n  ".join(differences(first, told))
            assert not differing, f"Network {seed}:\n{'; '.join(trail)}\nand\n{'; '.join(other_trail)}\n  {differing}"


def differences(one, other, where="report"):
    """Yield what two reports in JSON say otherwise, with the place; not when somebody noted it."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in sorted(one.keys() - MOMENTS):
            yield from differences(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from differences(mine, theirs, f"{where}[{number}]")
    elif one != other:
        yield f"{where}: {one!r}, {other!r}"


def test_order_and_repetition_change_no_report():
    check_orders(DAILY)


@pytest.mark.long
def test_order_and_repetition_change_no_report_of_many_networks():
    check_orders(LONG)
