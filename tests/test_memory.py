"""Started processes of the platform keep only needed modules in memory (`python -m bench.memory` says how much)."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from celery import current_app

from hacktiv.celery import app
from hacktiv.forking import get_ready_to_fork

ROOT = Path(__file__).resolve().parent.parent
APPS = {"members", "spaces", "events", "training", "reporting", "hacktiv.mailings", "hacktiv.outbox", "hacktiv.portal"}
#: Large libraries that few requests need (hacktiv/common/lazily.py, hacktiv/common/typesetting.py).
HEAVY = {"typst", "xlsxwriter"}
BEAT = "from hacktiv.beat import app; app.Beat(quiet=True).init_loader(); app.conf.beat_schedule"
WEB = "import hacktiv.web, hacktiv.wsgi; hacktiv.web.when_ready(None)"
WORKER = "from hacktiv.celery import app, share_memory_with_the_pool as ready; app.loader.init_worker(); ready()"


def loaded_after(code):
    """Return the names of the modules that a fresh process has loaded after running the code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hacktiv.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_beat_loads_no_app_and_no_database():
    assert loaded_after(BEAT) & {*APPS, *HEAVY, "django.apps", "django.db"} == set()


@pytest.mark.long
@pytest.mark.parametrize("code", [WEB, WORKER], ids=["web", "worker"])
def test_process_about_to_fork_has_loaded_its_apps_and_no_heavy_library(code):
    loaded = loaded_after(code)
    assert {"events.pages.views", "spaces.tasks", "hacktiv.urls"} - {"spaces.tasks" if code is WEB else ""} <= loaded
    assert loaded & HEAVY == set()


def test_fork_is_refused_while_another_thread_runs():
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        with pytest.raises(RuntimeError, match="threads run before the fork"):
            get_ready_to_fork()
    finally:
        end.set()
        other.join()


def test_every_thread_gives_work_by_our_celery_application():
    found = []
    thread = threading.Thread(target=lambda: found.append(current_app._get_current_object()))
    thread.start()
    thread.join()
    assert found == [app]
