"""A machine without containers, as docs/deployment.md describes it, under a folder of its own.

Every path of the given files that is the platform's own (/opt/hacktiv, /etc/hacktiv and so on) is moved there; ports
and certificates are replaced by name. Nothing of these files stands here a second time.
PostgreSQL and Redis are Debian's, run by an ordinary user.
"""

import os
import random
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from hacktiv.devstack.processes import die_with_parent, wait_until

ROOT = Path(__file__).resolve().parent.parent
GIVEN = ROOT / "docs" / "deployment"
HOST = "www.example.org"
#: The migrations take a minute and more where other tests run beside.
SECONDS_TO_START = 600

POSTGRES = "/usr/lib/postgresql/15/bin"
#: Where Debian puts the programs of services, and the path that systemd gives to a unit.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
OURS = re.compile(r"(?<![\w.])/(?:opt|srv|run|etc|var/lib|var/backups)/hacktiv\b|/etc/letsencrypt/live\b")
PASSWORD = "fagnes"
UNPRIVILEGED = "nobody"


def program(name, *, package=None, path=PATH):
    """Return the path of a program. Without it these tests fail: they are never left out."""
    found = shutil.which(name, path=path)
    assert found, f"The long profile needs {name}: apt-get install {package or name} (see README.md)."
    return found


