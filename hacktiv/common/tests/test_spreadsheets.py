"""Spreadsheets show the written content and run none of it."""

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from hacktiv.common.spreadsheets import csv_bytes, harmless, xlsx_bytes


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@sum", "\t=1", "\r=1", "\n=1", "-"])
def test_a_possible_formula_is_marked_as_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Réunion", "12", "-12,50", "+32 470 12 34 56", "-1\u202f200,00\u00a0€", "a=b"])
def test_a_number_or_a_word_stays_as_it_is(text):
    assert harmless(text) == text


def test_a_csv_file_has_a_mark_semicolons_and_quotes_where_needed():
    assert csv_bytes([["a", "b;c"], ["=x", 'say "hi"']]) == '\ufeffa;"b;c"\r\n\'=x;"say ""hi"""\r\n'.encode()


def test_a_workbook_keeps_numbers_dates_and_texts_apart():
    moment = datetime(2026, 11, 26, 9, 30)  # noqa: DTZ001 - a cell has no zone
    content = xlsx_bytes("Book/ings", ["When", "Hours", "What"], [[moment, 1.5, "=1+1\x07"]])
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet.title == "Book ings"
    assert [[cell.value for cell in row] for row in sheet] == [["When", "Hours", "What"], [moment, 1.5, "=1+1"]]
    assert [cell.data_type for cell in sheet[2]] == ["d", "n", "s"]


def test_a_text_too_long_for_a_cell_goes_on_below():
    words = [f"mot{number}" for number in range(9_000)]
    content = xlsx_bytes("Liste", ["Texte", "Nombre"], [[" ".join(words), 3], ["court", 4]])
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, values_only=True))
    assert " ".join(text.strip() for text, _number in rows).split() == [*words, "court"]
    assert [number for _text, number in rows if number] == [3, 4]
