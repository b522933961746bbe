"""Read the first sheet of a workbook (.xlsx) that somebody sent, as rows of texts.

A workbook is a ZIP of XML files: small ones may unpack to gigabytes. So only the parts that hold texts are read, up to
a size, and none that declares entities, nests its elements deep or has too many of them.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import cast
from xml.etree import ElementTree as ET

#: How every ZIP begins.
MAGIC = b"PK\x03\x04"
#: In bytes, of each unpacked part.
LARGEST_PART = 4 * 1024 * 1024
#: Elements within each other, up to the last row of a sheet: no spreadsheet writes more of them.
DEEPEST = 8
#: Of each part: more than a full sheet of the rows and columns that are read, and fewer than small files unpack to.
MOST_ELEMENTS = 200_000
#: In bytes. After so many the depth is looked at again; the parser reads a long tag from its start each time.
AT_ONCE = 256 * 1024
#: Columns that are read; what stands to the right of them is left out.
MOST_COLUMNS = 50
#: In characters, of each cell; what follows is cut off.
LONGEST_CELL = 600
#: Declarations, and UTF-16, in which they would not be seen.
REFUSED = (b"<!DOCTYPE", b"<!ENTITY", b"\x00")
#: Each element opens so, in any encoding that the parser knows.
OPENING = re.compile(rb"<[^/!?]")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
ITEM, RUN, TEXT = f"{MAIN}si", f"{MAIN}r", f"{MAIN}t"
DATA, ROW, CELL, INLINE, VALUE = f"{MAIN}sheetData", f"{MAIN}row", f"{MAIN}c", f"{MAIN}is", f"{MAIN}v"
SHARED = "xl/sharedStrings.xml"
SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml", re.IGNORECASE)
#: Raised by the readers of ZIP and XML for what is damaged, or made to break them; KeyError is a LookupError.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ET.ParseError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    EOFError,
    OSError,
)


class TooManyRowsError(ValueError):
    """The sheet has texts beyond the rows that are read."""


def is_workbook(content: bytes) -> bool:
    """Return whether the content begins as a workbook does."""
    return content.startswith(MAGIC)


def sheet_rows(content: bytes, *, most_rows: int) -> list[list[str]]:
    """Return the texts of the first sheet, row by row, empty rows too. Raises ValueError; TooManyRowsError
    where there are texts beyond so many rows."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            sheets = sorted((int(found[1]), name) for name in names if (found := SHEET.fullmatch(name)))
            if not sheets:
                raise ValueError("There is no sheet.")
            texts = _shared(_part(archive, SHARED)) if SHARED in names else []
            return _rows(_part(archive, sheets[0][1]), texts, most_rows)
    except DAMAGED as error:
        raise ValueError("This is no workbook.") from error


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    with archive.open(name) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART or any(sign in content for sign in REFUSED):
        raise ValueError("This workbook is too large, or no spreadsheet has written it.")
    if len(OPENING.findall(content)) > MOST_ELEMENTS:
        raise ValueError("This workbook has too many cells.")
    return _root(content)


def _root(content: bytes) -> ET.Element:
    """Return the root of a part. What follows the rows of a sheet is not read: it holds no texts, and may nest deep."""
    opened: list[ET.Element] = []
    root = None
    for event, element in _events(content):
        if event == "start":
            element.tag = element.tag.replace(STRICT, MAIN)
            opened.append(element)
            root = opened[0]
            if len(opened) > DEEPEST:
                raise ValueError("This workbook is nested too deep.")
        else:
            opened.pop()
            if len(opened) == 1 and element.tag == DATA:
                break
    return cast(ET.Element, root)


def _events(content: bytes) -> Iterator[tuple[str, ET.Element]]:
    parser = ET.XMLPullParser(events=("start", "end"))
    for start in range(0, len(content), AT_ONCE):
        parser.feed(content[start : start + AT_ONCE])
        yield from parser.read_events()
    parser.close()
    yield from parser.read_events()


def _shared(root: ET.Element) -> list[str]:
    return [_text_of(item)[:LONGEST_CELL] for item in root.findall(ITEM)]


def _text_of(element: ET.Element) -> str:
    """Join the pieces of a text, each with its own letters, without the readings that stand above Japanese ones."""
    pieces = (piece if piece.tag == TEXT else piece.find(TEXT) for piece in element if piece.tag in (TEXT, RUN))
    return "".join(piece.text or "" for piece in pieces if piece is not None)


def _rows(root: ET.Element, texts: list[str], most_rows: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in root.findall(f"{DATA}/{ROW}"):
        number = int(row.get("r") or len(rows) + 1)
        if number > most_rows:
            if any(_value(cell, texts) for cell in row.findall(CELL)):
                raise TooManyRowsError
            continue
        rows += [[] for _empty in range(number - 1 - len(rows))]
        cells: list[str] = []
        for cell in row.findall(CELL):
            column = _column(cell.get("r") or "", len(cells))
            if column >= MOST_COLUMNS:
                break
            cells += [""] * (column - len(cells)) + [_value(cell, texts)]
        rows.append(cells)
    return rows


def _column(reference: str, otherwise: int) -> int:
    """Return the number of a cell's column, from 0: « B7 » is 1."""
    number = 0
    for letter in re.sub(r"[^A-Z]", "", reference.upper())[:3]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1 if number else otherwise


def _value(cell: ET.Element, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(INLINE)
        return "" if inline is None else _text_of(inline)[:LONGEST_CELL]
    value = (cell.findtext(VALUE) or "")[:LONGEST_CELL]
    if kind != "s":
        return value
    return texts[int(value)] if value.isdecimal() and int(value) < len(texts) else ""
