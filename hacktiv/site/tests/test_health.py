import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from hacktiv.outbox.models import HoldReason
from hacktiv.outbox.operations import hold
from hacktiv.outbox.tests.factories import MessageFactory
from hacktiv.site import health
from hacktiv.site.tasks import beat_heartbeat

GOOD = {"database": True, "migrations": True, "broker": True, "beat": True}


@pytest.fixture(autouse=True)
def heartbeat():
    health.beat_now()
    yield
    cache.delete(health.HEARTBEAT_KEY)


def ask(client):
    """Return the status and the checks; each that fails has a sentence of its own."""
    answer = client.get("/healthz")
    said = answer.json()
    problems = said.pop("problems")
    assert said.pop("degraded") == {}
    assert set(problems) == {name for name, passes in said["checks"].items() if not passes}
    assert all(problems.values())
    return answer.status_code, said


def failing(*names):
    return 503, {"ok": False, "checks": {**GOOD, **dict.fromkeys(names, False)}}


@pytest.mark.django_db
def test_all_is_well(client):
    assert ask(client) == (200, {"ok": True, "checks": GOOD})


@pytest.mark.django_db
def test_answer_is_never_kept_by_a_cache(client):
    assert "no-store" in client.get("/healthz")["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_database_that_does_not_answer_is_named_and_so_is_what_needs_it(client, monkeypatch):
    with monkeypatch.context() as broken:
        connection.close()
        broken.setitem(connection.settings_dict, "HOST", "/nowhere")
        assert ask(client) == failing("database", "migrations")
    connection.close()
    assert ask(client) == (200, {"ok": True, "checks": GOOD})


@pytest.mark.django_db
def test_migration_that_waits_is_named(client):
    MigrationRecorder.Migration.objects.filter(app="outbox").delete()
    assert ask(client) == failing("migrations")


@pytest.mark.django_db
def test_broker_that_does_not_answer_is_named(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert ask(client) == failing("broker")


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "expected"), [(80, True), (100, False)])
def test_beat_that_has_been_silent_too_long_is_named(client, seconds, expected):
    cache.set(health.HEARTBEAT_KEY, time.time() - seconds)
    assert ask(client)[1]["checks"]["beat"] is expected


@pytest.mark.django_db
def test_beat_that_never_beat_is_named(client):
    cache.delete(health.HEARTBEAT_KEY)
    assert ask(client) == failing("beat")


@pytest.mark.django_db
def test_worker_revives_the_beat(client):
    cache.delete(health.HEARTBEAT_KEY)
    beat_heartbeat()
    assert ask(client) == (200, {"ok": True, "checks": GOOD})


@pytest.mark.django_db
def test_late_mail_is_told_and_restarts_nothing(client):
    MessageFactory(due_at=timezone.now() - timedelta(minutes=14))
    assert client.get("/healthz").json()["degraded"] == {}
    due_at = timezone.now() - timedelta(minutes=16)
    MessageFactory(due_at=due_at)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"], answer.json()["problems"]) == (200, True, {})
    assert answer.json()["degraded"] == {
        "mail": f"Mail is late: the oldest has waited since {due_at:%Y-%m-%d %H:%M:%S} UTC. See the mail server."
    }


@pytest.mark.django_db
def test_no_mail_is_late_while_all_are_held():
    MessageFactory(due_at=timezone.now() - timedelta(minutes=16))
    assert health.mail_late_since()
    hold(reason=HoldReason.RESTORED)
    assert health.mail_late_since() is None


@pytest.mark.django_db
def test_health_is_only_read(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.long
@pytest.mark.serving
@pytest.mark.django_db(transaction=True)
def test_real_worker_answers_the_real_beat(client, worker):
    cache.delete(health.HEARTBEAT_KEY)
    beat_heartbeat.delay()
    deadline = time.monotonic() + 20
    while not cache.get(health.HEARTBEAT_KEY) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert ask(client) == (200, {"ok": True, "checks": GOOD})
