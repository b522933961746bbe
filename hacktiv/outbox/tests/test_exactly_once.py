"""Each mail leaves once or stands in doubt, whatever happens to its senders."""

import subprocess
import sys
import threading
from collections import Counter

import pytest
from django.conf import settings as django_settings
from django.db import connection

from hacktiv.devstack.processes import wait_until
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import enqueue, send_due, settle_dead_claims
from tests.serving import process_environment

from .factories import MessageFactory
from .senders import sender

pytestmark = pytest.mark.django_db(transaction=True)

# Puts a mail into the outbox and prints how many seconds that took.
WRITER = """
import time, django
django.setup()
import hacktiv
from hacktiv.outbox.operations import enqueue
from hacktiv.outbox.registry import register_written
register_written({"test.note": "Note"})
start = time.monotonic()
enqueue(key="k", template="test.note", to_email="a@b.example", language="fr", rendered={})
print(time.monotonic() - start)
"""


@pytest.fixture
def start_sender(smtp):
    """Start senders, each in a process of its own; end them with the test."""
    started = []

    def start():
        process = sender(smtp.port, connection.settings_dict["NAME"])
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


def in_threads(count, work):
    """Run the same work in several threads that start at the same moment. None of them may fail."""
    barrier = threading.Barrier(count)
    failures = []

    def run():
        try:
            barrier.wait(timeout=30)
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.long
def test_a_hundred_mails_leave_once_though_senders_are_killed(smtp, start_sender):
    messages = MessageFactory.create_batch(100)
    kills = 0
    for wanted in (17, 41, 42, 80):
        process = start_sender()
        assert smtp.wait_for(wanted)
        process.kill()
        process.join()
        kills += 1
    last = start_sender()
    last.join(timeout=60)
    assert last.exitcode == 0
    copies = Counter(smtp.recipients())
    doubtful = set(Message.objects.doubtful().values_list("to_email", flat=True))
    assert len(doubtful) <= kills
    assert Message.objects.filter(state=MessageState.SENT).count() == 100 - len(doubtful)
    assert [m.to_email for m in messages if m.to_email not in doubtful and copies[m.to_email] != 1] == []
    assert max(copies.values()) == 1


@pytest.mark.long
def test_a_sender_killed_at_the_acceptance_leaves_one_mail_in_doubt(smtp, start_sender):
    message = MessageFactory(to_email="a@b.example")
    started, killed = threading.Event(), threading.Event()
    holder = {}

    def kill_sender(mail):
        assert started.wait(30)
        holder["process"].kill()
        holder["process"].join()
        killed.set()
        return type(smtp).ACCEPT_AND_HANG_UP

    smtp.on_data = kill_sender
    holder["process"] = start_sender()
    started.set()
    assert killed.wait(30)
    smtp.on_data = lambda mail: None
    # PostgreSQL needs a moment to notice that the sender is gone and to free its lock.
    assert wait_until(settle_dead_claims, seconds=30)
    assert send_due() == 0
    message.refresh_from_db()
    assert (message.state, smtp.recipients()) == (MessageState.DOUBTFUL, ["a@b.example"])


def test_a_living_sender_is_not_taken_for_dead_however_slow(smtp):
    message = MessageFactory()
    reached, go_on = threading.Event(), threading.Event()

    def dawdle(mail):
        reached.set()
        assert go_on.wait(30)

    smtp.on_data = dawdle
    slow = threading.Thread(target=lambda: (send_due(), connection.close()))
    slow.start()
    try:
        assert reached.wait(30)
        assert settle_dead_claims() == 0
        assert send_due() == 0
        message.refresh_from_db()
        assert message.state == MessageState.CLAIMED
    finally:
        go_on.set()
        slow.join()
    message.refresh_from_db()
    assert (message.state, len(smtp.received)) == (MessageState.SENT, 1)


def test_senders_at_the_same_moment_share_the_work(smtp):
    MessageFactory.create_batch(60)
    in_threads(8, send_due)
    assert Counter(Counter(smtp.recipients()).values()) == {1: 60}
    assert Message.objects.filter(state=MessageState.SENT).count() == 60


def test_one_key_put_in_at_the_same_moment_makes_one_mail():
    stored = []

    def put():
        stored.append(enqueue(key="k", template="test.note", to_email="a@b.example", language="fr", rendered={}))

    in_threads(8, put)
    assert sum(message is not None for message in stored) == 1
    assert Message.objects.count() == 1


@pytest.mark.long
def test_a_broker_that_is_down_neither_breaks_nor_delays_a_request():
    took = subprocess.run(
        [sys.executable, "-c", WRITER],
        env=process_environment(mails="", REDIS_URL="redis://127.0.0.1:1/0"),
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()[-1]
    assert float(took) < 2
    assert Message.objects.get().state == MessageState.PENDING
