"""Web, worker, beat, broker, database and all of them killed or away, while people register without a pause.

The processes are those of docker-compose.yml under the settings of production, as in test_killed_at_random.py, whose
fixtures these tests use; the web server is one of them here. Whose request was cut off asks again, as people do.
"""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from events.enums import RegistrationStatus
from events.models import Event, Registration
from events.tests.factories import EventFactory
from hacktiv.devstack.client import join, leave
from hacktiv.devstack.processes import wait_until
from hacktiv.outbox.models import Message, MessageState
from members.models import User
from members.tests.factories import UserFactory

from .http import CSRF, Visitor, all_at_once, session_of
from .serving import free_port, web_server
from .test_deployment import SERVICES, production_environment
from .test_killed_at_random import ROOT, Container, database, nothing_left, platform, say  # noqa: F401

pytestmark = [pytest.mark.serving, pytest.mark.long]

#: The platform is whole again so soon after a death (seconds; 10 where no other test runs beside this one), and so long
#: all is away in the second test.
WHOLE_AGAIN = float(os.environ.get("WHOLE_AGAIN_SECONDS", 30))
AWAY = float(os.environ.get("AWAY_SECONDS", 8))
PEOPLE, SEATS = 1500 + round(30 * AWAY), 100
#: Seconds before somebody asks again, or the next one does; nobody gives up.
PAUSE = 0.3


class Crowd:
    """Some people at a time register for an event, one after another, and note when each was answered."""

    def __init__(self, port, event, at_once=4):
        self.port, self.address = port, reverse("events:register", args=[event.slug])
        people = list(User.objects.filter(is_superuser=False).order_by("pk"))
        self.sessions = [(person.pk, session_of(person)) for person in people]
        self.answered, self.odd = {}, []
        self.turn, self.lock, self.stopped = count(), threading.Lock(), False
        self.given_up = False
        self.pool = ThreadPoolExecutor(at_once)
        self.at_work = [self.pool.submit(self._register_all) for _ in range(at_once)]

    def _register_all(self):
        while not self.stopped:
            with self.lock:
                turn = next(self.turn)
            person, session = self.sessions[turn]
            while not self.given_up and not self._is_answered(person, session):
                time.sleep(PAUSE)
            time.sleep(PAUSE)

    def _is_answered(self, person, session):
        try:
            status, headers = ask(self.port, self.address, session=session, form={})
        except (OSError, HTTPException):
            return False
        if status == 302 and reverse("account_login") not in headers["Location"]:
            self.answered[person] = time.monotonic()
        elif status != 503 or "Retry-After" not in headers:
            self.odd.append((person, status, headers.get("Location")))
        return person in self.answered

    def goes_on(self):
        """Return whether somebody who asks from now on is answered within WHOLE_AGAIN seconds."""
        now = time.monotonic()
        return wait_until(lambda: max(self.answered.values(), default=0) > now, seconds=WHOLE_AGAIN)

    def end(self):
        """Let those who are asking be answered, and nobody else begin."""
        self.stopped = True
        for work in self.at_work:
            work.result()
        self.pool.shutdown()


