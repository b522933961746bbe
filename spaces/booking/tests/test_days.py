"""Test the day of a space as its managers see it: what is free now."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from spaces.booking.queries import day_plans
from spaces.enums import BookingStatus
from spaces.models import Booking, Occupancy
from spaces.tests.factories import ResourceFactory, running_booking
from spaces.timing.periods import period

pytestmark = pytest.mark.django_db


def rows_read(plan):
    """Yield the number of rows that each step of a plan passed on."""
    yield plan["Actual Rows"] * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from rows_read(part)


def test_what_is_free_now_is_told_without_the_bookings_of_other_times():
    room = ResourceFactory(units=3)
    retired = room.units.last()
    retired.is_retired = True
    retired.save()
    running_booking(room)
    now = timezone.now()
    times = [period(now - timedelta(days=day, hours=1), now - timedelta(days=day)) for day in range(1, 201)]
    bookings = Booking.objects.bulk_create(
        Booking(resource=room, guest_name="Guest", period=stretch, status=BookingStatus.CONFIRMED) for stretch in times
    )
    unit = room.units.first()
    Occupancy.objects.bulk_create(Occupancy(unit=unit, booking=one, period=one.period) for one in bookings)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        (plan,) = day_plans([room.space], timezone.localdate(), at=now)
    assert [(one.free, one.total) for one in plan.resources] == [(1, 2)]
    (asked,) = [query["sql"] for query in queries if '"busy"' in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked}")
        (answer,) = cursor.fetchone()
    steps = answer if isinstance(answer, list) else json.loads(answer)
    # Three units and one booking that runs: no step passes on the two hundred of other days.
    assert max(rows_read(steps[0]["Plan"])) < 20
