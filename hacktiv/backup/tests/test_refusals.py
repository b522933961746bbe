"""A restore that would overwrite something, or that this code cannot bring to an end, is refused in words.

Each refusal leaves every row and every file as it was."""

import os
import re
import subprocess
from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from hacktiv.backup import database
from hacktiv.backup.archive import Manifest, Writer
from hacktiv.backup.errors import BackupError
from hacktiv.backup.programs import find_program

FULL_DISK = """
import resource, sys
import django
django.setup()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
from django.core.management import CommandError, call_command
try:
    call_command("backup", sys.argv[1])
except CommandError as error:
    print(error)
"""


def made_up(folder, **changed):
    """Write a backup that never was, and return its path."""
    place = {"server": database.server_major(), "program": database.dump_program()[1]}
    facts = {"id": "i", "made_at": "2026-01-01T00:00:00+00:00", "migrations": {}, **place, **changed}
    (folder / "dump").write_bytes(b"nothing")
    with (folder / "made-up.tar").open("wb") as file, (folder / "dump").open("rb") as dump:
        writer = Writer(file, Manifest(**facts))
        writer.add("database.dump", dump)
        writer.finish()
    return folder / "made-up.tar"


def test_a_database_that_is_not_empty_is_not_overwritten(standing):
    assert "The database is not empty" in standing.refusal(made_up(standing.folder))


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_the_embedded_database_of_development_is_never_meant_by_accident(command, standing, settings, tmp_path):
    settings.DATABASE_IS_EMBEDDED = True
    file = tmp_path / "by-accident.tar"
    with pytest.raises(CommandError, match="DATABASE_URL names no database"):
        call_command(command, file)
    assert not file.exists()
    if command == "backup":
        said = StringIO()
        call_command(command, file, embedded=True, stdout=said)
        assert f"Saved the database {connection.settings_dict['NAME']} on " in said.getvalue()


def test_a_backup_of_a_newer_version_says_so(standing):
    newer = {"events": {"0001_initial": "x", "9999_of_tomorrow": "x"}, "rooms": {"0001_initial": "x"}}
    words = standing.refusal(made_up(standing.folder, migrations=newer))
    assert "newer version of the platform" in words
    assert "(events.9999_of_tomorrow, rooms.0001_initial)" in words


def test_a_backup_of_a_newer_server_says_so(standing):
    assert "restore to PostgreSQL 99 or newer" in standing.refusal(made_up(standing.folder, server=99))


def test_what_no_program_could_restore_to_an_older_server_says_so(standing, monkeypatch):
    monkeypatch.setattr(database, "UNDERSTOOD_SINCE", 19)
    words = standing.refusal(made_up(standing.folder, program=19))
    assert "A pg_dump of 19 made the backup" in words


def test_a_damaged_backup_says_so(standing):
    path = made_up(standing.folder)
    path.write_bytes(path.read_bytes().replace(b"nothing", b"changed"))
    assert re.search(r"is damaged: 'database.dump' .* Nothing was changed", standing.refusal(path))


def test_nobody_else_may_be_connected(standing, monkeypatch):
    monkeypatch.setattr(database, "SECONDS_TO_LEAVE", 0)
    place = connection.get_connection_params()
    other = psycopg2.connect(**{name: place[name] for name in ("dbname", "user", "host")})
    try:
        assert "stop the web server, the worker and beat" in standing.refusal(made_up(standing.folder))
    finally:
        other.close()


def test_a_restore_of_another_backup_is_ended_first(standing):
    database.mark_restoring("another")
    try:
        assert "The restore of another backup" in standing.refusal(made_up(standing.folder))
    finally:
        database.unmark_restoring()


def test_what_came_into_the_database_after_a_cut_is_not_taken_for_the_backup(standing):
    database.mark_restoring("i")
    try:
        words = standing.refusal(made_up(standing.folder, migrations={"events": {"0001_initial": "then"}}))
    finally:
        database.unmark_restoring()
    assert "The database is not the one of this backup" in words


def test_folders_must_be_empty(platform):
    platform.lose_all()
    kept = platform.private / "proofs" / "kept.pdf"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"kept")
    words = platform.refusal(made_up(platform.folder))
    assert f"{platform.private} is not empty (it holds {kept})" in words


def test_a_dump_that_fails_leaves_the_database_empty(platform):
    platform.lose_all()
    words = platform.refusal(made_up(platform.folder))
    assert re.search(r"is empty as before\. pg_restore says: .*not appear to be a valid archive", words)
    assert database.is_empty()


def test_a_backup_overwrites_nothing_and_lies_in_no_saved_folder(standing):
    standing.media.mkdir(exist_ok=True)
    (standing.folder / "there.tar").write_text("kept")
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", standing.folder / "there.tar")
    with pytest.raises(CommandError, match="is saved itself"):
        call_command("backup", standing.media / "new.tar")
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("backup", standing.folder / "nowhere" / "new.tar")
    assert (standing.folder / "there.tar").read_text() == "kept"


@pytest.mark.parametrize("program", ["pg_dump", "pg_restore"])
def test_a_missing_program_is_named_with_the_ways_to_get_it(program, monkeypatch, tmp_path):
    (tmp_path / program).write_text("#!/bin/sh\necho 'pg_any (PostgreSQL) 13.4'\n")
    (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program(program, at_least=13) == tmp_path / program
    with pytest.raises(BackupError, match="or newer, older than 13, here"):
        find_program(program, at_least=12, below=13)
    with pytest.raises(BackupError) as refused:
        find_program(program, at_least=99)
    words = str(refused.value)
    assert f"There is no {program} of PostgreSQL 99 or newer here" in words
    assert "postgresql-client-99" in words
    assert "POSTGRES_BIN" in words


@pytest.mark.long
@pytest.mark.parametrize("limit", [50_000, 200_000])
def test_a_full_disk_leaves_nothing_that_looks_like_a_backup(platform, limit):
    platform.media.mkdir(exist_ok=True)
    (platform.media / "large.jpg").write_bytes(os.urandom(400_000))
    asked = platform.process(FULL_DISK, platform.folder / "cut.tar", limit, stdout=subprocess.PIPE)
    words, _errors = asked.communicate(timeout=60)
    assert asked.returncode == 0
    assert "nothing is kept" in words or "could not be saved" in words
    assert [path.name for path in platform.folder.iterdir() if path.name.startswith("cut")] == []
