"""The report's page in chapters: contents, lists in pages, and each figure's way to what stands behind it."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.enums import ProofKind
from events.models import Proof
from events.tests.factories import HistoryEventFactory
from members.tests.factories import UserFactory
from reporting.enums import Commented, Section
from reporting.models import SectionComment
from reporting.pages.rules import CHAPTERS, PER_PAGE
from reporting.tests.builds import draft
from reporting.tests.factories import (
    CountedEventFactory,
    PeriodFactory,
    ProjectFactory,
    ReportTextFactory,
    SpendingFactory,
    StockFactory,
)

pytestmark = pytest.mark.django_db

LARGEST_PAGE = 300_000


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne", title_fr="Ardenne"))


@pytest.fixture(autouse=True)
def coordinator(client):
    client.force_login(UserFactory(coordinates=True))


def counted(period, number):
    day = date(2020, 7, 1) + timedelta(days=number % 180)
    event = HistoryEventFactory(space=None, title_fr=f"Atelier {number:03}", earliest=day, latest=day)
    row = CountedEventFactory(project=period.project, event=event, declared=(number, number))
    for kind in (ProofKind.ATTENDANCE_SHEET, ProofKind.OTHER):
        Proof.objects.create(event=event, kind=kind, name="Liste de présence.pdf", sha256="a" * 64, file="x.pdf")
    return row


def page_of(client, *parts, name="report", **query):
    return client.get(reverse(f"reporting:{name}", args=["ardenne", "S2-2020", *parts]), query)


def test_each_text_of_a_section_stands_in_its_chapter(client, period):
    sections = set(Section) - {Section.HIGHLIGHTS}
    for section in sections:
        ReportTextFactory(period=period, section=section, text_fr=f"Texte {section}")
    page = page_of(client)
    assert {section for section in sections if f"Texte {section}" not in page.text} == set()


def test_the_contents_lead_to_each_chapter_in_order(client, period):
    page = page_of(client)
    text = page.text
    titles = re.findall(r'<section class="chapter[^"]*" aria-labelledby="([\w-]+)">', text)
    assert titles == [chapter.anchor for chapter in CHAPTERS if chapter.told(page.context["report"])]
    assert len(titles) > 8
    contents = text[text.index('<nav class="contents"') :].partition("</nav>")[0]
    assert re.findall(r'href="#([\w-]+)"', contents) == titles
    for anchor in titles:
        assert text.count(f'id="{anchor}"') == 1


def test_headings_come_one_level_after_another(client, period):
    counted(period, 1)
    levels = [int(level) for level in re.findall(r"<h([1-6])", page_of(client).text)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_page_costs_and_weighs_no_more_however_many_actions(client, period):
    costs = []
    for number in range(120):
        counted(period, number)
        if number in (1, 119):
            draft(period)
            with CaptureQueriesContext(connection) as asked:
                page = page_of(client)
            costs.append(len(asked))
    assert costs[0] == costs[1]
    assert page.text.count('id="event-') == PER_PAGE
    assert len(page.content) < LARGEST_PAGE


def test_each_action_stands_on_one_page_and_figures_lead_there(client, period):
    rows = [counted(period, number) for number in range(PER_PAGE + 3)]
    pages = [page_of(client, actions=number).text for number in (1, 2)]
    anchors = [re.findall(r'id="(event-[\w-]+)"', text) for text in pages]
    assert [len(found) for found in anchors] == [PER_PAGE, 3]
    assert sorted(anchors[0] + anchors[1]) == sorted(f"event-{row.event.slug}" for row in rows)
    far = anchors[1][0]
    assert f'id="{far}"' in page_of(client, at=far).text
    listed = page_of(client, "NET-PARTICIPATIONS", name="figure", page=2).text
    assert f"?at={far}#{far}" in listed
    assert f'href="#{anchors[0][0]}"' in pages[0]
    assert "/figures/NET-PARTICIPATIONS/" in pages[0]


def test_the_whole_list_is_printed(client, period):
    for number in range(PER_PAGE + 3):
        counted(period, number)
    text = page_of(client, print=1).text
    assert text.count('id="event-') == PER_PAGE + 3


@pytest.mark.parametrize(
    "query", [{"actions": "0"}, {"actions": "x"}, {"actions": "99"}, {"at": "event-0"}, {"at": "<b>"}]
)
def test_an_odd_page_shows_some_page_of_actions(client, period, query):
    counted(period, 1)
    page = page_of(client, **query)
    assert page.status_code == 200
    assert page.text.count('id="event-') == 1


def test_a_figure_of_a_version_is_its_own(client, period):
    counted(period, 1)
    version = draft(period)
    counted(period, 2)
    listed = page_of(client, version.number, "NET-ACTIONS", name="version_figure")
    assert "Atelier 001" in listed.text and "Atelier 002" not in listed.text
    assert page_of(client, "NO-SUCH", name="figure").status_code == 404


@pytest.mark.parametrize("section", Commented)
def test_a_comment_stands_on_the_page_whichever_section_it_is_on(client, period, section):
    counted(period, 1)
    SpendingFactory(period=period, claimed=3)
    SectionComment.objects.create(period=period, section=section, text_fr="Voyez la carte.")
    draft(period)
    assert page_of(client).text.count("Voyez la carte.") == 1


def test_a_comment_on_states_on_a_day_is_written_where_they_stand(client, period):
    way = reverse("reporting:comment", args=["ardenne", "S2-2020", "stocks"])
    assert way not in page_of(client).text
    StockFactory(told_in=period)
    draft(period)
    assert way in page_of(client).text
