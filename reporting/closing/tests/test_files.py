"""The files of a closed report: stored before it is closed, by workers that may die, and never changed."""

import hashlib
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from hacktiv.common.leases import LEASE, LeaseLost
from hacktiv.common.storage import private_storage
from members.tests.factories import UserFactory
from reporting.closing.operations import (
    ask_closing,
    close,
    conclude,
    resume_closings,
    store_files,
    store_missing_files,
)
from reporting.closing.operations import closing as closing_module
from reporting.closing.operations.storing import WANTED
from reporting.enums import VersionState
from reporting.errors import UNFORESEEN, ReportingError
from reporting.models import EvidenceFile, ReportFile, ReportVersion
from reporting.outputs.renderers import tables
from reporting.tests.builds import EachAnswered, draft
from reporting.tests.builds import close as closed_at_once
from reporting.tests.elsewhere import elsewhere
from reporting.tests.factories import CountedEventFactory, PartnerFactory, PeriodFactory

pytestmark = pytest.mark.django_db(transaction=True)

DYING_WORKER = """
import os, signal, sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from reporting.closing.operations import close
def die(number):
    print(number, flush=True)
    if number == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
close(version_id=int(sys.argv[1]), after_file=die)
"""


@pytest.fixture
def period():
    period = PeriodFactory()
    CountedEventFactory(project=period.project, declared=(13, 13))
    return period


@pytest.fixture
def asked(period):
    """Return a version that a coordinator asked to close."""
    version = draft(period)
    return ask_closing(
        version=version,
        built_at=version.built_at,
        by=UserFactory(coordinates=True),
        reasons=EachAnswered(reason="Essai"),
    )


