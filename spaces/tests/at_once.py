"""Calls that begin at one moment, each in a connection of its own. Their tests need `django_db(transaction=True)`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from spaces.errors import BookingError


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Run every call at one moment in its own connection; return « ok » or the code of each refusal, in their order."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            call()
        except BookingError as error:
            return error.code
        else:
            return "ok"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
