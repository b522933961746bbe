"""The detached process that runs one server. `client.join` starts it; it ends when no process needs the server.

It holds `supervisor.lock` while it lives, keeps the file `ready` while the server takes connections, and writes `error`
where it gives up. SIGTERM stops the server at once. SIGUSR1 says that a user left on purpose: then it need not wait.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial

from .errors import StackError
from .processes import die_with_parent, wait_until
from .services import ENVIRONMENT, Service

# Seconds that a server runs on without a user: commands typed one after the other should find it running.
SECONDS_UNUSED = 3
SECONDS_TO_START = 45
# Processes left of a killed server need some seconds to end; until then the next server refuses to start.
SECONDS_TO_RETRY = 8
# Restarts within SECONDS_TO_FORGET after which another start would not help.
MOST_RESTARTS = 5
SECONDS_TO_FORGET = 10 * 60
LARGEST_LOG = 1_000_000
PAUSE = 0.2


class Supervisor:
    """Starts, watches and stops the one server of `service`."""

    def __init__(self, service):
        self.service = service
        self.ready = service.folder / "ready"
        self.process = None
        self.starts = []
        self.told_to_stop = False
        self.last_use = time.monotonic()
        self.door = None

    def run(self):
        """Keep the server up while a process needs it, then stop it."""
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(signal.SIGUSR1, self._on_farewell)
        try:
            while not self.told_to_stop:
                if self.process is None or self.process.poll() is not None:
                    self._start()
                time.sleep(PAUSE)
                if self._unused() and self._shut_the_door():
                    break
        finally:
            self._stop()

    def _on_terminate(self, *_):
        self.told_to_stop = True

    def _on_farewell(self, *_):
        self.last_use = -SECONDS_UNUSED

    def _start(self):
        self.ready.unlink(missing_ok=True)
        now = time.monotonic()
        self.starts = [start for start in self.starts if start > now - SECONDS_TO_FORGET] + [now]
        if len(self.starts) > 1 + MOST_RESTARTS:
            raise self.service.impossible(f"it keeps falling: {self.service.last_words()}")
        program = self.service.prepare()
        began = time.monotonic()
        while not self._comes_up(program):
            if self.process.poll() is None or time.monotonic() - began > SECONDS_TO_RETRY:
                raise self.service.impossible(self.service.last_words())
            time.sleep(PAUSE)
        self.ready.write_text(str(self.process.pid))

    def _comes_up(self, program):
        with self.service.open("server.log", "ab") as log:
            if log.tell() > LARGEST_LOG:
                log.truncate(0)
            self.process = subprocess.Popen(
                self.service.command(program),
                cwd="/",
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # The change of user would undo this, so it comes after.
                preexec_fn=partial(die_with_parent, self.service.stop_signal),
                **self.service.identity(),
            )
        wait_until(lambda: self.process.poll() is not None or self._is_ready(), seconds=SECONDS_TO_START)
        return self._is_ready()

    def _is_ready(self):
        return self.process.poll() is None and self.service.is_ready(self.process.pid)

    def _unused(self):
        if not self.service.can_lock("users.lock"):
            self.last_use = time.monotonic()
        return time.monotonic() - self.last_use > SECONDS_UNUSED

    def _shut_the_door(self):
        """Keep new users out until this process ends, by their lock. Return False where one is coming in."""
        self.door = self.service.open("start.lock")
        with suppress(OSError):
            fcntl.flock(self.door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self.service.can_lock("users.lock"):
                return True
        self.door.close()
        return False

    def _stop(self):
        self.ready.unlink(missing_ok=True)
        if self.process is None:
            return
        for signum in (self.service.stop_signal, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(signum)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
                return


def main(description):
    """Supervise the described server; do nothing where another process already does."""
    service = Service.from_json(description)
    os.umask(0o022)
    with service.open("supervisor.lock") as lock:
        # Other processes test the lock by taking it for a moment, so try more than once.
        if not wait_until(lambda: _lock(lock), seconds=1):
            return
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            Supervisor(service).run()
        except StackError as error:
            with service.open("error", "w") as file:
                file.write(str(error))
            sys.exit(1)


def _lock(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
