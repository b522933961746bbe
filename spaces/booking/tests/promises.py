"""Check the promises of booking in SQL that shares nothing with the operations.

Each query lists the rows that break a promise, so every answer is empty while all is well.
"""

from django.db import connection

FAULTS = {
    "two holders of one unit overlap with the time around them": """
        SELECT one.id, other.id FROM spaces_occupancy one
        JOIN spaces_occupancy other ON other.unit_id = one.unit_id AND other.id > one.id AND other.period && one.period
        WHERE one.closure_id IS NULL OR other.closure_id IS NULL""",
    "a live booking without as many units of its resource as it asked for, or another with one": """
        SELECT booking.id FROM spaces_booking booking
        LEFT JOIN spaces_occupancy held ON held.booking_id = booking.id
        LEFT JOIN spaces_unit unit ON unit.id = held.unit_id AND unit.resource_id = booking.resource_id
        GROUP BY booking.id
        HAVING count(held.id)
            <> CASE WHEN booking.status IN ('requested', 'confirmed') THEN booking.unit_count ELSE 0 END
            OR count(unit.id) <> count(held.id)""",
    "a booking that keeps another time than its own and what is asked for around it, less what was closed": """
        WITH kept AS (
            SELECT booking.id, booking.period AS own, held.period,
                lower(booking.period) - make_interval(mins => resource.buffer_before_minutes) AS begins,
                upper(booking.period) + make_interval(mins => resource.buffer_minutes) AS ends
            FROM spaces_booking booking
            JOIN spaces_occupancy held ON held.booking_id = booking.id
            JOIN spaces_resource resource ON resource.id = booking.resource_id
        )
        SELECT id FROM kept
        WHERE NOT period @> own
            OR NOT (lower(period) = begins OR (lower(period) > begins AND lower(period) = ANY(%(closed)s)))
            OR NOT (upper(period) = ends OR (upper(period) < ends AND upper(period) = ANY(%(closed)s)))""",
    "one member in two units of one resource": """
        SELECT one.id, other.id FROM spaces_booking one
        JOIN spaces_booking other ON other.user_id = one.user_id AND other.resource_id = one.resource_id
            AND other.id > one.id AND other.period && one.period
        WHERE one.status IN ('requested', 'confirmed') AND other.status IN ('requested', 'confirmed')""",
    "more open bookings of a resource than a member may have": """
        SELECT booking.user_id, resource.id, count(*) FROM spaces_booking booking
        JOIN spaces_resource resource ON resource.id = booking.resource_id
        WHERE booking.status IN ('requested', 'confirmed') AND upper(booking.period) > now()
            AND booking.user_id IS NOT NULL
        GROUP BY booking.user_id, resource.id HAVING count(*) > resource.max_open_bookings""",
    "a person mailed twice of one state of a booking": """
        SELECT context ->> 'booking', context ->> 'sequence', to_email, count(*) FROM outbox_message
        WHERE template <> 'spaces.booking_to_decide' AND context ? 'booking'
        GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "a release that is not told exactly once": """
        SELECT booking.id, count(letter.id) FROM spaces_booking booking
        LEFT JOIN outbox_message letter ON letter.template = 'spaces.booking_released'
            AND (letter.context ->> 'booking')::bigint = booking.id
        GROUP BY booking.id HAVING count(letter.id) <> CASE WHEN booking.released_at IS NULL THEN 0 ELSE 1 END""",
    "a person served from the line and told twice of it": """
        SELECT template, context ->> 'booking', context ->> 'wait' FROM outbox_message
        WHERE template IN ('spaces.wait_booked', 'spaces.wait_told') GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "a person who waits for what they have": """
        SELECT wait.id FROM spaces_wait wait
        JOIN spaces_booking booking ON booking.user_id = wait.user_id AND booking.resource_id = wait.resource_id
            AND booking.period && wait.period AND booking.status IN ('requested', 'confirmed')
        WHERE wait.booking_id IS NULL""",
    "a member who is there without a visit on record": """
        SELECT booking.id FROM spaces_booking booking
        JOIN spaces_resource resource ON resource.id = booking.resource_id
        JOIN members_user member ON member.id = booking.user_id
        LEFT JOIN spaces_visit visit ON visit.participant_number = member.participant_number
            AND visit.space_id = resource.space_id
            AND visit.day = (lower(booking.period) AT TIME ZONE 'Europe/Brussels')::date
        WHERE booking.checked_in_at IS NOT NULL AND booking.status = 'confirmed' AND visit.id IS NULL""",
    "a visit of which no booking was checked in": """
        SELECT visit.id FROM spaces_visit visit LEFT JOIN spaces_booking booking ON booking.id = visit.booking_id
        WHERE booking.checked_in_at IS NULL""",
}

#: Days that each member uses of their passes: (member, year, days). Home is the space of the open membership.
DAYS_AWAY = """
    SELECT member_id, extract(year FROM day)::int, count(*) FROM (
        SELECT DISTINCT booking.user_id AS member_id, resource.space_id,
            (lower(booking.period) AT TIME ZONE 'Europe/Brussels')::date AS day
        FROM spaces_booking booking
        JOIN spaces_resource resource ON resource.id = booking.resource_id
        JOIN spaces_homespace membership ON membership.user_id = booking.user_id AND membership.until IS NULL
        WHERE booking.status IN ('requested', 'confirmed') AND resource.space_id <> membership.space_id
    ) AS days GROUP BY 1, 2"""


#: One query for all promises: those that are broken.
BROKEN = " UNION ALL ".join(
    f"SELECT {number} WHERE EXISTS ({question})" for number, question in enumerate(FAULTS.values())
)


def faults(closed=()):
    """Return the broken promises, each with the rows that break it.

    `closed` are the instants at which a closure began or ended: there the time around a booking may be shorter.
    """
    names, found = list(FAULTS), {}
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, {"closed": list(closed)})
        for (number,) in cursor.fetchall():
            cursor.execute(FAULTS[names[number]], {"closed": list(closed)})
            found[names[number]] = cursor.fetchall()
    return found


def days_away():
    with connection.cursor() as cursor:
        cursor.execute(DAYS_AWAY)
        return {(member, year): days for member, year, days in cursor.fetchall()}
