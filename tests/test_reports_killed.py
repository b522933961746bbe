"""Workers that build or close a report, killed at random statements: nothing is half written, and progress is true."""

import hashlib
import os
import random
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.tests.factories import UserFactory
from reporting.building.operations import build, request_build, resume_builds
from reporting.building.queries.versions import report_of
from reporting.closing.operations import ask_closing, close, resume_closings
from reporting.closing.operations.storing import WANTED
from reporting.enums import VersionState
from reporting.models import AnnexChunk, ReportFile, ReportVersion
from reporting.tests.builds import EachAnswered, draft
from reporting.tests.factories import CountedEventFactory, PeriodFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

#: It makes a worker for each line that it reads: what it does, of which version, and the statement after which it dies.
WORKERS = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from reporting.building.operations import build
from reporting.closing.operations import close
connection.settings_dict["NAME"] = sys.argv[1]
def work(do, version, last):
    done = 0
    def count(execute, *statement):
        nonlocal done
        answer = execute(*statement)
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
    with connection.execute_wrapper(count):
        do(version_id=version)
for line in sys.stdin:
    name, version, last = line.split()
    child = os.fork()
    if not child:
        work({"build": build, "close": close}[name], int(version), int(last))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
DEATHS = 10


@pytest.fixture
def kill():
    """Return what lets a worker die after so many statements."""
    workers = subprocess.Popen(
        [sys.executable, "-c", WORKERS, connection.settings_dict["NAME"]],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hacktiv.settings.test"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def killed(name, version, last):
        print(name, version.pk, last, file=workers.stdin, flush=True)
        assert workers.stdout.readline().strip() == str(-signal.SIGKILL), f"{name} ended before statement {last}"
        version.refresh_from_db()

    with workers:
        yield killed
        workers.stdin.close()


@pytest.fixture
def chance():
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(2**32))
    print(f"KILL_SEED={seed}")  # noqa: T201
    return random.Random(seed)


@pytest.fixture
def period():
    period = PeriodFactory()
    for number in range(3):
        CountedEventFactory(project=period.project, declared=(13 + number, 20))
    return period


def let_the_lease_run_out(version):
    ReportVersion.objects.filter(pk=version.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def statements_of(do, version):
    """Return how many statements the work takes whose worker does not die."""
    with CaptureQueriesContext(connection) as queries:
        assert do(version_id=version.pk)
    version.refresh_from_db()
    return len([query for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT"))])


def test_a_build_killed_at_ten_random_moments_is_never_half_written(period, kill, chance):
    version = request_build(period=period, by=None)
    number = statements_of(build, version)
    whole, chunks, told = report_of(version), {*AnnexChunk.objects.values_list("pk", flat=True)}, {}
    for last in sorted({*chance.sample(range(1, number), DEATHS - 1), number}):
        assert request_build(period=period, by=None) == version
        before = ReportVersion.objects.values("payload", "built_at").get(pk=version.pk)
        kill("build", version, last)
        told[last] = version.progress
        begun = version.attempts
        assert version.state == (VersionState.BUILDING if begun else VersionState.QUEUED), last
        assert (version.payload, version.built_at) == (before["payload"], before["built_at"]), last
        assert {*AnnexChunk.objects.values_list("pk", flat=True)} == chunks, last
        assert resume_builds() == 0, "the lease holds for a moment: perhaps the worker lives"
        let_the_lease_run_out(version)
        assert resume_builds() == 1
        version.refresh_from_db()
        chunks = {*AnnexChunk.objects.values_list("pk", flat=True)}
        assert (version.state, version.progress, version.attempts) == (VersionState.BUILT, 100, begun + 1), last
        assert report_of(version).figures == whole.figures
        assert report_of(version).actions == whole.actions
    assert [*told.values()] == sorted(told.values()), "it tells no more than what was done"
    assert max(told.values()) < 100


def test_a_closing_killed_in_its_last_transaction_closes_nothing_and_resumes(period, kill, chance):
    other = draft(PeriodFactory())
    number = statements_of(close, asked(other))
    version = asked(draft(period))
    for last in sorted({*chance.sample(range(number - 20, number), 2), number}):
        kill("close", version, last)
        assert version.state == VersionState.CLOSING, last
        assert version.progress < 100
        assert not version.files.exists()
        let_the_lease_run_out(version)
    assert resume_closings() == 1
    version.refresh_from_db()
    assert (version.state, version.progress) == (VersionState.CLOSED, 100)
    kept = {*ReportFile.objects.values_list("file", flat=True)}
    assert len(kept) == 2 * len(WANTED)
    for file in ReportFile.objects.all():
        with file.file.open() as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == file.sha256


def asked(version):
    return ask_closing(
        version=version,
        built_at=version.built_at,
        by=UserFactory(coordinates=True),
        reasons=EachAnswered(reason="Essai"),
    )
