"""Choose the half-years that the coordinator works on, and the one that the desk opens with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from ...counting.queries import half_years_to_count
from ...models import Period, Project


def half_years_of_the_desk(today: date) -> list[Period]:
    """Return the half-years to work on: they have begun, ended lately at most, and no report of them is closed. Those
    of examples stand last, the present one of each project first."""
    periods = half_years_to_count(today).order_by("project__is_example", "-project__starts_on", "-starts_on")
    return list(periods)


def projects_besides(periods: Iterable[Period]) -> QuerySet[Project]:
    """Return the projects of which no half-year is worked on, the youngest first."""
    worked_on = {period.project_id for period in periods}
    return Project.objects.exclude(pk__in=worked_on).order_by("is_example", "-starts_on", "slug")


def running_half_years(today: date) -> QuerySet[Period]:
    """Return the half-years of which a draft is made each month: they run, or ended last month, and no report of them
    is closed."""
    last_month = today.replace(day=1) - timedelta(days=1)
    return half_years_to_count(today).filter(ends_on__gte=last_month.replace(day=1))
