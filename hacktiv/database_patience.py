"""Give up a database that stands still: that takes statements and answers none, as on a frozen machine or a full disk.

The timeouts in the settings are kept by the server itself, and those of the network by a kernel that answers as long as
the machine runs. This one is kept by the process that waits. A request waits so long once: what it asks afterwards, to
roll back or to connect anew, is given up after a second.
"""

import select
import threading
from contextlib import contextmanager

import psycopg2
from django.core.signals import request_finished, request_started
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, STATUS_SETUP, set_wait_callback

EVENTS = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}
#: Seconds to wait for a new connection. Django tries one more where an open one is given up.
SECONDS_TO_CONNECT = 4

#: Seconds to wait where this request has been given no answer before.
SECONDS_AFTERWARDS = 1

_of_this_thread = threading.local()


def _begin(**_signal):
    _of_this_thread.is_in_request, _of_this_thread.has_waited = True, False


def _end(**_signal):
    _of_this_thread.is_in_request = _of_this_thread.has_waited = False


request_started.connect(_begin, dispatch_uid="database_patience.begin")
request_finished.connect(_end, dispatch_uid="database_patience.end")


def wait_at_most(seconds):
    """Let no statement of this process wait longer for an answer. The connection is closed then.

    The driver raises OperationalError, as where the database is away. It must be longer than the server's own timeouts.
    """

    def wait(connection):
        most = SECONDS_TO_CONNECT if connection.status == STATUS_SETUP else seconds
        most = min(most, getattr(_of_this_thread, "seconds", most))
        if getattr(_of_this_thread, "has_waited", False):
            most = min(most, SECONDS_AFTERWARDS)
        while (state := connection.poll()) != POLL_OK:
            waiting = select.poll()
            waiting.register(connection.fileno(), EVENTS[state])
            if not waiting.poll(most * 1000):
                _of_this_thread.has_waited = getattr(_of_this_thread, "is_in_request", False)
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
