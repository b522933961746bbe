"""Where the database or the cache is away, or a row is held too long, a page says so and when to try again."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from events.models import Event, Registration
from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from tests.http import Visitor, all_at_once

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
def held(event):
    """Hold the event's row in a transaction of another connection."""
    is_held, may_end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Event.objects.select_for_update().get(pk=event.pk)
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
        asked_at = time.monotonic()
        health = Visitor(served).get("/healthz")
        assert time.monotonic() - asked_at < 5
        assert {answer.status for answer in answers.result(30)} == {503}
    assert '"database": true' in health.text
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


def test_what_else_breaks_is_an_error_still(visitor, monkeypatch):
    monkeypatch.setattr("hacktiv.site.health.add_never_cache_headers", lambda _answer: 1 / 0)
    assert visitor.get("/healthz").status_code == 500
