"""A real Celery worker, killed with all its children in the middle of its work, and started again."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from events.enums import RegistrationStatus
from events.models import Event, Registration
from events.reminders.operations import schedule_messages
from events.tests.factories import EventFactory
from hacktiv.celery import app
from hacktiv.common.leases import LEASE
from hacktiv.devstack.processes import wait_until
from hacktiv.mailings.models import Mailing
from hacktiv.mailings.tests.factories import a_draft, let_leave
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.tests.smtp import SmtpServer
from members.models import User
from members.tests.factories import UserFactory
from reporting.building.operations import request_build
from reporting.enums import VersionState
from reporting.models import ReportVersion
from reporting.tests.factories import CountedEventFactory, PeriodFactory
from spaces.enums import MembershipState
from spaces.models import Membership
from spaces.tests.factories import MembershipKindFactory, SpaceFactory
from tests.serving import ROOT, celery_worker, process_environment

pytestmark = [pytest.mark.serving, pytest.mark.django_db(transaction=True)]

MINUTE = 60


def kill(process):
    """Kill parent and children at once without a warning, as the kernel does when memory runs out."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def period():
    period = PeriodFactory()
    CountedEventFactory.create_batch(3, project=period.project, declared=(13, 13))
    return period


@contextmanager
def standing_still(table):
    """Make readers of the table wait: the building worker gets stuck in the middle."""
    other = connection.copy()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield other
    finally:
        other.close()


def read(other, version):
    """Return state and progress as another connection sees them."""
    with other.cursor() as cursor:
        cursor.execute("SELECT state, progress FROM reporting_reportversion WHERE id = %s", [version.pk])
        return cursor.fetchone()


def killed_in_the_middle(version, folder):
    """Let a worker begin the report, and kill it there."""
    with celery_worker(mails=folder, pool="prefork") as worker, standing_still("reporting_deliverable") as other:
        app.send_task("reporting.tasks.build_report", [version.pk])
        assert wait_until(lambda: read(other, version)[1] > 0, seconds=30, pause=0.1), read(other, version)
        time.sleep(0.5)
        kill(worker)
    version.refresh_from_db()
    assert version.state == VersionState.BUILDING
    assert 0 < version.progress < 100
    assert version.payload is None


@pytest.mark.long
def test_a_report_of_a_killed_worker_is_taken_over_when_the_lease_ends(period, tmp_path):
    version = request_build(period=period, by=None)
    killed_in_the_middle(version, tmp_path)
    # The lease and the beat's round fit into the minute; the test does not wait for the lease.
    rounds = settings.CELERY_BEAT_SCHEDULE["resume-report-builds"]["schedule"]
    assert LEASE.total_seconds() + rounds <= MINUTE - 10
    assert version.lease_until <= timezone.now() + LEASE
    ReportVersion.objects.filter(pk=version.pk).update(lease_until=timezone.now())
    with celery_worker(mails=tmp_path, pool="prefork"):
        app.send_task("reporting.tasks.resume_builds")
        assert wait_until(lambda: whole(version), seconds=MINUTE / 2, pause=0.1)
    assert ReportVersion.objects.count() == 1


@pytest.mark.long
def test_a_report_is_whole_a_minute_after_a_killed_worker_restarts(period, tmp_path):
    version = request_build(period=period, by=None)
    killed_in_the_middle(version, tmp_path)
    with beat(tmp_path), celery_worker(mails=tmp_path, pool="prefork"):
        restarted = time.monotonic()
        assert wait_until(lambda: whole(version), seconds=MINUTE, pause=0.5)
        assert time.monotonic() - restarted < MINUTE


def whole(version):
    version.refresh_from_db()
    return version.state == VersionState.BUILT and version.progress == 100 and bool(version.payload)


