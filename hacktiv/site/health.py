"""Answer at `/healthz` whether everything that the platform stands on works, each part by name."""

import logging
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe
from kombu import Connection
from redis.exceptions import RedisError

from hacktiv.database_patience import less_patient
from hacktiv.erasures.models import Erasure
from hacktiv.outbox.models import Message
from hacktiv.outbox.queries import hold_in_force, is_held

HEARTBEAT_KEY = "beat-heartbeat"
#: So old may the heartbeat be. Beat tells the worker to write it every 5 seconds; a busy worker may come to it late.
HEARTBEAT_SECONDS = 90
#: The worker writes the journal of erasures every minute.
JOURNAL_LATE = timedelta(minutes=10)
#: So long may each answer of the database take here.
SECONDS_TO_ANSWER = 4
ASK_AGAIN_SECONDS = 30

log = logging.getLogger(__name__)


@require_safe
def healthz(request):
    """Answer 200 where every check passes, else 503 with a sentence for each that does not.

    What is `degraded` leaves the status as it is, since to start the platform again would not help.

    It is in English, like the logs, for machines and for the people who run the platform, and says nothing of people.
    """
    with less_patient(SECONDS_TO_ANSWER):
        checks = {"database": _passes("database", database)}
        checks["migrations"] = checks["database"] and _passes("migrations", migrations)
        checks |= {name: _passes(name, check) for name, check in CHECKS.items()}
        degraded = _degraded(has_database=checks["database"])
    healthy = all(checks.values())
    problems = {name: PROBLEMS[name]() for name, passes in checks.items() if not passes}
    answer = {"ok": healthy, "checks": checks, "problems": problems, "degraded": degraded}
    response = JsonResponse(answer, status=200 if healthy else 503)
    if not healthy:
        response["Retry-After"] = ASK_AGAIN_SECONDS
    add_never_cache_headers(response)
    return response


def _degraded(*, has_database):
    """Return a sentence for each part that works badly, by its name; without a database, what can be known without."""
    sentences = {"disk": _disk_is_full()}
    try:
        if has_database:
            sentences |= {"mail": _mail_held() or _mail_late(), "erasures": _journal_is_late()}
    except DatabaseError:
        log.info("What the database alone knows is not said: the checks name it")
    return {name: sentence for name, sentence in sentences.items() if sentence}


def _disk_is_full():
    """Say where less than `DISK_FREE_MB` is free for what people send; blank where there is room."""
    for folder in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT, tempfile.gettempdir()):
        if (free := _free_mb(Path(folder))) < settings.DISK_FREE_MB:
            return f"The disk is nearly full: {free} MB are free in {folder}. Make room: nothing can be saved without."
    return ""


def is_disk_full():
    """Return whether less than `DISK_FREE_MB` is free for what people send."""
    return bool(_disk_is_full())


def _free_mb(folder):
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free // 1024**2


def _journal_is_late():
    """Say how many erasures the journal lacks; blank where it is up to date."""
    late = timezone.now() - JOURNAL_LATE
    if waiting := Erasure.objects.filter(is_in_journal=False, erased_at__lt=late).count():
        return f"The journal of erasures lacks {waiting}: see that ERASURE_JOURNAL can be written to."
    return ""


def _mail_held():
    """Say since when and why no mail leaves; blank where the mails are not held."""
    if hold := hold_in_force():
        since = hold.held_at.astimezone(UTC)
        return (
            f"Mail is held since {since:%Y-%m-%d %H:%M:%S} UTC, because the platform was restored from a backup."
            " Release it in the admin, or with `manage.py release_mail`."
        )
    return "Mail is held: the restore of a backup has begun and not ended. Begin it again." if is_held() else ""


def _mail_late():
    """Say since when the oldest mail waits; blank where none is late."""
    since = mail_late_since()
    return since and f"Mail is late: the oldest has waited since {since:%Y-%m-%d %H:%M:%S} UTC. See the mail server."


def mail_late_since():
    """Return since when the oldest mail waits, if it has waited for more than `MAIL_LATE_MINUTES`; else None.

    While the mails are held none is late."""
    if is_held():
        return None
    now = timezone.now()
    since = Message.objects.waiting_since(now)
    is_late = since is not None and now - since > timedelta(minutes=settings.MAIL_LATE_MINUTES)
    return since.astimezone(UTC) if is_late else None


def _passes(name, check):
    try:
        return check()
    except Exception:
        # Whatever goes wrong is the answer here; the reason is for the log, not for a stranger.
        log.exception("Health check %s failed", name)
        return False


def database():
    """Return whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations():
    """Return whether no migration of this code waits to be applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def broker():
    """Return whether the broker takes connections."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=2, transport_options=options) as broker_connection:
        broker_connection.ensure_connection(max_retries=0, timeout=2)
    return True


def beat():
    """Return whether beat and a worker have both done their part lately."""
    beaten_at = cache.get(HEARTBEAT_KEY)
    return beaten_at is not None and time.time() - beaten_at <= HEARTBEAT_SECONDS


def beat_now():
    """Note that beat asked and a worker answered."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=None)


def silence():
    """Say since when beat, or every worker, stands still, and what that means."""
    try:
        beaten_at = cache.get(HEARTBEAT_KEY)
    except RedisError:
        beaten_at = None
    since = f"since {datetime.fromtimestamp(beaten_at, UTC):%Y-%m-%d %H:%M:%S} UTC" if beaten_at else "so far"
    return f"Beat or every worker has stood still {since}. Until they go on, mails wait and no place is released."


CHECKS = {"broker": broker, "beat": beat}
PROBLEMS = {
    "database": lambda: "The database does not answer.",
    "migrations": lambda: "Migrations of this code wait to be applied, or the database does not answer.",
    "broker": lambda: "The broker does not answer.",
    "beat": silence,
}
