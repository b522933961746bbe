"""Writes the tables of personal data, as the apps declare them, into the last sections of docs/privacy.md."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.dev")
django.setup()

from hacktiv.common.personal_data import documented, documented_ties  # noqa: E402 - the apps declare it once they are set up

PAGE = ROOT / "docs" / "privacy.md"
text = PAGE.read_text()
before, between = text.index("| columns |"), text.index("## Every column that refers to a person")
heading = text[between : text.index("| refers to a person by |")]
PAGE.write_text(f"{text[:before]}{documented()}\n\n{heading}{documented_ties()}\n")
