"""The database as a whole: what is in it, saving it to a file, and filling it from one."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg2.extensions import make_dsn

from hacktiv.devstack.processes import die_with_parent, wait_until
from hacktiv.outbox.queries import RESTORING

from .errors import BackupError
from .programs import find_program, major_of

#: So many seconds may the connections of processes that were just ended take to close.
SECONDS_TO_LEAVE = 10
#: Servers from this major version on understand all that the newest pg_restore sends them.
UNDERSTOOD_SINCE = 17
Migrations = dict[str, dict[str, str]]


def check_is_meant(*, embedded: bool) -> None:
    """Raise BackupError where nothing names a database and the embedded one of development is not asked for."""
    if settings.DATABASE_IS_EMBEDDED and not embedded:
        raise BackupError(
            "DATABASE_URL names no database, so this would be the embedded one of development: run the command with the"
            " platform's environment (docs/operations.md), or with --embedded. Nothing was done."
        )


def place_in_words() -> str:
    """Return the name of the database and where it is, without its user and password."""
    parameters = connection.get_connection_params()
    host = parameters.get("host") or "this machine"
    return f"{parameters['dbname']} on {host}"


def server_major() -> int:
    """Return the major version of the server."""
    return _ask("SELECT current_setting('server_version_num')::int") // 10000


def applied_migrations() -> Migrations:
    """Return, by app and name, when each migration was applied; nothing where the database has none."""
    recorder = MigrationRecorder(connection)
    applied: Migrations = {}
    for row in recorder.migration_qs.order_by("app", "name") if recorder.has_table() else ():
        applied.setdefault(row.app, {})[row.name] = row.applied.isoformat()
    return applied


def unknown_migrations(migrations: Migrations) -> list[str]:
    """Return the migrations that this code lacks, as `app.name`."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {*loader.disk_migrations}
    known |= {replaced for migration in loader.disk_migrations.values() for replaced in migration.replaces}
    return [f"{app}.{name}" for app, names in migrations.items() for name in names if (app, name) not in known]


# --- saving ---


@contextmanager
def snapshot() -> Iterator[str]:
    """Give the name of a snapshot: what this process reads, and pg_dump, stand at the same moment."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield _ask("SELECT pg_export_snapshot()")


def dump_program() -> tuple[str, int]:
    """Return the path and the major version of the pg_dump for this server."""
    program = find_program("pg_dump", at_least=server_major())
    return str(program), major_of(program)


def dump(program: str, file: IO[bytes], *, snapshot: str) -> None:
    """Save the database as it stands in a snapshot, in pg_dump's own format, without owners and privileges."""
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    done = subprocess.run([program, *options, *_place()], stdout=file, stderr=subprocess.PIPE, **_surroundings())
    if done.returncode:
        raise BackupError(f"The database could not be saved. {_told('pg_dump', done.returncode, done.stderr)}")


# --- restoring ---


def is_empty() -> bool:
    """Return whether the database holds no table, view, sequence or function, but those of extensions."""
    left = """
        SELECT EXISTS (
          SELECT FROM (
            SELECT 'pg_class'::regclass AS kind, oid, relnamespace AS namespace FROM pg_class
            UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
          ) AS thing
          JOIN pg_namespace ON pg_namespace.oid = namespace
          WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = kind AND objid = thing.oid AND deptype = 'e')
        )"""
    return not _ask(left)


def holds(migrations: Migrations) -> bool:
    """Return whether each of these migrations was applied to this database at its very moment: it is the one saved."""
    applied = applied_migrations()
    return all(applied.get(app, {}).get(name) == at for app, names in migrations.items() for name, at in names.items())


def others_leave() -> bool:
    """Return whether no other process is connected to the database, or all leave within SECONDS_TO_LEAVE."""
    others = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"""
    return wait_until(lambda: not _ask(others), seconds=SECONDS_TO_LEAVE, pause=0.2)


def restoring() -> str:
    """Return the id of the backup whose restore has begun and not ended; blank where there is none."""
    comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    begun, is_one, backup = (_ask(comment) or "").partition(RESTORING)
    return backup if is_one and not begun else ""


def mark_restoring(backup: str) -> None:
    """Note in the comment on the database itself, which no dump holds, that a restore has begun."""
    _comment(RESTORING + backup)


def unmark_restoring() -> None:
    """Note that the restore has ended."""
    _comment(None)


def restore_program(*, made_by: int) -> str:
    """Return the path of a pg_restore for this server and for a dump that a pg_dump of this major version made.

    One from 17 on sets what older servers do not know, and the older ones do not read what pg_dump 17 wrote."""
    server = server_major()
    if server >= UNDERSTOOD_SINCE:
        return str(find_program("pg_restore", at_least=max(server, made_by)))
    if made_by >= UNDERSTOOD_SINCE:
        raise BackupError(
            f"A pg_dump of {made_by} made the backup, and no server older than {UNDERSTOOD_SINCE} can be filled from"
            f" that: restore to PostgreSQL {UNDERSTOOD_SINCE} or newer. Nothing was changed."
        )
    return str(find_program("pg_restore", at_least=max(server, made_by), below=UNDERSTOOD_SINCE))


def fill(program: str, content: IO[bytes]) -> None:
    """Fill the empty database from a dump, in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS public")
    options = ["--single-transaction", "--no-owner", "--no-privileges", "--no-comments"]
    with TemporaryFile() as said:
        process = subprocess.Popen(
            [program, *options, *_place()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            **_surroundings(),
        )
        with process:
            try:
                shutil.copyfileobj(content, process.stdin)
                process.stdin.close()
            except BrokenPipeError:  # pg_restore ended before, having read all that it needs, or says why
                with suppress(BrokenPipeError):
                    process.stdin.close()
        said.seek(0)
        if process.returncode:
            told = _told("pg_restore", process.returncode, said.read())
            raise BackupError(f"The database could not be restored, and is empty as before. {told}")


def refresh_statistics() -> None:
    """Have the server count its tables anew: a restored database knows nothing of their sizes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _comment(text: str | None) -> None:
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [text])
    except DatabaseError as error:
        raise BackupError(
            f"The user of DATABASE_URL must own the database {name}, to note that a restore has begun."
            f" PostgreSQL says: {str(error).strip()}"
        ) from None


def _place() -> list[str]:
    """Return the option that names the database to PostgreSQL's programs, without its password."""
    parameters = connection.get_connection_params()
    for own in ("cursor_factory", "options", "password"):
        parameters.pop(own, None)
    return [f"--dbname={make_dsn(**parameters)}"]


def _surroundings() -> dict[str, Any]:
    """Return how such a program runs: with the password in its environment, and never longer than this process."""
    password = connection.settings_dict["PASSWORD"]
    secret = {"PGPASSWORD": password} if password else {}
    return {
        "env": {**os.environ, **secret, "LC_ALL": "C"},
        "preexec_fn": partial(die_with_parent, signal.SIGKILL),
    }


def _told(program: str, code: int, words: bytes) -> str:
    lines = words.decode(errors="replace").strip().splitlines()
    return f"{program} says: {' '.join(lines[-3:])}" if lines else f"{program} ended with code {code}."


def _ask(sql: str, *parameters: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]
