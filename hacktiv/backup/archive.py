"""The file of a backup: a tar with the dump of the database, the files, and at its end a manifest with checksums."""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from .errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
#: The folders in the tar, and the storage of each.
FOLDERS = {"media": "default", "private": "private"}
#: Bytes read at once.
BLOCK = 1024 * 1024


class Member(NamedTuple):
    """One file of a backup, as the manifest knows it: bytes, and the SHA-256 of its content in hexadecimal."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """The description of a backup.

    `server` and `program` are the major versions of the PostgreSQL saved and of the pg_dump that did it. `migrations`
    holds, by app and name, when each was applied. `made_at` is the moment that the dump shows."""

    id: str
    made_at: str
    server: int
    program: int
    migrations: dict[str, dict[str, str]]
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    def as_json(self) -> bytes:
        """Return the manifest with a checksum of itself."""
        content = {**asdict(self), "members": {name: member._asdict() for name, member in self.members.items()}}
        return json.dumps({**content, "sha256": _seal(content)}, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read a manifest. Raises BackupError for a damaged one, and for one of a later format."""
        try:
            content = json.loads(text)
            if content["format"] > FORMAT:
                raise BackupError(f"was made by a newer version of the platform (format {content['format']})")
            if content.pop("sha256") != _seal(content):
                raise BackupError("is damaged: its manifest has changed")
            content["members"] = {name: Member(**member) for name, member in content["members"].items()}
            return cls(**content)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupError(f"is damaged: its manifest cannot be read ({error})") from None


def _seal(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class _Summed:
    """A file that is read once from beginning to end, and its checksum so far."""

    def __init__(self, file: IO[bytes]):
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        return block


class Writer:
    """Writes a backup, one file after another; `finish` adds the manifest."""

    def __init__(self, file: IO[bytes], manifest: Manifest):
        self.manifest = manifest
        self.tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT, errors="surrogateescape")  # noqa: SIM115

    def add(self, name: str, file: IO[bytes]) -> None:
        """Add an open file of the disk from its beginning, as long as it is now."""
        status = os.fstat(file.fileno())
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = status.st_size, int(status.st_mtime), status.st_mode & 0o777
        summed = _Summed(file)
        self.tar.addfile(info, summed)  # an error where the file ends before its size
        self.manifest.members[name] = Member(info.size, summed.digest.hexdigest())

    def finish(self) -> None:
        """Add the manifest, and the end of the tar."""
        text = self.manifest.as_json()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        self.tar.addfile(info, BytesIO(text))
        self.tar.close()


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a backup after comparing every member with it.

    Raises BackupError for a file that is no backup, is damaged or cut short, holds a path that would leave its folder,
    or is of a later format."""
    try:
        with _opened(path) as tar:
            return _compared(tar)
    except FileNotFoundError:
        raise BackupError("does not exist") from None
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise BackupError(f"is no backup, or is damaged or cut short ({error})") from None


def files_of(path: Path) -> Iterator[tuple[str, tarfile.TarInfo, IO[bytes]]]:
    """Return name, description and content of each file of a backup that was checked."""
    with _opened(path) as tar:
        for info in tar:
            content = tar.extractfile(info)
            if info.name != MANIFEST and content:
                yield info.name, info, content


def _opened(path: Path) -> tarfile.TarFile:
    return tarfile.open(path, "r:", errors="surrogateescape")


def _compared(tar: tarfile.TarFile) -> Manifest:
    manifest = None
    found: dict[str, Member] = {}
    for info in tar:
        if not info.isreg() or not _is_plain(info.name):
            raise BackupError(f"holds {info.name!r}, which is no file of a folder of the platform")
        if info.name in found or (info.name == MANIFEST and manifest):
            raise BackupError(f"is damaged: {info.name} is in it twice")
        summed = _Summed(tar.extractfile(info))
        if info.name == MANIFEST:
            manifest = Manifest.from_json(summed.read(info.size))
            continue
        while summed.read(BLOCK):
            pass
        found[info.name] = Member(info.size, summed.digest.hexdigest())
    if manifest is None:
        raise BackupError("is cut short: its manifest, which ends a backup, is missing")
    if found != manifest.members:
        wrong = sorted(name for name in {*found, *manifest.members} if found.get(name) != manifest.members.get(name))
        raise BackupError(f"is damaged: {wrong[0]!r} is not what was saved ({len(wrong)} such in all)")
    if DUMP not in found:
        raise BackupError("holds no database")
    return manifest


def _is_plain(name: str) -> bool:
    """Return whether a name is the dump, the manifest, or a path that stays in one of the folders."""
    path = PurePosixPath(name)
    if name in {DUMP, MANIFEST}:
        return True
    stays = "/".join(path.parts) == name and ".." not in path.parts and "\0" not in name
    return stays and path.parts[0] in FOLDERS and len(path.parts) > 1
