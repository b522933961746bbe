"""Each page of the reports answers, whatever the state of its half-year, and none is left out of the walks."""

from pathlib import Path

import pytest

from tests.half_years import opened, pages_of_half_years
from tests.pages import Page

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
#: Templates of pages that no half-year shows here: who shows them.
SHOWN_ELSEWHERE = {
    "reporting/closing/package.html": "the package for controllers",
    "reporting/closing/_package_facts.html": "the package for controllers",
    "reporting/results/results.html": "a visitor",
    "reporting/results/_project.html": "a visitor",
    "reporting/results/_table.html": "a visitor",
}


def test_every_page_of_a_half_year_answers_and_none_is_left_out():
    seen = set()
    for shown in pages_of_half_years():
        answer = opened(shown)
        assert answer.status_code == shown.status, shown
        page = Page(answer.text, shown.address)
        assert not page.leaks, shown
        assert len([level for level, _words in page.headings if level == 1]) == 1, shown
        seen |= {template.name for template in answer.templates}
    ours = {
        str(path.relative_to(TEMPLATES))
        for path in (TEMPLATES / "reporting").rglob("*.html")
        if path.parent.name != "mail"
    }
    assert ours - seen == set(SHOWN_ELSEWHERE)
