"""Migrate one database; each test run, and each of its workers, gets a copy of it.

To make it takes ten seconds of work, to copy it a fifth of one. It is made anew whenever a migration, or a package that
brings some, has changed; Django runs what is missing on the copy all the same."""

from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

PREFIX = "hacktiv_migrated_"
#: Number of databases that stay, one for each state of the migrations: so changing between branches is quick.
KEPT = 2
#: Key of the advisory lock of PostgreSQL under which such a database is made ("copy" in ASCII).
LOCK = 0x636F7079
#: The schema, in each test database, with copies of the tables that hold rows before any test.
KEPT_ROWS = "kept_rows"


def migrated_template():
    """Return the name of that database; make it where it is missing. If several ask at once, one makes it."""
    name = PREFIX + _state_of_migrations()
    with lock() as cursor:
        present = databases(cursor, PREFIX)
        if name not in present:
            drop(cursor, *present[KEPT:])
            make(cursor, name, lambda: call_command("migrate", interactive=False, verbosity=0))
    return name


def remember_what_is_full(schema=KEPT_ROWS):
    """Copy all rows into a schema. At first those that the migrations wrote, and Django after them: content types,
    permissions, groups and others."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        for table in _full_tables(cursor, connection.introspection.django_table_names(only_existing=True)):
            cursor.execute(f"CREATE TABLE {schema}.{_name(table)} AS TABLE {_name(table)}")


def write_again(schema):
    """Put the rows back that `remember_what_is_full` copied into the schema, in the place of those that are there."""
    with transaction.atomic(), connection.cursor() as cursor:
        # The rows refer to each other, and all are there at the end.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _tables_in(cursor, schema):
            cursor.execute(f"DELETE FROM {_name(table)}")  # noqa: S608
            cursor.execute(f"INSERT INTO {_name(table)} TABLE {schema}.{_name(table)}")


def empty_what_is_full(truncate, style, tables, *, reset_sequences=False, allow_cascade=False):
    """Leave the tables as the migrations left them, after a test whose transactions were real.

    It is done here and no statement is returned, so that Django makes no content type and permission anew: few tables
    hold other rows by then, and to delete those is far less work than to truncate a hundred and fill a few again."""
    if reset_sequences or allow_cascade or not tables:
        return truncate(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
    # In one transaction, at whose end the references are checked.
    with transaction.atomic(), connection.cursor() as cursor:
        kept = {*_tables_in(cursor, KEPT_ROWS)}
        changed = _any(cursor, kept, "(TABLE {0} EXCEPT TABLE {1}) UNION ALL (TABLE {1} EXCEPT TABLE {0})")
        full = {*_full_tables(cursor, tables)} - kept | {*changed}
        guarded = full & {*_guarded_tables(cursor)}
        for table in guarded:
            cursor.execute(f"ALTER TABLE {_name(table)} DISABLE TRIGGER USER")
        for table in full:
            cursor.execute(f"DELETE FROM {_name(table)}")  # noqa: S608
        if guarded:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {_name(table)} ENABLE TRIGGER USER")
        for table in changed:
            cursor.execute(f"INSERT INTO {_name(table)} TABLE {KEPT_ROWS}.{_name(table)}")
    return []


def _tables_in(cursor, schema):
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
    return [row[0] for row in cursor.fetchall()]


def _guarded_tables(cursor):
    """Return the tables of which a trigger may refuse to delete a row."""
    cursor.execute(
        "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND tgtype & 11 = 11"  # for each row, before it is deleted
    )
    return [row[0] for row in cursor.fetchall()]


def _full_tables(cursor, tables):
    return _any(cursor, tables, "SELECT FROM {0}")


def _any(cursor, tables, query):
    """Return the tables for which the query finds a row: in it {0} is the table and {1} the copy that was kept."""
    if not tables:
        return []
    found = [query.format(_name(table), f"{KEPT_ROWS}.{_name(table)}") for table in tables]
    rows = ", ".join(f"('{table}', EXISTS ({finds}))" for table, finds in zip(tables, found, strict=True))
    cursor.execute(f"SELECT name FROM (VALUES {rows}) AS tables (name, finds_any) WHERE finds_any")  # noqa: S608
    return [row[0] for row in cursor.fetchall()]


def _name(table):
    return connection.ops.quote_name(table)


@contextmanager
def lock():
    """Give a cursor outside of the test database; others who ask for one wait."""
    with connection._nodb_cursor() as cursor:
        # Another worker may be making a database, for longer than a statement of the platform ever waits.
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield cursor


def databases(cursor, prefix):
    """Return the databases whose names begin so, the newest first."""
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [prefix])
    return [row[0] for row in cursor.fetchall()]


def drop(cursor, *names):
    for name in names:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def make(cursor, name, fill, template="template1"):
    """Make a database, under another name until it is filled: one that was cut short is never taken for whole."""
    draft = f"{name}_draft"
    drop(cursor, draft)
    cursor.execute(f'CREATE DATABASE "{draft}" TEMPLATE "{template}"')
    with working_in(draft):
        fill()
    cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


def _state_of_migrations():
    state = sha256((Path(settings.BASE_DIR) / "requirements.txt").read_bytes())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            state.update(file.read_bytes())
    return state.hexdigest()[:16]


@contextmanager
def working_in(database):
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        apps.get_model("contenttypes", "ContentType").objects.clear_cache()
        connection.close()
        connection.settings_dict["NAME"] = own


if __name__ == "__main__":
    django.setup()
    migrated_template()
