"""Crossings of the border: one person in one space of the other side on one day, from visits and attendance.

They are the network's own figures, shown beside a project's: no indicator counts them, and they are added to nothing.
They are a lower bound, because nobody knows who came without checking in or being marked present.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from events.enums import EventState, Mode, ProofKind
from events.enums import Way as TakingPart
from hacktiv.common.bounds import ZERO, Bounds
from hacktiv.common.languages import CODES, column, columns
from members.enums import Country

from ...core.figures import Value, count_of, value
from ...enums import Kind
from ...models import Period, Project
from .annexes import CHUNK, Annex, digest_of
from .codec import annex, parts_of
from .content import CrossingPart, Figure
from .previously import Previously, differing
from .records import windows

ONE_DAY = timedelta(days=1)

Way = tuple[Country | None, Country | None]
#: The directions (home side, side), each with the end of the codes of its figures. The last one is both together.
DIRECTIONS: dict[Way, str] = {(Country.BE, Country.FR): "-BE-FR", (Country.FR, Country.BE): "-FR-BE", (None, None): ""}

# A visit and attendance at a meeting in the same space on the same day are one crossing. It is proven by the check-in,
# or by a checked attendance sheet. A person's side is that of the home space, else of the residence. Who took part
# online crossed nothing, and meetings over several days, or in places on both sides, show no crossing. Of several
# places on one side the person was where something else shows them that day, else it is counted in the first.
# Each crossing has the number of the stretch of days it lies in, between two of the `edges`.
CROSSINGS_SQL = """
WITH place AS MATERIALIZED (
    SELECT event.id AS event_id, event.earliest AS day, event.mode, min(space.country) AS side,
        array_agg(space.id ORDER BY space.id) AS spaces,
        EXISTS (
            SELECT FROM events_proof proof
            WHERE proof.event_id = event.id AND proof.checked_at IS NOT NULL AND proof.kind = %(sheet)s
        ) AS proven
    FROM events_event event
    JOIN events_event_venues venues ON venues.event_id = event.id
    JOIN spaces_space space ON space.id = venues.space_id
    WHERE event.is_example = %(examples)s AND event.state = %(held)s AND event.earliest = event.latest
        AND event.earliest BETWEEN %(first)s AND %(last)s AND event.mode <> %(online)s
    GROUP BY event.id HAVING min(space.country) = max(space.country)
),
attended AS NOT MATERIALIZED (
    SELECT participation.id, participation.participant_number, participation.is_by_name, place.event_id, place.day,
        coalesce(nullif(participation.home_side, ''), participation.residence) AS home_side,
        participation.home_space_id, place.side, place.spaces, place.proven
    FROM place JOIN events_participation participation ON participation.event_id = place.event_id
    LEFT JOIN events_registration registration ON registration.id = participation.registration_id
    WHERE place.mode = %(onsite)s AND registration.id IS NULL OR registration.way = %(on_site_way)s
),
across AS MATERIALIZED (
    SELECT * FROM attended WHERE home_side = ANY(%(sides)s) AND home_side <> side
),
elsewhere AS (
    SELECT across.id, min(known.space_id) AS space_id
    FROM across
    JOIN (
        SELECT participant_number, day, space_id FROM spaces_visit
        WHERE is_example = %(examples)s AND day BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT participant_number, day, spaces[1] FROM attended WHERE cardinality(spaces) = 1
    ) known ON known.participant_number = across.participant_number AND known.day = across.day
    WHERE cardinality(across.spaces) > 1 AND known.space_id = ANY(across.spaces)
    GROUP BY across.id
),
record AS (
    SELECT visit.participant_number, visit.home_side, visit.side, visit.home_space_id, visit.space_id, visit.day,
        booking.checked_in_at, booking.checked_in_at IS NOT NULL AS proven,
        visit.id AS visit, NULL::bigint AS participation, NULL::bigint AS event, false AS is_by_name
    FROM spaces_visit visit
    LEFT JOIN spaces_booking booking ON booking.id = visit.booking_id
    WHERE visit.is_example = %(examples)s AND visit.day BETWEEN %(first)s AND %(last)s
        AND visit.home_side = ANY(%(sides)s) AND visit.home_side <> visit.side
    UNION ALL
    SELECT across.participant_number, across.home_side, across.side, across.home_space_id,
        coalesce(elsewhere.space_id, across.spaces[1]), across.day, NULL, across.proven,
        NULL, across.id, across.event_id, across.is_by_name
    FROM across LEFT JOIN elsewhere ON elsewhere.id = across.id
),
crossing AS MATERIALIZED (
    SELECT participant_number, home_side, side, space_id, day, max(home_space_id) AS home_space_id,
        min(checked_in_at) AS checked_in_at, bool_or(proven) AS proven, min(visit) AS visit,
        min(participation) AS participation, min(event) AS event, bool_and(is_by_name) AS is_by_name,
        array_agg(event) FILTER (WHERE event IS NOT NULL) AS events, width_bucket(day, %(edges)s::date[]) AS stretch
    FROM record
    GROUP BY participant_number, day, space_id, home_side, side
)
"""

# Who is known by name alone may be anybody at another meeting, but those at the same one and, on that day, those of the
# other side. So in a space on a day were at least as many persons as are told apart, and as at the largest meeting.
# Persons are told apart over any of the stretches by the bits of those in which they crossed. Both sides together have
# a blank side.
COUNTED_SQL = """,
meeting AS (
    SELECT home_side, side, space_id, day, stretch, count(*) AS persons, count(*) FILTER (WHERE proven) AS proven
    FROM crossing CROSS JOIN unnest(events) AS at(meeting)
    GROUP BY home_side, side, space_id, day, stretch, meeting
),
person_day AS (
    SELECT home_side, side, day, stretch, participant_number, bool_or(proven) AS proven
    FROM crossing WHERE NOT is_by_name GROUP BY participant_number, day, stretch, home_side, side
),
in_space AS (
    SELECT home_side, side, stretch, max(persons) AS crossings, max(proven) AS proven
    FROM (
        SELECT home_side, side, space_id, day, stretch, count(*) AS persons, count(*) FILTER (WHERE proven) AS proven
        FROM crossing WHERE NOT is_by_name GROUP BY home_side, side, space_id, day, stretch
        UNION ALL
        SELECT * FROM meeting
    ) of_space
    GROUP BY day, space_id, home_side, side, stretch
),
one_day AS (
    SELECT home_side, side, day, stretch, max(persons) AS persons, max(proven) AS proven
    FROM (
        SELECT home_side, side, day, stretch, count(*) AS persons, count(*) FILTER (WHERE proven) AS proven
        FROM person_day GROUP BY home_side, side, day, stretch
        UNION ALL
        SELECT home_side, side, day, stretch, persons, proven FROM meeting
    ) of_day
    GROUP BY day, home_side, side, stretch
),
in_stretch AS (
    SELECT coalesce(home_side, '') AS home_side, coalesce(side, '') AS side, stretch,
        sum(crossings) AS crossings, sum(proven) AS proven, 0 AS persons, 0 AS proven_persons
    FROM in_space GROUP BY GROUPING SETS ((home_side, side, stretch), (stretch))
    UNION ALL
    SELECT home_side, side, stretch, 0, 0, persons, proven FROM one_day
    UNION ALL
    SELECT '', '', stretch, 0, 0, sum(persons), sum(proven) FROM one_day GROUP BY day, stretch
),
person AS (
    SELECT coalesce(home_side, '') AS home_side, coalesce(side, '') AS side,
        bit_or(set_bit(%(none)s::varbit, stretch - 1, 1)) AS stretches,
        bit_or(set_bit(%(none)s::varbit, stretch - 1, 1)) FILTER (WHERE proven) AS proven
    FROM person_day GROUP BY GROUPING SETS ((participant_number, home_side, side), (participant_number))
),
alike AS (
    SELECT home_side, side, stretches, proven, count(*) AS persons FROM person
    GROUP BY home_side, side, stretches, proven
),
wanted AS (
    SELECT * FROM unnest(%(numbers)s::int[], %(begin)s::int[], %(end)s::int[], %(masks)s::varbit[])
    AS wanted(number, first, last, mask)
),
counted AS (
    SELECT number, home_side, side, sum(crossings) AS crossings, sum(proven) AS proven,
        max(persons) AS most, max(proven_persons) AS most_proven
    FROM wanted JOIN in_stretch ON in_stretch.stretch BETWEEN wanted.first AND wanted.last
    GROUP BY number, home_side, side
),
told_apart AS (
    SELECT number, home_side, side, sum(persons) FILTER (WHERE stretches & mask <> %(none)s::varbit) AS persons,
        sum(persons) FILTER (WHERE alike.proven & mask <> %(none)s::varbit) AS proven
    FROM wanted CROSS JOIN alike GROUP BY number, home_side, side
)"""

#: The rows of a list: its digest as `annexes.digest_of` reckons it, that of its identities, which no name is part of
#: (nor of their order), and its JSON as `codec.chunks_of` writes it.
LISTED_SQL = f""",
half_year AS (
    SELECT * FROM unnest(%(half_years)s::int[], %(starts)s::date[], %(ends)s::date[]) AS half_year(number, start, last)
),
listed AS (
    SELECT half_year.number, crossing.*,
        coalesce('visit:' || crossing.visit, 'participation:' || crossing.participation) AS key,
        coalesce(home.name, '') AS home, space.name AS space, coalesce(happening.slug, '') AS slug,
        row_number() OVER (
            PARTITION BY half_year.number ORDER BY crossing.day, crossing.checked_in_at, crossing.visit IS NULL,
                crossing.home_side, crossing.side, home.name, space.name, happening.slug, crossing.visit,
                crossing.participation
        ) - 1 AS place,
        {", ".join(f"coalesce(happening.{name}, '') AS {name}" for name in columns("title"))}
    FROM half_year JOIN crossing ON crossing.day BETWEEN half_year.start AND half_year.last
    JOIN spaces_space space ON space.id = crossing.space_id
    LEFT JOIN spaces_space home ON home.id = crossing.home_space_id
    LEFT JOIN events_event happening ON happening.id = crossing.event
),
digest AS (
    SELECT number, count(*) AS length, encode(sha256(convert_to(string_agg(concat_ws(E'\\x1f',
        key, to_char(day, 'YYYY-MM-DD'), home, home_side, space, side,
        coalesce((extract(epoch FROM checked_in_at) * 1000000)::bigint::text, ''), slug, proven::int,
        {", ".join(columns("title"))}
    ), E'\\x1e' ORDER BY place), 'UTF8')), 'hex') AS digest,
    encode(sha256(convert_to(string_agg(concat_ws(E'\\x1f',
        key, to_char(day, 'YYYY-MM-DD'), coalesce(home_space_id::text, ''), home_side, space_id, side,
        coalesce((extract(epoch FROM checked_in_at) * 1000000)::bigint::text, ''), slug, proven::int
    ), E'\\x1e' ORDER BY day, key COLLATE "C"), 'UTF8')), 'hex') AS identities
    FROM listed GROUP BY number
),
line AS (
    SELECT place, json_build_object(
            'key', key, 'day', day, 'home', home, 'home_side', home_side, 'space', space, 'side', side,
            'checked_in_at', checked_in_at, 'event_slug', slug, 'proven', proven,
            'event', json_strip_nulls(json_build_object(
                {", ".join(f"'{code}', nullif({column('title', code)}, '')" for code in CODES)}
            )),
            'home_key', home_space_id, 'space_key', space_id
        )::text AS line
    FROM listed WHERE number = %(listed)s
),
chunk AS (
    SELECT place / {CHUNK} AS number, '[' || string_agg(line, ', ' ORDER BY place) || ']' AS rows
    FROM line GROUP BY place / {CHUNK}
)"""  # noqa: S608 - all parts are ours

READ_SQL = f"""{CROSSINGS_SQL}{COUNTED_SQL}{LISTED_SQL}
SELECT 'counted' AS what, number, home_side, side, ARRAY[
        counted.crossings, counted.proven, greatest(told_apart.persons, most), greatest(told_apart.proven, most_proven)
    ]::int[] AS counts, NULL AS text, NULL AS identities
