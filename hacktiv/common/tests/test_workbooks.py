"""Workbooks that people send are read as rows of texts, whatever wrote them, and none of them costs much."""

import random
import struct
from io import BytesIO
from time import process_time
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from openpyxl import Workbook

from hacktiv.common.spreadsheets import xlsx_bytes
from hacktiv.common.workbooks import LONGEST_CELL, MOST_COLUMNS, TooManyRowsError, is_workbook, sheet_rows

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(sheet, shared="", packing=ZIP_DEFLATED):
    packed = BytesIO()
    with ZipFile(packed, "w", packing) as archive:
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
        workbook(""),
        workbook(f"<worksheet {MAIN}><sheetData><row>"),
    ],
    ids=["no zip", "no xml", "no number", "entities", "hidden entities", "too large", "cut off", "empty", "not closed"],
)
def test_what_is_no_workbook_or_costs_too_much_is_refused(content):
    with pytest.raises(ValueError):
        sheet_rows(content, most_rows=9)


def texts_of(inside):
    return workbook(f"<worksheet {MAIN}/>", f"<sst {MAIN}>{inside}</sst>")


def rows_of(inside):
    return workbook(f"<worksheet {MAIN}><sheetData>{inside}</sheetData></worksheet>")


@pytest.mark.parametrize(
    "content",
    [
        texts_of("<si>" + "<rPh>" * 20_000 + "<t>a</t>" * 20_000 + "</rPh>" * 20_000 + "</si>"),
        texts_of("<si>" * 20_000 + "<t>a</t>" + "</si>" * 20_000),
        rows_of("<row>" + '<c t="inlineStr">' * 20_000 + "<is><t>a</t></is>" + "</c>" * 20_000 + "</row>"),
        rows_of('<row r="1">' * 20_000 + "<c><v>1</v></c>" + "</row>" * 20_000),
        workbook(f"<worksheet {MAIN}>{'<a>' * 190_000}{'</a>' * 190_000}<sheetData/></worksheet>"),
        rows_of(f"<row>{'<c/>' * 900_000}</row>"),
        texts_of("<si/>" * 800_000),
    ],
    ids=["readings", "texts", "cells", "rows", "others", "many cells", "many texts"],
)
def test_elements_nested_in_themselves_or_without_number_are_refused_at_once(content):
    assert len(content) < 7_000
    start = process_time()
    with pytest.raises(ValueError, match=r"is nested too deep|has too many cells"):
        sheet_rows(content, most_rows=9)
    assert process_time() - start < 1


def test_a_full_sheet_is_read():
    row = "<row>" + '<c t="s"><v>0</v></c>' * MOST_COLUMNS + "</row>"
    sheet = f"<worksheet {MAIN}><sheetData>{row * 1500}</sheetData></worksheet>"
    rows = sheet_rows(workbook(sheet, f"<sst {MAIN}><si><t>Zoé</t></si></sst>"), most_rows=1500)
    assert rows == [["Zoé"] * MOST_COLUMNS] * 1500


def test_texts_stand_only_where_spreadsheets_write_them():
    shared = f"<sst {MAIN}><si><t>Zoé</t><x><t>x</t></x></si><x><si><t>y</t></si></x><si><t>Éloi</t></si></sst>"
    row = '<row r="1"><c t="s"><v>0</v></c><x><c><v>1</v></c></x><c t="s"><v>1</v></c></row>'
    sheet = f"<worksheet {MAIN}><sheetData>{row}<x>{row}</x></sheetData></worksheet>"
    assert sheet_rows(workbook(sheet, shared), most_rows=9) == [["Zoé", "Éloi"]]


def test_a_workbook_in_the_strict_form_is_read():
    main = 'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"'
    sheet = f'<worksheet {main}><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>'
    shared = f"<sst {main}><si><r><t>Zo</t></r><r><t>é</t></r></si></sst>"
    assert sheet_rows(workbook(sheet, shared), most_rows=9) == [["Zoé"]]


def test_what_follows_the_rows_may_nest_deeper():
    rules = "<extLst>" + "<ext>" * 12 + "</ext>" * 12 + "</extLst>"
    sheet = f"<worksheet {MAIN}><sheetData><row><c><v>1</v></c></row></sheetData>{rules}</worksheet>"
    assert sheet_rows(workbook(sheet), most_rows=9) == [["1"]]


def written_by_openpyxl():
    book, content = Workbook(), BytesIO()
    for number in range(300):
        book.active.append([f"Zoé {number}", f"zoe{number}@givet.example", number])
    book.save(content)
    return content.getvalue()


def test_a_damaged_workbook_is_read_or_refused():
    whole, chance, refused = written_by_openpyxl(), random.Random(5), 0
    assert sheet_rows(whole, most_rows=300)[299] == ["Zoé 299", "zoe299@givet.example", "299"]
    for _time in range(150):
        damaged = bytearray(whole)
        for _byte in range(chance.choice([1, 3, 30])):
            damaged[chance.randrange(4, len(whole))] = chance.randrange(256)
        try:
            sheet_rows(bytes(damaged), most_rows=300)
        except ValueError:
            refused += 1
    assert 50 < refused < 150


@pytest.mark.parametrize("encoding", ["zork", "rot13", "idna", "utf-7", "shift_jis"])
def test_an_unknown_encoding_is_refused(encoding):
    with pytest.raises(ValueError):
        sheet_rows(workbook(f'<?xml version="1.0" encoding="{encoding}"?><worksheet {MAIN}>é</worksheet>'), most_rows=9)


def test_damage_in_another_packing_is_refused():
    damaged = bytearray(workbook(f"<worksheet {MAIN}>{' ' * 9999}</worksheet>", packing=ZIP_LZMA))
    for place in range(60, 90):
        damaged[place] ^= 255
    with pytest.raises(ValueError):
        sheet_rows(bytes(damaged), most_rows=9)


def test_a_part_said_to_lie_beyond_the_file_is_refused():
    content = workbook(f"<worksheet {MAIN}/>")
    entry, end = content.rfind(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    far = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    moved = bytearray(content[:end] + far + content[end:])
    struct.pack_into("<H", moved, entry + 30, len(far))
    struct.pack_into("<I", moved, entry + 42, 2**32 - 1)
    struct.pack_into("<I", moved, end + len(far) + 12, end - entry + len(far))
    with pytest.raises(ValueError):
        sheet_rows(bytes(moved), most_rows=9)
