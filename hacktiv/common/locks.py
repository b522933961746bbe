"""Locks of PostgreSQL on what has no row of its own."""

from hashlib import sha256

from django.db import connection

#: First key of the advisory locks on addresses ("addr" in ASCII).
ADDRESSES = 0x61646472
#: The advisory lock on the adding of organisations ("orga" in ASCII).
ORGANISATIONS = 0x6F726761


def lock_address(email: str) -> None:
    """Wait for the transactions that hold an e-mail address, whatever its capitals, and hold it until this one ends.

    It is taken before any lock on a row. A few addresses share a lock, which costs them a wait."""
    number = int.from_bytes(sha256(email.strip().lower().encode()).digest()[:4], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ADDRESSES, number])


def lock_adding() -> None:
    """Wait for the transaction that adds an organisation, and hold the lock until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ORGANISATIONS])
