"""Real servers for tests: a gunicorn of several threads and a Celery worker, on the database of the running test."""

import os
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from email import message_from_bytes, policy
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from hacktiv.celery import app
from hacktiv.devstack.processes import die_with_parent, wait_until

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 30


class Server(NamedTuple):
    """A running web server: its address without a final slash, its process, the folder of the mails it sent, and the
    address at which it answers `/healthz` apart."""

    url: str
    process: subprocess.Popen
    mails: Path
    health: str

    def sent(self):
        """Return the mails sent so far, oldest first."""
        return sent_mails(self.mails)


@contextmanager
def web_server(*, mails, threads=8, workers=1, **variables):
    """Run a gunicorn of `workers` × `threads` on the present test database, and stop it at the end.

    `variables` are added to its environment."""
    port, health_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    size = [f"--threads={threads}", f"--workers={workers}"]
    command = ["gunicorn", "--config=python:hacktiv.web", f"--bind=127.0.0.1:{port}", *size, "--log-level=warning"]
    with _started(command, mails, SITE_URL=url, HEALTH_BIND=f"127.0.0.1:{health_port}", **variables) as process:
        if not wait_until(lambda: process.poll() is not None or _answers(port), seconds=SECONDS_TO_START, pause=0.1):
            raise TimeoutError("the web server does not answer")
        if process.poll() is not None:
            raise RuntimeError(f"the web server ended with code {process.returncode}")
        yield Server(url, process, Path(mails), f"http://127.0.0.1:{health_port}")


def free_port():
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def celery_worker(*, mails, pool="threads", concurrency=2, **variables):
    """Run a Celery worker for the tasks of this test run only; its queue is emptied first.

    `variables` are added to its environment (with TEST_SMTP_PORT, mails go to a mail server on that port)."""
    app.control.purge()
    command = ["celery", "--app=hacktiv", "--quiet", "worker", "--loglevel=warning"]
    name = f"{settings.CELERY_TASK_DEFAULT_QUEUE}@{time.monotonic_ns()}"
    options = [f"--pool={pool}", f"--concurrency={concurrency}", f"--hostname={name}", "--without-gossip"]
    with _started([*command, *options, "--without-mingle"], mails, **variables) as process:
        if not wait_until(lambda: app.control.ping([name], timeout=0.5), seconds=SECONDS_TO_START):
            raise TimeoutError("the worker does not answer")
        yield process


def sent_mails(folder):
    """Return the mails that processes wrote into `folder`, oldest first."""
    files = sorted(Path(folder).glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
    separator = b"\n" + b"-" * 79 + b"\n"
    texts = [text for file in files for text in file.read_bytes().split(separator) if text.strip()]
    return [message_from_bytes(text, policy=policy.default) for text in texts]


def process_environment(mails, **variables):
    """Return the environment of a process on the present test database that writes its mails into a folder."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hacktiv.settings.test",
        "DATABASE_URL": _database_url(),
        "REDIS_URL": os.environ.get("REDIS_URL", ""),
        "TEST_MAILS": str(mails),
        **variables,
    }


@contextmanager
def _started(command, mails, **variables):
    environment = process_environment(mails, **variables)
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, preexec_fn=die_with_parent, start_new_session=True
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _database_url():
    """Return the address of the present test database; the settings name another one."""
    made = connection.settings_dict
    login = quote(made["USER"], safe="")
    if made["PASSWORD"]:
        login += ":" + quote(made["PASSWORD"], safe="")
    if made["HOST"].startswith("/"):
        return f"postgres://{login}@/{made['HOST']}/{made['NAME']}"
    return f"postgres://{login}@{made['HOST']}:{made['PORT'] or 5432}/{made['NAME']}"


def _answers(port):
    asking = HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError), closing(asking):
        asking.request("HEAD", "/healthz")
        asking.getresponse()
        return True
    return False
