"""Folders in which embedded servers really run, and processes that need them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hacktiv.devstack.processes import wait_until
from hacktiv.devstack.services import Postgres, Valkey

ROOT = Path(__file__).resolve().parent.parent.parent

USER = """
import os, sys
from pathlib import Path
from hacktiv.devstack.client import join
from hacktiv.devstack import services
join(getattr(services, sys.argv[2]).of(Path(sys.argv[1]), "dev"))
if "fork" in sys.argv and os.fork():
    os._exit(0)
print(os.getpid(), flush=True)
sys.stdin.read()
"""


class Users:
    """Processes that need a server of the project in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []

    def start(self, kind="Postgres", *options):
        """Begin a process that joins; not waited for."""
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(self.folder), kind, *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def join(self, kind="Postgres", *options):
        """Start a process that joins, wait until it has, and return it."""
        process = self.start(kind, *options)
        assert process.stdout.readline().strip().isdigit()
        return process


@contextmanager
def open_folder():
    """Make a folder that every user can enter; end whatever runs for it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hacktiv-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        end_all(folder)
        shutil.rmtree(folder)


@pytest.fixture
def project():
    """A project's folder in which nothing has run."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def users(project):
    users = Users(project)
    yield users
    for process in users.started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def postgres(project):
    return Postgres.of(project, "dev")


@pytest.fixture
def valkey(project):
    return Valkey.of(project, "dev")


def pids_about(folder):
    """Return the numbers of the processes that name `folder` or work in it, without the test's own."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if not process.name.isdigit() or int(process.name) == os.getpid():
                continue
            named = os.fsencode(folder) in (process / "cmdline").read_bytes()
            if named or (process / "cwd").readlink().is_relative_to(folder):
                found.append(int(process.name))
    return found


def end_all(folder, signum=signal.SIGKILL):
    """Kill every process about `folder` at once, and wait until they are gone."""
    for pid in pids_about(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signum)
    assert wait_until(lambda: not pids_about(folder), seconds=10)
