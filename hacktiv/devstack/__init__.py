"""The servers that a developer's machine runs by itself.

`service_urls` is all that the settings know of it. Where the environment names a PostgreSQL and a Redis nothing here
starts; otherwise each missing one runs embedded, for one profile ("dev" or "test") of this folder, as long as some
process needs it:

- each process that read the settings holds a shared lock on a file as long as it, or a fork of it, lives;
- a detached supervisor for each server starts it, restarts it when it falls, and stops it once no process has held
  that lock for some seconds;
- a server dies with its supervisor; the next supervisor clears away what a killed one left.

Only the standard library is imported here: a supervisor is up in a twentieth of a second and needs no Django.
"""

import os
import sys
from pathlib import Path
from typing import NamedTuple

from .addresses import check_addresses
from .client import join
from .errors import StackError
from .services import Postgres, Valkey

PROJECT = Path(__file__).resolve().parent.parent.parent

# These Django commands read and write files only, so they are not worth a server.
COMMANDS_WITHOUT_SERVERS = {"collectstatic", "compilemessages", "findstatic", "help", "makemessages", "version"}


class ServiceUrls(NamedTuple):
    """The addresses of database, broker and cache; `embedded` is true where the database is ours."""

    database: str
    broker: str
    cache: str
    embedded: bool


def service_urls(profile):
    """Start the servers of `profile` and return their addresses. End the process where they cannot run, saying why."""
    database, redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    try:
        check_addresses()
        services = embedded_services(profile)
        if not _needs_no_server(sys.argv):
            join(*services)
    except StackError as error:
        sys.exit(str(error))
    by_kind = {type(service): service for service in services}
    return ServiceUrls(
        database=database or by_kind[Postgres].url,
        broker=redis or by_kind[Valkey].broker_url,
        cache=redis or by_kind[Valkey].cache_url,
        embedded=not database,
    )


def embedded_services(profile):
    """Return the servers that the environment does not name. Raises StackError where there is no program for one."""
    return [kind.of(PROJECT, profile) for kind in (Postgres, Valkey) if not os.environ.get(kind.variable)]


def _needs_no_server(argv):
    if Path(argv[0]).name != "manage.py":
        return False
    return len(argv) < 2 or argv[1] in COMMANDS_WITHOUT_SERVERS or "--help" in argv
