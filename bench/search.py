"""Measure a search over 5, 50 and 1 800 spaces: `python -m bench.search`.

It makes a database of its own beside the tests', seeds it with about 55 bookings a space and month (100 000 at 1 800),
asks each question many times and writes medians, ratios and query plans into bench/search.md. Ends with 1 when one of
the ratios is above the bound.
"""

import os
import random
import sys
from datetime import time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "hacktiv.settings.test"
django.setup()

from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from hacktiv.devstack.prepare import compile_catalogues  # noqa: E402
from members.enums import Country  # noqa: E402
from members.models import Organisation  # noqa: E402
from spaces.booking.queries import nearest, search  # noqa: E402
from spaces.booking.queries.wishes import Wanted  # noqa: E402
from spaces.enums import BookingStatus, ResourceKind  # noqa: E402
from spaces.models import Booking, Occupancy, OpeningHours, Resource, Space, Unit  # noqa: E402
from spaces.timing.hours import at_local  # noqa: E402
from spaces.timing.periods import period, with_buffer  # noqa: E402

SIZES = (5, 50, 1800)
SMALL, LARGE, BOUND = 50, 1800, 3
ROUNDS = 20
BOOKINGS_A_SPACE = 100_000 / 1800
DAYS = 30
#: Three bookings follow each other on one unit, the time to clear up between them.
STARTS, LENGTH = (time(8), time(11), time(14)), timedelta(hours=2, minutes=30)
#: (kind, units, seats, minutes to clear up) of every space.
ROOMS = ((ResourceKind.WORKPLACE, 6, 1, 0), (ResourceKind.MEETING_ROOM, 1, 8, 15), (ResourceKind.OFFICE, 1, 2, 0))
#: A line of a plan may name a whole subquery.
WIDEST = 150
REPORT = Path(__file__).with_suffix(".md")


def seed(count, first_day):
    """Make `count` spaces with rooms, a month of bookings, and one day on which no meeting room is free."""
    chance = random.Random(1)
    operator = Organisation.objects.create(slug="operator", name="Operator", country=Country.BE)
    spaces = Space.objects.bulk_create(
        Space(
            slug=f"space-{number}",
            name=f"Space {number:04d}",
            operator=operator,
            town=f"Town {number % 300:03d}",
            country=Country.FR if number % 2 else Country.BE,
            nuts="BE32D",
            latitude=f"{49 + number % 100 / 100:.5f}",
            longitude=f"{4 + number // 100 / 100:.5f}",
            order=number % 7,
        )
        for number in range(count)
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(space=space, weekday=weekday, opens=opens, closes=closes)
        for space in spaces
        for weekday in range(6)
        for opens, closes in ((time(8), time(12, 30)), (time(12, 30), time(19)))
    )
    resources = Resource.objects.bulk_create(
        Resource(space=space, slug=kind, name=kind.label, kind=kind, seats=seats, buffer_minutes=buffer, order=order)
        for space in spaces
        for order, (kind, _units, seats, buffer) in enumerate(ROOMS)
    )
    units = Unit.objects.bulk_create(
        Unit(resource=resource, number=number + 1)
        for resource in resources
        for number in range(next(number for kind, number, *_ in ROOMS if kind == resource.kind))
    )
    full = first_day + timedelta(days=DAYS)
    slots = len(units) * DAYS * len(STARTS)
    wanted = []
    for slot in chance.sample(range(slots), round(count * BOOKINGS_A_SPACE)):
        rest, start = divmod(slot, len(STARTS))
        unit, day = divmod(rest, DAYS)
        wanted.append((units[unit], at_local(first_day + timedelta(days=day), STARTS[start]), LENGTH))
    rooms = [unit for unit in units if unit.resource.kind == ResourceKind.MEETING_ROOM]
    wanted += [(unit, at_local(full, time(8)), timedelta(hours=8)) for unit in rooms]
    for first in range(0, len(wanted), 5000):
        store(wanted[first : first + 5000])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return full


def store(wanted):
    bookings = Booking.objects.bulk_create(
        Booking(
            resource=unit.resource,
            guest_name="Guest",
            period=period(start, start + length),
            status=BookingStatus.CONFIRMED,
        )
        for unit, start, length in wanted
    )
    Occupancy.objects.bulk_create(
        Occupancy(unit=unit, booking=booking, period=with_buffer(start, start + length, unit.resource))
        for booking, (unit, start, length) in zip(bookings, wanted, strict=True)
    )


