"""Where the database or the cache is away, or a row is held too long, a page says so and when to try again."""

import hashlib
import json
import resource
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import set_wait_callback

from events.enums import RegistrationStatus
from events.models import Registration
from events.tests.factories import EventFactory
from hacktiv import database_patience
from hacktiv.site.models import SentForm
from hacktiv.site.once import KEPT_FOR
from members.tests.factories import UserFactory
from spaces.models import Document, Notice
from spaces.tests.factories import SpaceFactory, in_days
from tests.http import Visitor, all_at_once
from tests.pages import Page
from tests.serving import web_server

AWAY = {
    "fr": "La plateforme ne peut pas répondre",
    "nl": "Het platform kan nu niet antwoorden",
    "en": "The platform cannot answer right now",
}


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.fixture
def no_cache(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}


@contextmanager
def no_database():
    address = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT=1)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(address)


@contextmanager
def held(row):
    """Hold a row in a transaction of another connection."""
    is_held, may_end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            type(row).objects.select_for_update().get(pk=row.pk)
            is_held.set()
            may_end.wait(60)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert is_held.wait(10)
        yield
    finally:
        may_end.set()
        holder.join()


def assert_asks_to_try_again(answer, language="fr"):
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert f'<html lang="{language}">' in answer.content.decode()
    assert AWAY[language] in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", AWAY)
def test_without_a_database_a_page_says_so_in_the_language_of_its_address(visitor, language):
    with no_database():
        assert_asks_to_try_again(visitor.get(f"/{language}/agenda/"), language)


@pytest.mark.django_db(transaction=True)
def test_without_a_database_one_who_is_signed_in_reads_the_same(visitor):
    visitor.force_login(UserFactory())
    with no_database():
        for address in ("/fr/", "/fr/agenda/", "/admin/"):
            assert_asks_to_try_again(visitor.get(address))


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_held_too_long_loses_nothing(visitor):
    event = EventFactory()
    visitor.force_login(UserFactory())
    address = reverse("events:register", args=[event.slug])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with held(event):
            assert_asks_to_try_again(visitor.post(address))
        assert not Registration.objects.exists()
        assert visitor.post(address).status_code == 302
    finally:
        connection.close()
    assert Registration.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_click_while_the_first_is_worked_on_is_told_so(visitor):
    user, page = UserFactory(), reverse("spaces:notice_new")
    SpaceFactory(managers=[user])
    visitor.force_login(user)
    valid_until = f"{in_days(9, 9):%Y-%m-%d}"
    typed = {"title": "Écran", "kind": "offer", "text": "À prêter", "valid_until": valid_until}
    wish = Page(visitor.get(page).text, page).form(page).data(**typed)
    visitor.post(page, wish)
    SentForm.objects.update(sent_at=timezone.now() - KEPT_FOR)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with held(SentForm.objects.get()):
            answer = visitor.post(page, wish, headers={"referer": f"http://testserver{page}"})
    finally:
        connection.close()
    assert (answer.status_code, f'href="{page}"' in answer.text) == (409, True)
    assert "ne savons pas encore" in answer.text
    assert Notice.objects.count() == 1


@pytest.mark.long
@pytest.mark.serving
@pytest.mark.django_db(transaction=True)
def test_a_held_row_does_not_keep_the_threads_of_the_web_server(served):
    event = EventFactory()
    visitors = [Visitor(served, UserFactory()) for _thread in range(8)]
    address = reverse("events:register", args=[event.slug])
    with held(event), ThreadPoolExecutor() as asking:
        answers = asking.submit(
            all_at_once, visitors, lambda visitor, connection: visitor.post(address, {}, connection)
        )
        time.sleep(1)
        health = HTTPConnection(urlsplit(served.health).netloc, timeout=1)
        health.request("GET", "/healthz")
        assert json.load(health.getresponse())["checks"]["database"]
        assert {answer.status for answer in answers.result(30)} == {503}
    assert not Registration.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_without_a_cache_nobody_signs_in_or_up_without_a_limit(visitor, no_cache, name):
    form = {"email": "a@ardenne.example", "login": "a@ardenne.example", "password": "x", "password1": "Sapin-vert-37"}
    assert visitor.get(reverse(name)).status_code == 200
    assert_asks_to_try_again(visitor.post(reverse(name), form))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["portal:redeem_voucher", "portal:delete_account"])
def test_without_a_cache_nobody_guesses_a_code_or_a_password(visitor, no_cache, name):
    visitor.force_login(UserFactory())
    assert_asks_to_try_again(visitor.post(reverse(name), {"code": "x", "password": "x"}))


