"""The way from one major version of PostgreSQL to the next: saved with the old programs, restored with the new.

PostgreSQL 15 is Debian's package postgresql-15; where it is missing these tests fail."""

import os
import subprocess
import sys
from contextlib import contextmanager

import psycopg2
import pytest
from environ import Env

from hacktiv.devstack.client import join, leave
from hacktiv.devstack.services import Postgres
from tests.devstack.conftest import open_folder

from .conftest import ROOT

pytestmark = pytest.mark.long

OLD = "/usr/lib/postgresql/15/bin"
SOMEBODY = """
import django
django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from members.models import User
User.objects.create_user("zoe@ardenne.example", first_name="Zoé")
storages["private"].save("proofs/sheet.pdf", ContentFile(b"sheet"))
"""


@contextmanager
def embedded():
    """Start the embedded server that POSTGRES_BIN, or else the requirements, bring, in a folder of its own."""
    with open_folder() as folder:
        server = Postgres.of(folder, "test")
        join(server)
        yield server
        leave(server)


def run(server, files, *command):
    environment = {**os.environ, "DATABASE_URL": server.url, "TEST_FOLDERS": str(files)}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(server):
    place = Env.db_url_config(server.url)
    connection = psycopg2.connect(host=place["HOST"], user=place["USER"], dbname=place["NAME"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'outbox_hold'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608
            found[table] = cursor.fetchall()
    connection.close()
    return found


def test_a_database_of_15_is_restored_by_the_next(monkeypatch, tmp_path):
    file = tmp_path / "of-15.tar"
    monkeypatch.setenv("POSTGRES_BIN", OLD)
    with embedded() as old:
        run(old, tmp_path / "old", "manage.py", "migrate", "--verbosity=0")
        run(old, tmp_path / "old", "-c", SOMEBODY)
        assert "PostgreSQL 15 and 1 files" in run(old, tmp_path / "old", "manage.py", "backup", str(file))
        before = rows(old)
    monkeypatch.delenv("POSTGRES_BIN")
    with embedded() as new:
        run(new, tmp_path / "new", "manage.py", "restore", str(file))
        assert rows(new) == before
    assert (tmp_path / "new" / "test-private" / "proofs" / "sheet.pdf").read_bytes() == b"sheet"
