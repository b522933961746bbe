"""Worker, broker and database killed at random moments, while the platform sends five hundred reminders.

The processes are those of docker-compose.yml, under the settings of production, on servers of their own. What falls is
started again, as its restart policy says. What arrived is counted by a mail server of the test's."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from environ import Env

from events.enums import MessageKind, MessageUnit
from events.models import Event, MessageRule, Registration
from events.registering.operations import register
from events.reminders.operations import mails_by_rule
from events.tests.factories import EventFactory
from hacktiv.backup.database import dump, dump_program, fill, restore_program, snapshot
from hacktiv.devstack.client import join, leave
from hacktiv.devstack.processes import die_with_parent, wait_until
from hacktiv.devstack.services import Postgres, Valkey
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import cancel, enqueue_all
from hacktiv.outbox.tests.smtp import SmtpServer
from members.models import User
from members.tests.factories import UserFactory

from .devstack.conftest import open_folder
from .serving import free_port
from .template import drop, lock, make, migrated_template
from .test_deployment import SERVICES, production_environment

pytestmark = [pytest.mark.serving, pytest.mark.long]

#: The name of a database that is made to be saved into a file, and dropped.
SAVED = "hacktiv_saved"
ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 250
EVENTS = 2
#: Docker waits so long before it starts a container again.
PAUSE = 0.1
SECONDS_TO_DRAIN = 120


class Container:
    """A process that is started again whenever it ends, until it is stopped, as with `restart: unless-stopped`."""

    def __init__(self, command, log, **options):
        self.stopped = False
        self.process = None
        self.environment = options.get("env")
        self.may_run = threading.Event()
        self.may_run.set()
        self.starts = 0
        self.start = lambda: subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL),
            **options,
        )
        self.keeper = threading.Thread(target=self._keep, daemon=True)
        self.keeper.start()
        assert wait_until(lambda: self.process, seconds=10)

    def _keep(self):
        while not self.stopped:
            self.process = self.start()
            self.starts += 1
            self.process.wait()
            time.sleep(PAUSE)
            self.may_run.wait()

    def kill(self, chance):
        """Kill all processes of the container at once, as Docker does where memory runs out; once it has started again,
        where it has just ended by itself."""
        assert wait_until(self._killed, seconds=10), f"{self.process.args} does not start again"

    def _killed(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def pause(self):
        """Kill the container, and do not start it again before `resume`."""
        self.may_run.clear()
        self.kill(None)

    def resume(self):
        self.may_run.set()

    def kill_child(self, chance):
        """Kill one of the processes that the first one made."""
        os.kill(chance.choice(children(self.process.pid)), signal.SIGKILL)

    def stop(self):
        self.stopped = True
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.keeper.join()


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _signal_all(processes, signum):
    """Send a signal to each process that has not ended meanwhile."""
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signum)


class Database:
    """A PostgreSQL that commits as in production: what it reported as written outlives its death."""

    def __init__(self, folder):
        self.server = Postgres.of(folder, "dev")

    def spare_the_disk(self):
        """Leave committed rows with the kernel, which outlives the processes: only a power cut would lose them."""
        with connection.cursor() as cursor:
            for setting in ("fsync", "full_page_writes"):
                cursor.execute(f"ALTER SYSTEM SET {setting} = off")
            cursor.execute("SELECT pg_reload_conf()")

    def kill(self, chance):
        """Kill the first process and all it made, as in a crash."""
        first = self.server.pid_on_file()
        for pid in [first, *children(first)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @contextmanager
    def standing_still(self):
        """Stop all its processes without ending them, as on a frozen machine; let them go on afterwards."""
        first = self.server.pid_on_file()
        processes = [first, *children(first)]
        _signal_all(processes, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal_all(processes, signal.SIGCONT)

    def kill_first(self, chance):
        os.kill(self.server.pid_on_file(), signal.SIGKILL)

    def kill_child(self, chance):
        """Kill a process that serves a client: PostgreSQL then ends all others, and recovers."""
        first = self.server.pid_on_file()
        serving = [pid for pid in children(first) if b"hacktiv hacktiv" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(chance.choice(serving or children(first)), signal.SIGKILL)


@contextmanager
def looking_into(url):
    """Let this process's own queries go to another database."""
    own = connection.settings_dict.copy()
    connection.close()
    ContentType.objects.clear_cache()  # other numbers there than here
    connection.settings_dict |= {key: value for key, value in Env.db_url_config(url).items() if key != "ENGINE"}
    try:
        yield
    finally:
        connection.close()
        ContentType.objects.clear_cache()
        connection.settings_dict |= own


