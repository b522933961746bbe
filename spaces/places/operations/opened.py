"""Note the hours and the units of the days that are over, so that other hours or units change no figure of the past."""

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, Min, OuterRef
from django.utils import timezone

from members.enums import Country

from ...models import Occupancy, OpeningHours, Space
from ...timing.hours import local_day
from ...timing.public_holidays import holiday_on
from ..rules import YEARS_OF_USE

# Each day from the space's first one until yesterday, as hours, public holidays and units are stored now.
SQL = """
WITH spans AS (SELECT * FROM unnest(%(spaces)s::int[], %(firsts)s::date[]) AS span (space_id, first)),
holidays AS (SELECT * FROM unnest(%(countries)s::text[], %(holidays)s::date[]) AS holiday (country, day)),
units AS (
    SELECT resource.space_id, array_agg(unit.id ORDER BY unit.id) AS numbers
    FROM spaces_unit unit JOIN spaces_resource resource ON resource.id = unit.resource_id
    WHERE NOT unit.is_retired
    GROUP BY resource.space_id
)
INSERT INTO spaces_openedday (space_id, day, opens, closes, units)
SELECT spans.space_id, days.day,
    coalesce(array_agg(hours.opens ORDER BY hours.opens) FILTER (WHERE hours.id IS NOT NULL), '{}'),
    coalesce(array_agg(hours.closes ORDER BY hours.opens) FILTER (WHERE hours.id IS NOT NULL), '{}'),
    coalesce(units.numbers, '{}')
FROM spans
JOIN spaces_space space ON space.id = spans.space_id
CROSS JOIN LATERAL (
    SELECT generated.day::date AS day
    FROM generate_series(spans.first, %(today)s::date - 1, interval '1 day') AS generated (day)
) days
LEFT JOIN holidays ON holidays.country = space.country AND holidays.day = days.day AND space.closes_on_public_holidays
LEFT JOIN spaces_openinghours hours ON hours.space_id = space.id AND holidays.day IS NULL
    AND hours.weekday = extract(isodow FROM days.day) - 1
LEFT JOIN units ON units.space_id = space.id
GROUP BY spans.space_id, days.day, units.numbers
ON CONFLICT DO NOTHING
"""


def note_opened_days(*, space: Space | None = None, today: date | None = None, before_change: bool = False) -> int:
    """Note the days that are over and not noted yet, with hours and units as they are stored now, and return their
    number.

    Call it at least once a day: it goes on from the last day noted, and begins at a space's first booking. Call it
    for a space with `before_change` before its hours or units change: then it notes every day that the use of the
    rooms can be asked for, so that none of them takes the new ones. While the hours of a space are unknown, nothing is
    noted. Safe to run at any time, repeatedly and by several workers."""
    today = today or timezone.localdate()
    spaces = Space.objects.filter(pk=space.pk) if space else Space.objects.all()
    spaces = spaces.filter(Exists(OpeningHours.objects.filter(space=OuterRef("pk"))))
    farthest = date(today.year - YEARS_OF_USE, 1, 1)
    noted = spaces.annotate(noted=Max("opened_days__day")).values_list("pk", "noted")
    firsts = {pk: farthest if before_change else _first_day(pk, last) or today for pk, last in noted}
    first = min([today, *firsts.values()])
    days = [first + timedelta(days=number) for number in range((today - first).days)]
    holidays = [(country, day) for country in Country.values for day in days if holiday_on(country, day)]
    values: dict[str, Any] = {
        "spaces": list(firsts),
        "firsts": list(firsts.values()),
        "today": today,
        "countries": [country for country, _day in holidays],
        "holidays": [day for _country, day in holidays],
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, values)
        return cursor.rowcount


def _first_day(space: int, last: date | None) -> date | None:
    """Return the day after the last one noted, else that of the first booking or event; None before there is any."""
    if last:
        return last + timedelta(days=1)
    there = Occupancy.objects.filter(unit__resource__space=space)
    first = there.aggregate(first=Min("period__startswith"))["first"]
    return local_day(first) if first else None
