"""Measure a mailing to 20 000 members while reminders become due: `python -m bench.mailing`.

It makes a database of its own, seeds it, starts a worker of two processes as in docker-compose.yml and a mail server
that takes its time, and lets the mailing leave. The worker is killed while it puts the mails in line, and another takes
over. While the mails leave a reminder becomes due every few seconds, and the mailing is stopped at the end. The figures
are written into bench/mailing.md. Ends with 1 where a reminder is late, somebody is told twice, or a process takes too
much memory.
"""

import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "hacktiv.settings.test"
django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from hacktiv.celery import app  # noqa: E402
from hacktiv.devstack.prepare import compile_catalogues  # noqa: E402
from hacktiv.devstack.processes import wait_until  # noqa: E402
from hacktiv.mailings.models import Mailing  # noqa: E402
from hacktiv.mailings.operations import stop_mailing  # noqa: E402
from hacktiv.mailings.queries import progress_of, reach_of  # noqa: E402
from hacktiv.mailings.tests.factories import a_draft, let_leave  # noqa: E402
from hacktiv.outbox.models import Message, MessageState, Priority  # noqa: E402
from hacktiv.outbox.operations import enqueue  # noqa: E402
from hacktiv.outbox.tests.smtp import SmtpServer  # noqa: E402
from members.models import User  # noqa: E402
from spaces.enums import MembershipState  # noqa: E402
from spaces.models import Membership  # noqa: E402
from spaces.tests.factories import MembershipKindFactory, SpaceFactory  # noqa: E402
from tests.serving import celery_worker  # noqa: E402

PEOPLE = 20_000
#: Seconds that the mail server takes for each mail.
A_MAIL = 0.03
REMINDERS, EVERY = 12, 5
#: A reminder may be late by so many seconds, and a process of the worker take so many MB (its own pages).
LATE, TARGET = 60, 200
SWEEPS = ("hacktiv.mailings.tasks.resume_mailings", "hacktiv.outbox.tasks.send_due")
REPORT = Path(__file__).with_suffix(".md")


