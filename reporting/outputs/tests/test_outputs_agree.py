"""The five outputs of one report, read back: each tells every figure, crossing, journey and action the same, and the
indicators, the spending, what nobody classified and the history of the counts."""

import csv
import io
import itertools
import json
import re
from datetime import date
from decimal import Decimal
from html import unescape

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils import translation

from events.attendance.operations import declare_count
from events.enums import Measure
from events.models import Ride
from events.tests.factories import HistoryEventFactory
from hacktiv.common.bounds import Bounds
from members.tests.factories import UserFactory
from reporting.indicators.operations import Aim, choose_indicator
from reporting.outputs.renderers import labels
from reporting.outputs.renderers.formats import FORMATS
from reporting.outputs.renderers.spending import AMOUNT_NAMES
from reporting.tests.builds import draft
from reporting.tests.factories import (
    ClassificationFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    PartnerFactory,
    PeriodFactory,
    ProjectFactory,
    SpendingFactory,
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
    return [text_of(cell) for cell in re.findall(r'<td class="number[^"]*"[^>]*>(.*?)</td>', row, re.S)]


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


@pytest.fixture
def decided(period):
    """Choose two indicators and classify two actions of four, tell some spending, and correct a count."""
    project, coordinator = period.project, UserFactory(coordinates=True)
    choose_indicator(project=project, code="RCO81", by=None, aim=Aim(target=40))
    choose_indicator(project=project, code="RCO115", by=None)
    for title, code in (("Visite S2-2020", "RCO81"), ("Midi S2-2020", "")):
        ClassificationFactory(action=project.actions.get(event__title_fr=title), indicator=code)
    before = project.periods.get(label="S1-2020")
    for name, amounts in {"La Ferme": {"claimed": "1200.50", "erdf": "600.25"}, "Forsud": {}}.items():
        partner = PartnerFactory(project=project, name=name, total=10_000, erdf=5_000)
        SpendingFactory(period=before, partner=partner, claimed="100.00")
        SpendingFactory(period=period, partner=partner, **amounts)
    event = project.actions.get(event__title_fr="Visite S2-2020").event
    declare_count(
        event=event, by=coordinator, measure=Measure.PARTICIPATIONS, lower=12, upper=14, reason="Liste ; relue"
    )
    return period


def table_of(rows, title):
    """Return the rows of a section of the CSV below its heads, up to the next empty line."""
    start = rows.index([title]) + 2
    return rows[start : rows.index([], start) if [] in rows[start:] else None]


def plain(cells):
    return [str(cell).translate(SPACES) for cell in cells]


def in_euros(exact, at_least):
    """Write an amount of the JSON as people read it."""
    if exact is None and at_least is not None:
        return f"au moins {in_euros(at_least, None)}"
    return labels.euros(None if exact is None else Decimal(exact)).translate(SPACES)


def as_told(cell):
    """Write a cell of the workbook as JSON tells an exact amount, else in words."""
    return f"{cell:.2f}" if isinstance(cell, int | float) else cell.translate(SPACES)


def test_five_outputs_tell_indicators_and_what_is_unclassified_the_same(client, decided):
    with translation.override("fr"):
        told, page, rows, sheets, printed = outputs(client, decided)
        in_sheets = [row for sheet in sheets.values() for row in sheet]
        assert [one["code"] for one in told["indicators"]] == ["RCO81", "RCO115"]
        for one in told["indicators"]:
            aim = "à choisir par la coordination" if one["target"] is None else str(one["target"])
            counts = [aim, *(words(one[time]) for time in TIMES)]
            assert on_the_page(page, one["code"])[0] == aim
            shown = on_the_page(page, one["code"])[1:4]
            assert [cell.startswith(count) for cell, count in zip(shown, counts[1:], strict=True)] == [True] * 3
            for found in (rows, in_sheets):
                row = next(row for row in found if row and row[0] == one["code"])
                assert plain(row[4:8]) == counts
            assert re.search(".*?".join(map(re.escape, [one["code"], *counts])), printed)
        titles = [one["title"] for one in told["unclassified"]]
        assert titles == ["Rien 2", "Accompagnement"]
        heading = "Actions dont l’indicateur n’est pas décidé"
        assert [row[0] for row in table_of(rows, heading)][: len(titles)] == titles
        sheet = next(rows for rows in sheets.values() if heading in str(rows[0][0]))
        assert [row[0] for row in sheet[4:] if row[1]] == titles
        notice = page.partition('id="unclassified"')[2].partition("</section>")[0]
        assert [title in text_of(notice) for title in titles] == [True, True]
        assert re.search(".*?".join(map(re.escape, [heading, *titles])), printed)


def test_five_outputs_tell_the_spending_the_same(client, decided):
    with translation.override("fr"):
        told, page, rows, sheets, printed = outputs(client, decided)
        assert [one["partner"] for one in told["spending"]] == ["La Ferme", "Forsud"]
        chapter = page.partition('aria-labelledby="spending"')[2].partition("</section>")[0]
        lines = [text_of(line) for line in re.findall(r"<tr>.*?</tr>", chapter, re.S)]
        for one, (kind, name) in itertools.product(told["spending"], AMOUNT_NAMES.items()):
            heads, exact = [one["partner"], str(name)], [one[time][kind] for time in TIMES]
            least = next((found for found in told["spending_at_least"] if found["partner"] == heads[0]), {})
            in_words = [
                in_euros(amount, least.get(time, {}).get(kind)) for time, amount in zip(TIMES, exact, strict=True)
            ]
            [row] = [row for row in table_of(rows, "Dépenses par partenaire") if row[:2] == heads]
            assert plain(row[2:5]) == in_words
            [row] = [row for sheet in sheets.values() for row in sheet if list(row[:2]) == heads]
            assert [as_told(cell) for cell in row[2:5]] == [
                amount or words for amount, words in zip(exact, in_words, strict=True)
            ]
            assert any(line.startswith(" ".join([*heads, *in_words])) for line in lines)
            assert " ".join([*heads, *in_words]) in printed


def test_five_outputs_tell_the_history_of_counts_the_same(client, decided):
    with translation.override("fr"):
        told, page, rows, sheets, printed = outputs(client, decided)
        history = [(action["title"], one) for action in told["actions"] for one in action["history"]]
        assert len(history) == 4
        heading = "Nombres déclarés"
        in_csv = table_of(rows, heading)
        in_sheet = [row for row in sheets[heading][4:] if row[1]]
        for number, (title, one) in enumerate(history):
            cells = [title, labels.measure(one["measure"]), one["lower"], one["upper"]]
            cells = ["non renseigné" if cell is None else str(cell) for cell in cells]
            who = [labels.by_role(one["by_role"]), one["reason"] or "–"]
            for found in (in_csv[number], plain(in_sheet[number])):
                assert [*found[:4], *found[6:8]] == [*cells, *who]
            assert re.search(".*?".join(map(re.escape, [heading, *cells, *who])), printed)
            card = text_of(page.partition(f">{title}</span>")[2].partition("</details>")[0])
            entry = [cells[1], str(Bounds(one["lower"], one["upper"])), labels.by_role(one["by_role"]), one["reason"]]
            assert re.search(".*?".join(map(re.escape, entry)).translate(SPACES), card)