@pytest.fixture
def database(django_db_blocker):
    """Make a database on its own server, with what migrations write, and send the queries of this process there."""
    with open_folder() as folder, TemporaryFile() as migrated, django_db_blocker.unblock():
        version = save_migrated(migrated)
        database = Database(folder)
        join(database.server)
        with looking_into(database.server.url):
            database.spare_the_disk()
            fill(restore_program(made_by=version), migrated)
            yield database
        leave(database.server)


def save_migrated(file):
    """Save a database that was only migrated into a file; return the version of the program that did."""
    saved_by = []

    def save():
        program, version = dump_program()
        with snapshot() as moment:
            dump(program, file, snapshot=moment)
        saved_by.append(version)

    template = migrated_template()
    with lock() as cursor:
        # Nobody can copy the template itself while somebody reads it.
        make(cursor, SAVED, save, template=template)
        drop(cursor, SAVED)
    file.seek(0)
    return saved_by[0]


@pytest.fixture
def platform(database, tmp_path):
    """Give the mail server that all is sent to, and a function that starts broker, worker and beat as compose does."""
    running = {}
    with SmtpServer() as smtp, (tmp_path / "log").open("wb") as log:

        def start():
            port = free_port()
            broker = [Valkey.find_program(), "--port", str(port), "--dir", str(tmp_path)]
            running["redis"] = Container([*broker, *SERVICES["redis"]["command"][1:]], log)
            environment = production_environment(
                DATABASE_URL=database.server.url,
                REDIS_URL=f"redis://127.0.0.1:{port}/0",
                EMAIL_URL=f"smtp://127.0.0.1:{smtp.port}",
                MEDIA_ROOT=str(tmp_path / "media"),
                PRIVATE_ROOT=str(tmp_path / "private"),
            )
            for name in ("worker", "beat"):
                program, *arguments = SERVICES[name]["command"]
                started = [] if program == "python" else ["-m", program]
                command = [sys.executable, *started, *arguments]
                running[name] = Container(command, log, cwd=ROOT, env=environment)
            return running

        yield smtp, start
        for container in running.values():
            container.stop()
    sys.stdout.write((tmp_path / "log").read_text(errors="replace"))


def five_hundred_registrations():
    """Seat people at two events each of the day after tomorrow, with a rule by which their reminders are due.

    The rule is written as if time had passed: the operation that sets a rule would write the mails at once."""
    people = User.objects.bulk_create(UserFactory.build_batch(PEOPLE, password="!"))
    for hours in range(EVENTS):
        event = EventFactory(starts_at=timezone.now() + timedelta(hours=30 + hours))
        for person in people:
            register(event=event, user=person)
        reminder = {"kind": MessageKind.REMINDER, "amount": 40, "unit": MessageUnit.HOURS}
        MessageRule.objects.create(event=event, **reminder)
        Event.objects.filter(pk=event.pk).update(own_messages=True)
    assert not Message.objects.filter(template="events.reminder").exists()
    # The mails that confirm are another matter, and would take as long again.
    assert cancel(key_prefix="events.confirmation:") == PEOPLE * EVENTS


