"""The logs keep of a request enough to find an error, and nothing about a person."""

import io
import json
import logging.config

import pytest
from django.contrib.auth import get_user_model

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