def ask(port, address, *, session=None, form=None, timeout=10):
    """Ask as the proxy does, and return the status and headers."""
    host = urlsplit(production_environment()["SITE_URL"]).hostname
    cookies = {settings.CSRF_COOKIE_NAME: CSRF} | ({settings.SESSION_COOKIE_NAME: session} if session else {})
    headers = {
        "Host": host,
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.7",
        "Origin": f"https://{host}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    body = None
    if form is not None:
        body = urlencode({"csrfmiddlewaretoken": CSRF, **form})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    with closing(HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        connection.request("GET" if body is None else "POST", address, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, dict(answer.headers)


@pytest.fixture
def served_platform(database, platform, tmp_path):  # noqa: F811
    """Start broker, worker, beat and web; yield the mail server, the running containers, and the web server's port."""
    smtp, start = platform
    running = start()
    port = free_port()
    # The sessions that this process makes are signed with its key.
    environment = running["worker"].environment | {"SECRET_KEY": settings.SECRET_KEY}
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    program, *arguments = SERVICES["web"]["command"]
    command = [sys.executable, "-m", program, *[part for part in arguments if not part.startswith("--bind")]]
    with (tmp_path / "web.log").open("wb") as log:
        web = Container([*command, f"--bind=127.0.0.1:{port}"], log, cwd=ROOT, env=environment)
        running["web"] = web
        try:
            assert wait_until(lambda: is_well(port), seconds=60, pause=0.2)
            yield smtp, running, port
        finally:
            web.stop()
    sys.stdout.write((tmp_path / "web.log").read_text(errors="replace")[-20_000:])


def is_well(port):
    try:
        return ask(port, "/healthz")[0] == 200
    except (OSError, HTTPException):
        return False


@contextmanager
def registering(port):
    """Let people register for one event, and check at the end that each answer holds, in the database and by mail."""
    User.objects.bulk_create(UserFactory.build_batch(PEOPLE, password="!"))
    event = EventFactory(starts_at=timezone.now() + timedelta(days=20), capacity=SEATS)
    crowd = Crowd(port, event)
    try:
        yield crowd
        assert wait_until(lambda: len(crowd.answered) > SEATS, seconds=120), "nobody came to the waiting list"
    except BaseException:
        crowd.given_up = True
        raise
    finally:
        crowd.end()
    connection.close()  # it may have died with the database
    assert crowd.odd == []
    seats = Registration.objects.filter(event=event).values_list("user", "status")
    assert Counter(user for user, _status in seats) == dict.fromkeys(crowd.answered, 1)
    statuses = Counter(status for _user, status in seats)
    waiting = len(crowd.answered) - SEATS
    assert statuses == {RegistrationStatus.CONFIRMED: SEATS, RegistrationStatus.WAITING: waiting}
    assert Event.objects.get(pk=event.pk).seats_taken == SEATS


def assert_each_mail_left_once(smtp, deaths):
    """Each registration has one mail, which left once, or is in doubt after the death of its sender or the database."""
    settled = {MessageState.SENT, MessageState.DOUBTFUL}
    assert wait_until(lambda: set(states()) <= settled, seconds=120, pause=0.5), states()
    assert states().total() == Registration.objects.count()
    arrived = Counter(smtp.handed_over)
    assert set(arrived.values()) == {1}
    assert len(arrived) >= states()[MessageState.SENT]
    assert states()[MessageState.DOUBTFUL] <= deaths


def states():
    return Counter(Message.objects.filter(template__startswith="events.").values_list("state", flat=True))


def test_who_was_told_of_a_seat_has_it_whatever_is_killed(served_platform, database):  # noqa: F811
    smtp, running, port = served_platform
    deaths = {name: [container.kill] for name, container in running.items()} | {"database": [database.kill]}
    deaths["all"] = [kill for kills in deaths.values() for kill in kills]
    with registering(port) as crowd:
        for name, kills in deaths.items():
            time.sleep(2)
            assert crowd.goes_on(), f"nobody is answered before {name} is killed"
            killed_at = time.monotonic()
            for kill in kills:
                kill(None)
            assert wait_until(lambda: is_well(port), seconds=WHOLE_AGAIN, pause=0.1), f"not well after {name} died"
            assert crowd.goes_on(), f"nobody is answered after {name} died"
            took = time.monotonic() - killed_at
            say(f"{name} killed; whole again after {took:.1f} s, {len(crowd.answered)} answered")
            assert took < WHOLE_AGAIN
    assert_each_mail_left_once(smtp, deaths=8)


def test_broker_and_database_away_lose_nothing_and_pages_that_need_neither_are_served(served_platform, database):  # noqa: F811
    smtp, running, port = served_platform
    page = reverse("portal:privacy")
    with registering(port) as crowd:
        assert crowd.goes_on()
        running["redis"].pause()
        assert crowd.goes_on(), "nobody is answered while the broker is away"
        assert ask(port, page)[0] == 200
        time.sleep(AWAY)
        running["redis"].resume()
        back_at = time.monotonic()
        assert wait_until(lambda: is_well(port), seconds=WHOLE_AGAIN, pause=0.1), "not well once the broker is back"
        say(f"broker back; whole again after {time.monotonic() - back_at:.1f} s, {len(crowd.answered)} answered")

        leave(database.server)
        assert wait_until(lambda: not is_well(port), seconds=20)
        until = time.monotonic() + AWAY
        while time.monotonic() < until:
            assert ask(port, page)[0] == 200
            status, headers = ask(port, reverse("portal:me"), session=crowd.sessions[0][1])
            assert (status, "Retry-After" in headers) == (503, True)
            time.sleep(1)
        back_at = time.monotonic()
        join(database.server)
        assert wait_until(lambda: is_well(port), seconds=WHOLE_AGAIN, pause=0.1), "not well once the database is back"
        assert crowd.goes_on()
        say(f"database back; whole again after {time.monotonic() - back_at:.1f} s, {len(crowd.answered)} answered")
    assert_each_mail_left_once(smtp, deaths=2)


def test_a_database_that_stands_still_keeps_no_page_for_ever(database, tmp_path):  # noqa: F811
    event = EventFactory(title_fr="Marche")
    address = event.get_absolute_url()
    with web_server(mails=tmp_path, DATABASE_URL=database.server.url, DATABASE_PATIENCE="3") as server:
        visitors = [Visitor(server) for _number in range(20)]
        assert "Marche" in visitors[0].get(address).text
        with database.standing_still():
            asked_at = time.monotonic()
            answers = all_at_once(visitors, lambda visitor, connection: visitor.get(f"{address}?x=1", connection))
            took = time.monotonic() - asked_at
            asked_at = time.monotonic()
            how_it_is = visitors[0].get("/healthz")
            health_took = time.monotonic() - asked_at
        assert {answer.status for answer in answers} == {503}
        assert took < 3 * 8
        assert (how_it_is.status, "Retry-After" in how_it_is.headers) == (503, True)
        # A connection that was open is given up, and one more is tried.
        assert health_took < 2 * 4 + 2
        assert wait_until(lambda: visitors[0].get(address).status == 200, seconds=WHOLE_AGAIN)
