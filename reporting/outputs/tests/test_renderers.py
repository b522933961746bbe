"""The files, read back: they have the same figures, whatever people wrote."""

import csv
import io
import json
import re
from datetime import date

import openpyxl
import pikepdf
import pypdf
import pytest
from django.urls import reverse
from django.utils import translation

from events.enums import ProofKind
from events.models import Proof
from hacktiv.common.pdf import showable
from members.tests.factories import OrganisationFactory, UserFactory
from reporting.building.queries.build import build_report
from reporting.enums import Section
from reporting.outputs.renderers.formats import FORMATS
from reporting.outputs.renderers.tables import tables
from reporting.templatetags.reports import told_at_length
from reporting.tests.builds import draft
from reporting.tests.factories import (
    ClassificationFactory,
    DeliverableFactory,
    DeviationFactory,
    PartnerFactory,
    ReportTextFactory,
    StockFactory,
)

from .files import SPACES, a_project, counted, pdf_text, rendered

pytestmark = pytest.mark.django_db

NASTY = '=HYPERLINK("http://x") #eval(1) 🎉 <b>&amp; \\ $x$ *_` « l’été »'


@pytest.fixture
def project():
    return a_project()


def csv_rows(content):
    return [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";") if row]


def test_the_pdf_says_the_same_figures(project):
    counted(project, declared=(13, 13))
    counted(project, declared=(15, None), persons=(15, 15), event={"meetings_upper": None})
    StockFactory(told_in=project.periods.get(label="S2-2020"), name_fr="Membres")
    text = pdf_text(rendered(project, "pdf"))
    for words in (
        "Ardenne : rapport S2-2020",
        "au moins 28",
        "15 à 28",
        "98 au 24 mars 2021",
        "non renseigné",
        "OP associé",
        "1 471 233,86 €",
        "avec le soutien du Fonds Européen de Développement Régional",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("language", "amount", "unknown", "at_least"),
    [
        ("fr", "1 471 233,86 €", "non renseigné", "au moins 15"),
        ("nl", "€ 1.471.233,86", "niet ingevuld", "minstens 15"),
        ("en", "€1,471,233.86", "not provided", "at least 15"),
    ],
)
def test_each_language_writes_numbers_its_own_way(project, language, amount, unknown, at_least):
    counted(project, declared=(15, None))
    for text in (
        pdf_text(rendered(project, "pdf", language)),
        rendered(project, "csv", language).decode("utf-8-sig").translate(SPACES),
    ):
        assert amount in text
        assert unknown in text
        assert at_least in text


def test_the_pdf_is_tagged_in_its_language_and_carries_its_data(project):
    counted(project, declared=(13, 13))
    with pikepdf.open(io.BytesIO(rendered(project, "pdf"))) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Ardenne\N{NO-BREAK SPACE}: rapport S2-2020"
        data = json.loads(pdf.attachments["report.json"].get_file().read_bytes())
    assert data["actions"][0]["declared"] == {"lower": 13, "upper": 13}


def test_a_sheet_for_each_section_with_numbers_as_numbers(project):
    counted(project, declared=(1300, 1400))
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    assert book.sheetnames[:6] == [
        "Identification",
        "Temps forts",
        "Indicateurs",
        "Chiffres",
        "Valeurs à une date",
        "Membres et formation",
    ]
    rows = {row[0]: row for row in book["Chiffres"].iter_rows(values_only=True) if row[0]}
    assert rows["NET-PARTICIPATIONS"][11:13] == (1300, 1400)
    assert rows["NET-ACTIONS"][3:9] == (0, 1, 1, "déclaré", "déclaré", "déclaré")
    assert str(rows["NET-PARTICIPATIONS"][4]).translate(SPACES) == "1 300 à 1 400"
    partners = {row[0]: row for row in book["Partenaires et budget"].iter_rows(values_only=True) if row[0]}
    assert partners["Chef"][3:6] == (1471233.86, 735616.93, 0.5)
    assert partners["Associé"][3:] == ("OP associé",) * 3
    assert partners["Tous les partenaires"][3] == 1471233.86


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_sheets_have_short_names_of_ordinary_characters(project, language):
    counted(project, event={"earliest": date(2020, 6, 1), "latest": date(2020, 8, 1)})
    period = project.periods.get(label="S2-2020")
    ReportTextFactory(period=period, section=Section.PROBLEMS)
    content = build_report(project, period)
    with translation.override(language):
        names = [table.sheet for table in tables(content)]
        book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(content)))
    assert book.sheetnames == names
    assert max(map(len, names)) <= 31
    assert not [name for name in names if SPACES.keys() & set(map(ord, name)) or ":" in name]


