"""A platform of its own to save, to break and to restore: one database, two folders, and processes on them."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from tests.serving import process_environment
from tests.template import drop, lock, migrated_template, working_in

ROOT = Path(__file__).resolve().parent.parent.parent.parent


class Platform:
    """The database that the test is connected to, and the folders of the settings."""

    def __init__(self, folder):
        self.folder = folder
        self.media, self.private = folder / "test-media", folder / "test-private"

    def settings(self):
        private = {"BACKEND": "hacktiv.common.storage.PrivateStorage", "OPTIONS": {"location": self.private}}
        return {
            "MEDIA_ROOT": self.media,
            "STORAGES": {**settings.STORAGES, "private": private},
            "ERASURE_JOURNAL": self.folder / "erasures" / "journal",
        }

    def back_up(self, name="whole.tar"):
        call_command("backup", self.folder / name, stdout=StringIO())
        return self.folder / name

    def restore(self, file):
        """Restore, and return what the command says."""
        said = StringIO()
        call_command("restore", file, stdout=said)
        return said.getvalue()

    def refusal(self, file):
        """Return the words in which a restore is refused; it must have changed nothing."""
        before = self.state()
        with pytest.raises(CommandError) as refused:
            self.restore(file)
        assert self.state() == before
        return str(refused.value)

    def lose_all(self):
        """Lose the tables and the files, as where a disk breaks."""
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public")
        for folder in (self.media, self.private):
            shutil.rmtree(folder, ignore_errors=True)

    def rows(self):
        """Return every row of every table, as text."""
        with connection.cursor() as cursor:
            found = {}
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608
                found[table] = [row[0] for row in cursor.fetchall()]
            return found

    def files(self):
        """Return the content of every file, by its path, with its time in seconds."""
        paths = [path for top in (self.media, self.private) for path in top.rglob("*") if path.is_file()]
        return {str(p.relative_to(self.folder)): (p.read_bytes(), int(p.stat().st_mtime)) for p in paths}

    def state(self):
        return self.rows(), self.files()

    def process(self, code, *arguments, **options):
        """Start a process of the platform on this database and these folders, and leave the database to it."""
        connection.close()
        # Each line is read as soon as it is said.
        environment = process_environment(self.folder / "mails", TEST_FOLDERS=str(self.folder), PYTHONUNBUFFERED="1")
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **options)


@contextmanager
def platform_in(folder):
    name = f"hacktiv_backup_{os.getpid()}_{uuid4().hex[:8]}"
    template = migrated_template()
    with lock() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    platform = Platform(folder)
    try:
        with working_in(name), override_settings(**platform.settings()):
            yield platform
    finally:
        with lock() as cursor:
            drop(cursor, name)


@pytest.fixture
def platform(django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), platform_in(tmp_path) as platform:
        yield platform


@pytest.fixture(scope="module")
def standing(django_db_blocker, tmp_path_factory):
    """A platform whose tests leave it as it was."""
    with django_db_blocker.unblock(), platform_in(tmp_path_factory.mktemp("platform")) as platform:
        yield platform
