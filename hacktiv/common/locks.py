"""Locks of PostgreSQL on what has no row of its own."""

from hashlib import sha256

from django.db import connection

#: First key of the advisory locks on addresses ("addr" in ASCII).
ADDRESSES = 0x61646472


def lock_address(email: str) -> None:
    """Wait for the transactions that hold an e-mail address, whatever its capitals, and hold it until this one ends.

    It is taken before any lock on a row. A few addresses share a lock, which costs them a wait."""
    number = int.from_bytes(sha256(email.strip().lower().encode()).digest()[:4], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ADDRESSES, number])
