"""Restore the platform from a backup, so that it can be begun again wherever it was interrupted."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.core.management import call_command

from hacktiv.common.freshness import refresh_all
from hacktiv.outbox.models import HoldReason, Message
from hacktiv.outbox.operations import hold

from .. import database
from ..archive import DUMP, FOLDERS, Manifest, files_of, read_manifest
from ..errors import BackupError
from ..folders import check_empty, folder_of, put
from .erasing import erase_again

Tell = Callable[[str], object]


class Restored(NamedTuple):
    """The outcome of a restore: the backup, the number of its files, how many erasures were made again, how many mails
    are held."""

    manifest: Manifest
    files: int
    erased: int
    held: int


def restore(*, source: Path, tell: Tell) -> Restored:
    """Fill the empty database and the empty folders from a backup; `tell` hears of each step before it is done.

    Everything is checked before anything changes. The backup's id then stands in the comment on the database until
    the end: as long as it does no mail leaves, and the same backup can be restored on from any point.

    Raises BackupError where the backup or the place is not as it must be."""
    tell(f"Checking {source}")
    manifest = _checked(source)
    program = _check_place(manifest)
    database.mark_restoring(manifest.id)
    if database.is_empty():
        tell("Restoring the database")
        for name, _info, content in files_of(source):
            if name == DUMP:
                database.fill(program, content)
    elif not database.holds(manifest.migrations):
        raise BackupError(
            "The database is not the one of this backup, though its restore was begun here: empty it, and begin again."
        )
    tell("Restoring the files")
    count = _put_files(source)
    tell("Bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)
    database.refresh_statistics()
    tell("Holding the mails")
    made_at = datetime.fromisoformat(manifest.made_at)
    hold(reason=HoldReason.RESTORED, backup=UUID(manifest.id), backup_made_at=made_at)
    tell("Erasing again whom the journal says")
    erased = erase_again()
    tell("Ending")
    refresh_all()
    database.unmark_restoring()
    return Restored(manifest, count, erased, Message.objects.pending().count())


def _checked(source: Path) -> Manifest:
    """Return the manifest of a backup that is whole and that this code can use."""
    try:
        manifest = read_manifest(source)
    except BackupError as error:
        raise BackupError(f"{source} {error}. Nothing was changed.") from None
    if unknown := database.unknown_migrations(manifest.migrations):
        raise BackupError(
            f"{source} is of a newer version of the platform, with migrations that this one lacks"
            f" ({', '.join(unknown)}): install that version, and restore with it. Nothing was changed."
        )
    return manifest


def _check_place(manifest: Manifest) -> str:
    """Return the pg_restore to use, if database and folders are empty, or a restore of this backup began in them."""
    if (server := database.server_major()) < manifest.server:
        raise BackupError(
            f"The backup is of PostgreSQL {manifest.server} and this server is {server}, which may not understand it:"
            f" restore to PostgreSQL {manifest.server} or newer. Nothing was changed."
        )
    program = database.restore_program(made_by=manifest.program)
    begun = database.restoring()
    if begun and begun != manifest.id:
        raise BackupError(
            "The restore of another backup was begun here and has not ended: end it with that file, or begin with a new"
            " database and empty folders."
        )
    if not database.others_leave():
        raise BackupError(
            "Other programs are connected to the database: stop the web server, the worker and beat first."
        )
    if not begun:
        if not database.is_empty():
            raise BackupError(
                "The database is not empty, and a restore never overwrites one: name a new, empty database in"
                " DATABASE_URL (docs/operations.md says how). Nothing was changed."
            )
        for name in FOLDERS:
            check_empty(folder_of(name))
    return program


def _put_files(source: Path) -> int:
    """Put each file of the backup in its place; return their number once all are on the disk."""
    count = 0
    for name, info, content in files_of(source):
        if name != DUMP:
            put(name, info, content)
            count += 1
    os.sync()
    return count
