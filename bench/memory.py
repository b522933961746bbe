"""Measure the memory that web, worker and beat take together: `python -m bench.memory`.

It makes a database of its own with the network and the examples, starts the three commands of docker-compose.yml with
the settings of production, measures them, asks for every page that links lead to, in the name of a visitor, a member, a
manager and a coordinator, has mails, reports and pictures made by the worker meanwhile, and measures again. Pages that
processes share count once: those of files (the interpreter, the libraries) however many map them, the others as the
kernel shares them out (PSS). `--minutes=15` keeps the load up for so long and prints the total of each minute. Ends
with 1 where the total after the load is above the target.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import django
import yaml

os.environ["DJANGO_SETTINGS_MODULE"] = "hacktiv.settings.test"
django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.translation import override  # noqa: E402

from events.enums import EventState  # noqa: E402
from events.errors import EventError  # noqa: E402
from events.models import Event  # noqa: E402
from events.registering.operations import register  # noqa: E402
from hacktiv.celery import app  # noqa: E402
from hacktiv.devstack.prepare import compile_catalogues  # noqa: E402
from hacktiv.devstack.processes import die_with_parent, wait_until  # noqa: E402
from hacktiv.outbox.models import Message  # noqa: E402
from members.models import User  # noqa: E402
from reporting.building.operations import request_build  # noqa: E402
from reporting.models import Period, ReportVersion  # noqa: E402
from spaces.models import Photo  # noqa: E402
from tests.http import session_of  # noqa: E402
from tests.site import ROLES, load_all, walk  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".local" / "bench"
SERVICES = ("web", "worker", "beat")
#: MB of all processes together after the load.
TARGET = 350
REQUESTS, CLIENTS = 3000, 8
#: Rounds of tasks during a load without --minutes; each has mails, a report and pictures made.
ROUNDS = 6
PICTURES, REGISTRATIONS = 4, 5
SECONDS_TO_START, SECONDS_FOR_TASKS = 90, 180
PORT = 8204
#: Addresses that production leaves to the reverse proxy, or does not have.
NOT_SERVED = (settings.MEDIA_URL, "/mails/")
MB = 1024  # in kB, the unit of /proc


def environment():
    """Return the environment of the platform: production's, on the embedded servers."""
    place = connection.settings_dict
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **production_variables(),
        "DJANGO_SETTINGS_MODULE": "bench.production",
        "BENCH_SHARE": settings.CELERY_TASK_DEFAULT_QUEUE,
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"https://127.0.0.1:{PORT}",
        "DATABASE_URL": f"postgres://{quote(place['USER'])}@/{place['HOST']}/{place['NAME']}",
        "REDIS_URL": "redis://not-used",
        "EMAIL_URL": "dummymail://",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "PRIVATE_ROOT": str(settings.STORAGES["private"]["OPTIONS"]["location"]),
        "LOG_LEVEL": "WARNING",
    }


def production_variables():
    """Return the variables that the image sets to plain values."""
    found = re.search(r"^ENV PATH=/venv[\s\S]*?[^\\]$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return {name: value for name, value in re.findall(r"(\w+)=(\S+)", found[0]) if name != "PATH"}


@contextmanager
def running(service):
    """Run one service of docker-compose.yml, and stop it at the end."""
    program, *arguments = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][service]["command"]
    arguments = [re.sub(r"^--bind=.*", f"--bind=127.0.0.1:{PORT}", argument) for argument in arguments]
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), preexec_fn=die_with_parent)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# --- measuring ---


def family(pid):
    """Return the numbers of a process and of all that descend from it."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            found += family(int(child))
    return found


def private_memory(pid):
    """Return the kB of a process without the pages of files; pages that it shares with its family are divided."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(number) for number in re.findall(r"^Pss_(?:Anon|Shmem): +(\d+)", rollup, re.MULTILINE))


