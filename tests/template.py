"""One database that the migrations made, of which each test run's, and each of its workers', is a copy.

Making one takes ten seconds of work, copying it a fifth of one. It is made anew whenever a migration, or a package that
brings some, has changed; Django runs what is missing on the copy all the same."""

from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

PREFIX = "hacktiv_migrated_"
#: Of other states of the migrations: whoever goes to and fro between two branches has both.
KEPT = 2
# Names those who make one among users of PostgreSQL's advisory locks ("copy" in ASCII).
LOCK = 0x636F7079


def migrated_template():
    """The name of that database, made where it is missing. Of several who ask at once one makes it."""
    name = PREFIX + _state_of_migrations()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [PREFIX])
        present = [row[0] for row in cursor.fetchall()]
        if name not in present:
            for other in present[KEPT:]:
                cursor.execute(f'DROP DATABASE IF EXISTS "{other}"')
            draft = f"{name}_draft"
            cursor.execute(f'DROP DATABASE IF EXISTS "{draft}"')
            cursor.execute(f'CREATE DATABASE "{draft}"')
            with _working_in(draft):
                call_command("migrate", interactive=False, verbosity=0)
            cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def empty_what_is_full(truncate, style, tables, *, reset_sequences=False, allow_cascade=False):
    """The statements that empty the tables after a test whose transactions were real. Few of them hold a row by then,
    and to delete those is far less work than to truncate a hundred."""
    if reset_sequences or allow_cascade or not tables:
        return truncate(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
    name = connection.ops.quote_name
    rows = ", ".join(f"('{table}', EXISTS (SELECT FROM {name(table)}))" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM (VALUES {rows}) AS tables (name, is_full) WHERE is_full")  # noqa: S608
        full = [row[0] for row in cursor.fetchall()]
    # In one transaction, at whose end the references are checked.
    return [f"DELETE FROM {name(table)};" for table in full]  # noqa: S608


def _state_of_migrations():
    state = sha256((Path(settings.BASE_DIR) / "requirements.txt").read_bytes())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            state.update(file.read_bytes())
    return state.hexdigest()[:16]


@contextmanager
def _working_in(database):
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        apps.get_model("contenttypes", "ContentType").objects.clear_cache()
        connection.close()
        connection.settings_dict["NAME"] = own
