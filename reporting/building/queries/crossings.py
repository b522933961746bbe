"""Crossings of the border: one person in one space of the other side on one day, from visits and attendance.

They are the network's own figures, shown beside a project's: no indicator counts them, and they are added to nothing.
They are a lower bound, because nobody knows who came without checking in or being marked present.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from events.enums import EventState, Mode, ProofKind
from events.enums import Way as TakingPart
from hacktiv.common.bounds import ZERO, Bounds
from hacktiv.common.languages import CODES, columns
from members.enums import Country

from ...core.figures import Value, count_of, value
from ...enums import Kind
from ...models import Period, Project
from .content import CrossingPart, Figure, Words
from .previously import Previously, differing
from .records import windows

Way = tuple[Country | None, Country | None]
#: The directions (home side, side), each with the end of the codes of its figures. The last one is both together.
DIRECTIONS: dict[Way, str] = {(Country.BE, Country.FR): "-BE-FR", (Country.FR, Country.BE): "-FR-BE", (None, None): ""}

# A visit and attendance at a meeting in the same space on the same day are one crossing. It is proven by the check-in,
# or by a checked attendance sheet. A person's side is that of the home space, else of the residence. Who took part
# online crossed nothing, and meetings over several days, or in places on both sides, show no crossing. Of several
# places on one side the person was where something else shows them that day, else it is counted in the first.
# Who is known by name alone may be anybody at another meeting, but those at the same one and, on that day, those of the
# other side. So in a space on a day were at least as many persons as are told apart, and as at the largest meeting.
CROSSINGS_SQL = """
WITH attended AS (
    SELECT participation.id, participation.participant_number, participation.is_by_name, event.id AS event_id,
        event.earliest AS day,
        coalesce(nullif(participation.home_side, ''), participation.residence) AS home_side,
        participation.home_space_id, venue.side, venue.spaces
    FROM events_participation participation
    JOIN events_event event ON event.id = participation.event_id
    LEFT JOIN events_registration registration ON registration.id = participation.registration_id
    JOIN (
        SELECT venues.event_id, min(space.country) AS side, array_agg(space.id ORDER BY space.id) AS spaces
        FROM events_event_venues venues JOIN spaces_space space ON space.id = venues.space_id
        GROUP BY venues.event_id HAVING min(space.country) = max(space.country)
    ) venue ON venue.event_id = event.id
    WHERE event.is_example = %(examples)s AND event.state = %(held)s AND event.earliest = event.latest
        AND (event.mode = %(onsite)s AND registration.id IS NULL
            OR event.mode <> %(online)s AND registration.way = %(on_site_way)s)
),
elsewhere AS (
    SELECT attended.id, min(known.space_id) AS space_id
    FROM attended
    JOIN (
        SELECT participant_number, day, space_id FROM spaces_visit WHERE is_example = %(examples)s
        UNION ALL
        SELECT participant_number, day, spaces[1] FROM attended WHERE cardinality(spaces) = 1
    ) known ON known.participant_number = attended.participant_number AND known.day = attended.day
    WHERE cardinality(attended.spaces) > 1 AND known.space_id = ANY(attended.spaces)
    GROUP BY attended.id
),
record AS (
    SELECT visit.participant_number, visit.home_side, visit.side, visit.home_space_id, visit.space_id, visit.day,
        booking.checked_in_at, booking.checked_in_at IS NOT NULL AS proven,
        visit.id AS visit, NULL::bigint AS participation, NULL::bigint AS event, false AS is_by_name
    FROM spaces_visit visit
    LEFT JOIN spaces_booking booking ON booking.id = visit.booking_id
    WHERE visit.is_example = %(examples)s
    UNION ALL
    SELECT attended.participant_number, attended.home_side, attended.side, attended.home_space_id,
        coalesce(elsewhere.space_id, attended.spaces[1]), attended.day, NULL,
        EXISTS (
            SELECT FROM events_proof proof
            WHERE proof.event_id = attended.event_id AND proof.checked_at IS NOT NULL AND proof.kind = %(sheet)s
        ),
        NULL, attended.id, attended.event_id, attended.is_by_name
    FROM attended LEFT JOIN elsewhere ON elsewhere.id = attended.id
),
crossing AS (
    SELECT participant_number, home_side, side, space_id, day, max(home_space_id) AS home_space_id,
        min(checked_in_at) AS checked_in_at, bool_or(proven) AS proven, min(visit) AS visit,
        min(participation) AS participation, min(event) AS event, bool_and(is_by_name) AS is_by_name,
        array_agg(DISTINCT event) FILTER (WHERE event IS NOT NULL) AS events
    FROM record
    WHERE home_side = ANY(%(sides)s) AND home_side <> side AND day BETWEEN %(first)s AND %(last)s
    GROUP BY participant_number, home_side, side, space_id, day
)
"""

COUNTED_SQL = f"""{CROSSINGS_SQL},
stretch AS (SELECT * FROM unnest(%(numbers)s::int[], %(starts)s::date[], %(ends)s::date[]) AS s(number, starts, ends)),
known AS (
    SELECT home_side, side, space_id, day, count(*) FILTER (WHERE NOT is_by_name) AS persons,
        count(*) FILTER (WHERE NOT is_by_name AND proven) AS proven
    FROM crossing GROUP BY home_side, side, space_id, day
),
meeting AS (
    SELECT home_side, side, space_id, day, count(*) AS persons, count(*) FILTER (WHERE proven) AS proven
    FROM crossing CROSS JOIN unnest(events) AS at(meeting) GROUP BY home_side, side, space_id, day, meeting
),
largest AS (
    SELECT home_side, side, space_id, day, max(persons) AS persons, max(proven) AS proven
    FROM meeting GROUP BY home_side, side, space_id, day
),
one_day AS (
    SELECT home_side, side, day, greatest(told_apart.persons, together.persons) AS persons,
        greatest(told_apart.proven, together.proven) AS proven
    FROM (
        SELECT home_side, side, day, count(DISTINCT participant_number) FILTER (WHERE NOT is_by_name) AS persons,
            count(DISTINCT participant_number) FILTER (WHERE NOT is_by_name AND proven) AS proven
        FROM crossing GROUP BY home_side, side, day
    ) told_apart LEFT JOIN (
        SELECT home_side, side, day, max(persons) AS persons, max(proven) AS proven
        FROM largest GROUP BY home_side, side, day
    ) together USING (home_side, side, day)
),
counted AS (
    SELECT home_side, side, day, greatest(known.persons, largest.persons) AS crossings,
        greatest(known.proven, largest.proven) AS proven_crossings, 0 AS persons, 0 AS proven_persons,
        NULL::uuid AS person, NULL::boolean AS proven
    FROM known LEFT JOIN largest USING (home_side, side, space_id, day)
    UNION ALL
    SELECT home_side, side, day, 0, 0, persons, proven, NULL, NULL FROM one_day
    UNION ALL
    SELECT NULL, NULL, day, 0, 0, sum(persons), sum(proven), NULL, NULL FROM one_day GROUP BY day
    UNION ALL
    SELECT home_side, side, day, 0, 0, 0, 0, participant_number, proven FROM crossing WHERE NOT is_by_name
)
SELECT stretch.number, counted.home_side, counted.side, sum(crossings)::int, sum(proven_crossings)::int,
    greatest(count(DISTINCT person), max(persons))::int,
    greatest(count(DISTINCT person) FILTER (WHERE proven), max(proven_persons))::int