def test_the_register_of_actions_can_be_summed(project):
    counted(project, declared=(1300, 1300))
    counted(project, declared=(15, None))
    counted(project)
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    head, *rows = book["Annexe A – actions"].iter_rows(min_row=4, max_row=7, values_only=True)
    at = {name.translate(SPACES): number for number, name in enumerate(head)}
    assert [row[at["Participations déclarées"]] for row in rows] == [1300, "au moins 15", "non renseigné"]
    assert [row[at["Participations, au moins"]] for row in rows] == [1300, 15, "non renseigné"]
    assert [row[at["Participations, au plus"]] for row in rows] == [1300, "non renseigné", "non renseigné"]
    assert [row[at["Rencontres, au moins"]] for row in rows] == [1, 1, 1]


def test_the_total_budget_is_the_same_amount_everywhere(project):
    assert json.loads(rendered(project, "json"))["total_budget"] == "1471233.86"
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    facts = {row[0]: row[1] for row in book["Identification"].iter_rows(values_only=True) if row[0]}
    assert facts["Budget total"] == 1471233.86
    facts = {row[0]: row[1] for row in csv_rows(rendered(project, "csv")) if len(row) > 1}
    assert facts["Budget total"].translate(SPACES) == "1 471 233,86 €"
    PartnerFactory(project=project)
    assert json.loads(rendered(project, "json"))["total_budget"] is None


def test_each_value_of_a_figure_says_what_stands_behind_it(project):
    counted(project, declared=(13, 13))
    row = next(row for row in csv_rows(rendered(project, "csv")) if row[0] == "NET-PARTICIPATIONS")
    assert row[3:9] == ["0", "13", "13", "déclaré", "déclaré", "déclaré"]
    assert pdf_text(rendered(project, "pdf")).count("13 déclaré") >= 2


@pytest.mark.parametrize("extension", list(FORMATS))
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_texts_that_people_wrote_are_only_text(project, extension, language):
    period = project.periods.get(label="S2-2020")
    counted(project, event={"title_fr": NASTY[:160], "source": NASTY[:160]})
    DeliverableFactory(period=period, title_fr=NASTY, note_fr="x" * 20_000)
    DeviationFactory(period=period, title_fr="@SUM(A1)", reason_fr="+1\r\n-2\t=3")
    period.highlights_fr = "日本語 العربية 🇪🇺" + NASTY
    period.save()
    assert rendered(project, extension, language)