FROM counted LEFT JOIN told_apart USING (number, home_side, side)
UNION ALL SELECT 'digest', number, NULL, NULL, ARRAY[length]::int[], digest, identities FROM digest
UNION ALL SELECT 'chunk', number, NULL, NULL, NULL, rows, NULL FROM chunk
ORDER BY what, number
"""  # noqa: S608 - all parts are ours

LIST_SQL = f"""{CROSSINGS_SQL}{LISTED_SQL} SELECT rows FROM chunk ORDER BY number"""  # noqa: S608 - all parts are ours


class Crossings:
    """The crossings of a project's half-years up to one of them, read in one query.

    `previously` has that one, and what was reported of those before it. Of the half-years in `closed` the number and
    the digest of the crossings are read; which these are is only asked for when somebody reads them."""

    def __init__(
        self, project: Project, periods: list[Period], previously: Previously, closed: Collection[int] = frozenset()
    ):
        self._previously, self._period = previously, previously.period
        self._periods = [other for other in periods if other.starts_on <= self._period.starts_on]
        self._closed = closed
        self._values: dict[str, Any] = {
            "examples": project.is_example,
            "sheet": ProofKind.ATTENDANCE_SHEET.value,
            "held": EventState.HELD.value,
            "onsite": Mode.ONSITE.value,
            "online": Mode.ONLINE.value,
            "on_site_way": TakingPart.ONSITE.value,
            "sides": Country.values,
            "first": periods[0].starts_on,
            "last": self._period.ends_on,
        }
        self._windows = self._wanted()
        days = {day for start, end in self._windows.values() for day in (start, end + ONE_DAY) if start <= end}
        self._edges = sorted(days)
        self._counts: dict[tuple[tuple[int, str], str, str], list[int]] = {}
        self._digests: dict[int, tuple[int, str, str]] = {}
        self._chunks: list[str] = []
        self._read()

    def parts(self, period: Period) -> Sequence[CrossingPart]:
        """Return each crossing of a half-year, by day."""
        length, digest, identities = self._digests.get(period.pk, (0, digest_of(()), digest_of(())))
        if period == self._period:
            return annex(CrossingPart, self._chunks, length, digest, identities)
        return Annex(length, digest, lambda: self._list(period), identities=identities)

    def figures(self, period: Period) -> tuple[Figure, ...]:
        """Return the number of crossings and of distinct persons who crossed, in each direction and in total."""
        figures = []
        for code, kind, nth in (("NET-CROSSINGS", Kind.CROSSINGS, 0), ("NET-CROSSERS", Kind.PERSONS, 2)):
            for way, suffix in DIRECTIONS.items():
                now, so_far = (self._value((period.pk, when), way, nth) for when in ("current", "total"))
                before = reported = value(ZERO)
                if period == self._period:
                    before = self._value((period.pk, "previous"), way, nth)
                    reported = self._reported(f"{code}{suffix}", kind, way, nth)
                figures.append(
                    Figure(
                        f"{code}{suffix}",
                        kind.value,
                        reported,
                        now,
                        so_far,
                        previous_now=differing(before, reported),
                    )
                )
        return tuple(figures)

    def _reported(self, code: str, kind: Kind, way: Way, nth: int) -> Value:
        """Return what was reported before the half-year of the report."""
        if kind == Kind.PERSONS:
            return self._previously.united(code, self._value((self._period.pk, "since"), way, nth))
        gaps = [self._value((gap.pk, "current"), way, nth) for gap in self._previously.gaps(code)]
        return self._previously.summed(code, kind, [count_of(kind, gap) for gap in gaps])

    def _value(self, stretch: tuple[int, str], way: Way, nth: int) -> Value:
        start, end = self._windows[stretch]
        if end < start:
            return value(ZERO)
        home_side, side = (one or "" for one in way)
        counts = self._counts.get((stretch, home_side, side), [0, 0, 0, 0])
        counted, proven = (number or 0 for number in counts[nth : nth + 2])
        return value(Bounds.at_least(counted), lower_proven=counted == proven)

    def _wanted(self) -> dict[tuple[int, str], tuple[date, date]]:
        """Return the ranges of days to count: of the report's half-year all, of the others what is asked of them."""
        since = self._previously.since("NET-CROSSERS")
        before, _now, _so_far = windows(self._periods, self._period)
        return {
            (self._period.pk, "since"): (since.start, since.end),
            (self._period.pk, "previous"): (before.start, before.end),
        } | {
            (period.pk, when): (window.start, window.end)
            for period in self._periods
            for when, window in zip(("current", "total"), windows(self._periods, period)[1:], strict=True)
        }

    def _stretch(self, day: date) -> int:
        """Return the number of the stretch that begins on a day or has begun before it, as width_bucket does."""
        return bisect_right(self._edges, day)

    def _asked(self) -> dict[str, Any]:
        """Return the ranges as the query takes them: by the numbers of their stretches, and by the bits of these."""
        none = "0" * len(self._edges)
        ranges = [
            (self._stretch(start), self._stretch(end)) if start <= end else (1, 0)
            for start, end in self._windows.values()
        ]
        closed = [other for other in self._periods if other.pk in self._closed and other != self._period]
        return (
            self._values
            | {
                "edges": self._edges,
                "none": none,
                "numbers": list(range(len(ranges))),
                "begin": [first for first, _last in ranges],
                "end": [last for _first, last in ranges],
                "masks": [
                    "0" * (first - 1) + "1" * (last - first + 1) + "0" * (len(none) - last) if first <= last else none
                    for first, last in ranges
                ],
            }
            | _half_years([*closed, self._period], listed=self._period)
        )

    def _read(self) -> None:
        keys = list(self._windows)
        with connection.cursor() as cursor:
            cursor.execute(READ_SQL, self._asked())
            for what, number, home_side, side, counts, text, identities in cursor:
                if what == "counted":
                    self._counts[keys[number], home_side, side] = counts
                elif what == "digest":
                    self._digests[number] = (counts[0], text, identities)
                else:
                    self._chunks.append(text)

    def _list(self, period: Period) -> Iterator[CrossingPart]:
        """Read the crossings of one half-year, as the records tell them."""
        only = {"first": period.starts_on, "last": period.ends_on, "edges": [period.starts_on]}
        with connection.cursor() as cursor:
            cursor.execute(LIST_SQL, self._values | only | _half_years([period], listed=period))
            return parts_of(CrossingPart, [rows for (rows,) in cursor.fetchall()])


def _half_years(periods: list[Period], *, listed: Period) -> dict[str, Any]:
    return {
        "half_years": [period.pk for period in periods],
        "starts": [period.starts_on for period in periods],
        "ends": [period.ends_on for period in periods],
        "listed": listed.pk,
    }
