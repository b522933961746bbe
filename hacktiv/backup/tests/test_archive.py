"""A backup that is not exactly what was saved is refused in words, before anything is read from it."""

import io
import json
import tarfile

import pytest

from hacktiv.backup.archive import DUMP, MANIFEST, Manifest, Writer, files_of, read_manifest
from hacktiv.backup.errors import BackupError

CONTENT = {DUMP: b"rows" * 2000, "media/rooms/été.jpg": b"\x00picture", "private/proofs/empty.txt": b""}


def some_manifest(**changed):
    return Manifest(**{"id": "i", "made_at": "m", "server": 15, "program": 15, "migrations": {}, **changed})


@pytest.fixture
def backup(tmp_path):
    """Write a backup of these files; return its path."""

    def write(content=CONTENT, manifest=None):
        path = tmp_path / "backup.tar"
        with path.open("wb") as file:
            writer = Writer(file, manifest or some_manifest())
            for name, data in content.items():
                (tmp_path / "member").write_bytes(data)
                with (tmp_path / "member").open("rb") as member:
                    writer.add(name, member)
            writer.finish()
        return path

    return write


def rewritten(path, *, keep=lambda name: True, add=()):
    """Write the members of a tar anew, without some and with others."""
    with tarfile.open(path) as tar:
        members = [(info, tar.extractfile(info).read()) for info in tar if keep(info.name)]
    with tarfile.open(path, "w") as tar:
        for info, data in [*members, *add]:
            tar.addfile(info, io.BytesIO(data))
    return path


def entry(name, data=b"", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, data


def test_a_whole_backup_reads_back(backup):
    path = backup()
    manifest = read_manifest(path)
    assert {name: member.size for name, member in manifest.members.items()} == {n: len(d) for n, d in CONTENT.items()}
    assert {name: content.read() for name, _info, content in files_of(path)} == CONTENT


def test_a_changed_byte_is_noticed(backup):
    whole = backup().read_bytes()
    path = backup()
    for place in range(0, len(whole), 401):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            read_manifest(path)
        except BackupError:
            continue
        # What fills a block, and the end of the tar, belong to no member.
        assert {name: content.read() for name, _info, content in files_of(path)} == CONTENT


def test_a_backup_that_is_cut_short_is_noticed(backup):
    whole = backup().read_bytes()
    path = backup()
    end = whole.index(b'"sha256"', whole.rindex(b"ustar"))
    for length in range(0, end, 509):
        path.write_bytes(whole[:length])
        with pytest.raises(BackupError, match="cut short"):
            read_manifest(path)


@pytest.mark.parametrize(
    "stranger",
    [
        entry("media/../../etc/passwd"),
        entry("../media/x"),
        entry("/etc/passwd"),
        entry("media//x"),
        entry("media"),
        entry("elsewhere/x"),
        entry("media/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        entry("media/hard", type=tarfile.LNKTYPE, linkname=DUMP),
        entry("media/device", type=tarfile.CHRTYPE),
        entry("media/folder", type=tarfile.DIRTYPE),
    ],
    ids=lambda found: f"{found[0].name}-{found[0].type.decode()}",
)
def test_a_path_that_leads_elsewhere_is_refused(backup, stranger):
    with pytest.raises(BackupError, match="which is no file of a folder of the platform"):
        read_manifest(rewritten(backup(), add=[stranger]))


def test_more_fewer_or_doubled_files_are_refused(backup):
    with pytest.raises(BackupError, match=r"'media/new\.jpg' is not what was saved"):
        read_manifest(rewritten(backup(), add=[entry("media/new.jpg")]))
    with pytest.raises(BackupError, match=r"'media/rooms/été\.jpg' is not what was saved"):
        read_manifest(rewritten(backup(), keep=lambda name: "rooms" not in name))
    with pytest.raises(BackupError, match="is in it twice"):
        read_manifest(rewritten(backup(), add=[entry(DUMP, CONTENT[DUMP])]))
    with pytest.raises(BackupError, match="manifest, which ends a backup, is missing"):
        read_manifest(rewritten(backup(), keep=lambda name: name != MANIFEST))
    with pytest.raises(BackupError, match="holds no database"):
        read_manifest(backup({"media/x": b""}))


def test_what_is_no_backup_is_said_to_be_none(backup, tmp_path):
    (tmp_path / "text").write_text("No tar at all." * 100)
    with pytest.raises(BackupError, match="is no backup"):
        read_manifest(tmp_path / "text")
    with pytest.raises(BackupError, match="does not exist"):
        read_manifest(tmp_path / "nowhere")


def test_a_later_format_and_a_changed_manifest_are_refused(backup):
    with pytest.raises(BackupError, match="newer version of the platform"):
        read_manifest(backup(manifest=some_manifest(format=2)))
    path = backup()
    changed = json.loads(some_manifest().as_json()) | {"made_at": "another day"}
    replaced = entry(MANIFEST, json.dumps(changed).encode())
    with pytest.raises(BackupError, match="its manifest has changed"):
        read_manifest(rewritten(path, keep=lambda name: name != MANIFEST, add=[replaced]))
