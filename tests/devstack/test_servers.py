"""The embedded servers, really started and really killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
import redis
from environ import Env

from hacktiv.devstack.client import is_supervised, join, leave
from hacktiv.devstack.errors import StackError
from hacktiv.devstack.places import OUTSIDE
from hacktiv.devstack.processes import alive, wait_until
from hacktiv.devstack.services import Postgres

from .conftest import ROOT, Users, end_all, pids_about

SECONDS_TO_STOP = 12


def ask(postgres, statement):
    """Run one statement in a transaction of its own; return its rows, if any."""
    place = Env.db_url_config(postgres.url)
    connection = psycopg2.connect(host=place["HOST"], user=place["USER"], dbname=place["NAME"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def supervisor_pid(service):
    return int((service.folder / "supervisor.lock").read_text())


def write_a_row(postgres):
    ask(postgres, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('committed')")


def read_the_row(postgres):
    return ask(postgres, "SELECT word FROM kept") == [("committed",)]


@pytest.mark.long
def test_database_speaks_utf8_and_has_the_extensions_the_models_need(users, postgres):
    users.join()
    ask(postgres, "CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent")
    assert ask(postgres, "SELECT upper('é'), unaccent('Œuvre à Fépin'), current_setting('fsync')") == [
        ("É", "OEuvre a Fepin", "on")
    ]


@pytest.mark.long
def test_second_user_meets_the_same_server(users, postgres):
    users.join()
    first = postgres.pid_on_file()
    users.join()
    assert postgres.pid_on_file() == first


@pytest.mark.long
def test_users_who_come_at_the_same_moment_share_one_server(users, postgres):
    together = [users.start() for _ in range(6)]
    assert all(process.stdout.readline().strip().isdigit() for process in together)
    assert len([pid for pid in pids_about(postgres.data) if pid == postgres.pid_on_file()]) == 1
    assert ask(postgres, "SELECT 1") == [(1,)]


@pytest.mark.long
def test_server_stops_after_its_last_user_ended_or_was_killed(users, project, postgres):
    killed, finished = users.join(), users.join()
    killed.kill()
    killed.wait()
    finished.stdin.close()
    assert is_supervised(postgres)
    assert wait_until(lambda: not pids_about(postgres.base), seconds=SECONDS_TO_STOP)
    assert not (postgres.folder / "ready").exists()


@pytest.mark.long
def test_fork_of_a_user_keeps_the_server_alive(users, postgres):
    child = int(users.start("Postgres", "fork").stdout.readline())
    assert not wait_until(lambda: not is_supervised(postgres), seconds=5)
    os.kill(child, signal.SIGKILL)
    assert wait_until(lambda: not is_supervised(postgres), seconds=SECONDS_TO_STOP)


@pytest.mark.long
def test_killed_postgres_comes_back_with_every_committed_row(users, postgres):
    users.join()
    write_a_row(postgres)
    killed = postgres.pid_on_file()
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: not alive(killed), seconds=5)
    assert wait_until(lambda: (pid := postgres.pid_on_file()) != killed and postgres.is_ready(pid), seconds=15)
    assert read_the_row(postgres)


@pytest.mark.long
def test_killed_supervisor_takes_its_server_along_and_loses_no_row(users, postgres):
    users.join()
    write_a_row(postgres)
    server = postgres.pid_on_file()
    os.kill(supervisor_pid(postgres), signal.SIGKILL)
    assert wait_until(lambda: not alive(server), seconds=10)
    users.join()
    assert read_the_row(postgres)


@pytest.mark.long
def test_next_start_works_after_everything_was_killed_at_once(users, project, postgres):
    users.join()
    write_a_row(postgres)
    end_all(postgres.base)
    assert postgres.pid_on_file()
    users.join()
    assert read_the_row(postgres)


@pytest.mark.long
def test_lock_file_with_the_number_of_another_process_is_no_hindrance(users, postgres):
    users.join()
    write_a_row(postgres)
    end_all(postgres.base)
    with subprocess.Popen(["sleep", "10"], **postgres.identity()) as other:
        for lock in (postgres.pid_file, Path(postgres.sockets) / ".s.PGSQL.5432.lock"):
            _pid, *rest = lock.read_text().splitlines()
            lock.write_text("\n".join([str(other.pid), *rest]) + "\n")
        users.join()
        assert read_the_row(postgres)
        assert other.poll() is None
        other.kill()


@pytest.mark.long
def test_first_start_that_was_cut_short_leaves_nothing_half_made(users, postgres):
    draft = postgres.folder / "draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")
    users.join()
    assert ask(postgres, "SELECT 1") == [(1,)]
    assert not draft.exists()


@pytest.mark.long
def test_killed_valkey_comes_back_with_its_queue(users, valkey):
    users.join("Valkey")
    redis.from_url(valkey.cache_url).lpush("queue", "task")
    killed = valkey.pid_on_file()
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: (pid := valkey.pid_on_file()) != killed and valkey.is_ready(pid), seconds=15)
    assert redis.from_url(valkey.cache_url).lrange("queue", 0, -1) == [b"task"]


@pytest.mark.long
def test_leaving_on_purpose_waits_until_nothing_runs(project, postgres):
    join(postgres)
    assert leave(postgres) == []
    # The supervisor gives back its lock while it dies, so it may still be there for a moment.
    assert wait_until(lambda: pids_about(postgres.base) == [], seconds=2)


@pytest.mark.long
def test_leaving_says_what_stays_for_others(users, postgres):
    users.join()
    join(postgres)
    assert leave(postgres) == [postgres]
    assert ask(postgres, "SELECT 1") == [(1,)]


@pytest.mark.long
def test_joining_again_brings_back_what_was_killed(project, postgres):
    join(postgres)
    write_a_row(postgres)
    end_all(postgres.base)
    join(postgres)
    assert read_the_row(postgres)
    leave(postgres)


def test_data_of_another_major_version_are_left_alone_and_explained(postgres):
    postgres.data.mkdir(parents=True)
    (postgres.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(StackError, match=r"made by PostgreSQL 14.*POSTGRES_BIN.*set DATABASE_URL"):
        join(postgres)
    leave(postgres)
    assert (postgres.data / "PG_VERSION").read_text() == "14\n"


@pytest.mark.long
def test_socket_of_a_folder_with_a_long_or_odd_path_is_short(project):
    folder = project / "une très longue adresse où l’on travaille" / ("x" * 60)
    folder.mkdir(parents=True)
    service = Postgres.of(folder, "dev")
    try:
        Users(folder)
        join(service)
        assert len(service.sockets) < 40
        assert Path(service.sockets).stat().st_mode & 0o777 == 0o700
        assert ask(service, "SELECT 1") == [(1,)]
        leave(service)
    finally:
        shutil.rmtree(service.sockets)


@pytest.mark.long
def test_sockets_are_for_their_owner_alone(users, postgres):
    users.join()
    assert Path(postgres.sockets).stat().st_mode & 0o777 == 0o700
    assert postgres.data.stat().st_mode & 0o777 == 0o700


def test_command_says_in_one_sentence_what_to_set_where_nothing_can_run():
    environment = {**os.environ, "POSTGRES_BIN": "/nowhere", "DJANGO_SETTINGS_MODULE": "hacktiv.settings.test"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "The embedded PostgreSQL cannot run here (there is no /nowhere/postgres):"
        " set DATABASE_URL to the address of a PostgreSQL server of your own.\n"
    )


if os.geteuid() == 0:

    @pytest.fixture
    def closed_project():
        """Make a project where only root can go."""
        folder = Path(tempfile.mkdtemp(prefix="hacktiv-closed-"))
        folder.chmod(0o700)
        project = folder / "project"
        project.mkdir()
        yield project
        service = Postgres.of(project, "dev")
        end_all(service.base)
        shutil.rmtree(folder)
        shutil.rmtree(service.folder.parent.parent)

    @pytest.mark.long
    def test_folder_that_only_root_can_enter_has_its_data_outside(closed_project):
        service = Postgres.of(closed_project, "dev")
        assert OUTSIDE in service.folder.parents
        join(service)
        write_a_row(service)
        assert read_the_row(service)
        assert leave(service) == []

    @pytest.mark.long
    def test_server_never_runs_as_root(users, postgres):
        users.join()
        assert Path(f"/proc/{postgres.pid_on_file()}").stat().st_uid != 0
