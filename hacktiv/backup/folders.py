"""The folders that a backup saves: what they hold, and filling them."""

import os
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO

from django.core.files.storage import storages

from .archive import FOLDERS
from .errors import BackupError


def folder_of(name: str) -> Path:
    """Return the place of one of FOLDERS here."""
    return Path(storages[FOLDERS[name]].location)


def check_empty(folder: Path) -> None:
    """Raise BackupError where a folder holds a file, or cannot be written to. Make it where it is missing."""
    for above, _folders, files in os.walk(folder):
        if files:
            raise BackupError(
                f"The folder {folder} is not empty (it holds {Path(above, files[0])}): move it away first."
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BackupError(f"This user may not write into the folder {folder}.")


def put(name: str, info: tarfile.TarInfo, content: IO[bytes]) -> None:
    """Write one file of a backup to its place, over what an interrupted restore left there, with its former time."""
    top, *rest = PurePosixPath(name).parts
    path = folder_of(top).joinpath(*rest)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)
        os.fchmod(file.fileno(), info.mode & 0o777)
    os.utime(path, (info.mtime, info.mtime))
