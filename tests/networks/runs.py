"""Choose which networks are drawn, and do with their reports what every test does.

docs/reporting.md tells how to run many.
"""

import os

from django.utils import translation

from reporting.outputs.renderers.as_json import as_data
from reporting.tests.builds import close, draft

#: Which networks the long profile takes: those after the daily ones; "1000" are the first thousand, "417-417" is one.
NETWORKS = os.environ.get("NETWORKS", "1-20")
FIRST, _, LAST = NETWORKS.partition("-")
LONG = range(int(FIRST), int(LAST) + 1) if LAST else range(int(FIRST))
DAILY = range(1)


def closed_now(world, period):
    """Close the report of a half-year by the records of this moment."""
    world.trail.append(f"close {period.label}")
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=world.by, reason="Essai")


def told_of(report):
    with translation.override("fr"):
        return as_data(report)
