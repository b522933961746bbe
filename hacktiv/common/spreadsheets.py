"""Write files for spreadsheets, so that they show the content and run none of it."""

import codecs
import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest

from django.utils.formats import get_format

from .colours import colour
from .lazily import library
from .text import plain_lines

#: A spreadsheet may run a cell that begins with one of these as a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
#: A single number, which may be negative: not a formula.
NUMBER = re.compile(r"[-+]?\d[\d\s.,]*€?")
# In characters. Spreadsheets refuse longer texts, and control characters.
LONGEST_CELL = 32_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDEST, NARROWEST = 60, 8
MOST_OF_THEM = 0.7
#: The content type of a file, by its extension.
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def harmless(text):
    """Return the text of a CSV cell in a form that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) and not NUMBER.fullmatch(text) else text


def cell_text(text):
    """Return the text of a workbook's cell without what spreadsheets refuse."""
    return CONTROL.sub("", plain_lines(text))[:LONGEST_CELL]


def continued(row):
    """Return the rows of a workbook that hold a row: several, one below the other, where a text is too long for one
    cell. It is divided between words."""
    columns = [divided(cell, LONGEST_CELL) if isinstance(cell, str) else [cell] for cell in row]
    return zip_longest(*columns, fillvalue="")


def divided(text, longest):
    """Return a text in pieces of at most so many characters, divided after a line or a word where there is one."""
    pieces = []
    while len(text) > longest:
        end = max(text.rfind("\n", longest // 2, longest), text.rfind(" ", longest // 2, longest)) + 1 or longest
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text]


def csv_bytes(rows):
    """Return rows of texts as a CSV file: UTF-8 with a mark, semicolons between cells, as spreadsheets here expect."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def new_workbook(output):
    """Open a workbook that takes no text for a formula, an address or a number."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return library("xlsxwriter").Workbook(output, options)


def column_width(cells):
    """Return the width of a column for its texts, in characters, between NARROWEST and WIDEST."""
    return min(WIDEST, max(NARROWEST, max((len(cell) for cell in cells), default=0) + 2))


@dataclass(frozen=True)
class Table:
    """The content of one sheet: its title, the names of its columns, and its rows."""

    title: str
    head: list
    rows: list


def xlsx_bytes(title, head, rows):
    """Return a table as a workbook of one sheet."""
    return workbook_bytes(title, [Table(title, head, rows)])


def workbook_bytes(title, tables):
    """Return tables as a workbook, one sheet each: numbers as numbers, datetimes as local dates with their hour."""
    output = io.BytesIO()
    workbook = new_workbook(output)
    workbook.set_properties({"title": cell_text(title)})
    for table in tables:
        _write_sheet(workbook, table.title, table.head, table.rows)
    workbook.close()
    return output.getvalue()


def tables_csv(title, tables):
    """Return tables as one CSV file, one below the other, each under its title; datetimes without their seconds."""
    lines = [[title]]
    for table in tables:
        lines += [[], [table.title], table.head, *([written(cell) for cell in row] for row in table.rows)]
    return csv_bytes(lines)


def written(cell):
    """Return a cell for a CSV file that people open: datetimes without their seconds, numbers with the decimal sign of
    the active language, which their spreadsheet expects. Machines read JSON, which keeps the point."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, float | Decimal):
        return str(cell).replace(".", get_format("DECIMAL_SEPARATOR"))
    return str(cell)


#: Functions that write a file from a title and tables, by its extension.
WRITERS = {"csv": tables_csv, "xlsx": workbook_bytes}


def head_colours():
    """Return the colours of the first row of a table."""
    return {"bg_color": colour("color-primary"), "font_color": colour("table-head-ink")}


def _write_sheet(workbook, title, head, rows):
    bold = workbook.add_format({"bold": True, **head_colours()})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    sheet = workbook.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    for number, name in enumerate(head):
        sheet.write_string(0, number, cell_text(name), bold)
        cells = [name, *(str(row[number]) for row in rows)]
        sheet.set_column(number, number, column_width(cells))
    lines = [line for row in rows for line in continued(row)]
    for line, row in enumerate(lines, start=1):
        for number, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(line, number, cell.replace(tzinfo=None), moment)
            elif isinstance(cell, date):
                sheet.write_datetime(line, number, cell, day)
            elif isinstance(cell, int | float):
                sheet.write_number(line, number, cell)
            else:
                sheet.write_string(line, number, cell_text(str(cell)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(lines), 1), len(head) - 1)


def table_text(content):
    """Return the text of a CSV file, whatever program wrote it. Raises UnicodeDecodeError (a ValueError).

    It may be UTF-16 or UTF-8, with or without a mark, else Windows-1252, which includes Latin-1.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    # UTF-16 without its mark: every second byte is zero.
    for encoding, zeros in (("utf-16-le", content[1:64:2]), ("utf-16-be", content[:64:2])):
        if zeros.count(0) > len(zeros) * MOST_OF_THEM:
            return content.decode(encoding)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")