def questions(day, full):
    """Return (name, question) of each question."""
    morning = {"day": day, "start": time(9), "end": time(12)}
    four = Wanted(**morning, people=4)
    room = Wanted(day=full, start=time(9), end=time(12), people=4, kind=ResourceKind.MEETING_ROOM)
    town = Wanted(**morning, people=4, where=("town 003",))
    side = Wanted(**morning, people=6, side=Country.FR, kind=ResourceKind.MEETING_ROOM)
    address = {"day": f"{day:%Y-%m-%d}", "start": "09:00", "end": "12:00", "people": "4"}
    client = Client()
    return (
        ("for one person, everywhere", lambda: search.by_day(Wanted(**morning))),
        ("for four people, everywhere", lambda: search.by_day(four)),
        ("for four people, one town", lambda: search.by_day(town)),
        ("a meeting room on one side", lambda: search.by_day(side)),
        ("the week around it", lambda: search.by_week(four)),
        ("the whole page of results", lambda: client.get("/fr/spaces/search/", address)),
        ("the whole page of a week", lambda: client.get("/fr/spaces/search/", {**address, "view": "week"})),
        ("a meeting room on a day when all are taken", lambda: search.by_day(room)),
        ("what is near, where nothing is free", lambda: nearest.alternatives(room)),
    )


def measure(ask):
    ask()
    times = []
    for _round in range(ROUNDS):
        began = perf_counter()
        ask()
        times.append((perf_counter() - began) * 1000)
    connection.force_debug_cursor = True
    reset_queries()
    ask()
    asked = [query["sql"] for query in connection.queries_log]
    connection.force_debug_cursor = False
    return median(times), asked


def plan_of(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
        lines = [line for (line,) in cursor.fetchall()]
    return "\n".join(line if len(line) <= WIDEST else f"{line[:WIDEST]}…" for line in lines)


def run():
    first_day = timezone.localdate() + timedelta(days=1)
    while first_day.weekday() != 3:
        first_day += timedelta(days=1)
    results, plans = {}, []
    for size in SIZES:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE members_organisation CASCADE")
        full = seed(size, first_day)
        for name, ask in questions(first_day + timedelta(days=7), full):
            took, asked = measure(ask)
            results.setdefault(name, {})[size] = (took, len(asked))
            print(f"{size:5} spaces  {name:45} {took:8.1f} ms  {len(asked)} queries", flush=True)
            if size == LARGE and "page" not in name:
                plans.append((name, [plan_of(sql) for sql in asked if "spaces_occupancy" in sql]))
    return results, plans


def write(results, plans):
    lines = [
        "# Search over 5, 50 and 1 800 spaces",
        "",
        f"Written by `python -m bench.search` on {timezone.localdate():%Y-%m-%d}: medians of {ROUNDS} in milliseconds, "
        f"one machine, one run. {round(LARGE * BOOKINGS_A_SPACE):,} bookings a month at {LARGE:,} spaces, as many "
        "a space at the others.",
        "",
        "| question | " + " | ".join(f"{size:,} spaces" for size in SIZES) + f" | {LARGE:,} to {SMALL} | queries |",
        "|---|" + "---:|" * (len(SIZES) + 2),
    ]
    for name, by_size in results.items():
        cells = " | ".join(f"{by_size[size][0]:.1f}" for size in SIZES)
        counts = {by_size[size][1] for size in SIZES}
        lines.append(f"| {name} | {cells} | {ratio(by_size):.2f} | {'–'.join(map(str, sorted(counts)))} |")
    lines += ["", f"## Plans at {LARGE:,} spaces", ""]
    for name, texts in plans:
        for text in texts:
            lines += [f"### {name}", "", "```", text, "```", ""]
    REPORT.write_text("\n".join(lines).rstrip() + "\n")


def ratio(by_size):
    return by_size[LARGE][0] / by_size[SMALL][0]


def main():
    compile_catalogues(Path(__file__).parent.parent / "locale")
    connection.settings_dict["TEST"]["NAME"] = "bench_search"
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        results, plans = run()
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    write(results, plans)
    print()
    for name, by_size in results.items():
        small, large = by_size[SMALL][0], by_size[LARGE][0]
        print(f"{name:45} {small:7.1f} ms → {large:7.1f} ms, {ratio(by_size):5.2f}")
    slow = [name for name, by_size in results.items() if ratio(by_size) > BOUND]
    return f"More than {BOUND} times as long: {', '.join(slow)}" if slow else 0


if __name__ == "__main__":
    sys.exit(main())