@pytest.fixture
def silence():
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@pytest.mark.django_db
def test_a_cache_that_hangs_delays_a_page_by_seconds_and_never_ends_it(visitor, settings, silence):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": silence}}
    settings.SHARED_PAGES_SECONDS = 300
    asked_at = time.monotonic()
    assert visitor.get("/fr/agenda/").status_code == 200
    assert time.monotonic() - asked_at < 5
    asked_at = time.monotonic()
    assert_asks_to_try_again(visitor.post(reverse("account_login"), {"login": "a@ardenne.example", "password": "x"}))
    assert time.monotonic() - asked_at < 3


@pytest.mark.django_db(transaction=True)  # within one that has written, the cache may not be asked
def test_a_request_waits_once_for_a_cache_that_hangs(visitor, settings, silence):
    visitor.force_login(UserFactory())
    address = "/fr/spaces/search/?where=Charleville"
    visitor.get(address)  # what the process makes once
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": silence}}
    settings.SHARED_PAGES_SECONDS = 300
    waited = []
    for _page in range(2):  # the next request tries again: it may be back
        asked_at = time.monotonic()
        assert visitor.get(address).status_code == 200
        waited.append(time.monotonic() - asked_at)
    assert min(waited) > 1, waited
    assert max(waited) < 3, waited


@pytest.mark.long
@pytest.mark.serving
@pytest.mark.django_db(transaction=True)
def test_a_broker_and_a_cache_that_hang_lose_no_registration(tmp_path, silence):
    event = EventFactory()
    with web_server(mails=tmp_path, REDIS_URL=silence) as server:
        visitor = Visitor(server, UserFactory())
        asked_at = time.monotonic()
        assert visitor.post(reverse("events:register", args=[event.slug])).status == 302
        assert time.monotonic() - asked_at < 8
    assert Registration.objects.filter(event=event, status=RegistrationStatus.CONFIRMED).count() == 1


def seconds_without_answer():
    """Ask the database for what takes long; return the time after which this process gives up."""
    parameters = {**connection.get_connection_params()}
    parameters.pop("cursor_factory", None)
    asked = psycopg2.connect(**{name: value for name, value in parameters.items() if name != "context"})
    asked_at = time.monotonic()
    with pytest.raises(psycopg2.OperationalError):
        asked.cursor().execute("SELECT pg_sleep(5)")
    asked.close()
    return time.monotonic() - asked_at


@pytest.mark.long
@pytest.mark.django_db
def test_a_request_waits_once_for_a_database_that_stands_still(monkeypatch):
    monkeypatch.setattr(database_patience, "SECONDS_AFTERWARDS", 0.5)
    database_patience.wait_at_most(2)
    try:
        request_started.send(sender=None)
        first, then = seconds_without_answer(), seconds_without_answer()
        request_finished.send(sender=None)
        outside = [seconds_without_answer() for _each in range(2)]
    finally:
        set_wait_callback(None)
    assert min(first, *outside) >= 2
    assert then < 1.8


@contextmanager
def full_disk(room):
    """Let no file of this process grow beyond `room` bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.django_db
def test_on_a_full_disk_a_file_is_refused_in_words_and_no_part_of_it_stays(visitor):
    manager = UserFactory()
    space = SpaceFactory(managers=[manager])
    visitor.force_login(manager)
    content = b"%PDF-1.7\n" + b"% padding\n" * 20_000 + f"% {time.time_ns()}\n%%EOF\n".encode()
    name = hashlib.sha256(content).hexdigest()[:16]
    folder = Path(Document._meta.get_field("file").storage.location)
    upload = SimpleUploadedFile("accueil.pdf", content)
    form = {"space": space.pk, "title": "Accueil", "topic": "welcome", "text": "Le café d'abord.", "upload": upload}
    with full_disk(50_000):
        answer = visitor.post(reverse("spaces:document_share"), form)
    assert answer.status_code == 503
    assert "plus de place" in answer.content.decode()
    assert not Document.objects.exists()
    assert not list(folder.rglob(f"{name}*"))
    upload.seek(0)
    assert visitor.post(reverse("spaces:document_share"), form).status_code == 302
    assert [path.read_bytes() for path in folder.rglob(f"{name}*")] == [content]


def test_what_else_breaks_is_an_error_still(visitor, monkeypatch):
    monkeypatch.setattr("hacktiv.site.health.add_never_cache_headers", lambda _answer: 1 / 0)
    assert visitor.get("/healthz").status_code == 500