def test_no_cell_of_the_csv_is_a_formula(project):
    period = project.periods.get(label="S2-2020")
    DeviationFactory(period=period, title_fr="=1+1", reason_fr="@SUM(A1)", solution_fr="\t=1")
    cells = [cell for row in csv_rows(rendered(project, "csv")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=1+1" in cells


def test_no_cell_of_the_workbook_is_a_formula(project):
    DeviationFactory(period=project.periods.get(label="S2-2020"), title_fr="=1+1")
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    cells = [cell for row in book["Problèmes et écarts"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]


def test_typst_code_in_a_text_is_printed(project):
    period = project.periods.get(label="S2-2020")
    period.highlights_fr = '#eval("1+1") $x^2$ *gras*'
    period.save()
    assert '#eval("1+1") $x^2$ *gras*' in pdf_text(rendered(project, "pdf"))


def test_a_character_that_the_fonts_lack_is_shown_as_a_box():
    assert showable("Été 🎉 ok") == "Été □ ok"


def test_a_half_year_without_anything_is_printed_too(project):
    text = pdf_text(rendered(project, "pdf", label="S1-2020"))
    assert "Rien à signaler." in text


def test_an_unknown_figure_is_never_printed_as_zero(project):
    counted(project)
    row = next(row for row in csv_rows(rendered(project, "csv")) if row[0] == "NET-PARTICIPATIONS")
    assert row[3:9] == ["0", "non renseigné", "non renseigné", "déclaré", "–", "–"]
    data = json.loads(rendered(project, "json"))
    figure = next(figure for figure in data["figures"] if figure["code"] == "NET-PARTICIPATIONS")
    assert figure["current"] == {"lower": None, "upper": None, "origin": {"lower": None, "upper": None}}


def test_every_output_lists_counts_that_contradict_each_other(client, project):
    row = counted(project, declared=(10, 10), persons=(20, 20), event={"title_en": "Visit"})
    period = project.periods.get(label="S2-2020")
    data = json.loads(rendered(project, "json", "en"))
    assert data["contradictions"] == [
        {
            "slug": row.event.slug,
            "title": "Visit",
            "measure": "persons",
            "declared": {"lower": 20, "upper": 20},
            "beside": "participations",
            "number": {"lower": 10, "upper": 10},
        }
    ]
    said = ("Visit", "Distinct persons: 20. Participations: 10. Both cannot be true.")
    assert list(said) in csv_rows(rendered(project, "csv", "en"))
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx", "en")))
    assert said in [row[:2] for row in book["Contradictions"].iter_rows(values_only=True)]
    assert said[1] in " ".join(pdf_text(rendered(project, "pdf", "en")).split())
    client.force_login(UserFactory(coordinates=True))
    draft(period)
    for name in ("report", "close"):
        page = client.get(reverse(f"reporting:{name}", args=[project.slug, period.label]))
        assert page.text.count('id="contradictions"') == 1
        assert [part.slug for part in page.context["report"].contradictions] == [row.event.slug]


def test_the_workbook_draws_the_figures_from_its_cells(project):
    counted(project, declared=(13, 20))
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    drawn = {sheet.title: sheet._charts for sheet in book if sheet._charts}
    assert {"Chiffres", "Annexe B – ventilations", "Partenaires et budget"} <= set(drawn)
    [chart] = drawn["Chiffres"]
    values = [series.val.numRef.f for series in chart.series]
    assert values == [f"Chiffres!${column}$5:${column}$9" for column in ("J", "L", "N")]
    cells = [book["Chiffres"][f"{column}6"].value for column in ("J", "L", "N")]
    assert cells == [0, 13, 13]


def test_the_pdf_has_contents_heads_and_each_action_beside_its_proofs(project):
    row = counted(project, declared=(13, 13), event={"title_fr": "Atelier prouvé"})
    Proof.objects.create(event=row.event, kind=ProofKind.ATTENDANCE_SHEET, name="Liste", sha256="ab" * 32, file="x.pdf")
    pages = [
        page.extract_text().translate(SPACES) for page in pypdf.PdfReader(io.BytesIO(rendered(project, "pdf"))).pages
    ]
    [at] = [number for number, text in enumerate(pages) if "Annexe A : actions" in text and number > 0]
    entry = (
        next(line for line in pages[0].split("..") if "Annexe A : actions" in line)
        + pages[0].split("Annexe A : actions")[1]
    )
    assert f"{at + 1}" in entry.split("Accompagnement")[0], "the contents name the page"
    for number, text in enumerate(pages):
        assert f"{number + 1} / {len(pages)}" in text
        if number:
            assert "Ardenne : rapport S2-2020" in text
    block = pages[at].split("Atelier prouvé")[1].split("Accompagnement")[0]
    assert "SHA-256 " + "ab" * 32 in block.replace("\n", "")
    assert sum("ab" * 32 in text for text in pages) == 1


@pytest.mark.parametrize("sign", ["\x01", "\x02", "\x1b"])
def test_a_control_character_in_a_title_stops_no_file(project, sign):
    DeviationFactory(period=project.periods.get(label="S2-2020"), title_fr=f"A{sign}B")
    files = {extension: rendered(project, extension) for extension in FORMATS}
    assert "A□B" in pdf_text(files["pdf"])
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert "AB" in {cell.value for row in book["Problèmes et écarts"].iter_rows() for cell in row}


def test_every_word_of_a_long_text_comes_back(project):
    """A text of a section, printed alone; one in the cell of a register; and one without a space."""
    period = project.periods.get(label="S2-2020")
    told, kept = ([f"{letter}{number}" for number in range(6_000)] for letter in "qz")
    period.highlights_fr = " ".join(told)
    period.save()
    DeviationFactory(period=period, title_fr="Écart", reason_fr=" ".join(kept))
    endless = "x" * 70_000
    DeviationFactory(period=period, title_fr="Sans fin", reason_fr=endless)
    text = pdf_text(rendered(project, "pdf"))
    found = re.findall(r"\b[qz]\d+\b", text)
    assert [word for word in found if word[0] == "q"] == told
    assert sorted(word for word in found if word[0] == "z") == sorted(kept)
    assert sum(map(len, re.findall(r"x{9,}", text))) == len(endless)
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(len(cell) <= 32_767 for cell in cells)
    assert re.findall(r"\b[qz]\d+\b", " ".join(cells)) == [*told, *kept]
    assert "".join(cell for cell in cells if cell.startswith("xxx")) == endless


def test_lines_end_alike_in_every_file_whatever_a_browser_sent(project):
    period = project.periods.get(label="S2-2020")
    period.highlights_fr = "Un repas.\r\nUne visite.\rUn train."
    period.save()
    assert json.loads(rendered(project, "json"))["highlights"] == "Un repas.\nUne visite.\nUn train."
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    assert "Un repas.\nUne visite.\nUn train." in [cell.value for row in book["Temps forts"] for cell in row]


def test_a_text_in_another_language_is_said_to_be(project):
    period = project.periods.get(label="S2-2020")
    period.highlights_nl = "Samen aan tafel"
    period.save()
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx", "en")))
    told = {
        "csv": rendered(project, "csv", "en").decode(),
        "xlsx": " ".join(str(cell.value) for row in book["Highlights"] for cell in row),
        "pdf": pdf_text(rendered(project, "pdf", "en")),
    }
    assert {extension: "(in Dutch) Samen aan tafel" in text for extension, text in told.items()} == dict.fromkeys(
        told, True
    )
    assert "(in" not in rendered(project, "csv", "nl").decode().partition("Samen")[0].rpartition(";")[2]
    with translation.override("en"):
        page = told_at_length({"nl": "Samen <aan> tafel"})
        assert page.startswith('<span class="soft small">(in Dutch)</span> <div lang="nl"><p>Samen &lt;aan&gt;')
        assert told_at_length({"nl": "Samen", "en": "Together"}) == "<p>Together</p>"


def test_long_words_stand_anywhere_among_the_facts_of_an_entry(project):
    for title in ("A" * 40, "Atelier"):
        row = counted(project, event={"title_fr": title})
        row.event.organisers.add(OrganisationFactory(name="Verzekeringsmaatschappijendirectie" * 2))
        ClassificationFactory(action=row, indicator="", reason_fr="Gemeenschapsontwikkelingsprojecten" * 2)
    assert "Gemeenschaps" in pdf_text(rendered(project, "pdf"))


@pytest.mark.parametrize("extension", FORMATS)
def test_what_was_done_about_a_deviation_stands_in_each_format(project, extension):
    period = project.periods.get(label="S2-2020")
    DeviationFactory(period=period, title_fr="Écart", reason_fr="Fermeture", solution_fr="Reporté")
    evidence = DeliverableFactory(period=period, title_fr="Vidéo", note_fr="Sous-titrée").evidence
    evidence.create(name="film.pdf", sha256="a" * 64)
    content = rendered(project, extension)
    if extension == "pdf":
        found = pdf_text(content)
    elif extension == "xlsx":
        sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        found = " ".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)
    else:
        found = content.decode()
    assert [words for words in ("Fermeture", "Reporté", "Sous-titrée", "film.pdf") if words not in found] == []
