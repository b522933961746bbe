"""Places of the servers, their user, and the commands that need no server: rules tested without a server."""

import os
import pwd
from pathlib import Path

import pytest

from hacktiv import devstack
from hacktiv.devstack.addresses import check_addresses
from hacktiv.devstack.errors import StackError
from hacktiv.devstack.places import (
    OUTSIDE,
    Owner,
    make_folder,
    may_enter,
    may_run,
    server_owner,
    socket_folder,
    state_folder,
)
from hacktiv.devstack.services import Postgres

STRANGER = Owner(54321, 54321)


@pytest.fixture
def folder(tmp_path):
    """Return a folder that every user can reach."""
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent.is_relative_to("/tmp/"):  # noqa: S108
            parent.chmod(parent.stat().st_mode | 0o755)
    return tmp_path


def test_stranger_may_enter_only_where_the_whole_way_is_open(folder):
    inner = folder / "closed" / "inner"
    inner.mkdir(parents=True)
    assert may_enter(inner, STRANGER)
    inner.parent.chmod(0o700)
    assert not may_enter(inner, STRANGER)
    assert may_enter(inner, Owner(os.geteuid(), os.getegid()))


def test_stranger_may_run_only_what_all_may_run(folder):
    program = folder / "program"
    program.touch()
    program.chmod(0o744)
    assert not may_run(program, STRANGER)
    program.chmod(0o755)
    assert may_run(program, STRANGER)


def test_state_lies_in_the_project_if_its_owner_can_enter_it(folder):
    project = folder / "project"
    project.mkdir()
    assert state_folder(project, STRANGER) == project / ".local"
    project.chmod(0o700)
    assert state_folder(project, STRANGER).parent == OUTSIDE


@pytest.mark.parametrize("path", ["/" + "x" * 100, "/with space", "/été", "/a%b", "/a?b"])
def test_socket_goes_elsewhere_where_the_path_is_long_or_odd(path):
    found = socket_folder(Path(path), STRANGER)
    assert found.parent == Path("/tmp")  # noqa: S108
    assert found.name.startswith("hacktiv-54321-")


def test_socket_of_a_plain_path_stays(folder):
    assert socket_folder(Path("/srv/project_1/.local/dev"), STRANGER) == Path("/srv/project_1/.local/dev")


def test_a_link_made_by_another_user_is_not_our_folder(folder):
    (folder / "elsewhere").mkdir()
    (folder / "link").symlink_to(folder / "elsewhere")
    with pytest.raises(StackError, match="it is not ours"):
        make_folder(folder / "link", mode=0o700)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["manage.py"], True),
        (["manage.py", "help", "migrate"], True),
        (["/x/manage.py", "makemessages", "-a"], True),
        (["manage.py", "migrate", "--help"], True),
        (["manage.py", "migrate"], False),
        (["pytest"], False),
        (["-c"], False),
    ],
)
def test_commands_that_only_touch_files_start_no_server(arguments, expected):
    assert devstack._needs_no_server(arguments) is expected


def test_named_servers_are_used_and_nothing_is_embedded(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://db/x")
    monkeypatch.setenv("REDIS_URL", "redis://cache/2")
    assert devstack.service_urls("dev") == ("postgres://db/x", "redis://cache/2", "redis://cache/2", False)
    assert devstack.embedded_services("dev") == []


@pytest.mark.parametrize(
    ("variable", "address", "fault"),
    [
        ("DATABASE_URL", "foo", "it has no ://"),
        ("DATABASE_URL", "mysql://a:secret@b/c", "it begins with mysql://"),
        ("DATABASE_URL", "sqlite:///x", "it begins with sqlite://"),
        ("DATABASE_URL", "postgres://a:secret@b:99999/c", "its port is no number from 1 to 65535"),
        ("DATABASE_URL", "postgres://a:secret@b:port/c", "its port is no number from 1 to 65535"),
        ("DATABASE_URL", "postgres://a:secret@b:0/c", "its port is no number from 1 to 65535"),
        ("DATABASE_URL", "postgres://a:secret@b", "it names no database"),
        ("REDIS_URL", "foo", "it has no ://"),
        ("REDIS_URL", "localhost:6379", "it has no ://"),
        ("REDIS_URL", "http://:secret@b/0", "it begins with http://"),
        ("REDIS_URL", "redis://b:99999/0", "its port is no number from 1 to 65535"),
        ("REDIS_URL", "redis:///0", "it names no host"),
        ("REDIS_URL", "redis://b/first", "its database is no number"),
    ],
)
def test_address_of_no_server_is_said_and_starts_nothing(monkeypatch, variable, address, fault):
    monkeypatch.setattr(devstack, "join", lambda *services: pytest.fail("a server was started"))
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, address)
    with pytest.raises(SystemExit) as end:
        devstack.service_urls("dev")
    said = end.value.code
    assert said.startswith(f"{variable} is not the address of a ")
    assert said.endswith(f": {fault}.")
    assert "secret" not in said


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("DATABASE_URL", "postgres://a@//var/run/folder/name"),
        ("DATABASE_URL", "postgresql:///name"),
        ("DATABASE_URL", "postgres://a:p%40ss@[::1]:5432/name?sslmode=require"),
        ("REDIS_URL", "rediss://:secret@host"),
        ("REDIS_URL", "redis://host:6379/0"),
    ],
)
def test_an_address_of_a_server_passes(monkeypatch, variable, address):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, address)
    check_addresses()


@pytest.mark.parametrize(("named", "embedded"), [("DATABASE_URL", "Valkey"), ("REDIS_URL", "Postgres")])
def test_only_the_unnamed_server_is_embedded(monkeypatch, named, embedded):
    for variable in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(named, "x://y")
    assert [type(service).__name__ for service in devstack.embedded_services("dev")] == [embedded]


def test_profiles_share_nothing():
    dev, test = (Postgres.of(devstack.PROJECT, profile) for profile in ("dev", "test"))
    assert dev.base != test.base
    assert dev.sockets != test.sockets
    assert (dev.durable, test.durable) == (True, False)


def test_an_own_postgres_is_named_by_its_folder(monkeypatch, tmp_path):
    (tmp_path / "postgres").touch()
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))
    assert Postgres.find_program() == (tmp_path / "postgres").resolve()


if os.geteuid() == 0:

    @pytest.mark.parametrize(
        ("owner", "expected"),
        [("root", "nobody"), ("daemon", "daemon"), (STRANGER.uid, "nobody"), ("nobody", "nobody")],
    )
    def test_under_root_servers_run_as_the_named_owner_of_the_project(folder, owner, expected):
        os.chown(folder, owner if isinstance(owner, int) else pwd.getpwnam(owner).pw_uid, -1)
        assert server_owner(folder).uid == pwd.getpwnam(expected).pw_uid

else:

    def test_servers_of_an_ordinary_user_run_as_that_user(folder):
        assert server_owner(folder) == (os.geteuid(), os.getegid())
