"""The programme's indicators in each file, read back."""

import io
import json
from datetime import date

import openpyxl
import pypdf
import pytest
from django.utils import translation

from events.tests.factories import HistoryEventFactory
from reporting.building.queries.build import build_report
from reporting.core.operations import ensure_periods
from reporting.enums import ProgrammingYears
from reporting.indicators.operations import Aim, choose_indicator
from reporting.outputs.renderers import indicator_labels
from reporting.outputs.renderers.formats import FORMATS
from reporting.outputs.renderers.pictures import pictures
from reporting.tests.factories import ClassificationFactory, CountedEventFactory, ProjectFactory

pytestmark = pytest.mark.django_db

SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\n": " "})


@pytest.fixture
def project():
    project = ProjectFactory(programming_period=ProgrammingYears.FROM_2021)
    ensure_periods(project=project)
    return project


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def classified(project, bounds, code="RCO81"):
    event = HistoryEventFactory(space=None, earliest=date(2020, 11, 18), latest=date(2020, 11, 18))
    action = CountedEventFactory(project=project, event=event, declared=bounds)
    ClassificationFactory(action=action, indicator=code)


def told(project):
    return build_report(project, project.periods.get(label="S2-2020"))


def pdf_text(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).translate(SPACES).split())


def aiming(project):
    """Let a project report three indicators, one with a target and a milestone, and return its report."""
    choose_indicator(project=project, code="RCO81", by=None, aim=Aim(target=40, milestones={date(2020, 12, 31): 20}))
    choose_indicator(project=project, code="RCO115", by=None)
    choose_indicator(project=project, code="RCR81", by=None, aim=Aim(baseline=0, target=5))
    classified(project, (13, 13))
    classified(project, (5, None))
    return told(project)


def test_indicators_are_told_alike_in_each_format(project):
    content = aiming(project)
    data = {row["code"]: row for row in json.loads(FORMATS["json"].render(content))["indicators"]}
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(content)))
    lines = FORMATS["csv"].render(content).decode("utf-8-sig").splitlines()
    text = pdf_text(FORMATS["pdf"].render(content))
    assert (data["RCO81"]["target"], data["RCO81"]["total"]["lower"], data["RCO81"]["total"]["upper"]) == (40, 18, None)
    assert [action["slug"] for action in data["RCO81"]["actions"]] == [action.slug for action in content.actions]
    sheet = {row[0]: row for row in book["Indicators"].iter_rows(values_only=True) if row[0]}
    assert sheet["RCO81"][:9] == (
        *("RCO81", "Participations in joint actions across borders", "participations", "–", 40),
        *(0, "at least 18", "at least 18", "at least 45%"),
    )
    assert sheet["RCO115"][3:9] == (
        "–",
        "to be chosen by the coordination",
        0,
        0,
        0,
        "to be chosen by the coordination",
    )
    assert sheet["RCR81"][3:9] == (0, 5, "not provided", "not provided", "not provided", "not provided")
    row = next(line for line in lines if line.startswith("RCO81;"))
    assert row.split(";")[4:9] == ["40", "0", "at least 18", "at least 18", "at least 45%"]
    for words in ("Indicators of the programme", "at least 18", "to be chosen by the coordination", "not known"):
        assert words in text


def test_an_exact_share_of_the_target_is_a_number(project):
    choose_indicator(project=project, code="RCO81", by=None, aim=Aim(target=40))
    classified(project, (13, 13))
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(told(project))))
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True) if row[0] == "RCO81"]
    assert rows[0][8] == 0.32


@pytest.mark.parametrize(
    ("participations", "share"),
    [
        ((199, 199), "99%"),
        ((199, None), "at least 99%"),
        ((1, 199), "0% to 99%"),
        ((199, 200), "99% to 100%"),
        ((200, 201), "100% to 101%"),
    ],
)
def test_a_share_is_the_same_everywhere_and_not_whole_before_it_is(project, participations, share):
    choose_indicator(project=project, code="RCO81", by=None, aim=Aim(target=200))
    classified(project, participations)
    built = told(project)
    assert indicator_labels.share_of_target(built.indicators[0]) == share
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(built)))
    [row] = [row for sheet in book for row in sheet.iter_rows(values_only=True) if row[0] == "RCO81"]
    assert row[8] == (0.99 if share == "99%" else share)
    assert f";{share};" in FORMATS["csv"].render(built).decode()


@pytest.mark.parametrize("extension", ["csv", "xlsx", "pdf"])
def test_where_no_indicator_is_chosen_the_files_say_who_chooses(project, extension):
    data = FORMATS[extension].render(told(project))
    if extension == "pdf":
        text = pdf_text(data)
    elif extension == "xlsx":
        text = str(list(openpyxl.load_workbook(io.BytesIO(data))["Indicators"].iter_rows(values_only=True)))
    else:
        text = data.decode("utf-8-sig")
    assert "to be chosen by the coordination" in " ".join(text.split())


def test_the_baseline_is_printed_only_where_an_indicator_is_a_result(project):
    choose_indicator(project=project, code="RCO81", by=None)
    assert "Baseline" not in pdf_text(FORMATS["pdf"].render(told(project)))
    choose_indicator(project=project, code="RCR81", by=None, aim=Aim(baseline=0, target=5))
    assert "Baseline" in pdf_text(FORMATS["pdf"].render(told(project)))


def test_the_picture_of_indicators_shows_the_total_beside_the_target(project):
    assert "indicators" not in pictures(told(project))
    picture = pictures(aiming(project))["indicators"]
    assert picture.desc.startswith(
        "RCO81 Participations in joint actions across borders –"
        " Before: 0; This half-year: at least 18; In all: at least 18, target 40."
    )
    assert "RCO115" not in picture.desc, "it has no target"
