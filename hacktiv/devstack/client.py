"""Hold the locks of the servers that a process needs, and start a supervisor where none lives."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from .errors import StackError
from .processes import alive, wait_until

SECONDS_TO_START = 60
# Without installed packages: importing them takes longer than the server's start. The folder is the path to this one.
BOOT = "import sys; sys.path.append(sys.argv[1]); from devstack.supervisor import main; main(sys.argv[2])"

# By folder of a server: the open file whose shared lock says that this process, or a fork of it, needs the server.
_held = {}


def join(*services):
    """Make sure that each of `services` runs, as long as this process or a fork of it lives.

    Call it again to bring back a killed server. Raises StackError where one cannot run.
    """
    with ExitStack() as doors:
        for service in services:
            service.make_home()
            fcntl.flock(doors.enter_context(service.open("start.lock")), fcntl.LOCK_EX)
            if service.base not in _held:
                _held[service.base] = service.open("users.lock")
                fcntl.flock(_held[service.base], fcntl.LOCK_SH)
        # All are started before the first is waited for.
        for service, supervisor in [(service, _supervise(service)) for service in services]:
            _wait_for(service, supervisor)


def leave(*services, seconds=20):
    """Give up `services` and wait until they stop; return the ones that run on because other processes need them."""
    for service in services:
        if users := _held.pop(service.base, None):
            users.close()
        with suppress(OSError, ValueError):
            if is_supervised(service):
                os.kill(int((service.folder / "supervisor.lock").read_text()), signal.SIGUSR1)
    for service in services:
        wait_until(lambda service=service: not is_supervised(service) or is_used(service), seconds=seconds, pause=0.1)
    return [service for service in services if is_supervised(service)]


def is_supervised(service):
    """Return True where a supervisor lives."""
    return not service.can_lock("supervisor.lock")


def is_used(service):
    """Return True where a process needs the server, this one included."""
    return not service.can_lock("users.lock")


def _supervise(service):
    """Start a supervisor and return it; None where one lives. The caller holds the start lock."""
    if is_supervised(service):
        return None
    for name in ("ready", "error"):
        (service.folder / name).unlink(missing_ok=True)
    with service.open("supervisor.log") as log:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", BOOT, str(Path(__file__).parent.parent), service.as_json()],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_for(service, supervisor):
    deadline = time.monotonic() + SECONDS_TO_START
    while not _is_ready(service):
        gone = supervisor.poll() is not None if supervisor else not is_supervised(service)
        if gone and not supervisor:
            supervisor = _supervise(service)
        elif gone or time.monotonic() > deadline:
            with suppress(OSError):
                raise StackError((service.folder / "error").read_text())
            raise service.impossible(f"see {service.folder}/supervisor.log")
        time.sleep(0.02)


def _is_ready(service):
    with suppress(OSError, ValueError):
        return alive(int((service.folder / "ready").read_text()))
    return False