def proportional_memory(pid):
    return int(re.search(r"^Pss: +(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)[1])


def mapped_files(pid):
    """Return {(device, file, offset): kB} of the pages of files that a process has in memory unchanged."""
    found = {}
    mappings = Path(f"/proc/{pid}/smaps").read_text()
    for mapping in re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", mappings, flags=re.MULTILINE):
        if head := re.match(r"\S+ \S+ (\S+) (\S+) (\d+) +/", mapping):
            sizes = dict(re.findall(r"^(Rss|Anonymous): +(\d+)", mapping, re.MULTILINE))
            found[head[2], head[3], head[1]] = int(sizes["Rss"]) - int(sizes["Anonymous"])
    return found


def measure(processes):
    """Return {service: (processes, MB without files, PSS in MB)}, and the MB of the files that all map."""
    rows, files = {}, {}
    for service, process in processes.items():
        pids = family(process.pid)
        rows[service] = (
            len(pids),
            sum(map(private_memory, pids)) / MB,
            sum(map(proportional_memory, pids)) / MB,
        )
        for pid in pids:
            for place, size in mapped_files(pid).items():
                files[place] = max(size, files.get(place, 0))
    return rows, sum(files.values()) / MB


def total(rows, files):
    return sum(private for _number, private, _pss in rows.values()) + files


def show(title, rows, files):
    print(f"\n{title}\n{'':<26}{'processes':>10}{'MB':>8}{'PSS':>8}")
    for service, (number, private, proportional) in rows.items():
        print(f"{service:<26}{number:>10}{private:>8.0f}{proportional:>8.0f}")
    print(f"{'files that they map, once':<26}{'':>10}{files:>8.0f}")
    processes, pss = sum(row[0] for row in rows.values()), sum(row[2] for row in rows.values())
    print(f"{'total':<26}{processes:>10}{total(rows, files):>8.0f}{pss:>8.0f}", flush=True)


# --- load ---


def collect():
    """Return (role, address) of every page that links lead to in French, one of each view."""
    with override("fr"):
        return [
            (role, address)
            for role in ROLES
            for address, answer, _page, _where in walk(role, each=1)
            if answer.status_code == 200 and not address.startswith(NOT_SERVED)
        ]


class Load:
    """Clients that ask for the addresses in turn until they are told to stop, or have asked often enough."""

    def __init__(self, addresses, most=None):
        cookies = {role: session_of(User.objects.get(email=email)) for role, email in ROLES.items() if email}
        self.asked = [
            (address, {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookies[role]}"} if role in cookies else {})
            for role, address in addresses
        ]
        self.most = most
        self.turn = 0
        self.statuses = Counter()
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.wait()

    def wait(self):
        for thread in self.threads:
            thread.join()

    def _ask(self):
        while not self.over.is_set():
            with self.lock:
                if self.most and self.turn >= self.most:
                    return
                address, headers = self.asked[self.turn % len(self.asked)]
                self.turn += 1
            status = ask(address, headers)
            with self.lock:
                self.statuses[status] += 1


def ask(address, headers=None):
    """Ask the web server for an address, read the whole answer, and return its status."""
    asking = HTTPConnection("127.0.0.1", PORT, timeout=120)
    headers = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip", "Accept-Language": "fr", **(headers or {})}
    try:
        asking.request("GET", quote(address, safe="/?&=%:@+,;"), headers=headers)
        answer = asking.getresponse()
        answer.read()
        return answer.status
    finally:
        asking.close()


def is_well():
    with suppress(OSError):
        return ask("/healthz") == 200
    return False


def give_work(number):
    """Have the worker send mails with a calendar entry and a ticket, build a report and draw pictures."""
    open_events = Event.objects.filter(state=EventState.PUBLISHED, starts_at__gt=timezone.now()).order_by("starts_at")
    for event in open_events[:REGISTRATIONS]:
        user = User.objects.create(email=f"load-{number}-{event.pk}@ardenne.example", language="fr")
        with suppress(EventError):
            register(event=event, user=user)
    request_build(period=Period.objects.order_by("pk")[number % Period.objects.count()], by=None)
    with transaction.atomic():
        drawn = Photo.objects.order_by("pk").values_list("pk", flat=True)[:PICTURES]
        Photo.objects.filter(pk__in=list(drawn)).update(renditions=None)
        transaction.on_commit(lambda: app.send_task("spaces.tasks.draw_pictures"))


def work_left():
    """Return the number of mails, reports and pictures that wait for the worker."""
    reports = ReportVersion.objects.filter(state__in=["queued", "building"]).count()
    mails = Message.objects.pending().filter(due_at__lte=timezone.now()).count()
    return mails + reports + Photo.objects.to_draw().count()


def put_under_load(addresses, processes, minutes):
    """Ask for all pages and have all tasks done; with `minutes` for so long, saying the total of each."""
    began = time.monotonic()
    with Load(addresses, most=None if minutes else REQUESTS) as load:
        for number in range(minutes or ROUNDS):
            give_work(number)
            if minutes:
                time.sleep(max(0, began + 60 * (number + 1) - time.monotonic()))
                megabytes = total(*measure(processes))
                print(f"minute {number + 1:>3}: {megabytes:>5.0f} MB, {load.turn} requests", flush=True)
            else:
                wait_until(lambda: not work_left(), seconds=SECONDS_FOR_TASKS, pause=0.5)
        if not minutes:
            load.wait()
    done = wait_until(lambda: not work_left(), seconds=SECONDS_FOR_TASKS, pause=0.5)
    seconds = time.monotonic() - began
    answers = ", ".join(f"{number} with {status}" for status, number in sorted(load.statuses.items()))
    print(f"\n{load.turn} requests in {seconds:.0f} s: {answers}; tasks {'done' if done else 'NOT all done'}")
    return done and set(load.statuses) <= {200}


# --- the whole ---


def rest(processes):
    """Wait until nothing is drawn any more: each picture has a program of its own, which lasts a second."""
    worker = processes["worker"].pid

    def is_at_rest():
        return not any(b"decoding.py" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in family(worker))

    time.sleep(5)
    if not wait_until(is_at_rest, seconds=SECONDS_FOR_TASKS, pause=0.5):
        raise TimeoutError("the worker goes on drawing pictures")


def give_second_factors():
    """Give all who have a role a second factor, without which production opens nothing to them."""
    for email in filter(None, ROLES.values()):
        Authenticator.objects.create(user=User.objects.get(email=email), type=Authenticator.Type.TOTP, data={})


def run(minutes):
    load_all()
    addresses = collect()
    give_second_factors()
    print(f"{len(addresses)} pages: {dict(Counter(role for role, _address in addresses))}")
    app.control.purge()
    manage = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(manage, cwd=ROOT, env=environment(), check=True)
    with ExitStack() as stack:
        processes = {service: stack.enter_context(running(service)) for service in SERVICES}
        if not wait_until(is_well, seconds=SECONDS_TO_START, pause=0.5):
            raise TimeoutError("the platform does not come up")
        if not wait_until(lambda: not work_left(), seconds=SECONDS_FOR_TASKS, pause=0.5):
            raise TimeoutError("the worker does not end what the examples left to do")
        rest(processes)
        show("After the start", *measure(processes))
        all_well = put_under_load(addresses, processes, minutes)
        rest(processes)
        rows, files = measure(processes)
        show("After the load", rows, files)
    return all_well, total(rows, files)


def main():
    options = argparse.ArgumentParser(description="Measure the memory of the whole platform.")
    options.add_argument("--minutes", type=int, default=0, help="how long to keep the load up")
    minutes = options.parse_args().minutes
    compile_catalogues(settings.BASE_DIR / "locale")
    settings.MEDIA_ROOT = FOLDER / "media"
    connection.settings_dict["TEST"]["NAME"] = "bench_memory"
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        all_well, megabytes = run(minutes)
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    print(f"\nEvery page and task succeeds: {'yes' if all_well else 'NO'}")
    print(f"At most {TARGET} MB together: {'yes' if megabytes <= TARGET else 'NO'} ({megabytes:.0f})")
    return 0 if all_well and megabytes <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
