"""The journal of erasures: random keys and times, on the disk as soon as an erasure is committed, and nothing lost."""

import re
import stat
from uuid import uuid4

import pytest
from django.db import transaction

from hacktiv.erasures.models import Erasure
from hacktiv.erasures.operations import note_erasure, read_journal, write_journal


@pytest.fixture
def journal(settings, tmp_path):
    settings.ERASURE_JOURNAL = tmp_path / "apart" / "journal"
    return settings.ERASURE_JOURNAL


@pytest.mark.django_db(transaction=True)
def test_an_erasure_is_in_the_journal_once_it_is_committed(journal):
    kept, undone = uuid4(), uuid4()
    with transaction.atomic():
        note_erasure(keys=[kept])
        assert not journal.exists()
    with pytest.raises(ValueError, match="undone"), transaction.atomic():
        note_erasure(keys=[undone])
        raise ValueError("undone")
    assert set(read_journal()) == {kept}
    assert re.fullmatch(rf"{kept} \d{{4}}-\d\d-\d\dT[\d:.]+\+00:00\n", journal.read_text())
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_written_is_written_by_the_next_sweep(journal):
    key = uuid4()
    journal.parent.write_text("no folder")
    with transaction.atomic():
        note_erasure(keys=[key])
    assert list(Erasure.objects.values_list("key", "is_in_journal")) == [(key, False)]
    journal.parent.unlink()
    assert write_journal() == 1
    assert write_journal() == 0
    assert set(read_journal()) == {key}


@pytest.mark.django_db
def test_a_line_cut_by_a_crash_spoils_no_other(journal):
    first, second = uuid4(), uuid4()
    journal.parent.mkdir()
    journal.write_text(f"{first} 2026-01-01T00:00:00+00:00\n{str(uuid4())[:20]}")
    note_erasure(keys=[second])
    assert write_journal() == 1
    assert set(read_journal()) == {first, second}


def test_without_a_journal_nothing_was_erased(journal):
    assert read_journal() == {}
