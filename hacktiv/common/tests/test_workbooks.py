"""Workbooks that people send are read as rows of texts, whatever wrote them, and none of them costs much."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from hacktiv.common.spreadsheets import xlsx_bytes
from hacktiv.common.workbooks import LONGEST_CELL, TooManyRowsError, is_workbook, sheet_rows

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(sheet, shared=""):
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        if shared:
            archive.writestr("xl/sharedStrings.xml", shared)
    return packed.getvalue()


def test_our_own_workbook_is_read_back():
    content = xlsx_bytes("Liste", ["Nom", "Adresse"], [["Zoé", "zoe@givet.example"], ["=1+1", ""]])
    assert is_workbook(content)
    assert sheet_rows(content, most_rows=9)[:2] == [["Nom", "Adresse"], ["Zoé", "zoe@givet.example"]]
    assert sheet_rows(content, most_rows=9)[2][0] == "=1+1"


def test_empty_rows_and_cells_keep_their_place():
    sheet = (
        f'<worksheet {MAIN}><sheetData><row r="3"><c r="B3" t="inlineStr"><is><t>Zoé</t></is></c>'
        '<c r="D3"><v>12</v></c></row></sheetData></worksheet>'
    )
    assert sheet_rows(workbook(sheet), most_rows=9) == [[], [], ["", "Zoé", "", "12"]]


def test_a_text_in_pieces_is_joined_without_its_readings():
    sheet = (
        f'<worksheet {MAIN}><sheetData><row><c t="s"><v>0</v></c><c t="s"><v>7</v></c></row></sheetData></worksheet>'
    )
    shared = f"<sst {MAIN}><si><r><t>Zo</t></r><r><t>é</t></r><rPh><t>ゾエ</t></rPh></si></sst>"
    assert sheet_rows(workbook(sheet, shared), most_rows=9) == [["Zoé", ""]]


def test_texts_beyond_the_rows_that_are_read_are_refused_and_empty_rows_are_not():
    rows = '<row r="1"><c><v>1</v></c></row><row r="5000"><c>{}</c></row>'
    sheet = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    assert sheet_rows(workbook(sheet.format("")), most_rows=9) == [["1"]]
    with pytest.raises(TooManyRowsError):
        sheet_rows(workbook(sheet.format("<v>2</v>")), most_rows=9)


def test_a_cell_is_cut():
    sheet = f"<worksheet {MAIN}><sheetData><row><c><v>{'x' * 9999}</v></c></row></sheetData></worksheet>"
    assert [[len(cell) for cell in row] for row in sheet_rows(workbook(sheet), most_rows=9)] == [[LONGEST_CELL]]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 not a workbook",
        workbook("<not closed"),
        workbook(f'<worksheet {MAIN}><sheetData><row r="x"/></sheetData></worksheet>'),
        workbook('<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'),
        workbook('<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'.encode("utf-16")),
        workbook("<a>" + " " * 5_000_000 + "</a>"),
        workbook("<a/>")[:-30],
    ],
    ids=["no zip", "no xml", "no number", "entities", "hidden entities", "too large", "cut off"],
)
def test_what_is_no_workbook_or_costs_too_much_is_refused(content):
    with pytest.raises(ValueError):
        sheet_rows(content, most_rows=9)
