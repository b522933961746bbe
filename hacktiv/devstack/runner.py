"""`make run`: everything a developer needs, in the foreground, and nothing left behind."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException

from django.conf import settings

from hacktiv.demo import ACCOUNTS

from . import PROJECT, embedded_services
from .client import join, leave
from .errors import StackError
from .processes import die_with_parent

# A loaded machine takes its time: what still runs is waited for so long, and this is said every so many seconds.
SECONDS_TO_START = 900
SECONDS_UNTIL_SAID = 20
SECONDS_TO_STOP = 10
# Falls of one process in a minute after which another start would not help.
MOST_FALLS = 3
# Celery warns root against running a worker; on a developer's own machine that is their choice.
NO_SERMON = ["-W", "ignore::UserWarning:celery.platforms"]


class Stopped(BaseException):
    """Raised when a person asks for the end: Ctrl-C, a signal, or a closed terminal."""


class Child:
    """A process of the platform; each line of its output is marked with its name."""

    def __init__(self, name, *command):
        self.name = name
        self.command = command
        self.falls = []
        self.start()

    def start(self):
        # A group of its own: Ctrl-C reaches only the runner, and the runner stops the others in order.
        self.process = subprocess.Popen(
            [sys.executable, *NO_SERMON, "-m", *self.command],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=partial(die_with_parent, signal.SIGTERM),
        )
        self.reader = threading.Thread(target=self._pass_on, args=[self.process.stdout], daemon=True)
        self.reader.start()

    def _pass_on(self, output):
        for line in output:
            say(f"{self.name:6} | {line.rstrip()}")

    def has_ended(self):
        return self.process.poll() is not None

    def keeps_falling(self):
        """Note a fall, and return True where the process fell too often to be started again."""
        now = time.monotonic()
        self.falls = [fall for fall in self.falls if fall > now - 60] + [now]
        return len(self.falls) > MOST_FALLS

    def signal(self, signum):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signum)


def say(line):
    """Write one line to the terminal, where there still is one."""
    with suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def main():
    """Run until told to stop. End with code 0, or with 1 where something failed."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _stop)
    children = []
    services = []
    code = 0
    try:
        port = _free_port()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.dev")
        os.environ["PYTHONUNBUFFERED"] = "1"
        with_demo = settings.DEMO  # reading the settings also starts the servers
        services = embedded_services("dev")
        _prepare()
        children += _start(port)
        _wait_until_healthy(port, children)
        _welcome(ACCOUNTS if with_demo else [])
        _watch(children, services)
    except Stopped:
        pass
    except StackError as error:
        say(str(error))
        code = 1
    finally:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        _end(children)
        if still := leave(*services):
            say(f"{' and '.join(service.name for service in still)} stays for another command that uses it.")
    sys.exit(code)


def _stop(*_):
    raise Stopped


def _free_port():
    try:
        port = int(os.environ.get("PORT") or 8000)
        if not port:
            raise ValueError  # to the system it means any port
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (ValueError, OverflowError):
        raise StackError(f"PORT={os.environ['PORT']} is no port: give a number from 1024 to 65535.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise StackError(f"Port {port} is in use by another program: try PORT={port + 1} make run.") from None
        raise StackError(f"Port {port} cannot be opened ({error.strerror}): choose another with PORT.") from None
    return port


def _prepare():
    done = subprocess.run(
        [sys.executable, "-m", "hacktiv.devstack.prepare"],
        cwd=PROJECT,
        start_new_session=True,
        preexec_fn=partial(die_with_parent, signal.SIGTERM),
    )
    if done.returncode:
        raise StackError("Nothing was started.")


def _start(port):
    web = ["--config=python:hacktiv.web", "--workers=1"]
    # Threads for the tasks, not processes: no thread outlives a killed worker.
    worker = ["worker", "--loglevel=info", "--pool=threads", "--concurrency=4", "--without-gossip", "--without-mingle"]
    return [
        Child("web", "gunicorn", *web, f"--bind=127.0.0.1:{port}", "--log-level=warning"),
        Child("worker", "celery", "--app=hacktiv", "--quiet", *worker),
        Child("beat", "hacktiv.beat"),
    ]


def _wait_until_healthy(port, children, *, said_every=SECONDS_UNTIL_SAID):
    """Wait until all checks pass, as long as no process falls, and say every `said_every` seconds what is slow."""
    deadline = time.monotonic() + SECONDS_TO_START
    say_at = time.monotonic() + said_every
    while True:
        _raise_for_the_fallen(children)
        health = _health(port)
        if health.get("ok"):
            return
        now = time.monotonic()
        slow = ", ".join(name for name, ok in health.get("checks", {}).items() if not ok) or "the web server"
        if now > deadline:
            raise StackError(f"The platform does not come up: {slow} is not ready.")
        if now > say_at:
            say(f"Waiting for {slow}: this machine is slow or busy (Ctrl-C gives up).")
            say_at = now + said_every
        time.sleep(0.3)


def _health(port):
    asking = HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError, HTTPException, ValueError), closing(asking):
        asking.request("GET", "/healthz")
        return json.load(asking.getresponse())
    return {}


def _welcome(accounts):
    say("")
    say(f"Hacktiv'Ardenne runs at {settings.SITE_URL}/ (Ctrl-C stops it)")
    say("This is for your own machine, not for serving the public: see docs/deployment.md.")
    for role, email, password in accounts:
        say(f"  {role:22} {email:38} {password}")
    say("")


def _watch(children, services):
    while True:
        time.sleep(1)
        join(*services)
        for child in children:
            if child.has_ended():
                if child.keeps_falling():
                    _raise_for_the_fallen([child])
                say(f"{child.name} has stopped (code {child.process.returncode}) and is started again.")
                child.start()


def _raise_for_the_fallen(children):
    for child in children:
        if child.has_ended():
            child.reader.join(1)
            raise StackError(f"{child.name} has stopped (code {child.process.returncode}), so everything does.")


def _end(children):
    for signum in (signal.SIGTERM, signal.SIGKILL):
        for child in children:
            child.signal(signum)
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
