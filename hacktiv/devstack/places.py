"""The user of the embedded servers, and the places of their programs, data and sockets.

Normally everything is in `.local/` of the project. PostgreSQL refuses to run as root, so under root it runs as the
project's owner, or as `nobody` where root owns the project too; and where that user cannot reach the project (a folder
under /root), programs and data lie in /var/lib/hacktiv-ardenne instead.
"""

import hashlib
import os
import pwd
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .errors import StackError

OUTSIDE = Path("/var/lib/hacktiv-ardenne")
# Bytes. A socket's path may have 107 on Linux and 103 on macOS; the longest name in the folder is
# ".s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 80


class Owner(NamedTuple):
    """The user that runs the servers."""

    uid: int
    gid: int


def server_owner(project):
    """Return the present user; under root the owner of the project, or `nobody` where that is root or has no name."""
    if os.geteuid():
        return Owner(os.geteuid(), os.getegid())
    folder = project.stat()
    # PostgreSQL refuses a user without a name; a folder mounted from elsewhere may belong to such a user.
    with suppress(KeyError):
        if pwd.getpwuid(folder.st_uid).pw_uid:
            return Owner(folder.st_uid, folder.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Owner(nobody.pw_uid, nobody.pw_gid)


def may_enter(folder, owner):
    """Return True where the permission bits let `owner` through `folder` and all folders above it."""
    return all(_allows(path, owner) for path in (folder, *folder.parents))


def may_run(program, owner):
    """Return True where `owner` may start `program`."""
    return may_enter(program.parent, owner) and _allows(program, owner)


def _allows(path, owner):
    status = path.stat()
    if status.st_uid == owner.uid:
        needed = stat.S_IXUSR
    elif status.st_gid == owner.gid:
        needed = stat.S_IXGRP
    else:
        needed = stat.S_IXOTH
    return bool(status.st_mode & needed)


def state_folder(project, owner):
    """Return `.local` of the project, or a folder outside it where the owner of the servers cannot enter `.local`."""
    local = project / ".local"
    if may_enter(local if local.exists() else project, owner):
        return local
    return OUTSIDE / short_name(project)


def socket_folder(preferred, owner):
    """Return `preferred` where its path is short and plain, else a private folder under /tmp."""
    text = str(preferred)
    if len(os.fsencode(text)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[A-Za-z0-9/_.-]+", text):
        return preferred
    return Path(f"/tmp/hacktiv-{owner.uid}-{short_name(preferred)}")  # noqa: S108 `make_folder` checks whose it is


def short_name(path):
    """Return a short name for `path`, the same each time."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def make_folder(path, *, mode=0o755, owner=None):
    """Make `path` with `mode`, whatever the umask says. Under root `owner`, or the owner of the folder above, owns it.

    Missing folders above it are made so that all can enter them. Raises StackError where a folder of another user, or a
    file, is in the way.
    """
    if not path.parent.exists():
        make_folder(path.parent)
    above = path.parent.stat()
    owner = owner or Owner(above.st_uid, above.st_gid)
    try:
        path.mkdir(exist_ok=True)
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {os.geteuid(), owner.uid}:
            raise PermissionError
        if os.geteuid() == 0:
            os.chown(path, *owner)
        if status.st_uid == os.geteuid() or os.geteuid() == 0:
            path.chmod(mode)
    except OSError as error:
        why = "it is not ours" if isinstance(error, PermissionError) else error.strerror
        raise StackError(
            f"The embedded servers cannot use the folder {path} ({why}): mend that, or set DATABASE_URL and REDIS_URL."
        ) from None
