"""Read the days that lie ahead of a project: those the coordinator noted, and the ends of its half-years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from ...models import Period, ProjectDate

#: A day that has just passed is still shown for so long.
STILL_SHOWN = timedelta(days=7)
#: The most days that the desk lists.
LISTED = 12


@dataclass(frozen=True)
class Ahead:
    """A day of the calendar: what it is, a note, and the row that it comes from, if somebody noted it."""

    day: date
    words: str
    note: str = ""
    row: int | None = None


def days_ahead(period: Period, today: date) -> list[Ahead]:
    """Return the days of the project from a week ago on, in order. One query."""
    noted = ProjectDate.objects.filter(project=period.project_id, date__gte=today - STILL_SHOWN)[:LISTED]
    days = [Ahead(row.date, str(row), row.note, row.pk) for row in noted]
    days.append(Ahead(period.ends_on, _("Last day of the half-year %(label)s") % {"label": period.label}))
    if period.partners_until:
        days.append(Ahead(period.partners_until, _("The partners’ parts are due")))
    if period.project.ends_on != period.ends_on:
        days.append(Ahead(period.project.ends_on, _("Last day of the project")))
    return sorted((one for one in days if one.day >= today - STILL_SHOWN), key=lambda one: (one.day, one.words))
