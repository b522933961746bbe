"""Wait in a test until another transaction waits for a lock."""

import time

from django.db import connection


def until_somebody_waits(*, seconds=20):
    """Return once a statement in this database waits for a lock; fail after so many seconds."""
    for _look in range(seconds * 50):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction keeps its first view of it
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("Nobody waits for a lock.")
