"""Measure how many people can register a second for one event, and where the time goes.

Run it as `python -m bench.registrations`; its report is `bench/registrations.md`.

Eight connections register 300 people for 50 seats, by the operation of the product: lock, rules, seat or line, mail. In
the same run the same rows are inserted barely, each in a transaction of its own, by as many connections. Both rates are
printed, and the first as a share of the second.

Then one connection alone registers as many people for another event. Each statement and each phase of a registration is
timed: before the lock on the event, under it, and after the commit.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import mean, median
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
REPORT = Path(__file__).with_suffix(".md")
LOCK = 'FOR NO KEY UPDATE OF "events_event"'
#: The statements of a registration, each known by a part of it: (what it does, the part).
STATEMENTS = (
    ("lock the event's row and read it", LOCK),
    ("read the roll: lapsed offers, lines, own registration, questions", "array_agg(DISTINCT way)"),
    ("lock the member's row", 'FROM "members_user"'),
    ("begin, and read the side of the home space", 'FROM "spaces_homespace"'),
    ("insert the registration", 'INSERT INTO "events_registration"'),
    ("count the seats, into the event's row", "SET seats_taken"),
    ("insert the mails", 'INSERT INTO "outbox_message"'),
)


@dataclass
class Timing:
    """Stretches of one registration in seconds of the clock, from its beginning on."""

    began: float
    statements: list[tuple[str, float, float]] = field(default_factory=list)
    committed: tuple[float, float] = (0.0, 0.0)
    ended: float = 0.0

    @property
    def locked_at(self):
        return next(end for sql, _start, end in self.statements if LOCK in sql)

    @property
    def waited(self):
        """How long the statement took that asks for the lock: the wait for the lock is in it."""
        return next(end - start for sql, start, end in self.statements if LOCK in sql)

    @property
    def commit(self):
        start, end = self.committed
        return end - start

    def python_between(self, first, last):
        """How long Python itself ran between two moments: what no statement and no commit took."""
        inside = [(start, end) for _sql, start, end in self.statements] + [self.committed]
        return last - first - sum(end - start for start, end in inside if first <= start and end <= last)


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
    """Return the seconds that `perform` takes for all rows, on connections made before."""

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


@contextmanager
def timed():
    """Time what this thread's connection does; the Timing is whole once the block ends."""
    timing = Timing(perf_counter())
    commit = connection._commit

    def execute(run, sql, *rest):
        start = perf_counter()
        try:
            return run(sql, *rest)
        finally:
            timing.statements.append((sql, start, perf_counter()))

    def timed_commit():
        start = perf_counter()
        commit()
        timing.committed = (start, perf_counter())

    connection._commit = timed_commit
    try:
        with connection.execute_wrapper(execute):
            yield timing
    finally:
        timing.ended = perf_counter()
        connection._commit = commit


def register_timed(event, user):
    with timed() as timing:
        register(event=event, user=user)
    return timing


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
    crowded, together = [], make_event(ROUNDS)
    side_by_side(lambda user: crowded.append(register_timed(together, user)), people)
    alone = make_event(ROUNDS + 1)
    return median(registering), median(inserting), [register_timed(alone, user) for user in people], crowded


def statement_named(sql):
    """Return what a statement does, in words; one that is not known, as it begins."""
    words = re.sub(r"SELECT .*? FROM", "SELECT … FROM", " ".join(sql.split()), count=1)
    return next((name for name, part in STATEMENTS if part in sql), f"`{words[:60]}…`")


def in_ms(seconds):
    return f"{1000 * seconds:.2f}"


def report(registered, inserted, alone, crowded):
    """Return the report, a Markdown page: the rates, the phases of a registration, and its statements."""
    count, whole = len(alone), mean(one.ended - one.began for one in alone)
    phases = {
        "Python before the lock": mean(one.python_between(one.began, one.locked_at) for one in alone),
        "statements up to the lock": mean(
            sum(end - start for _sql, start, end in one.statements if end <= one.locked_at) for one in alone
        ),
        "Python under the lock": mean(one.python_between(one.locked_at, one.committed[1]) for one in alone),
        "statements under the lock": mean(
            sum(end - start for _sql, start, end in one.statements if start >= one.locked_at) for one in alone
        ),
        "commit, under the lock": mean(one.commit for one in alone),
        "after the commit: the sender is woken, kept pages are thrown away": mean(
            one.ended - one.committed[1] for one in alone
        ),
    }
    took = {}
    for one in alone:
        for sql, start, end in one.statements:
            took.setdefault(statement_named(sql), []).append(end - start)
    under_lock = mean(one.committed[1] - one.locked_at for one in alone)
    lines = [
        "# Registrations a second",
        "",
        f"Written by `python -m bench.registrations` on {timezone.localdate():%Y-%m-%d}, one machine, one run: only "
        "its shares compare with those of another run.",
        "",
        f"- {registered:.0f} registrations a second over {CONNECTIONS} connections ({PEOPLE} people for {SEATS} seats "
        f"of one event, with lock, rules, seat or line, and mail; median of {ROUNDS})",
        f"- {inserted:.0f} bare inserts of the same rows a second",
        f"- {registered / inserted:.3f} the first as a share of the second",
        f"- {sum(map(len, took.values())) / count:.1f} statements a registration, besides BEGIN and COMMIT",
        f"- {under_lock / whole:.0%} of the time of a registration passes under the lock of the event, where one "
        "connection is alone",
        f"- {in_ms(mean(one.waited for one in alone))} ms to lock the event where one connection is alone, "
        f"{in_ms(mean(one.waited for one in crowded))} ms with {CONNECTIONS}: the difference is waiting",
        "",
        f"## A registration on one connection: {in_ms(whole)} ms",
        "",
        "| phase | ms | share |",
        "|---|---:|---:|",
        *(f"| {name} | {in_ms(seconds)} | {seconds / whole:.0%} |" for name, seconds in phases.items()),
        "",
        "## Its statements",
        "",
        "| statement | times a registration | ms each |",
        "|---|---:|---:|",
        *(
            f"| {name} | {len(seconds) / count:.2f} | {in_ms(mean(seconds))} |"
            for name, seconds in sorted(took.items(), key=lambda item: -sum(item[1]))
        ),
    ]
    return "\n".join(lines) + "\n"


def main():
    connection.settings_dict["TEST"]["NAME"] = "bench_registrations"
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        text = report(*run())
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    REPORT.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
