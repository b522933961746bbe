"""The logs keep of a request enough to find an error, and nothing about a person."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.contrib.auth import get_user_model
from django.test import Client

from hacktiv.settings.logging import configure


@pytest.fixture
def lines(settings):
    """Return the lines logged so far, as production writes them."""
    production = configure(as_json=True)
    production["handlers"]["console"]["stream"] = written = io.StringIO()
    logging.config.dictConfig(production)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.django_db
def test_request_is_logged_once_by_the_pattern_of_its_address(client, lines):
    client.get("/fr/agenda/carnaval-a-chimay/?q=Anne+Dupont", HTTP_USER_AGENT="Spy/1.0", REMOTE_ADDR="192.0.2.7")
    (line,) = lines()
    assert (line["event"], line["code"]) == ("request_finished", 404)
    assert line["request"] == "GET /fr/agenda/<slug:slug>/"
    assert set(line) == {"event", "code", "request", "request_id", "level", "logger", "timestamp"}


@pytest.mark.django_db
def test_address_that_leads_nowhere_is_not_repeated(client, lines):
    client.get("/fr/anne.dupont@example.org/")
    (line,) = lines()
    assert line["request"] == "GET (no such page)"


@pytest.mark.django_db
def test_signed_in_person_is_not_named(client, lines):
    person = get_user_model().objects.create_user(email="anne.dupont@example.org", password="très-long-et-secret")
    client.force_login(person)
    client.get("/fr/me/")
    written = json.dumps(lines())
    assert "request_finished" in written
    assert "anne.dupont" not in written
    assert "user_id" not in written


@pytest.mark.django_db
def test_every_request_has_an_id_of_its_own(client, lines):
    client.get("/fr/")
    client.get("/fr/", HTTP_X_REQUEST_ID="chosen-by-a-stranger")
    ids = [line["request_id"] for line in lines()]
    assert len(set(ids)) == 2
    assert "chosen-by-a-stranger" not in ids


@pytest.mark.django_db
def test_health_is_not_logged_while_it_is_good(client, lines):
    client.get("/healthz")
    assert [line for line in lines() if line["event"] == "request_finished"] == []


TOKEN = "6d9c3f1e-0c5b-4c0e-9a2f-3f6a1f1f2a77"


@pytest.mark.django_db
def test_a_form_without_its_token_is_logged_without_the_page_it_was_sent_to(lines):
    visitor = Client(enforce_csrf_checks=True)
    answer = visitor.post(f"/fr/agenda/registrations/{TOKEN}/cancel/?next=/fr/anne@example.org/", {"x": "y"})
    assert answer.status_code == 403
    written = json.dumps(lines())
    assert "Forbidden" in written
    for secret in (TOKEN, "anne", "next="):
        assert secret not in written


def test_the_servers_own_errors_name_no_page_and_nobody(lines):
    """As gunicorn logs an exception of the application, and a request that it cannot read."""
    log = logging.getLogger("gunicorn.error")
    try:
        raise ValueError(f"duplicate key (email)=(anne.dupont@example.org), /x/{TOKEN}/?email=anne.dupont")
    except ValueError:
        log.exception("Error handling request %s", f"/fr/accounts/confirm-email/MQ:1vP:{'a' * 43}/?q=anne.dupont")
    log.warning("Invalid request from ip=%s: %s", "192.0.2.7", f"Invalid HTTP request line: 'GET /a/{TOKEN}/'")
    log.warning("Invalid request from ip=%s: x", "2001:db8::7")
    written = json.dumps(lines())
    assert "ValueError" in written and "Error handling request" in written and __file__ in written
    for secret in (TOKEN, "anne", "a" * 43, "192.0.2.7", "2001:db8", "confirm-email"):
        assert secret not in written


def test_a_line_of_our_own_names_nobody(lines):
    log = structlog.get_logger("hacktiv.outbox")
    log.warning("mail_refused", error="550 <anne.dupont@example.org> unknown", link=f"https://x.example/r/{TOKEN}/?a=b")
    (line,) = lines()
    assert (line["event"], line["error"]) == ("mail_refused", "550 <[address]> unknown")
    assert line["link"] == "https://x.example/r/[token]/?[query]"
