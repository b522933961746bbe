"""Parts of pages that are drawn once and kept."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from hacktiv.common import markup


class Facts(NamedTuple):
    day: date


@pytest.fixture
def template(tmp_path, settings):
    """Return the name of a template that writes the day of its facts."""
    (tmp_path / "day.html").write_text("{% local_days facts.day facts.day %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return "day.html"


def test_a_part_is_drawn_anew_on_another_day_and_in_another_language(template, monkeypatch):
    facts = Facts(date(2027, 1, 8))
    in_december = datetime(2026, 12, 31, 12, tzinfo=ZoneInfo("Europe/Brussels"))
    monkeypatch.setattr(timezone, "now", lambda: in_december)
    assert markup.drawn(template, facts).endswith("2027")
    with translation.override("en"):
        assert "January" in markup.drawn(template, facts)
    monkeypatch.setattr(timezone, "now", lambda: in_december.replace(year=2027, month=1, day=2))
    assert markup.drawn(template, facts).endswith("janvier")
