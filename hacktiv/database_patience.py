"""Give up a database that stands still: that takes statements and answers none, as on a frozen machine or a full disk.

The timeouts in the settings are kept by the server itself, and those of the network by a kernel that answers as long as
the machine runs. This one is kept by the process that waits.
"""

import select
import threading
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, STATUS_SETUP, set_wait_callback

EVENTS = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}
#: Seconds to wait for a new connection. Django tries one more where an open one is given up.
SECONDS_TO_CONNECT = 4

_of_this_thread = threading.local()


def wait_at_most(seconds):
    """Let no statement of this process wait longer for an answer. The connection is closed then.

    The driver raises OperationalError, as where the database is away. It must be longer than the server's own timeouts.
    """

    def wait(connection):
        most = SECONDS_TO_CONNECT if connection.status == STATUS_SETUP else seconds
        most = min(most, getattr(_of_this_thread, "seconds", most))
        while (state := connection.poll()) != POLL_OK:
            waiting = select.poll()
            waiting.register(connection.fileno(), EVENTS[state])
            if not waiting.poll(most * 1000):
                raise psycopg2.OperationalError(f"the database has not answered for {most} seconds")

    set_wait_callback(wait)


@contextmanager
def less_patient(seconds):
    """Wait no longer than this in the present thread, where `wait_at_most` is in force."""
    _of_this_thread.seconds = seconds
    try:
        yield
    finally:
        del _of_this_thread.seconds
