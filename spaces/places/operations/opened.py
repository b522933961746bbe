"""Note when the spaces were open on the days that are over, so that other hours change no figure of the past."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Max, Min
from django.utils import timezone

from ...models import Occupancy, OpenedDay, Space
from ...timing.hours import local_day
from ..rules import holiday_of


def note_opened_days(*, space: Space | None = None, today: date | None = None) -> int:
    """Note the days that are over and not noted yet, with the hours as they are stored now, and return their number.

    Call it before the hours of a space change, and at least once a day. A space is noted from the day of its first
    booking on; while its hours are unknown, nothing is. Safe to run at any time, repeatedly and by several workers."""
    today = today or timezone.localdate()
    spaces = Space.objects.filter(pk=space.pk) if space else Space.objects.all()
    spaces = spaces.exclude(opening_hours=None).distinct().prefetch_related("opening_hours")
    days = [day for one in spaces.annotate(noted=Max("opened_days__day")) for day in _days_to_note(one, today)]
    return len(OpenedDay.objects.bulk_create(days, ignore_conflicts=True))


def _days_to_note(space: Space, today: date) -> Iterator[OpenedDay]:
    noted: date | None = getattr(space, "noted", None)
    day = noted + timedelta(days=1) if noted else _first_day(space) or today
    hours = list(space.opening_hours.all())
    while day < today:
        rows = [] if holiday_of(space, day) else [row for row in hours if row.weekday == day.weekday()]
        opens, closes = [row.opens for row in rows], [row.closes for row in rows]
        yield OpenedDay(space=space, day=day, opens=opens, closes=closes)
        day += timedelta(days=1)


def _first_day(space: Space) -> date | None:
    there = Occupancy.objects.filter(unit__resource__space=space)
    first = there.aggregate(first=Min("period__startswith"))["first"]
    return local_day(first) if first else None