def seed():
    space = SpaceFactory(name="La Ferme")
    kind = MembershipKindFactory(space=space)
    languages = ("fr", "nl", "en")
    users = User.objects.bulk_create(
        User(
            email=f"membre{n}@ardenne.example", first_name="Camille", last_name=f"Lambert{n}", language=languages[n % 3]
        )
        for n in range(PEOPLE)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users
    )
    Membership.objects.bulk_create(
        Membership(user=user, space=space, kind=kind, state=MembershipState.ACTIVE, since=timezone.localdate())
        for user in users
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return space


class Beat(threading.Thread):
    """Order the sweeps as beat does, and note the largest memory that a process of the worker has taken."""

    def __init__(self):
        super().__init__(daemon=True)
        self.group, self.most, self.is_over = None, 0, threading.Event()

    def run(self):
        while not self.is_over.wait(1):
            self.most = max(self.most, memory_of(self.group))
            if int(time.monotonic()) % 15 == 0:
                for name in SWEEPS:
                    app.send_task(name, expires=20)


def memory_of(group):
    """Return the MB that the largest process of the group has to itself."""
    largest = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) != group:
                continue
            lines = (folder / "smaps_rollup").read_text().splitlines()
        except (OSError, ProcessLookupError):
            continue
        own = sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean:", "Private_Dirty:")))
        largest = max(largest, own // 1024)
    return largest


def put_in_line(mailing, folder, smtp, beat, figures):
    """Kill the worker while it puts the mails in line; return once another has done the rest."""
    with celery_worker(mails=folder, pool="prefork", TEST_SMTP_PORT=str(smtp.port)) as worker:
        app.send_task("hacktiv.mailings.tasks.expand", [mailing.pk])
        assert wait_until(lambda: mailing.recipients.count() > PEOPLE // 4, seconds=60, pause=0.05)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    figures["in line when the worker was killed"] = mailing.recipients.count()
    Mailing.objects.update(lease_until=timezone.now())  # the bench does not wait for the end of the lease


def send(mailing, folder, smtp, beat, figures):
    delays = []
    with celery_worker(mails=folder, pool="prefork", TEST_SMTP_PORT=str(smtp.port)) as worker:
        beat.group = os.getpgid(worker.pid)
        beat.start()
        app.send_task(SWEEPS[0])
        began = time.monotonic()
        assert wait_until(lambda: Mailing.objects.get().expanded_at, seconds=120, pause=0.1)
        figures["seconds to put the rest in line"] = round(time.monotonic() - began, 1)
        app.send_task(SWEEPS[1])
        first, began = len(smtp.received), time.monotonic()
        for number in range(REMINDERS):
            time.sleep(EVERY)
            delays.append(reminded(number, smtp))
        took = time.monotonic() - began
        figures["mails a second"] = round((len(smtp.received) - first) / took, 1)
        began = time.monotonic()
        figures["cancelled by the stop"] = stop_mailing(mailing=mailing)
        figures["seconds to stop"] = round(time.monotonic() - began, 2)
        time.sleep(2)
        left = len(smtp.received)
        time.sleep(3)
        figures["mails that left later than two seconds after the stop"] = len(smtp.received) - left
        beat.is_over.set()
        beat.join()
    figures["largest process of the worker, MB of its own"] = beat.most
    return delays


def reminded(number, smtp):
    """Put a reminder in line that is due now; return after how many seconds the mail server has it."""
    address, began = f"rappel{number}@ardenne.example", time.monotonic()
    enqueue(
        key=f"bench:{number}",
        template="account.password_reset_key",
        to_email=address,
        language="fr",
        rendered={"subject": "Rappel", "text": "Demain.", "html": ""},
    )
    assert wait_until(lambda: any(mail["To"] == address for mail in smtp.received[-400:]), seconds=120, pause=0.05)
    return time.monotonic() - began


def run():
    figures = {}
    space = seed()
    mailing = a_draft(space, by=User.objects.first())
    began = time.monotonic()
    reach = reach_of(mailing)
    figures["seconds to count the audience for the preview"] = round(time.monotonic() - began, 2)
    began = time.monotonic()
    let_leave(mailing, reach.written_to)
    figures["seconds to let it leave"] = round(time.monotonic() - began, 2)
    with SmtpServer() as smtp, tempfile.TemporaryDirectory() as folder:
        smtp.on_data = lambda mail: time.sleep(A_MAIL)
        beat = Beat()
        put_in_line(mailing, folder, smtp, beat, figures)
        delays = send(mailing, folder, smtp, beat, figures)
        told = [recipient for _id, recipient in smtp.handed_over]
    mailing.refresh_from_db()
    mails = Message.objects.filter(about=mailing.about, priority=Priority.MAILING)
    began = time.monotonic()
    progress_of(mailing)
    figures["seconds to read the progress"] = round(time.monotonic() - began, 2)
    figures["people in line, each once"] = mails.values("to_email").distinct().count()
    figures["mails in line"] = mails.count()
    figures["addresses that were handed over twice"] = len(told) - len(set(told))
    figures["mails in doubt"] = mails.filter(state=MessageState.DOUBTFUL).count()
    return figures, delays


def write(figures, delays):
    on, late = f"{timezone.localdate():%Y-%m-%d}", f"{max(delays):.1f} s the latest of {len(delays)} reminders"
    lines = [
        f"# A mailing to {PEOPLE:,} members",
        "",
        f"Written by `python -m bench.mailing` on {on}, one machine, one run; the mail server takes "
        f"{A_MAIL * 1000:.0f} ms for a mail.",
        "",
        f"- {late} that became due meanwhile, {median(delays):.1f} s their median; {LATE} s are allowed",
        *(f"- {number} {what}" for what, number in figures.items()),
    ]
    REPORT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def main():
    compile_catalogues(Path(__file__).parent.parent / "locale")
    connection.settings_dict["TEST"]["NAME"] = "bench_mailing"
    settings.CELERY_TASK_DEFAULT_QUEUE = app.conf.task_default_queue
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        figures, delays = run()
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    write(figures, delays)
    problems = []
    if max(delays) > LATE:
        problems.append("A reminder was late.")
    if figures["addresses that were handed over twice"] or figures["mails in line"] != PEOPLE:
        problems.append("Not everybody was told once.")
    if figures["largest process of the worker, MB of its own"] > TARGET:
        problems.append("A process took too much memory.")
    return " ".join(problems) or 0


if __name__ == "__main__":
    sys.exit(main())
