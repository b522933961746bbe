"""How many people can register a second for one event: `python -m bench.registrations`.

Eight connections register 300 people for 50 seats, by the operation of the product: lock, rules, seat or line, mail. In
the same run the same rows are inserted barely, each in a transaction of its own, by as many connections. Printed are
both rates, and the first as a share of the second.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from time import perf_counter

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "hacktiv.settings.test"
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from events.enums import EventState  # noqa: E402
from events.models import Event, EventType, Registration  # noqa: E402
from events.registering.operations import register  # noqa: E402
from members.models import User  # noqa: E402

PEOPLE, SEATS, CONNECTIONS, ROUNDS = 300, 50, 8, 5


def make_event(number):
    start = timezone.now() + timedelta(days=10)
    return Event.objects.create(
        slug=f"event-{number}",
        title="Event",
        type=EventType.objects.get_or_create(slug="type", defaults={"name": "Type"})[0],
        state=EventState.PUBLISHED,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        capacity=SEATS,
    )


def side_by_side(perform, rows):
    """Seconds that it takes to perform something with each row, on connections made before."""

    def work(share):
        for row in share:
            perform(row)
        connection.close()

    shares = [rows[start::CONNECTIONS] for start in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda _share: connection.ensure_connection(), shares))
        began = perf_counter()
        list(pool.map(work, shares))
        return perf_counter() - began


def insert(row):
    with transaction.atomic():
        Registration.objects.bulk_create([row])


def run():
    people = User.objects.bulk_create(
        User(email=f"person-{number}@ardenne.example", language="fr") for number in range(PEOPLE)
    )
    registering, inserting = [], []
    for number in range(ROUNDS):
        event = make_event(number)
        registering.append(PEOPLE / side_by_side(lambda user, event=event: register(event=event, user=user), people))
        rows = list(event.registrations.order_by("pk"))
        event.registrations.all().delete()
        for row in rows:
            row.pk, row._state.adding = None, True
        inserting.append(PEOPLE / side_by_side(insert, rows))
    return median(registering), median(inserting)


def main():
    connection.settings_dict["TEST"]["NAME"] = "bench_registrations"
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        registered, inserted = run()
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    print(f"{registered:8.0f} registrations a second, with lock, rules, seat or line, and mail; medians of {ROUNDS}")
    print(f"{inserted:8.0f} bare inserts of the same rows a second")
    print(f"{registered / inserted:8.2f} the first as a share of the second")


if __name__ == "__main__":
    main()