FROM stretch JOIN counted ON counted.day BETWEEN stretch.starts AND stretch.ends
GROUP BY GROUPING SETS ((stretch.number, counted.home_side, counted.side), (stretch.number))
HAVING grouping(counted.home_side) = 1 OR counted.home_side IS NOT NULL
"""  # noqa: S608 - both parts are ours

LISTED_SQL = f"""{CROSSINGS_SQL}
SELECT coalesce('visit:' || crossing.visit, 'participation:' || crossing.participation), crossing.day,
    coalesce(home.name, ''), crossing.home_side, space.name, crossing.side, crossing.checked_in_at,
    coalesce(event.slug, ''), crossing.proven, {", ".join(f"event.{name}" for name in columns("title"))}
FROM crossing
JOIN spaces_space space ON space.id = crossing.space_id
LEFT JOIN spaces_space home ON home.id = crossing.home_space_id
LEFT JOIN events_event event ON event.id = crossing.event
ORDER BY crossing.day, crossing.checked_in_at, crossing.visit IS NULL, crossing.home_side, crossing.side, home.name,
    space.name, event.slug, crossing.visit, crossing.participation
"""  # noqa: S608 - both parts are ours

#: Number of columns before those of the event's title.
COLUMNS_BEFORE_TITLE = 9


class Crossings:
    """The crossings of a project's half-years up to one of them, read in two queries.

    `previously` has that one, and what was reported of those before it."""

    def __init__(self, project: Project, periods: list[Period], previously: Previously):
        self._previously, period = previously, previously.period
        self._periods = [other for other in periods if other.starts_on <= period.starts_on]
        self._values: dict[str, Any] = {
            "examples": project.is_example,
            "sheet": ProofKind.ATTENDANCE_SHEET.value,
            "held": EventState.HELD.value,
            "onsite": Mode.ONSITE.value,
            "online": Mode.ONLINE.value,
            "on_site_way": TakingPart.ONSITE.value,
            "sides": Country.values,
            "first": periods[0].starts_on,
            "last": period.ends_on,
        }
        self._stretches = self._windows()
        self._counts = self._counted()
        self._parts = self._listed()

    def parts(self, period: Period) -> tuple[CrossingPart, ...]:
        """Return each crossing of a half-year, by day."""
        return tuple(part for part in self._parts if period.starts_on <= part.day <= period.ends_on)

    def figures(self, period: Period) -> tuple[Figure, ...]:
        """Return the number of crossings and of distinct persons who crossed, in each direction and in total."""
        parts = self.parts(period)
        figures = []
        for code, kind, nth in (("NET-CROSSINGS", Kind.CROSSINGS, 0), ("NET-CROSSERS", Kind.PERSONS, 2)):
            for way, suffix in DIRECTIONS.items():
                before, now, so_far = (
                    self._value((period.pk, when), way, nth) for when in ("previous", "current", "total")
                )
                is_own = period == self._previously.period
                reported = self._reported(f"{code}{suffix}", kind, way, nth) if is_own else before
                keys = tuple(part.key for part in parts if way in ((part.home_side, part.side), (None, None)))
                beside = differing(before, reported)
                figures.append(Figure(f"{code}{suffix}", kind.value, reported, now, so_far, keys, beside))
        return tuple(figures)

    def _reported(self, code: str, kind: Kind, way: Way, nth: int) -> Value:
        """Return what was reported before the half-year of the report."""
        if kind == Kind.PERSONS:
            return self._previously.united(code, self._value((self._previously.period.pk, "since"), way, nth))
        gaps = [self._value((gap.pk, "current"), way, nth) for gap in self._previously.gaps(code)]
        return self._previously.summed(code, kind, [count_of(kind, gap) for gap in gaps])

    def _value(self, stretch: tuple[int, str], way: Way, nth: int) -> Value:
        start, end = self._stretches[stretch]
        if end < start:
            return value(ZERO)
        counted, proven = self._counts.get((stretch, *way), (0, 0, 0, 0))[nth : nth + 2]
        return value(Bounds.at_least(counted), lower_proven=counted == proven)

    def _windows(self) -> dict[tuple[int, str], tuple[date, date]]:
        since = self._previously.since("NET-CROSSERS")
        return {(self._previously.period.pk, "since"): (since.start, since.end)} | {
            (period.pk, when): (window.start, window.end)
            for period in self._periods
            for when, window in zip(("previous", "current", "total"), windows(self._periods, period), strict=True)
        }

    def _counted(self) -> dict[tuple[tuple[int, str], str | None, str | None], tuple[int, ...]]:
        keys = list(self._stretches)
        starts, ends = zip(*self._stretches.values(), strict=True)
        stretches = {"numbers": list(range(len(keys))), "starts": list(starts), "ends": list(ends)}
        with connection.cursor() as cursor:
            cursor.execute(COUNTED_SQL, self._values | stretches)
            return {(keys[number], home, side): tuple(counts) for number, home, side, *counts in cursor.fetchall()}

    def _listed(self) -> list[CrossingPart]:
        with connection.cursor() as cursor:
            cursor.execute(LISTED_SQL, self._values)
            return [
                CrossingPart(*(*row[:COLUMNS_BEFORE_TITLE], _words(row[COLUMNS_BEFORE_TITLE:])))
                for row in cursor.fetchall()
            ]


def _words(titles: tuple[str | None, ...]) -> Words:
    return {code: text for code, text in zip(CODES, titles, strict=True) if text}
