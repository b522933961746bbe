"""Files are stored under names that every system takes."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

LETTERS = ["a", "é", "文", "\N{MATHEMATICAL BOLD CAPITAL M}"]


@pytest.mark.parametrize("letter", LETTERS)
def test_a_long_name_of_any_script_is_stored(letter, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    storage = storages["default"]
    name = storage.save(storage.generate_filename(f"events/2026/11/{letter * 250}.pdf"), ContentFile(b"x"))
    assert name.startswith(f"events/2026/11/{letter * 20}")
    assert name.endswith(".pdf")
    assert storage.open(name).read() == b"x"
