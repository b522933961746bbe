"""Measure how much the rooms are used, month by month: hours booked and held for events, of the hours they were open.

The database adds everything up in one query, whatever the number of rooms, months and bookings. The hours of a resource
are those of its units: an open plan of eight places that is open for ten hours has eighty. Months begin and end at
midnight, local time.

* Booked: confirmed bookings that still hold their unit, without the time to clear up. Requests, refusals, cancellations
  and released places do not count. Held: the time of events.
* Open: the hours of the day, for the units in use, less the closures. On a day that is over they are the hours and the
  units of then (`OpenedDay`), else the opening hours as they are entered today, less the public holidays of a space
  that closes on them, and the units of today. An evening event is outside these hours, so a month can show more than
  100 %.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from members.enums import Country

from ...enums import BookingStatus
from ...models import Resource
from ...timing.hours import day_bounds
from ...timing.public_holidays import holiday_on

#: In months: so many stand side by side on the page.
MONTHS = 6

# Multiranges do the arithmetic: what is open less what is closed, cut at the months.
SQL = """
WITH months AS (
    SELECT number, first, tstzrange(starts, ends) AS span
    FROM unnest(%(numbers)s::int[], %(firsts)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        AS month (number, first, starts, ends)
),
rooms AS (SELECT id, space_id FROM spaces_resource WHERE id = ANY(%(resources)s)),
holidays AS (
    SELECT space.id AS space_id, holiday.day
    FROM unnest(%(countries)s::text[], %(holidays)s::date[]) AS holiday (country, day)
    JOIN spaces_space space ON space.country = holiday.country AND space.closes_on_public_holidays
),
days AS (
    SELECT months.number, generated.day::date AS day
    FROM months
    CROSS JOIN generate_series(months.first, months.first + interval '1 month' - interval '1 day', '1 day')
        AS generated (day)
),
hours AS (
    SELECT noted.space_id, days.number, days.day, kept.opens, kept.closes, noted.units
    FROM days
    JOIN spaces_openedday noted ON noted.day = days.day
    CROSS JOIN LATERAL unnest(noted.opens, noted.closes) AS kept (opens, closes)
    UNION ALL
    SELECT entered.space_id, days.number, days.day, entered.opens, entered.closes, NULL::bigint[]
    FROM days
    JOIN spaces_openinghours entered ON entered.weekday = extract(isodow FROM days.day) - 1
    WHERE NOT EXISTS (
        SELECT FROM spaces_openedday noted WHERE noted.space_id = entered.space_id AND noted.day = days.day
    )
    AND NOT EXISTS (
        SELECT FROM holidays WHERE holidays.space_id = entered.space_id AND holidays.day = days.day
    )
),
opened AS (
    SELECT unit.id AS unit_id, unit.resource_id AS resource, hours.number,
        range_agg(tstzrange((day + opens) AT TIME ZONE %(zone)s, (day + closes) AT TIME ZONE %(zone)s)) AS spans
    FROM rooms
    JOIN spaces_unit unit ON unit.resource_id = rooms.id
    JOIN hours ON hours.space_id = rooms.space_id
        AND CASE WHEN hours.units IS NULL THEN NOT unit.is_retired ELSE unit.id = ANY(hours.units) END
    GROUP BY unit.id, hours.number
),
closed AS (
    SELECT occupancy.unit_id, range_agg(occupancy.period) AS spans
    FROM spaces_occupancy occupancy
    JOIN spaces_unit unit ON unit.id = occupancy.unit_id
    WHERE occupancy.closure_id IS NOT NULL AND unit.resource_id = ANY(%(resources)s)
    GROUP BY occupancy.unit_id
),
available AS (
    SELECT opened.resource, opened.number, sum(extract(epoch FROM upper(span) - lower(span))) AS seconds
    FROM opened
    LEFT JOIN closed ON closed.unit_id = opened.unit_id
    CROSS JOIN LATERAL unnest(opened.spans - coalesce(closed.spans, '{}'::tstzmultirange)) AS span
    GROUP BY opened.resource, opened.number
),
taken AS (
    SELECT unit.resource_id AS resource, months.number,
        sum(extract(epoch FROM upper(booking.period * months.span) - lower(booking.period * months.span))) AS booked,
        sum(extract(epoch FROM upper(hold.period * months.span) - lower(hold.period * months.span))) AS held
    FROM months
    JOIN spaces_occupancy occupancy ON occupancy.period && months.span
    JOIN spaces_unit unit ON unit.id = occupancy.unit_id AND unit.resource_id = ANY(%(resources)s)
    LEFT JOIN spaces_booking booking ON booking.id = occupancy.booking_id AND booking.status <> %(requested)s
    LEFT JOIN spaces_hold hold ON hold.id = occupancy.hold_id
    GROUP BY unit.resource_id, months.number
)
SELECT rooms.id, months.number, coalesce(booked, 0), coalesce(held, 0), coalesce(available.seconds, 0)
FROM rooms CROSS JOIN months
LEFT JOIN taken ON taken.resource = rooms.id AND taken.number = months.number
LEFT JOIN available ON available.resource = rooms.id AND available.number = months.number
"""


@dataclass(frozen=True)
class Use:
    """A month of a resource, in hours of its units."""

    month: date
    booked: float
    held: float
    open: float

    @property
    def used(self) -> float:
        return self.booked + self.held

    @property
    def percent(self) -> int | None:
        """Return the use in per cent of the open hours; None without open hours."""
        return round(100 * self.used / self.open) if self.open else None

    @property
    def bar(self) -> int:
        """Return the filled part of the bar, 0 to 100."""
        return min(self.percent or 0, 100)


@dataclass(frozen=True)
class ResourceUse:
    resource: Resource
    months: list[Use]


def months_until(last: date, count: int = MONTHS) -> list[date]:
    """Return the first days of `count` months in a row. The last month is the one of the day `last`."""
    months = [last.replace(day=1)]
    while len(months) < count:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def use_of(resources: Iterable[Resource], months: list[date]) -> list[ResourceUse]:
    """Return the use of each resource in each month, in their order."""
    resources = list(resources)
    bounds = [(day_bounds(first).start, day_bounds(_next(first)).start) for first in months]
    holidays = [(country, day) for country in Country.values for day in _days(months) if holiday_on(country, day)]
    values: dict[str, Any] = {
        "countries": [country for country, _day in holidays],
        "holidays": [day for _country, day in holidays],
        "numbers": list(range(len(months))),
        "firsts": months,
        "starts": [start for start, _end in bounds],
        "ends": [end for _start, end in bounds],
        "resources": [resource.pk for resource in resources],
        "zone": settings.TIME_ZONE,
        "requested": BookingStatus.REQUESTED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, values)
        found = {(pk, number): [float(part) / 3600 for part in parts] for pk, number, *parts in cursor.fetchall()}
    return [
        ResourceUse(resource, [Use(month, *found[resource.pk, number]) for number, month in enumerate(months)])
        for resource in resources
    ]


def _days(months: list[date]) -> Iterator[date]:
    for first in months:
        yield from (first + timedelta(days=number) for number in range((_next(first) - first).days))


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
