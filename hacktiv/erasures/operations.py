"""Remember erasures, in their own transaction, and write them into the journal after it.

The journal (`ERASURE_JOURNAL`) is a file apart from the database and from the backups, which outlives both. Each of its
lines is a random key and a time.
"""

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import Erasure

log = structlog.get_logger(__name__)

#: Key of the advisory lock of PostgreSQL under which the journal is written ("gone" in ASCII).
LOCK = 0x676F6E65


def note_erasure(*, keys: Iterable[UUID]) -> None:
    """Remember an erasure by these keys, within the transaction that makes it."""
    now = timezone.now()
    Erasure.objects.bulk_create([Erasure(key=key, erased_at=now) for key in keys], ignore_conflicts=True)
    # What cannot be written now is written by the next sweep, and the erasure itself is done.
    transaction.on_commit(write_journal, robust=True)


def note_rows(*found: QuerySet, as_key: Callable[[UUID], UUID] = lambda key: key) -> int:
    """Note the keys of rows that are being erased, in the form that `as_key` gives them, and return their number.

    The rows have other keys from then on: what is noted leads to none that stays."""
    keys = [as_key(key) for rows in found for key in rows.values_list("erasure_key", flat=True)]
    note_erasure(keys=keys)
    for rows in found:
        rows.update(erasure_key=RandomUUID())
    return len(keys)


def write_journal() -> int:
    """Add the erasures that are not in the journal yet, and return their number once they are on the disk."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        waiting = list(Erasure.objects.filter(is_in_journal=False))
        if waiting:
            _append("".join(f"{erasure.key} {erasure.erased_at.isoformat()}\n" for erasure in waiting))
            Erasure.objects.filter(pk__in=[erasure.pk for erasure in waiting]).update(is_in_journal=True)
    return len(waiting)


def read_journal() -> dict[UUID, datetime]:
    """Return the keys of the journal, each with its time; none where there is no such file. A line that a cut left
    unfinished is passed."""
    try:
        lines = Path(settings.ERASURE_JOURNAL).read_text().splitlines()
    except FileNotFoundError:
        return {}
    found = {}
    for line in filter(str.strip, lines):
        try:
            key, erased_at = line.split()
            found[UUID(key)] = datetime.fromisoformat(erased_at)
        except ValueError:
            log.warning("erasure_journal_unreadable_line")
    return found


@transaction.atomic
def take_in_journal() -> set[UUID]:
    """Remember the erasures of the journal, which a restored database lacks, and return their keys.

    Made again, they are not written a second time."""
    noted = read_journal()
    Erasure.objects.filter(key__in=noted).update(is_in_journal=True)
    rows = [Erasure(key=key, erased_at=erased_at, is_in_journal=True) for key, erased_at in noted.items()]
    Erasure.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return set(noted)


def _append(lines: str) -> None:
    """Add lines to the journal, which only its owner can read, and wait for the disk.

    They begin on a line of their own, whatever a cut left there."""
    path = Path(settings.ERASURE_JOURNAL)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
        content = ("\n" if torn else "").encode() + lines.encode()
        while content:
            content = content[file.write(content) :]
        os.fsync(descriptor)
