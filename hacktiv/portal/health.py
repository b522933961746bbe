"""`/healthz`: whether everything that the platform stands on works, each part by name."""

import logging
import time

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe
from kombu import Connection

HEARTBEAT_KEY = "beat-heartbeat"
# Beat tells the worker to write it every 20 seconds; a busy worker may come to it late.
HEARTBEAT_SECONDS = 90

log = logging.getLogger(__name__)


@require_safe
def healthz(request):
    """200 where every check passes, else 503; machines ask, so no language and no person is involved."""
    checks = {name: _passes(name, check) for name, check in CHECKS.items()}
    healthy = all(checks.values())
    response = JsonResponse({"ok": healthy, "checks": checks}, status=200 if healthy else 503)
    add_never_cache_headers(response)
    return response


def _passes(name, check):
    try:
        return check()
    except Exception:
        # Whatever goes wrong is the answer here; the reason is for the log, not for a stranger.
        log.exception("Health check %s failed", name)
        return False


def database():
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations():
    """No migration of this code waits to be applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def broker():
    """The broker takes connections."""
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker_connection:
        broker_connection.ensure_connection(max_retries=0, timeout=2)
    return True


def beat():
    """Beat and a worker have both done their part lately."""
    beaten_at = cache.get(HEARTBEAT_KEY)
    return beaten_at is not None and time.time() - beaten_at <= HEARTBEAT_SECONDS


def beat_now():
    """Note that beat asked and a worker answered."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=None)


CHECKS = {"database": database, "migrations": migrations, "broker": broker, "beat": beat}