def free_port():
    """Return a free port, below those that the system gives to connections: none of them takes it meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("", port))
            return port


@contextmanager
def running(command, *, seconds_to_stop=30, stop=signal.SIGTERM, **options):
    """Run a process until the end of the block."""
    process = subprocess.Popen(command, preexec_fn=die_with_parent, start_new_session=True, **options)
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(seconds_to_stop)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def unprivileged():
    """Return the options of `subprocess` by which root runs a server as an ordinary user."""
    return {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


class Unit:
    """A unit of systemd: its file, as it stands on this machine."""

    def __init__(self, name, text):
        self.name = name
        self.text = text
        self.entries = [line.partition("=")[::2] for line in text.splitlines() if re.match(r"[A-Z]\w+=", line)]

    def all(self, key):
        return [value for name, value in self.entries if name == key]

    def one(self, key):
        [value] = self.all(key)
        return value

    def commands(self, key="ExecStart"):
        """Return the commands of a key as lists of words."""
        return [[word.replace("$$", "$").replace("%%", "%") for word in shlex.split(line)] for line in self.all(key)]

    def environment(self):
        """Return what systemd gives to the processes of the unit."""
        lines = Path(self.one("EnvironmentFile")).read_text().splitlines()
        words = [word for line in [*self.all("Environment"), *lines] for word in shlex.split(line, comments=True)]
        return {"PATH": PATH, **dict(word.split("=", 1) for word in words)}


class Machine:
    """The machine under `folder`; its name for each path of the given files is `path(…)`."""

    def __init__(self, folder):
        self.folder = folder
        self.postgres_port, self.redis_port, self.health_port = free_port(), free_port(), free_port()
        self.processes = {}
        self.release = self.path("/opt/hacktiv/releases/one")
        self.socket = self.path("/run/hacktiv/web.sock")
        self.media = self.path("/srv/hacktiv/media")
        self.private = self.path("/var/lib/hacktiv/private")

    def path(self, path):
        return self.folder / path.removeprefix("/")

    def given(self, name):
        """Return the text of a file of docs/deployment/, its paths and the port of health moved to this machine."""
        text = OURS.sub(lambda found: str(self.path(found[0])), (GIVEN / name).read_text())
        return text.replace("127.0.0.1:8001", f"127.0.0.1:{self.health_port}")

    def unit(self, name):
        return Unit(name, self.given(f"systemd/hacktiv-{name}.service"))

    def lay_out(self):
        """Make folders, the release and the environment file, as the first steps of docs/deployment.md do."""
        for folder in (self.media, self.private, self.socket.parent, self.path("/var/backups/hacktiv")):
            folder.mkdir(parents=True)
        kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
        for name in [*kept, "docs/deployment"]:
            target = self.release / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("tests", "__pycache__"))
            else:
                shutil.copy(ROOT / name, target)
        (self.release / ".venv").symlink_to(sys.prefix)
        self.path("/opt/hacktiv/current").symlink_to(self.release)
        self.write_environment()

    def write_environment(self):
        """Fill in the given environment file."""
        filled = {
            "SECRET_KEY": "a-text-of-more-than-fifty-characters-that-nobody-could-guess-1234567890",
            "DATABASE_URL": f"postgres://hacktiv:{PASSWORD}@localhost:{self.postgres_port}/hacktiv",
            "REDIS_URL": f"redis://localhost:{self.redis_port}/0",
        }
        text = self.given("environment")
        for name, value in filled.items():
            text, changes = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
            assert changes == 1, name
        file = self.path("/etc/hacktiv/environment")
        file.parent.mkdir(parents=True)
        file.touch(mode=0o600)
        file.write_text(text)

    def manage(self, *arguments):
        """Run a command of manage.py by `hacktiv-manage`, as the present user, and return what it says."""
        script = self.given("hacktiv-manage").replace("runuser --user hacktiv -- ", "")
        command = ["sh", "-c", script, "hacktiv-manage", *arguments]
        done = subprocess.run(command, env={"PATH": PATH}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def servers(self):
        """Run Debian's PostgreSQL and Redis, with the role and the database that docs/deployment.md makes."""
        data, state = self.path("/postgresql"), self.path("/redis")
        password = self.path("/postgresql.password")
        for folder in (data, state):
            folder.mkdir()
            if os.geteuid() == 0:
                shutil.chown(folder, UNPRIVILEGED, "nogroup")
        password.write_text("of-the-superuser")
        options = {"env": {"PATH": PATH, "LC_ALL": "C.UTF-8"}, "cwd": "/", **unprivileged()}
        initdb = program("initdb", package="postgresql-15", path=POSTGRES)
        subprocess.run(
            [initdb, f"--pgdata={data}", "--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256"],
            check=True,
            stdout=subprocess.DEVNULL,
            **options,
        )
        postgres = [program("postgres", package="postgresql-15", path=POSTGRES), "-D", str(data)]
        postgres += ["-c", f"port={self.postgres_port}", "-c", f"unix_socket_directories={data}", "-c", "fsync=off"]
        redis = [program("redis-server"), "--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", str(state)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with (
            running(postgres, stop=signal.SIGINT, **options, **quiet),
            running(redis, **options, **quiet),
        ):
            superuser = f"postgres://postgres:of-the-superuser@localhost:{self.postgres_port}/postgres"
            psql = [program("psql", package="postgresql-client-15"), "--quiet", "--set=ON_ERROR_STOP=1", superuser]
            assert wait_until(lambda: subprocess.run([*psql, "-c", ""], **quiet).returncode == 0, seconds=30, pause=0.2)
            for statement in documented_sql():
                subprocess.run([*psql, "-c", statement], check=True, stdout=subprocess.DEVNULL)
            yield

    def start(self, name):
        """Start the process of a unit, with the environment and in the folder that the unit says."""
        unit = self.unit(name)
        [command] = unit.commands()
        with self.path(f"/{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=unit.one("WorkingDirectory"),
                env=unit.environment(),
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
                start_new_session=True,
            )

    def stop(self, name):
        """Stop it as systemd does: asked by a signal, killed after `TimeoutStopSec`. Return the code it ended with."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            return process.wait(int(self.unit(name).one("TimeoutStopSec")))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait()

    def run_once(self, name):
        """Run a unit that ends by itself."""
        unit = self.unit(name)
        options = {"cwd": unit.one("WorkingDirectory"), "env": unit.environment()}
        for command in [*unit.commands("ExecStartPre"), *unit.commands(), *unit.commands("ExecStartPost")]:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_TO_START, **options)
            assert done.returncode == 0, done.stderr

    def health(self):
        """Ask gunicorn how it is, as `curl --unix-socket` does; return the status, or None where nobody answers."""
        asking = HTTPConnection("localhost")
        asking.sock = socket.socket(socket.AF_UNIX)
        asking.sock.settimeout(30)
        with suppress(OSError), closing(asking):
            asking.sock.connect(str(self.socket))
            asking.request("GET", "/healthz")
            return asking.getresponse().status
        return None

    def wait_until_healthy(self):
        assert wait_until(lambda: self.health() == 200, seconds=SECONDS_TO_START, pause=0.3), self.logs()

    def logs(self):
        """Return the last lines of every log, for the message of a test that fails."""
        return "\n".join(f"{path.name}:\n{path.read_text()[-2000:]}" for path in sorted(self.folder.glob("*.log")))


def documented_sql():
    """Return the statements by which docs/deployment.md makes role and database, with a password."""
    text = (ROOT / "docs" / "deployment.md").read_text()
    block = re.search(r"psql <<'SQL'\n(.*?)\n *SQL\n", text, re.DOTALL)[1]
    return [line.strip().replace("'PASSWORD'", f"'{PASSWORD}'") for line in block.splitlines()]


@contextmanager
def machine():
    """Return a machine on which the platform is prepared; its servers run, web, worker and beat do not yet."""
    folder = Path(tempfile.mkdtemp(prefix="hacktiv-"))
    folder.chmod(0o755)
    try:
        with ExitStack() as stack:
            made = Machine(folder)
            made.lay_out()
            stack.enter_context(made.servers())
            pybabel = Path(sys.prefix) / "bin" / "pybabel"
            subprocess.run(
                [pybabel, "--quiet", "compile", "--directory=locale", "--domain=django"],
                cwd=made.release,
                check=True,
                capture_output=True,
            )
            made.manage("collectstatic", "--no-input")
            made.run_once("prepare")
            try:
                yield made
            finally:
                for name in list(made.processes):
                    made.stop(name)
    finally:
        shutil.rmtree(folder)
