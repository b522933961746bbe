"""Save database and files into one file that is whole, or is not there."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from uuid import uuid4

from django.utils import timezone

from .. import database
from ..archive import DUMP, FOLDERS, Manifest, Writer
from ..errors import BackupError
from ..folders import folder_of


def back_up(*, target: Path) -> Manifest:
    """Save the platform into the new file `target`, and return its manifest. The platform may go on meanwhile.

    The file bears another name, with `.part` at its end, until it is whole and on the disk. Raises BackupError where
    the backup cannot be made; then nothing is kept of it."""
    target = target.absolute()
    if target.exists():
        raise BackupError(f"{target} exists already: name another file.")
    for folder in map(folder_of, FOLDERS):
        if target.resolve().is_relative_to(folder.resolve()):
            raise BackupError(f"{target} would lie in {folder}, which is saved itself: name a file elsewhere.")
    part = target.with_name(f"{target.name}.part")
    try:
        with _alone(part) as file:
            manifest = _write(file, beside=target.parent)
            file.flush()
            os.fsync(file.fileno())
            part.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise BackupError(f"The backup failed, and nothing is kept of it: {error.strerror or error}{where}.") from error
    return manifest


@contextmanager
def _alone(part: Path) -> Iterator[IO[bytes]]:
    """Open the unfinished file for this process only, readable by its owner; remove it where the backup fails."""
    with open(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:  # noqa: PTH123
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup is being written to {part}.") from None
        file.truncate()  # what an interrupted backup left
        try:
            yield file
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _write(file: IO[bytes], *, beside: Path) -> Manifest:
    """Write the whole backup: the database first, so that the files its rows name are there to be saved after it.

    The dump lies unfinished in the folder `beside`."""
    program, major = database.dump_program()
    # It has no name: nothing is left of it, whatever happens.
    with TemporaryFile(dir=beside) as dump:
        with database.snapshot() as snapshot:
            manifest = Manifest(
                id=str(uuid4()),
                made_at=timezone.now().isoformat(),
                server=database.server_major(),
                program=major,
                migrations=database.applied_migrations(),
            )
            database.dump(program, dump, snapshot=snapshot)
        writer = Writer(file, manifest)
        dump.seek(0)
        writer.add(DUMP, dump)
    for name in FOLDERS:
        for path in _files_in(folder_of(name)):
            try:
                with path.open("rb") as content:
                    writer.add(f"{name}/{path.relative_to(folder_of(name)).as_posix()}", content)
            except FileNotFoundError:
                continue  # deleted with its row since the folder was listed
    writer.finish()
    return manifest


def _files_in(folder: Path) -> list[Path]:
    """Return the files of a folder and of all folders in it, sorted. Raises BackupError for a link to a folder."""
    found = []
    for above, folders, files in os.walk(folder, onerror=_fail):
        if linked := next((path for path in map(Path(above).joinpath, folders) if path.is_symlink()), None):
            raise BackupError(
                f"{linked} is a link to a folder, whose files would be missing: put the folder itself there."
            )
        found += [Path(above, name) for name in files]
    return sorted(found)


def _fail(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a folder without a file yet, or removed meanwhile
        raise error


def _sync_folder(folder: Path) -> None:
    """Have the name of a new file on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
