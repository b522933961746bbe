"""Writes the table of personal data, as the apps declare it, into the last section of docs/privacy.md."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.dev")
django.setup()

from hacktiv.common.personal_data import documented  # noqa: E402 - the apps declare it once they are set up

PAGE = ROOT / "docs" / "privacy.md"
text = PAGE.read_text()
PAGE.write_text(text[: text.index("| columns |")] + documented() + "\n")
