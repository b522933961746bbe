"""A backup or a restore that is killed at any moment leaves nothing half: begun again, it comes to its end."""

import os
import signal
import subprocess
import time

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from hacktiv.backup import database
from hacktiv.backup.archive import read_manifest
from hacktiv.devstack.processes import wait_until
from hacktiv.outbox.operations import send_due
from hacktiv.outbox.queries import is_held
from hacktiv.outbox.tests.factories import MessageFactory
from members.tests.factories import UserFactory

pytestmark = pytest.mark.long

#: Restores, and kills its own process, as `kill -9` does, before the step whose words the first argument begins.
KILLED_BEFORE = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
class Words:
    def write(self, words):
        if words.startswith(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
call_command("restore", sys.argv[2], stdout=Words())
"""
COMMAND = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command(sys.argv[1], sys.argv[2])
"""


@pytest.fixture
def lost(platform):
    """A platform with some rows and files that was saved and is lost; its state before, and its backup."""
    UserFactory.create_batch(30)
    MessageFactory.create_batch(3)
    for number in range(30):
        storages["default"].save(f"rooms/{number}.jpg", ContentFile(os.urandom(20_000)))
        storages["private"].save(f"proofs/{number}.pdf", ContentFile(os.urandom(20_000)))
    before = platform.state()
    file = platform.back_up()
    platform.lose_all()
    return platform, before, file


def is_as_before(platform, before):
    rows, files = platform.state()
    assert len(rows.pop("outbox_hold")) == 1
    before[0].pop("outbox_hold")
    assert (rows, files) == before
    assert database.restoring() == ""


@pytest.mark.parametrize(
    "step", ["Restoring the database", "Restoring the files", "Bringing", "Holding", "Erasing", "Ending"]
)
def test_a_restore_killed_at_a_step_is_begun_again(lost, step):
    platform, before, file = lost
    killed = platform.process(KILLED_BEFORE, step, file)
    assert killed.wait(60) == -signal.SIGKILL
    if not database.is_empty():  # no mail leaves, though some process might ask for it by now
        assert is_held()
        assert send_due() == 0
    platform.restore(file)
    is_as_before(platform, before)


@pytest.mark.parametrize("part", [1, 3, 5])
def test_a_restore_killed_at_some_moment_is_begun_again(lost, part):
    """The moment is a share of the time that a whole restore takes here, on a slow machine or a fast one."""
    platform, before, file = lost
    started, began = begun(platform, file), time.monotonic()
    whole = next(time.monotonic() - began for line in started.stdout if line.startswith("Ending"))
    started.stdout.read()
    assert started.wait() == 0
    started.stdout.close()
    platform.lose_all()
    started = begun(platform, file)
    time.sleep(whole * part / 8)
    started.kill()
    assert started.wait() == -signal.SIGKILL
    told = started.stdout.read()
    started.stdout.close()
    if "Ending" not in told or database.restoring():  # else it was over: the machine had less to do than before
        platform.restore(file)
    is_as_before(platform, before)


def begun(platform, file):
    """Return the process of a restore that has begun to check the file."""
    started = platform.process(COMMAND, "restore", file, stdout=subprocess.PIPE)
    assert started.stdout.readline().startswith("Checking")
    return started


def test_a_backup_killed_leaves_no_file_that_looks_whole(platform):
    (platform.media / "rooms").mkdir(parents=True)
    for number in range(40):
        (platform.media / "rooms" / f"{number}.jpg").write_bytes(os.urandom(2_000_000))
    file, part = platform.folder / "cut.tar", platform.folder / "cut.tar.part"
    started = platform.process(COMMAND, "backup", file)
    assert wait_until(lambda: part.exists() and part.stat().st_size > 4_000_000, seconds=60)
    started.kill()
    started.wait()
    assert (file.exists(), part.exists()) == (False, True)
    platform.back_up(file.name)
    assert len(read_manifest(file).members) == 41
    assert not part.exists()
