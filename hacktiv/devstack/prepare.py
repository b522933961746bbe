"""`python -m hacktiv.devstack.prepare`: bring database and catalogues up to date, in one process."""

import os
import sys
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import django
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import DatabaseError, OperationalError, connection
from redis import Redis
from redis.exceptions import RedisError

SECONDS_TO_ANSWER = 3
# Key of the advisory lock of PostgreSQL under which a database is prepared ("prepare" in ASCII).
LOCK = 0x70726570617265


def compile_catalogues(folder):
    """Compile each catalogue under `folder` whose .mo file is missing or older; return how many."""
    compiled = 0
    for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        # Write beside the target and rename: a server that starts meanwhile must not read half a file.
        draft = target.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
        compiled += 1
    return compiled


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.dev")
    for folder in settings.LOCALE_PATHS:
        compile_catalogues(folder)
    django.setup()
    try:
        _ask_redis()
        with _alone():
            _bring_up_to_date()
    except RedisError as error:
        sys.exit(f"Redis does not answer; is REDIS_URL right? It says: {str(error).strip()}")
    except OperationalError as error:
        sys.exit(f"The database does not answer; is DATABASE_URL right? It says: {str(error).strip()}")
    except DatabaseError as error:
        sys.exit(f"The database cannot be brought up to date. It says: {str(error).strip()}")


def _ask_redis():
    address = settings.CACHES["default"]["LOCATION"]
    with Redis.from_url(
        address, socket_connect_timeout=SECONDS_TO_ANSWER, socket_timeout=SECONDS_TO_ANSWER, retry=None
    ) as redis:
        redis.ping()


@contextmanager
def _alone():
    """Wait until no other process prepares this database, and keep others waiting."""
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            # Another start may take as long as its migrations do; so may ours.
            cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
    finally:
        apart.close()  # this gives the lock back


def _bring_up_to_date():
    call_command("migrate", interactive=False, verbosity=0)
    wanted = ["load_network", "load_demo"] if settings.DEMO else ["load_network"]
    for command in wanted:
        if command in get_commands():
            # The runner says what a person needs to know, once.
            call_command(command, stdout=StringIO())


if __name__ == "__main__":
    main()
