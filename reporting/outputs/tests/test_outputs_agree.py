"""The five outputs of one report, read back: each tells every figure, crossing, journey and action the same."""

import csv
import io
import json
import re
from datetime import date
from html import unescape

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils import translation

from events.models import Ride
from events.tests.factories import HistoryEventFactory
from hacktiv.common.bounds import Bounds
from members.tests.factories import UserFactory
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.builds import draft
from reporting.tests.factories import (
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    PeriodFactory,
    ProjectFactory,
)
from spaces.tests.factories import SpaceFactory, VisitFactory

pytestmark = pytest.mark.django_db

SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\n": " "})
TIMES = ("previous", "current", "total")
#: What no other output tells the page: the figures beside the indicators.
SUPPLEMENTARY = {
    *(f"NET-{what}{way}" for what in ("CROSSINGS", "CROSSERS") for way in ("-BE-FR", "-FR-BE", "")),
    *(f"NET-{what}{way}" for what in ("TRAVELLERS", "KILOMETRES") for way in ("-ACROSS", "")),
}


@pytest.fixture
def period():
    project = ProjectFactory(slug="ardenne", title_fr="Ardenne")
    first = PeriodFactory(project=project, label="S1-2020", starts_on=date(2020, 1, 1), ends_on=date(2020, 6, 30))
    second = PeriodFactory(project=project)
    for number, period in enumerate((first, second), start=1):
        day = period.starts_on
        for title, declared, persons in (("Visite", (13, 13), None), ("Midi", (15 * number, None), (15, 15))):
            event = HistoryEventFactory(
                space=None, title_fr=f"{title} {period.label}", earliest=day, latest=day, meetings_upper=None
            )
            CountedEventFactory(project=project, event=event, declared=declared, persons=persons)
        CountedEventFactory(
            project=project, event=HistoryEventFactory(space=None, title_fr=f"Rien {number}", earliest=day, latest=day)
        )
        CountedCoachingFactory(project=project, coaching__earliest=day, coaching__latest=day)
        DeliverableFactory(period=period)
        home, abroad = SpaceFactory(), SpaceFactory(french=True)
        for _person in range(number):
            VisitFactory(home_space=home, space=abroad, day=day)
        ride = HistoryEventFactory(earliest=day, latest=day, title_fr="Co-walking")
        Ride.objects.create(
            event=ride, direction="both", seats=4, seats_taken=number, kilometres=50, from_side="BE", to_side="FR"
        )
    return second


def words(told):
    """Write what JSON tells as people read it."""
    bounds = Bounds(told["lower"], told["upper"]) if told else Bounds()
    return str(bounds).translate(SPACES)


def text_of(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).translate(SPACES).split())


def on_the_page(html, code):
    """Return the three counts in the row of a figure."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", html, re.S) if f"{code} ·" in text_of(row))
    return [text_of(cell) for cell in re.findall(r'<td class="number"[^>]*>(.*?)</td>', row, re.S)]


def in_rows(rows, code):
    row = next(row for row in rows if row and row[0] == code)
    return [str(cell).translate(SPACES) for cell in row[3:6]]


def in_print(text, code):
    """Return what follows a code in the PDF, up to the next code."""
    return re.split(r"NET-[A-Z-]+\b", text.partition(f"{code} ")[2])[0]


def outputs(client, period):
    client.force_login(UserFactory(coordinates=True))
    version = draft(period)
    with translation.override("fr"):
        page = client.get(reverse("reporting:version", args=["ardenne", period.label, version.number])).text
        files = {
            extension: client.get(
                reverse("reporting:download_version", args=["ardenne", period.label, version.number, extension])
            ).content
            for extension in FORMATS
        }
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    print_out = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files["pdf"])).pages)
    return json.loads(files["json"]), page, rows, sheets, " ".join(print_out.translate(SPACES).split())


def test_five_outputs_tell_every_figure_and_action_the_same(client, period):
    with translation.override("fr"):
        told, page, rows, sheets, printed = outputs(client, period)
        figures = [*told["figures"], *told["supplementary_figures"]]
        assert {figure["code"] for figure in told["supplementary_figures"]} == SUPPLEMENTARY
        in_sheets = [row for sheet in sheets.values() for row in sheet]
        for figure in figures:
            code, counts = figure["code"], [words(figure[time]) for time in TIMES]
            assert [cell.startswith(count) for cell, count in zip(on_the_page(page, code), counts, strict=True)] == [
                True
            ] * 3, code
            assert in_rows(rows, code) == counts
            assert in_rows(in_sheets, code) == counts
            assert re.search(".*".join(map(re.escape, counts)), in_print(printed, code)), code
        assert len(told["actions"]) == 3
        for action in told["actions"]:
            counts = [words(action[measure]) for measure in ("declared", "proven", "persons")]
            [row] = [row for row in rows if row[1:2] == [action["title"]] and len(row) > 20]
            assert [cell.translate(SPACES) for cell in row[9:12]] == counts
            [row] = [row for row in in_sheets if len(row) > 20 and row[1] == action["title"]]
            assert [str(cell).translate(SPACES) for cell in row[9:12]] == counts
            card = text_of(page.partition(f">{action['title']}</span>")[2].partition("</details>")[0])
            entry = printed.rpartition(f"{action['title']} Quand")[2].partition("SHA")[0]
            names = ("Participations déclarées", "Participations prouvées", "Personnes distinctes")
            for name, count in zip(names, counts, strict=True):
                assert f"{name} {count}" in card
                assert f"{name} {count}" in entry
        for column, at in (("crossings", "Annexe C – passages"), ("shared_travel", "Annexe D – covoiturages")):
            known = [row for row in sheets[at][4:] if row[1]]
            assert len(known) == len(told[column]) > 0
