"""Configure gunicorn to serve the platform: `gunicorn --config=python:hacktiv.web`.

The application is loaded once, before the workers are forked from it (hacktiv/forking.py). The setting
`HEALTH_BIND` names where the workers answer `/healthz` apart from the pages (hacktiv/health_listener.py).
"""

from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.template.loader import get_template

from . import health_listener
from .forking import get_ready_to_fork

ENDINGS = (".html", ".txt", ".svg")

wsgi_app = "hacktiv.wsgi"
workers = 2
threads = 8
preload_app = True
# A process without a sign of life for so long (seconds) is replaced; one whose threads make slow pages gives signs.
timeout = 30
# Requests under way may end for so long, which is longer than a statement may last, before the process does.
graceful_timeout = 25
# So many connections wait to be taken. To the next the proxy says at once to come back, rather than let it wait.
backlog = 512
# It would start a thread before the fork, for commands that nobody gives.
control_socket_disable = True

_health = None


def on_starting(_server):
    """Open the socket on which the workers answer how they are."""
    global _health
    if settings.HEALTH_BIND:
        _health = health_listener.bind(settings.HEALTH_BIND)


def post_worker_init(worker):
    """Answer how this worker is, on a thread that makes no pages."""
    if _health:
        health_listener.serve_health(_health, worker.wsgi)


def when_ready(_server):
    """Load the templates, and the migrations that the health check compares with the database; then get ready to fork.

    The application is loaded by now, and no worker is forked yet."""
    for engine in settings.TEMPLATES:
        for folder in engine["DIRS"]:
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix in ENDINGS:
                    get_template(str(path.relative_to(folder)))
    MigrationLoader(None)
    get_ready_to_fork()
