"""Check the addresses of the servers in the environment, before anything starts or is made."""

import os
from urllib.parse import urlsplit

from .errors import StackError

LARGEST_PORT = 65535
#: By variable: its possible schemes, and an example. (No message shows the address itself: it may hold a password.)
EXPECTED = {
    "DATABASE_URL": (
        {"postgres", "postgresql", "psql", "pgsql"},
        "a PostgreSQL database, such as postgres://user:password@host:5432/name",
    ),
    "REDIS_URL": ({"redis", "rediss"}, "a Redis server, such as redis://host:6379/0"),
}


def check_addresses():
    """Raise StackError, with one sentence, for the first variable that is set and names no server."""
    for variable, (schemes, example) in EXPECTED.items():
        if url := os.environ.get(variable):
            wrong = _fault(variable, url, schemes)
            if wrong:
                raise StackError(f"{variable} is not the address of {example}: {wrong}.")


def _fault(variable, url, schemes):
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"its port is no number from 1 to {LARGEST_PORT}"
    path = parts.path.strip("/")
    if parts.scheme not in schemes:
        return f"it begins with {parts.scheme}://" if parts.scheme and "://" in url else "it has no ://"
    if port == 0:
        return f"its port is no number from 1 to {LARGEST_PORT}"
    if variable == "DATABASE_URL" and not path:
        return "it names no database"
    if variable == "REDIS_URL" and not parts.hostname:
        return "it names no host"
    if variable == "REDIS_URL" and path and not path.isdecimal():
        return "its database is no number"
    return None