@contextmanager
def beat(folder):
    command = [sys.executable, "-m", "hacktiv.beat"]
    process = subprocess.Popen(command, cwd=ROOT, env=process_environment(folder))
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def event_of_tomorrow(people):
    """Make an event that begins in 20 hours, with no reminder sent yet."""
    event = EventFactory(capacity=people)
    Registration.objects.bulk_create(
        Registration(event=event, user=user, status=RegistrationStatus.CONFIRMED, confirmed_at=timezone.now())
        for user in UserFactory.create_batch(people, password="!")
    )
    start = timezone.now() + timedelta(hours=20)
    Event.objects.filter(pk=event.pk).update(
        seats_taken=people,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        earliest=timezone.localdate(start),
        latest=timezone.localdate(start),
    )
    return event


@pytest.mark.long
def test_a_worker_killed_amid_a_hundred_reminders_doubles_and_loses_none(tmp_path):
    event_of_tomorrow(people=100)
    assert schedule_messages() == 100
    kills = (20, 55, 56)
    with SmtpServer() as smtp:
        crowd = Crowd()
        smtp.on_data = crowd.pass_through
        for wanted in kills:
            with sender(tmp_path, smtp) as worker:
                assert smtp.wait_for(wanted)
                kill(worker)
        with sender(tmp_path, smtp):
            settled = [MessageState.SENT, MessageState.DOUBTFUL]
            assert wait_until(lambda: Message.objects.filter(state__in=settled).count() == 100, seconds=60, pause=0.2)
        copies = Counter(parseaddr(recipient)[1] for recipient in smtp.recipients())

    assert crowd.most == 1, "two hands of one worker sent at once: its death leaves two mails in doubt"
    assert max(copies.values()) == 1
    doubtful = set(Message.objects.doubtful().values_list("to_email", flat=True))
    assert len(doubtful) <= len(kills)
    sent = set(Message.objects.filter(state=MessageState.SENT).values_list("to_email", flat=True))
    assert len(sent) + len(doubtful) == 100
    assert sent <= set(copies) <= sent | doubtful


class Crowd:
    """Hold each mail up a little, and count how many came at once from processes that live."""

    def __init__(self):
        self.now = self.most = 0
        self.counting = threading.Lock()

    def pass_through(self, mail):
        with self.counting:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.01)
        with self.counting:
            self.now -= 1


@contextmanager
def sender(folder, smtp):
    """Run a worker with two threads, told several times that there are reminders to send."""
    with celery_worker(mails=folder, pool="prefork", TEST_SMTP_PORT=str(smtp.port)) as worker:
        for _again in range(4):
            app.send_task("hacktiv.outbox.tasks.send_due")
        yield worker


@pytest.mark.long
def test_a_mailing_of_a_killed_worker_is_taken_over_and_tells_each_once(tmp_path):
    people, space, kind = 6000, SpaceFactory(), MembershipKindFactory()
    held = {"space": space, "kind": kind, "state": MembershipState.ACTIVE, "since": timezone.localdate()}
    users = User.objects.bulk_create(User(email=f"abonne{n}@ardenne.example") for n in range(people))
    Membership.objects.bulk_create(Membership(user=user, **held) for user in users)
    mailing = let_leave(a_draft(space, by=users[0]), people)
    with celery_worker(mails=tmp_path, pool="prefork") as worker:
        app.send_task("hacktiv.mailings.tasks.expand", [mailing.pk])
        assert wait_until(lambda: mailing.recipients.count() > 0, seconds=30, pause=0.01)
        kill(worker)
    told = mailing.recipients.count()
    assert 0 < told < people
    mailing.refresh_from_db()
    assert (mailing.expanded_at, mailing.queued) == (None, told)
    rounds = settings.CELERY_BEAT_SCHEDULE["resume-mailings"]["schedule"]
    assert LEASE.total_seconds() + rounds <= MINUTE - 10
    Mailing.objects.update(lease_until=timezone.now())
    with celery_worker(mails=tmp_path, pool="prefork"):
        app.send_task("hacktiv.mailings.tasks.resume_mailings")
        assert wait_until(lambda: Mailing.objects.get().expanded_at, seconds=MINUTE, pause=0.2)
    mails = Message.objects.filter(about=mailing.about)
    assert mails.count() == mails.values("to_email").distinct().count() == mailing.recipients.count() == people
