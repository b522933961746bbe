"""Builds that die, run twice, or are requested twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from hacktiv.common import leases
from reporting.building.operations import MAX_ATTEMPTS, build, request_build, resume_builds
from reporting.building.queries.build import STEPS
from reporting.enums import VersionState
from reporting.errors import UNFORESEEN
from reporting.models import ReportVersion
from reporting.tests.factories import CountedEventFactory, PeriodFactory

pytestmark = pytest.mark.django_db(transaction=True)

SLOW_WORKER = """
import sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from reporting.building.operations import build
def linger(step):
    print(step, flush=True)
    if step == "breakdowns":
        time.sleep(600)
build(version_id=int(sys.argv[1]), after_step=linger)
"""


@pytest.fixture
def period():
    period = PeriodFactory()
    CountedEventFactory(project=period.project, declared=(13, 13))
    return period


def elsewhere(do):
    """Return the result of `do` over another connection, outside of the snapshot in which the build reads."""
    answers = []

    def work():
        try:
            answers.append(do())
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answers[0]


def let_the_lease_run_out(version):
    ReportVersion.objects.filter(pk=version.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_report_is_built_step_by_step(period):
    version = request_build(period=period, by=None)
    seen = []

    def watch(step):
        seen.append((step, elsewhere(lambda: ReportVersion.objects.get(pk=version.pk).progress)))

    assert build(version_id=version.pk, after_step=watch)
    version.refresh_from_db()
    assert [step for step, _progress in seen] == list(STEPS)
    assert [progress for _step, progress in seen] == sorted({progress for _step, progress in seen})
    assert (version.state, version.progress, version.lease_token) == (VersionState.BUILT, 100, None)
    assert version.payload["report"]["period"]["label"] == period.label


def test_asking_twice_queues_one_build(period):
    assert request_build(period=period, by=None) == request_build(period=period, by=None)
    assert ReportVersion.objects.count() == 1


def test_asking_at_the_same_moment_queues_one_build(period):
    barrier = threading.Barrier(8)
    asked = []

    def ask():
        barrier.wait()
        try:
            asked.append(request_build(period=period, by=None).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 8
    assert len(set(asked)) == 1


@pytest.mark.long
def test_a_killed_worker_leaves_a_build_that_another_makes_whole(period):
    version = request_build(period=period, by=None)
    worker = subprocess.Popen(
        [sys.executable, "-c", SLOW_WORKER, str(version.pk), connection.settings_dict["NAME"]],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hacktiv.settings.test"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = iter(worker.stdout.readline, "")
        assert [next(lines).strip() for _number in range(3)] == ["records", "figures", "breakdowns"]
        version.refresh_from_db()
        assert (version.state, version.payload) == (VersionState.BUILDING, None)
        assert version.progress > 0
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    assert resume_builds() == 0, "the lease holds for a moment: perhaps the worker lives"
    let_the_lease_run_out(version)
    assert resume_builds() == 1
    version.refresh_from_db()
    assert (version.state, version.progress, version.attempts) == (VersionState.BUILT, 100, 2)


def test_a_lease_is_short_enough_to_finish_the_report_in_a_minute(period):
    version = request_build(period=period, by=None)
    leases = []

    def lease():
        return ReportVersion.objects.get(pk=version.pk).lease_until - timezone.now()

    build(version_id=version.pk, after_step=lambda step: leases.append(elsewhere(lease)))
    # The beat looks every 15 seconds.
    assert all(timedelta(seconds=20) < lease <= timedelta(seconds=30) for lease in leases)


def test_a_step_longer_than_the_lease_keeps_it(period, monkeypatch):
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=2))
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0.2)
    version = request_build(period=period, by=None)
    others = []

    def linger(step):
        if step == "figures":
            time.sleep(3)
            others.append(elsewhere(resume_builds))

    assert build(version_id=version.pk, after_step=linger)
    assert others == [0]
    version.refresh_from_db()
    assert (version.state, version.attempts) == (VersionState.BUILT, 1)


def test_ten_builds_at_once_all_end_however_long_they_take(monkeypatch):
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=2))
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0.2)
    versions = [request_build(period=PeriodFactory(), by=None) for _number in range(10)]
    steps = threading.Barrier(10)
    resumed = []

    def work(version):
        try:
            build(version_id=version.pk, after_step=wait_for_the_others)
        finally:
            connection.close()

    def wait_for_the_others(step):
        steps.wait()
        if step == STEPS[1]:
            time.sleep(3)
        if step == STEPS[2] and steps.wait() == 0:
            resumed.append(elsewhere(resume_builds))
        steps.wait()

    threads = [threading.Thread(target=work, args=[version]) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert resumed == [0]
    assert set(ReportVersion.objects.values_list("state", "attempts")) == {(VersionState.BUILT, 1)}


def test_a_worker_taken_for_dead_writes_nothing(period):
    version = request_build(period=period, by=None)

    def be_overtaken(step):
        if step == "annexes":
            elsewhere(lambda: let_the_lease_run_out(version))
            assert elsewhere(lambda: build(version_id=version.pk))
            built.append(elsewhere(lambda: ReportVersion.objects.get(pk=version.pk).built_at))

    built = []
    assert build(version_id=version.pk, after_step=be_overtaken) is False
    version.refresh_from_db()
    assert version.state == VersionState.BUILT
    assert [version.built_at] == built


def test_a_build_under_way_is_not_begun_twice(period):
    version = request_build(period=period, by=None)
    inner = []

    def meddle(step):
        if step == "records":
            inner.append(elsewhere(lambda: build(version_id=version.pk)))

    build(version_id=version.pk, after_step=meddle)
    assert inner == [False]
    assert build(version_id=version.pk) is False


def test_a_queued_build_whose_word_was_lost_is_found(period):
    version = request_build(period=period, by=None)
    assert resume_builds() == 0
    let_the_lease_run_out(version)
    assert resume_builds() == 1
    version.refresh_from_db()
    assert version.state == VersionState.BUILT


def test_a_build_that_kills_its_workers_is_given_up(period):
    version = request_build(period=period, by=None)
    ReportVersion.objects.filter(pk=version.pk).update(attempts=MAX_ATTEMPTS)
    let_the_lease_run_out(version)
    assert resume_builds() == 0
    version.refresh_from_db()
    assert version.state == VersionState.FAILED
    again = request_build(period=period, by=None)
    assert (again.pk, again.state, again.attempts, again.error) == (version.pk, VersionState.QUEUED, 0, "")


def test_a_build_that_fails_says_so(period):
    version = request_build(period=period, by=None)

    def fail(step):
        raise RuntimeError("no more paper")

    assert build(version_id=version.pk, after_step=fail) is False
    version.refresh_from_db()
    assert (version.state, version.error) == (VersionState.FAILED, str(UNFORESEEN))


def test_a_build_without_room_on_the_disk_is_tried_again(period):
    version = request_build(period=period, by=None)

    def fail(step):
        raise OSError(28, "No space left on device")

    assert build(version_id=version.pk, after_step=fail) is False
    version.refresh_from_db()
    assert (version.state, version.error, version.lease_token) == (VersionState.BUILDING, "", None)
    assert resume_builds() == 0
    let_the_lease_run_out(version)
    assert resume_builds() == 1


def test_a_report_is_read_in_one_snapshot(period):
    version = request_build(period=period, by=None)

    def change_meanwhile(step):
        if step == "figures":
            elsewhere(lambda: CountedEventFactory(project=period.project, declared=(2, 2)))

    build(version_id=version.pk, after_step=change_meanwhile)
    version.refresh_from_db()
    assert len(version.payload["report"]["actions"]) == 1


def test_building_a_draft_again_keeps_its_number_and_what_can_be_read(period):
    version = request_build(period=period, by=None)
    build(version_id=version.pk)
    again = request_build(period=period, by=None)
    assert (again.pk, again.number, again.state) == (version.pk, 1, VersionState.QUEUED)
    assert again.payload is not None
