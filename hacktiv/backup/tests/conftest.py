"""A platform of its own to save, to break and to restore: one database, two folders, and processes on them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as current
from django.core.management import call_command
from django.db import connection

from tests.serving import process_environment
from tests.template import drop, lock, migrated_template, working_in

ROOT = Path(__file__).resolve().parent.parent.parent.parent
#: Kills its process, as `kill -9` does, before the step whose words the first argument names.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
class Words:
    def write(self, words):
        if sys.argv[1] in words:
            os.kill(os.getpid(), signal.SIGKILL)
call_command("restore", sys.argv[2], stdout=Words())
"""


class Platform:
    """The database that the test is connected to, and the folders of the settings."""

    def __init__(self, folder):
        self.folder = folder
        self.media, self.private = folder / "media", folder / "private"

    def settings(self):
        private = {"BACKEND": "hacktiv.common.storage.PrivateStorage", "OPTIONS": {"location": self.private}}
        return {"MEDIA_ROOT": self.media, "STORAGES": {**current.STORAGES, "private": private}}

    def back_up(self, name="whole.tar"):
        call_command("backup", self.folder / name, verbosity=0)
        return self.folder / name

    def restore(self, file):
        call_command("restore", file)

    def lose_all(self):
        """Lose the tables and the files, as where a disk breaks."""
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
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
        """Start a process of the platform on this database and these folders."""
        environment = process_environment(self.folder / "mails", TEST_FOLDERS=str(self.folder))
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, env=environment, **options
        )


@pytest.fixture
def platform(django_db_blocker, tmp_path, settings):
    name = f"hacktiv_backup_{os.getpid()}_{uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        template = migrated_template()
        with lock() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        platform = Platform(tmp_path)
        for setting, value in platform.settings().items():
            setattr(settings, setting, value)
        try:
            with working_in(name):
                yield platform
        finally:
            with lock() as cursor:
                drop(cursor, name)