def test_five_hundred_reminders_arrive_once_whatever_is_killed(database, platform, client):
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(2**32))
    say(f"KILL_SEED={seed}")
    chance = random.Random(seed)
    reminders = PEOPLE * EVENTS
    five_hundred_registrations()
    smtp, start = platform
    smtp.on_data = lambda mail: time.sleep(chance.uniform(0, 0.02))
    with scheduling_held_up(chance) as is_in_the_midst:
        running = start()
        assert wait_until(is_in_the_midst, seconds=SECONDS_TO_DRAIN, pause=0.1)
        running["worker"].kill(chance)
    kills = [
        *[("worker", kill) for kill in (running["worker"].kill, running["worker"].kill, running["worker"].kill_child)],
        *[("redis", running["redis"].kill)] * 3,
        *[("database", kill) for kill in (database.kill, database.kill_first, database.kill_child)],
    ]
    chance.shuffle(kills)
    moments = sorted(chance.sample(range(1, reminders - 20), len(kills)))
    for moment, (name, kill) in zip(moments, kills, strict=True):
        assert smtp.wait_for(moment, SECONDS_TO_DRAIN), f"after {len(smtp.received)} mails nothing leaves any more"
        time.sleep(chance.uniform(0, 0.05))
        kill(chance)
        say(f"{name} ({kill.__name__}) killed after {len(smtp.received)} mails")

    assert wait_until(lambda: nothing_left(reminders), seconds=SECONDS_TO_DRAIN, pause=0.5), states()
    say(f"{states()}, {len(smtp.handed_over)} arrived")
    # Each seat has its reminder, and each reminder has left or is in doubt: one at most for each death of its sender or
    # of the database, none for that of the broker.
    written = list(Message.objects.filter(template="events.reminder"))
    assert Counter(message.key.split(":")[1] for message in written) == {
        str(pk): 1 for pk in Registration.objects.values_list("pk", flat=True)
    }
    assert states().keys() <= {MessageState.SENT, MessageState.DOUBTFUL}
    doubtful = {message for message in written if message.state == MessageState.DOUBTFUL}
    assert len(doubtful) <= len([name for name, _kill in kills if name != "redis"])
    # By the log of the mail server: no mail came twice or to another person, and only mails in doubt are missing.
    arrived = Counter(smtp.handed_over)
    host = urlsplit(production_environment()["SITE_URL"]).hostname
    sent_to = {message: (f"<{message.message_id}@{host}>", message.to_email) for message in written}
    assert set(arrived.values()) == {1}
    assert {sent_to[message] for message in written if message not in doubtful} <= set(arrived) <= set(sent_to.values())
    # The page for staff shows exactly those in doubt as such.
    client.force_login(get_user_model().objects.create_superuser("chief@ardenne.example", "pw"))
    page = client.get(reverse("admin:outbox_message_changelist"), {"state__exact": MessageState.DOUBTFUL})
    assert set(page.context["cl"].result_list) == doubtful
    assert all(message.to_email in page.text for message in doubtful)
    # Worker and beat outlived the deaths of the others.
    falls = len([kill for name, kill in kills if kill == running["worker"].kill])
    assert (running["worker"].starts, running["beat"].starts) == (2 + falls, 1)


@contextmanager
def scheduling_held_up(chance):
    """Make a process that writes the reminders wait at one of them; yield what tells if one waits."""
    registration = chance.choice(list(Registration.objects.select_related("event", "user")))
    (rule,) = registration.event.message_rules.all()
    other = connection.copy()
    try:
        with transaction.atomic():
            enqueue_all(mails_by_rule(rule, registration, registration.event))
            yield lambda: waits(other)
            transaction.set_rollback(True)
    finally:
        other.close()


def waits(other):
    """Tell if a connection waits for another's transaction to end."""
    with other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT %'")
        return cursor.fetchone()[0] > 0


def say(line):
    """Write a line that pytest shows if the test fails."""
    sys.stdout.write(f"{time.strftime('%X')} {line}\n")


def nothing_left(reminders):
    """Tell if all reminders are written and none is left to send.

    The database may be away just now, which its driver says by one of several errors."""
    try:
        settled = Message.objects.exclude(state__in=[MessageState.PENDING, MessageState.CLAIMED])
        return settled.filter(template="events.reminder").count() == reminders
    except (DatabaseError, InterfaceError):
        connection.close()
        return False


def states():
    return dict(Message.objects.filter(template="events.reminder").values_list("state").annotate(Count("pk")))
