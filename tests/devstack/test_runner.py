"""`make run`'s program, from an empty folder to nothing left, with everything killed in between."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hacktiv.devstack.processes import command_of, wait_until

from .conftest import ROOT, end_all, open_folder, pids_about

LEFT_OUT = shutil.ignore_patterns(".venv", ".local", ".git", "media", "private", "staticfiles", "__pycache__", "*.mo")
SECONDS_TO_START = 90
SECONDS_TO_STOP = 60

pytestmark = pytest.mark.serving


@pytest.fixture(scope="module")
def clone():
    """Copy the sources into a new folder and return it."""
    with open_folder() as folder:
        yield Path(shutil.copytree(ROOT, folder / "clone", ignore=LEFT_OUT))


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(clone, port, **variables):
    environment = {**os.environ, "PORT": str(port), **variables}
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DEMO", "SITE_URL"):
        if name not in variables:
            environment.pop(name, None)
    return subprocess.Popen(
        [sys.executable, "-m", "hacktiv.devstack"],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until_ready(process):
    """Return the runner's output up to the blank line under its accounts."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line == "\n" and any("Ctrl-C" in before for before in lines):
            return "".join(lines)
    raise AssertionError("".join(lines))


def get(port, path):
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as asking:
        asking.request("GET", path)
        answer = asking.getresponse()
        return answer.status, answer.read()


def finish(process, clone):
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=SECONDS_TO_STOP)[0]
    assert process.returncode == 0, said
    assert pids_about(clone) == []


def worker_of(clone):
    """Return the number of the worker's process, or None."""
    for pid in pids_about(clone):
        with suppress(OSError):
            if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return pid
    return None


def commands_about(clone):
    """Return what still runs, for the message of a failure."""
    return [command_of(pid) for pid in pids_about(clone)]


def kill_worker(clone, fell):
    """Wait for a worker that has not fallen yet and kill it; return its number."""
    assert wait_until(lambda: worker_of(clone) not in {None, fell}, seconds=SECONDS_TO_STOP)
    worker = worker_of(clone)
    os.kill(worker, signal.SIGKILL)
    return worker


@pytest.mark.long
def test_platform_comes_up_from_nothing_survives_kills_and_leaves_nothing(clone, port):
    """This is one test because each start takes long, and the first by far the longest: it makes the database."""
    first = start(clone, port)
    said = read_until_ready(first)
    assert f"http://localhost:{port}/" in said
    assert "for your own machine, not for serving the public" in said
    assert [line.split()[-2] for line in said.splitlines() if "@" in line] == [
        "membre@example.org",
        "gestion@example.org",
        "accueil@example.org",
        "coordination@example.org",
    ]
    status, body = get(port, "/healthz")
    assert (status, json.loads(body)["ok"]) == (200, True)
    assert get(port, "/fr/")[0] == 200
    end_all(clone)
    first.communicate()

    second = start(clone, port)
    read_until_ready(second)
    assert get(port, "/fr/spaces/")[0] == 200
    # A killed runner takes all its processes along.
    second.kill()
    second.communicate()
    assert wait_until(lambda: not pids_about(clone), seconds=SECONDS_TO_STOP), commands_about(clone)

    third = start(clone, port)
    read_until_ready(third)
    fell = kill_worker(clone, None)
    assert wait_until(lambda: worker_of(clone) not in {None, fell}, seconds=SECONDS_TO_STOP)
    finish(third, clone)

    fourth = start(clone, port)
    read_until_ready(fourth)
    # A process that falls is started again, until it falls too often.
    fell = None
    for _fall in range(4):
        fell = kill_worker(clone, fell)
    said = fourth.communicate(timeout=SECONDS_TO_STOP)[0].splitlines()
    assert fourth.returncode == 1
    assert said.count("worker has stopped (code -9) and is started again.") == 3
    assert said[-1] == "worker has stopped (code -9), so everything does."
    assert pids_about(clone) == []


@pytest.mark.long
def test_port_in_use_is_said_in_one_sentence(clone):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said, _ = (process := start(clone, port)).communicate(timeout=SECONDS_TO_STOP)
    assert process.returncode == 1
    assert said == f"Port {port} is in use by another program: try PORT={port + 1} make run.\n"


@pytest.mark.parametrize("port", ["eight", "0", "-1", "65536"])
def test_senseless_port_is_said_in_one_sentence(clone, port):
    said, _ = (process := start(clone, port)).communicate(timeout=SECONDS_TO_STOP)
    assert process.returncode == 1
    assert said == f"PORT={port} is no port: give a number from 1024 to 65535.\n"


@pytest.mark.long
def test_two_first_starts_at_once_both_come_up():
    with open_folder() as folder:
        fresh = Path(shutil.copytree(ROOT, folder / "fresh", ignore=LEFT_OUT))
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "hacktiv.settings.dev"}
        for name in ("DATABASE_URL", "REDIS_URL", "DEMO"):
            environment.pop(name, None)
        command = [sys.executable, "-m", "hacktiv.devstack.prepare"]
        both = [
            subprocess.Popen(command, cwd=fresh, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for _ in range(2)
        ]
        # Each makes what the other has not made yet; other tests run beside them.
        said = [process.communicate(timeout=3 * SECONDS_TO_START)[0] for process in both]
        assert [(process.returncode, text) for process, text in zip(both, said, strict=True)] == [(0, b"")] * 2


@pytest.mark.long
@pytest.mark.parametrize(
    ("variable", "address", "sentence"),
    [
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL is not the address of a PostgreSQL database"),
        ("REDIS_URL", "foo", "REDIS_URL is not the address of a Redis server"),
        ("REDIS_URL", "redis://localhost:1/0", "Redis does not answer; is REDIS_URL right?"),
    ],
)
def test_bad_address_is_said_before_the_platform_starts(clone, port, variable, address, sentence):
    said, _ = (process := start(clone, port, **{variable: address})).communicate(timeout=SECONDS_TO_STOP)
    assert process.returncode == 1
    assert said.startswith(sentence)
    assert not [line for line in said.splitlines() if "|" in line or "Traceback" in line]


@pytest.mark.long
def test_database_that_does_not_answer_is_said_without_a_traceback(clone, port):
    process = start(clone, port, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    said, _ = process.communicate(timeout=SECONDS_TO_STOP)
    assert process.returncode == 1
    assert said.startswith("The database does not answer; is DATABASE_URL right?")
    assert "Traceback" not in said
