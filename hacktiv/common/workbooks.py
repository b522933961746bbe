"""Read the first sheet of a workbook (.xlsx) that somebody sent, as rows of texts.

A workbook is a ZIP of XML files: small ones may unpack to gigabytes. So only the parts that hold texts are read, up to
a size, and none that declares entities.
"""

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET

#: How every ZIP begins.
MAGIC = b"PK\x03\x04"
#: In bytes, of each unpacked part.
LARGEST_PART = 4 * 1024 * 1024
#: Columns that are read; what stands to the right of them is left out.
MOST_COLUMNS = 50
#: In characters, of each cell; what follows is cut off.
LONGEST_CELL = 600
#: Declarations, and UTF-16, in which they would not be seen.
REFUSED = (b"<!DOCTYPE", b"<!ENTITY", b"\x00")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
SHARED = "xl/sharedStrings.xml"
SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml", re.IGNORECASE)


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
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ET.ParseError) as error:
        raise ValueError("This is no workbook.") from error


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    with archive.open(name) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART or any(sign in content for sign in REFUSED):
        raise ValueError("This workbook is too large, or no spreadsheet has written it.")
    root = ET.fromstring(content)  # noqa: S314 - without entities, and no larger than LARGEST_PART
    for element in root.iter():
        element.tag = element.tag.replace(STRICT, MAIN)
    return root


def _shared(root: ET.Element) -> list[str]:
    return [_text_of(item)[:LONGEST_CELL] for item in root.iter(f"{MAIN}si")]


def _text_of(element: ET.Element) -> str:
    """Join the pieces of a text, each with its own letters, without the readings that stand above Japanese ones."""
    readings = {id(text) for above in element.iter(f"{MAIN}rPh") for text in above.iter(f"{MAIN}t")}
    return "".join(text.text or "" for text in element.iter(f"{MAIN}t") if id(text) not in readings)


def _rows(root: ET.Element, texts: list[str], most_rows: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in root.iter(f"{MAIN}row"):
        number = int(row.get("r") or len(rows) + 1)
        if number > most_rows:
            if any(_value(cell, texts) for cell in row.iter(f"{MAIN}c")):
                raise TooManyRowsError
            continue
        rows += [[] for _empty in range(number - 1 - len(rows))]
        cells: list[str] = []
        for cell in row.iter(f"{MAIN}c"):
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
        return _text_of(cell)[:LONGEST_CELL]
    value = (cell.findtext(f"{MAIN}v") or "")[:LONGEST_CELL]
    if kind != "s":
        return value
    return texts[int(value)] if value.isdecimal() and int(value) < len(texts) else ""
