"""Settings for all tests: profiles, the tools that some of them need, and how strict continuous integration is."""

import gc
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import sleep
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.template import base
from django.template.base import render_value_in_context
from django.templatetags import i18n
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed
from hypothesis import HealthCheck, settings

from hacktiv.devstack.prepare import compile_catalogues
from hacktiv.site.migrating import with_less_work
from tests.serving import celery_worker, web_server
from tests.template import empty_what_is_full, migrated_template, remember_what_is_full

# Tests go back to former migrations as `manage.py migrate` would.
MigrationExecutor.migrate = with_less_work()(MigrationExecutor.migrate)

ROOT = Path(__file__).parent
IN_CI = bool(os.environ.get("CI"))

# Playwright's loop runs in the tests' own thread, where Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

settings.register_profile(
    "dev", max_examples=10, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# Values, languages or objects that a test is repeated for stand for each other, so `make test` takes one of many.
MATRIX = 2

# Of TIME_ZONE; how long a day must last for a test to begin in it is longer than nearly all tests take.
ZONE = ZoneInfo("Europe/Brussels")
BEFORE_MIDNIGHT = timedelta(seconds=20)

# Modules with tests of half a minute and more. A worker that came to one of them last would work while others wait.
LONGEST = [
    "hacktiv/backup/tests/test_next_version.py",
    "tests/devstack/test_runner.py",
    "tests/test_killed_at_random.py",
    "tests/test_killed_under_load.py",
    "tests/test_machine.py",
    "tests/test_worker_death.py",
]

CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL without a graphics card.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def chromium():
    """Return the path of a Chromium: the one that CHROMIUM names, or the first on the PATH, or None."""
    return next(filter(None, map(shutil.which, filter(None, [os.environ.get("CHROMIUM"), *CHROMIUM_NAMES]))), None)


# Tools that some tests need on the machine: marker, how to look for it, how to get it.
TOOLS = [
    ("browser", chromium, "no Chromium was found: apt-get install chromium, or name one with CHROMIUM=/path"),
    ("gettext", lambda: shutil.which("xgettext"), "no GNU gettext was found: apt-get install gettext"),
]


def pytest_configure(config):
    missing = [remedy for _marker, find, remedy in TOOLS if not find()]
    if IN_CI and missing:
        raise pytest.UsageError(f"In CI nothing may be left out, and {'; '.join(missing)}.")
    if not hasattr(config, "workerinput"):
        compile_catalogues(ROOT / "locale")
        # The models have had Django read the former ones, or none.
        translation_file_changed(sender=None, file_path=Path("django.mo"))
        if config.getoption("numprocesses", None):
            # The workers wait for it once they have found their tests, which takes about as long.
            subprocess.Popen([sys.executable, "-m", "tests.template"], cwd=ROOT)


def leave_matrices_to_the_long_profile(items):
    """Of a test with more than MATRIX cases keep the first from day to day; mark the others `long`."""
    cases = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    for matrix in cases.values():
        if len(matrix) > MATRIX:
            for item in matrix[1:]:
                item.add_marker("long")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    leave_matrices_to_the_long_profile(items)
    for item in items:
        if (ROOT / "tests" / "e2e") in item.path.parents:
            item.add_marker("browser")
    for marker, find, _remedy in TOOLS:
        wanting = [item for item in items if item.get_closest_marker(marker)]
        if wanting and not find():
            config.hook.pytest_deselected(items=wanting)
            items[:] = [item for item in items if item not in wanting]
    answer = yield
    # Only now: pytest-django puts what needs no database at the end.
    longest = {ROOT / name for name in LONGEST}
    items.sort(key=lambda item: item.path not in longest)
    return answer


def pytest_runtest_setup():
    """Begin no test in the last seconds of a day: what it calls tomorrow would be today before it ends."""
    now = datetime.now(ZONE)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if (left := midnight - now) < BEFORE_MIDNIGHT:
        sleep(left.total_seconds())


def pytest_collection_finish():
    """Take what lives to the end of the run out of the garbage collector's sight; it looks at all else less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Fail in CI if a test was skipped: nothing may be missing on its machine."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for marker, find, remedy in TOOLS:
        if not find():
            terminalreporter.write_line(f"The {marker} tests were left out: {remedy}.")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Start one worker more than there are processors: while one waits for a browser or a server, another works."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Copy each test database from one that the migrations made."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
        connection.ops.sql_flush = partial(empty_what_is_full, connection.ops.sql_flush)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        remember_what_is_full()


@pytest.fixture(scope="module")
def module_data(django_db_setup, django_db_blocker):
    """Put a transaction around a whole module: all of its tests see the rows that fixtures of module scope write.

    Each test's own transaction lies within it, so nothing leaks from one test into the next. Ask for it in a fixture
    of module scope that makes data; the tests are marked `django_db` as ever (not with `transaction=True`).
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo_data(django_db_setup, django_db_blocker):
    """Give the module a database with the network and the demo. Its tests are marked `django_db` as ever."""
    from tests.demo import demo_database  # noqa: PLC0415 It needs the models, which a run without Django has not.

    with django_db_blocker.unblock(), demo_database():
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": chromium(), "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def served(django_db_setup, tmp_path_factory):
    """Run a web server of 8 threads on this worker's test database. Its tests need `django_db(transaction=True)`."""
    with web_server(mails=tmp_path_factory.mktemp("mails")) as server:
        yield server


@pytest.fixture(autouse=True)
def own_language():
    """End the language of a page that a test asks for with the test, so that no test depends on the one before."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def no_limits_spent():
    """Begin without anything counted for the limits of visitors and addresses, which are kept in the cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def no_template_prints_none(monkeypatch):
    """Let a template fail that prints a value that is None: people would read « None »."""

    def printed(value, context):
        assert value is not None, f"{context.template.name} prints None"
        return render_value_in_context(value, context)

    for module in (base, i18n):
        monkeypatch.setattr(module, "render_value_in_context", printed)


@pytest.fixture
def worker(transactional_db, tmp_path):
    """Run a real Celery worker on this worker's test database and queue."""
    with celery_worker(mails=tmp_path / "mails") as process:
        yield process
