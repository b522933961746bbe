"""Worker and beat use the broker as they should. (tests/test_killed_at_random.py kills them.)"""

from collections import Counter
from contextlib import suppress
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection

from hacktiv.beat import ask_for_the_first_round
from hacktiv.celery import app, take_up_what_was_left
from hacktiv.devstack.client import join, leave
from hacktiv.devstack.services import Valkey

from .devstack.conftest import open_folder

HEARTBEAT = "hacktiv.site.tasks.beat_heartbeat"
NIGHTLY = {f"hacktiv.site.tasks.{name}" for name in ("sweep_files", "clear_sessions", "forget_sent_forms")} | {
    *(
        f"spaces.tasks.{name}"
        for name in ("end_past_memberships", "remind_of_ends", "remind_of_requests", "forget_contact_messages")
    ),
    "spaces.tasks.forget_invitations",
    *(f"members.tasks.{name}" for name in ("forget_unconfirmed", "forget_ended_sessions")),
    "reporting.tasks.draft_monthly",
    "hacktiv.mailings.tasks.forget_old",
    "reporting.tasks.tend_files",
    "reporting.tasks.remind_partners",
    *(f"hacktiv.portal.tasks.{name}" for name in ("forget_archives", "tend_unused_accounts", "end_beyond_agreements")),
}
SWEEPS = {order["task"] for order in settings.CELERY_BEAT_SCHEDULE.values()} - NIGHTLY - {HEARTBEAT}


@pytest.fixture
def queue():
    """Return the queue of this test run, empty."""
    app.control.purge()
    with Connection(settings.CELERY_BROKER_URL) as connection:
        queue = connection.SimpleQueue(settings.CELERY_TASK_DEFAULT_QUEUE)
        yield queue
        queue.clear()
        queue.close()


def taken(queue):
    """Return the number of requests for each task."""
    asked = Counter()
    with suppress(Empty):
        while True:
            order = queue.get(timeout=0.5)
            order.ack()
            asked[order.headers["task"]] += 1
    return asked


def test_a_started_worker_asks_for_what_another_left(queue):
    take_up_what_was_left()
    assert taken(queue) == dict.fromkeys(SWEEPS, 1)


def test_a_started_beat_asks_for_the_first_round_and_shows_its_life(queue):
    ask_for_the_first_round()
    assert taken(queue) == dict.fromkeys({*SWEEPS, HEARTBEAT}, 1)


def test_a_worker_lets_go_of_a_dead_broker_without_an_error():
    """Do as Celery does: let go of the connection, later end the task. Only errors of kombu are expected."""
    with open_folder() as folder:
        valkey = Valkey.of(folder, "dev")
        join(valkey)
        connection = Connection(valkey.broker_url, transport_options={"max_retries": 0})
        orders = connection.SimpleQueue("orders")
        orders.put("an order")
        order = orders.get(timeout=5)
        leave(valkey)
        with suppress(*connection.connection_errors):
            connection.collect()
        connection.close()
        order.ack()
        assert order.channel.closed
