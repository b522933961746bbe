"""Files that a worker makes when a coordinator asks, by workers that may die."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from hacktiv.common.storage import private_storage
from members.tests.factories import UserFactory
from reporting.closing.operations import ask_file, close, forget_files, make_file, resume_files
from reporting.closing.operations.preparing import KEPT_FOR, MAX_ATTEMPTS
from reporting.enums import FileState
from reporting.errors import UNFORESEEN, ReportingError
from reporting.models import PreparedFile
from reporting.tests.builds import close as closed_at_once
from reporting.tests.builds import draft
from reporting.tests.elsewhere import elsewhere
from reporting.tests.factories import CountedEventFactory, PeriodFactory

pytestmark = pytest.mark.django_db(transaction=True)

DYING_WORKER = """
import os, signal, sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from reporting.closing.operations import make_file
def die(progress):
    if progress >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
make_file(file_id=int(sys.argv[1]), after_step=die)
"""


@pytest.fixture
def version():
    period = PeriodFactory()
    CountedEventFactory(project=period.project, declared=(13, 13))
    return draft(period)


def asked(version, kind="csv", **values):
    return ask_file(version=version, kind=kind, language="fr", by=None, **values)


def let_the_lease_run_out(file):
    PreparedFile.objects.filter(pk=file.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_file_is_made_and_kept_for_some_days(version):
    file = asked(version, "pdf")
    assert make_file(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.progress, file.lease_token) == (FileState.READY, 100, None)
    with file.file.open("rb") as made:
        content = made.read()
    assert content.startswith(b"%PDF")
    assert file.size == len(content)
    assert file.is_ready and file.kept_until <= timezone.now() + KEPT_FOR
    assert make_file(file_id=file.pk) is False


def test_asking_twice_makes_one_file(version):
    first = asked(version)
    assert asked(version).pk == first.pk
    make_file(file_id=first.pk)
    assert asked(version).is_ready
    assert PreparedFile.objects.count() == 1
    assert asked(version, "xlsx").pk != first.pk


def test_eight_who_ask_at_once_get_one_file(version):
    barrier, got = threading.Barrier(8), []

    def ask():
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            got.append(asked(version, "package").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(set(got))) == (8, 1)


def test_two_workers_make_one_file(version):
    file = asked(version)
    others = []
    make_file(file_id=file.pk, after_step=lambda progress: others.append(elsewhere(lambda: make_file(file_id=file.pk))))
    assert set(others) == {False}
    file.refresh_from_db()
    assert file.is_ready


def test_a_worker_taken_for_dead_keeps_nothing_of_its_own(version):
    file = asked(version)

    def be_overtaken(progress):
        if progress == 5:
            elsewhere(lambda: let_the_lease_run_out(file))
            assert elsewhere(resume_files) == 1

    assert make_file(file_id=file.pk, after_step=be_overtaken) is False
    file.refresh_from_db()
    assert file.is_ready
    assert private_storage().listdir("prepared")[1].count(file.file.name.partition("/")[2]) == 1


@pytest.mark.parametrize("at", [5, pytest.param(30, marks=pytest.mark.long), pytest.param(90, marks=pytest.mark.long)])
def test_a_file_of_a_killed_worker_is_made_by_the_next_one(version, at):
    file = asked(version, "package" if at > 5 else "csv")
    worker = subprocess.run(
        [sys.executable, "-c", DYING_WORKER, str(file.pk), connection.settings_dict["NAME"], str(at)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hacktiv.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert worker.returncode == -signal.SIGKILL, worker.stderr
    file.refresh_from_db()
    assert (file.state, file.is_ready) == (FileState.BUILDING, False)
    assert resume_files() == 0, "the lease holds for a moment: perhaps the worker lives"
    let_the_lease_run_out(file)
    assert resume_files() == 1
    file.refresh_from_db()
    assert (file.state, file.attempts) == (FileState.READY, 2)


def test_a_file_that_kills_its_workers_is_given_up_and_can_be_asked_anew(version):
    file = asked(version)
    PreparedFile.objects.filter(pk=file.pk).update(attempts=MAX_ATTEMPTS)
    let_the_lease_run_out(file)
    assert resume_files() == 0
    file.refresh_from_db()
    assert file.state == FileState.FAILED and str(MAX_ATTEMPTS) in file.error
    again = asked(version)
    assert (again.pk, again.state, again.error, again.attempts) == (file.pk, FileState.QUEUED, "", 0)


def test_a_file_without_room_on_the_disk_is_tried_again(version):
    file = asked(version)

    def fail(progress):
        raise OSError(28, "No space left on device")

    assert make_file(file_id=file.pk, after_step=fail) is False
    file.refresh_from_db()
    assert (file.state, file.error, file.lease_token) == (FileState.BUILDING, "", None)
    let_the_lease_run_out(file)
    assert resume_files() == 1


def test_a_file_that_fails_says_so_in_a_sentence(version):
    file = asked(version)

    def fail(progress):
        raise RuntimeError("/srv/private/prepared")

    assert make_file(file_id=file.pk, after_step=fail) is False
    file.refresh_from_db()
    assert (file.state, file.error) == (FileState.FAILED, str(UNFORESEEN))


def test_a_file_that_is_gone_from_the_disk_is_made_anew(version):
    file = asked(version)
    make_file(file_id=file.pk)
    file.refresh_from_db()
    assert file.is_ready
    private_storage().delete(file.file.name)
    assert not file.is_ready
    assert asked(version).state == FileState.QUEUED
    assert make_file(file_id=file.pk)


def test_a_draft_built_again_has_no_file_of_the_one_before(version):
    file = asked(version)
    draft(version.period)
    assert make_file(file_id=file.pk) is False
    file.refresh_from_db()
    assert file.state == FileState.FAILED and file.error
    assert forget_files() == 1
    assert not PreparedFile.objects.exists()


def test_files_of_a_draft_go_when_it_is_closed(version):
    made, waiting = asked(version), asked(version, "package")
    make_file(file_id=made.pk)
    made.refresh_from_db()
    closed_at_once(version=version, built_at=version.built_at, by=UserFactory(), reason="Essai")
    assert not PreparedFile.objects.exists()
    assert not private_storage().exists(made.file.name)
    assert make_file(file_id=waiting.pk) is False


def test_a_file_whose_time_is_over_is_deleted_and_others_stay(version):
    over, kept = asked(version), asked(version, "json")
    for file in (over, kept):
        make_file(file_id=file.pk)
        file.refresh_from_db()
    PreparedFile.objects.filter(pk=over.pk).update(kept_until=timezone.now())
    assert forget_files() == 1
    assert [file.pk for file in PreparedFile.objects.all()] == [kept.pk]
    assert not private_storage().exists(over.file.name)
    assert private_storage().exists(kept.file.name)


@pytest.mark.parametrize(("part", "code"), [("event:nowhere", "no_such_action"), ("../../etc", "no_such_action")])
def test_a_package_of_an_action_that_is_not_told_is_refused(version, part, code):
    with pytest.raises(ReportingError) as refusal:
        asked(version, "package", part=part)
    assert refusal.value.code == code


def test_making_a_file_never_changes_a_closed_report(version):
    version = closed_at_once(version=version, built_at=version.built_at, by=UserFactory(), reason="Essai")
    sums = {file.pk: hashlib.sha256(file.file.read()).hexdigest() for file in version.files.all()}
    file = asked(version, "package")
    assert make_file(file_id=file.pk)
    assert {file.pk: hashlib.sha256(file.file.read()).hexdigest() for file in version.files.all()} == sums
    assert close(version_id=version.pk) is False
