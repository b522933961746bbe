"""The files as they are printed: no line cut, nothing divided that belongs together, each number below its name."""

import io
import re
import textwrap
from datetime import date, datetime

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from events.enums import ProofKind
from events.models import Proof
from members.tests.factories import UserFactory
from reporting.enums import Commented
from reporting.models import SectionComment
from reporting.tests.factories import DeliverableFactory, DeviationFactory

from .files import SPACES, a_project, counted, rendered

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project()


def width_of(sheet, column):
    """Return the width of a column of a sheet, in digits. Neighbours of one width are told together."""
    return next(found.width for found in sheet.column_dimensions.values() if found.min <= column <= found.max)


def lines_of(text, width):
    """Count the lines of a text in a column of a spreadsheet, whose letters are narrower than its digits."""
    return sum(max(1, len(textwrap.wrap(line, int(width * 1.15)))) for line in str(text).split("\n"))


def test_each_sheet_is_filtered_frozen_and_ready_to_print(project):
    for number in range(3):
        counted(project, declared=(number, number + 2))
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    for sheet in book:
        assert sheet.freeze_panes == "A5", sheet.title
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        is_register = sheet.title == "Annexe A – actions"
        across = sheet.page_setup.fitToWidth or 1
        assert (across > 1) == is_register and sheet.page_setup.fitToHeight == 0, "any number of pages long"
        printed = sheet[sheet.print_area.replace("$", "").rpartition("!")[2]][0]
        pixels = sum(width_of(sheet, cell.column) * 7 + 5 for cell in printed)
        assert across * 1040 / pixels > 0.6, "what stands on a page is legible"
        assert sheet.print_title_cols == ("$A:$B" if is_register else None), "each page says of which action"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$4:$4"
        assert "&P / &N" in sheet.oddFooter.right.text or sheet.oddFooter.right.text == "&P / &N"
    register = book["Annexe A – actions"]
    assert re.fullmatch("A4:A?[A-Z]7", register.auto_filter.ref)
    last = register.print_area.split("$")[-2]
    [of_sums] = [cell.column_letter for cell in register[4] if cell.value == "Rencontres, au moins"]
    assert register[f"{last}4"].column + 1 == register[f"{of_sums}4"].column, (
        "columns to calculate with are not printed"
    )
    assert book["Partenaires et budget"].auto_filter.ref == "A4:F6", "the sum of all partners stays below the filter"


def test_the_head_of_a_printed_page_is_only_text(project):
    project.title_fr = "&A&[Date] R&D " + "x" * 180
    project.save()
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    for sheet in book:
        assert len(sheet.oddHeader.left.text) + len(sheet.oddHeader.right.text or "") < 240
        assert sheet.oddHeader.left.text.startswith("&&A&&[Date]")


def test_no_cell_of_the_workbook_hides_a_line(project):
    """Rows are as high as their texts need, and no higher than spreadsheets show; merged words too."""
    period = project.periods.get(label="S2-2020")
    said = " ".join(f"mot{number}" for number in range(300))
    period.highlights_fr = said
    period.save()
    project.objective_fr = said
    project.save()
    counted(project, event={"title_fr": "Un atelier dont le titre ne finit pas " * 4})
    DeviationFactory(period=period, title_fr="Écart", reason_fr=said, solution_fr=said[:700])
    for section in (Commented.ACTIONS, Commented.FIGURES):
        SectionComment.objects.create(period=period, section=section, text_fr=said)
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    for sheet in book:
        merged = {area.start_cell.coordinate: area for area in sheet.merged_cells.ranges}
        shown = (row for row in sheet.iter_rows() if not sheet.row_dimensions[row[0].row].hidden)
        for cell in (cell for row in shown for cell in row if isinstance(cell.value, str)):
            last = merged[cell.coordinate].max_col if cell.coordinate in merged else cell.column
            across = sum(width_of(sheet, column) for column in range(cell.column, last + 1))
            width = across * 11 / (cell.font.sz or 11)
            height = sheet.row_dimensions[cell.row].height or 15
            assert lines_of(cell.value, width) * 14 <= height <= 409, (sheet.title, cell.coordinate)
            assert cell.alignment.wrap_text or lines_of(cell.value, width) == 1
    for title in ("Annexe A – actions", "Chiffres", "Temps forts"):
        column = [str(row[0] or "") for row in book[title].iter_rows(values_only=True)]
        assert re.findall(r"mot\d+", " ".join(column)) == said.split(), title


