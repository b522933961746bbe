"""The totals of a semester report by bare SQL: what the database alone takes for them, to hold a build against.

The statements are written apart from the product, but for that of the crossings, which is the product's own: the
shortest that is known. They tell the figures before the half-year, in it and so far, the breakdowns, the crossings with
their list, and the cars with theirs.
"""

from bench.report_world import END, START

#: Each counted event with its half-year and what is on record of it.
COUNTED = """
WITH named AS (
    SELECT event_id, count(*) AS named, count(*) FILTER (WHERE NOT is_by_name) AS told_apart
    FROM events_participation GROUP BY event_id
),
counted AS (
    SELECT event.id, period.starts_on, event.meetings_lower AS times, coalesce(named.named, 0) AS named,
        coalesce(named.told_apart, 0) AS told_apart, said.lower AS least, said.upper AS most, event.list_is_complete,
        EXISTS (SELECT FROM events_proof proof WHERE proof.event_id = event.id AND checked_at IS NOT NULL) AS proven
    FROM reporting_countedaction action
    JOIN events_event event ON event.id = action.event_id AND event.state = 'held'
    LEFT JOIN reporting_period period ON period.project_id = action.project_id
        AND event.earliest >= period.starts_on AND event.latest <= period.ends_on
    LEFT JOIN named ON named.event_id = event.id
    LEFT JOIN events_declaredcount said ON said.event_id = event.id AND said.replaced_at IS NULL
    WHERE action.project_id = %(project)s AND action.counts
)
"""
SUMS = f"""{COUNTED}
SELECT starts_on, sum(times), bool_and(proven),
    sum(CASE WHEN starts_on IS NULL THEN 0 WHEN list_is_complete OR named > 0 THEN named ELSE least END),
    sum(CASE WHEN list_is_complete THEN least(named * times, CASE WHEN times = 1 THEN named ELSE most END)
        WHEN named > 0 THEN greatest(named, most) ELSE most END),
    max(named), sum(CASE WHEN list_is_complete THEN named ELSE greatest(named, most) END - told_apart)
FROM counted GROUP BY starts_on
"""
PERSONS = f"""{COUNTED}
SELECT count(DISTINCT participant_number) FILTER (WHERE starts_on < %(start)s),
    count(DISTINCT participant_number) FILTER (WHERE starts_on < %(start)s AND proven),
    count(DISTINCT participant_number) FILTER (WHERE starts_on = %(start)s),
    count(DISTINCT participant_number) FILTER (WHERE starts_on = %(start)s AND proven),
    count(DISTINCT participant_number), count(DISTINCT participant_number) FILTER (WHERE proven)
FROM counted JOIN events_participation participation ON participation.event_id = counted.id
WHERE NOT is_by_name
"""
BREAKDOWNS = f"""{COUNTED}
SELECT residence, gender, age_band, status, home_space_id, lacks, count(*)
FROM (
    SELECT participation.*, '' IN (residence, gender, age_band, status) AS lacks
    FROM counted JOIN events_participation participation ON participation.event_id = counted.id
    WHERE starts_on = %(start)s
) record
GROUP BY GROUPING SETS (residence, gender, age_band, status, home_space_id, lacks)
"""
OF_RIDES = """
FROM events_ride ride JOIN events_event event ON event.id = ride.event_id
WHERE ride.seats_taken > 0 AND event.state = 'held' AND NOT event.is_example
"""
CARS = f"""
SELECT earliest < %(start)s, from_side <> to_side, sum(1 + ride.seats_taken),
    sum(2 * ride.seats_taken * ride.kilometres)
{OF_RIDES} AND earliest BETWEEN '{START}' AND '{END}' GROUP BY 1, 2
"""
CARS_LISTED = f"""
SELECT ride.id, earliest, slug, title_fr, title_nl, title_en, direction, from_side, to_side,
    ride.seats_taken, ride.kilometres
{OF_RIDES} AND earliest BETWEEN %(start)s AND %(end)s ORDER BY earliest, ride.id
"""
STATEMENTS = {
    "actions, participations and persons of each half-year": SUMS,
    "distinct persons before, in it and so far": PERSONS,
    "breakdowns": BREAKDOWNS,
    "shared cars": CARS,
    "shared cars, listed": CARS_LISTED,
}