def let_the_lease_run_out(version):
    ReportVersion.objects.filter(pk=version.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def contents(version):
    """Return the bytes of each stored file, which are those that its row tells."""
    found = {}
    for file in version.files.all():
        with file.file.open("rb") as stored:
            content = stored.read()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (file.sha256, file.size)
        found[file.language, file.format] = content
    return found


def test_a_closed_report_has_a_file_for_each_format_and_language(asked):
    assert close(version_id=asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.progress, asked.lease_token) == (VersionState.CLOSED, 100, None)
    found = contents(asked)
    assert set(found) == set(WANTED)
    assert len(found) == 12
    assert "Version 1, clôturée le" in found["fr", "csv"].decode("utf-8-sig")
    assert found["nl", "json"] != found["fr", "json"]
    assert b'"status": "closed"' in found["en", "json"]
    assert f'"reported_on": "{timezone.localdate()}"'.encode() in found["en", "json"]
    assert {content[:4] for (_language, form), content in found.items() if form == "pdf"} == {b"%PDF"}


def test_asking_twice_closes_once_and_keeps_who_asked_first(asked):
    again = ask_closing(version=asked, built_at=asked.built_at, by=UserFactory(coordinates=True), reasons={})
    assert (again.closed_by, again.closed_at) == (asked.closed_by, asked.closed_at)
    assert close(version_id=asked.pk) is True
    assert close(version_id=asked.pk) is False
    with pytest.raises(ReportingError) as refusal:
        ask_closing(version=asked, built_at=asked.built_at, by=UserFactory(coordinates=True), reasons={})
    assert refusal.value.code == "not_built"
    assert ReportFile.objects.count() == len(WANTED)


def test_the_progress_of_closing_tells_the_truth(asked):
    seen = []

    def watch(number):
        version = elsewhere(lambda: ReportVersion.objects.get(pk=asked.pk))
        seen.append((number, version.progress, version.state))
        assert version.lease_until - timezone.now() <= LEASE
        assert elsewhere(lambda: ReportFile.objects.count()) == 0, "all together, or none"

    close(version_id=asked.pk, after_file=watch)
    assert [number for number, _progress, _state in seen] == list(range(1, 13))
    assert [progress for _number, progress, _state in seen] == sorted({progress for _number, progress, _state in seen})
    assert {state for _number, _progress, state in seen} == {VersionState.CLOSING}


def test_a_worker_taken_for_dead_closes_nothing(asked):
    def be_overtaken(number):
        if number == 3:
            elsewhere(lambda: let_the_lease_run_out(asked))
            assert elsewhere(lambda: resume_closings()) == 1

    assert close(version_id=asked.pk, after_file=be_overtaken) is False
    asked.refresh_from_db()
    assert asked.state == VersionState.CLOSED
    assert set(contents(asked)) == set(WANTED)


def test_a_worker_killed_at_its_last_file_leaves_a_closing_that_resumes(asked):
    killed(asked, at=len(WANTED))
    assert resume_closings() == 0, "the lease holds for a moment: perhaps the worker lives"
    let_the_lease_run_out(asked)
    assert resume_closings() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == (VersionState.CLOSED, 2)
    assert set(contents(asked)) == set(WANTED)


@pytest.mark.long
@pytest.mark.parametrize("at", range(1, len(WANTED)))
def test_a_worker_killed_at_any_file_leaves_a_closing_that_resumes(asked, at):
    killed(asked, at=at)
    let_the_lease_run_out(asked)
    assert resume_closings() == 1
    asked.refresh_from_db()
    assert asked.state == VersionState.CLOSED
    assert set(contents(asked)) == set(WANTED)


def killed(version, *, at):
    """Let a worker write so many files, and die; the version is being closed, and has none."""
    worker = subprocess.run(
        [sys.executable, "-c", DYING_WORKER, str(version.pk), connection.settings_dict["NAME"], str(at)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hacktiv.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert worker.returncode == -signal.SIGKILL, worker.stderr
    version.refresh_from_db()
    assert version.state == VersionState.CLOSING
    assert not version.files.exists()


def test_a_closing_whose_order_was_lost_is_found(asked):
    assert resume_closings() == 0
    let_the_lease_run_out(asked)
    assert resume_closings() == 1


def test_a_closing_that_kills_its_workers_is_given_up_and_can_be_asked_anew(asked):
    ReportVersion.objects.filter(pk=asked.pk).update(attempts=closing_module.MAX_ATTEMPTS)
    let_the_lease_run_out(asked)
    assert resume_closings() == 0
    asked.refresh_from_db()
    assert (asked.state, asked.closed_at, asked.closed_by) == (VersionState.BUILT, None, None)
    assert str(closing_module.MAX_ATTEMPTS) in asked.error
    version = ask_closing(
        version=asked, built_at=asked.built_at, by=UserFactory(coordinates=True), reasons=EachAnswered(reason="Encore")
    )
    assert (version.error, version.attempts) == ("", 0)
    assert close(version_id=version.pk)


def test_evidence_that_goes_while_it_is_closed_keeps_the_report_open(period):
    evidence = EvidenceFile.objects.create(name="x", period=period, sha256="a" * 64)
    version = draft(period)
    ask_closing(
        version=version,
        built_at=version.built_at,
        by=UserFactory(coordinates=True),
        reasons=EachAnswered(reason="Essai"),
    )
    evidence.delete()
    assert close(version_id=version.pk) is False
    version.refresh_from_db()
    assert (version.state, version.closed_at) == (VersionState.BUILT, None)
    assert "n’existe plus" in version.error
    assert not ReportFile.objects.exists()


def test_files_that_cannot_be_written_are_tried_again(asked):
    """A file stands where their folder would be made: the worker leaves the closing as if it had died."""
    folder = Path(private_storage().path("reports"))
    aside = folder.with_name("reports-aside")
    if folder.exists():
        folder.rename(aside)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.touch()
    try:
        assert close(version_id=asked.pk) is False
    finally:
        folder.unlink()
        if aside.exists():
            aside.rename(folder)
    asked.refresh_from_db()
    assert (asked.state, asked.lease_token, asked.error) == (VersionState.CLOSING, None, "")
    let_the_lease_run_out(asked)
    assert resume_closings() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == (VersionState.CLOSED, 2)


def test_what_nobody_foresaw_is_said_in_a_sentence(asked, monkeypatch):
    def fail(*args):
        raise RuntimeError("/srv/private/reports")

    monkeypatch.setattr(closing_module, "written_files", fail)
    assert close(version_id=asked.pk) is False
    asked.refresh_from_db()
    assert (asked.state, asked.error) == (VersionState.BUILT, str(UNFORESEEN))


def test_a_stored_file_that_changed_is_not_exported(asked):
    close(version_id=asked.pk)
    with private_storage().open(asked.files.get(format="csv", language="fr").file.name, "wb") as changed:
        changed.write(b"other bytes")
    with pytest.raises(CommandError, match="no longer what was stored"):
        exported(asked, "csv", "fr")


def test_files_of_a_closed_report_stay_the_same_bytes(asked, monkeypatch):
    close(version_id=asked.pk)
    before = contents(asked)
    PartnerFactory(project=asked.period.project, name="Nouveau partenaire")
    project = asked.period.project
    project.title_fr, project.title_nl = "Un autre nom", "Een andere naam"
    project.save()
    monkeypatch.setattr(tables, "title", lambda report: "A new release")
    for language, form in WANTED:
        assert exported(asked, form, language) == before[language, form]
    assert contents(ReportVersion.objects.get(pk=asked.pk)) == before


def exported(version, form, language):
    """Return what the command writes of the newest version."""
    path = private_storage().path("exported")
    period = version.period
    call_command("export_report", period.project.slug, period.label, format=form, language=language, output=path)
    return Path(path).read_bytes()


@pytest.mark.parametrize("change", [{"sha256": "b" * 64}, {"file": "elsewhere"}, {"language": "xx"}, {"size": 1}])
def test_the_row_of_a_file_cannot_be_changed(period, change):
    version = draft(period)
    closed_at_once(version=version, built_at=version.built_at, by=UserFactory(coordinates=True), reason="Essai")
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        ReportFile.objects.filter(version=version, format="pdf").update(**change)
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        ReportFile.objects.filter(version=version).delete()


def without_files(period):
    """Make a report that was closed before closing stored its files."""
    version = draft(period)
    version.state, version.closed_at = VersionState.CLOSED, timezone.now()
    version.save()
    return version


def test_a_report_closed_before_gets_its_files_once(period):
    version = without_files(period)
    assert store_missing_files() == 1
    before = contents(version)
    assert set(before) == set(WANTED)
    assert store_missing_files() == 0
    assert store_files(version_id=version.pk) is False
    assert contents(version) == before


def test_two_workers_that_file_a_closed_report_at_once_keep_one_set(period):
    version = without_files(period)
    others = []

    def meddle(file):
        if (file.language, file.format) == WANTED[5]:
            others.append(elsewhere(lambda: store_files(version_id=version.pk)))

    assert store_files(version_id=version.pk, after_file=meddle) is False
    assert others == [True]
    assert set(contents(version)) == set(WANTED)


def test_a_filing_that_dies_begins_anew(period):
    version = without_files(period)

    def die(file):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store_files(version_id=version.pk, after_file=die)
    assert not version.files.exists()
    assert store_missing_files() == 1


def test_a_version_taken_over_is_not_concluded_with_an_old_token(asked):
    with pytest.raises(LeaseLost):
        conclude(version_id=asked.pk, token=uuid4(), files=[])
    asked.refresh_from_db()
    assert asked.state == VersionState.CLOSING