def test_each_bar_of_a_chart_has_its_name_and_stands_on_one_page(project):
    counted(project, declared=(13, 20))
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))
    sheet = book["Annexe B – ventilations"]
    [chart] = sheet._charts
    where = chart.series[0].cat.strRef.f.rpartition("!")[2].replace("$", "")
    names = [row[0].value for row in sheet[where]]
    rows = sheet.iter_rows(min_row=5, max_row=4 + len(names), values_only=True)
    assert names == [f"{row[0]} – {row[1]}" for row in rows]
    assert all(sheet.row_dimensions[row[0].row].hidden for row in sheet[where])
    last = int(re.search(r"\d+$", sheet.print_area)[0])
    assert chart.anchor.to.row < last < int(re.search(r"\d+", where)[0]), "all of the chart is printed, and no name"


def test_a_sum_and_what_stands_for_a_number_are_below_each_other(project):
    counted(project, declared=(13, 20))
    counted(project, declared=(13, 13))
    sheet = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx")))["Annexe A – actions"]
    [at] = [cell.column for cell in sheet[4] if str(cell.value).translate(SPACES) == "Participations déclarées"]
    cells = [sheet.cell(row, at) for row in (4, 5, 6)]
    assert {type(cell.value) for cell in cells[1:]} == {str, int}
    assert {cell.alignment.horizontal for cell in cells} == {"right"}


@pytest.mark.parametrize(("language", "written"), [("fr", "dd/mm/yyyy"), ("nl", "d-m-yyyy"), ("en", "dd/mm/yyyy")])
def test_days_are_written_as_the_reader_does(project, language, written):
    period = project.periods.get(label="S2-2020")
    period.reported_on = date(2021, 3, 4)
    period.save()
    book = openpyxl.load_workbook(io.BytesIO(rendered(project, "xlsx", language)))
    [cell] = [cell for row in book.worksheets[0].iter_rows() for cell in row if isinstance(cell.value, datetime)]
    assert cell.number_format == written and cell.value.date() == date(2021, 3, 4)


def test_an_entry_of_the_pdf_stays_on_one_page_with_its_proofs(project):
    for number in range(9):
        row = counted(project, declared=(13, 13), event={"title_fr": f"Atelier {number} commence"})
        for proof in range(number % 4):
            Proof.objects.create(
                event=row.event,
                kind=ProofKind.ATTENDANCE_SHEET,
                name=f"Liste {number}-{proof}",
                sha256=f"{number}{proof}" * 32,
                file="x.pdf",
            )
    pages = [
        page.extract_text().translate(SPACES) for page in pypdf.PdfReader(io.BytesIO(rendered(project, "pdf"))).pages
    ]
    for number in range(9):
        [at] = [page for page, text in enumerate(pages) if re.search(f"Atelier {number} commence ?Quand", text)]
        for proof in range(number % 4):
            assert f"Liste {number}-{proof}" in pages[at] and f"{number}{proof}" * 32 in pages[at]


def test_a_table_with_a_long_text_is_printed_entry_by_entry(project):
    period = project.periods.get(label="S2-2020")
    for number in range(3):
        DeviationFactory(period=period, title_fr=f"Écart {number}", reason_fr="Les trains ne roulaient pas. " * 70)
    DeliverableFactory(period=period, title_fr="Vidéo", note_fr="Courte.")
    pages = pypdf.PdfReader(io.BytesIO(rendered(project, "pdf"))).pages
    of_them = [page for page in pages if "roulaient" in page.extract_text()]
    assert len(of_them) <= 2, "each line has the width of the page"
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert re.search("Écart 1 Date non renseigné Motif Les trains", text)
    assert re.search("Livrable Date Livré Remarque Vidéo", text), "without one it is a table"


def test_the_folded_notices_say_how_many_wait(client, project):
    """Counted together are what nobody decided and, apart, what contradicts itself."""
    for _number in range(3):
        counted(project, declared=(10, 10), persons=(20, 20))
    client.force_login(UserFactory(coordinates=True))
    page = client.get(reverse("reporting:report", args=[project.slug, "S2-2020"])).text
    fold = " ".join(page.partition('class="notices-fold"')[2].partition("</summary>")[0].split())
    assert re.search(r"\b3 non décidées\b.*\b3 contradictions\b", fold)
