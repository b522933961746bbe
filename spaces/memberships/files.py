"""Read a list of people to invite, as somebody pastes or uploads it: each line with its number.

A list is a table with any separator, with heads in any language or none, or lines as mail programs write them (« Marie
Dupont <marie@givet.example> »). Nothing here touches the database.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import StringIO

from django.utils.translation import get_language_info, gettext, override
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import CODES
from hacktiv.common.spreadsheets import table_text
from hacktiv.common.text import fold, without_direction
from hacktiv.common.workbooks import TooManyRowsError, is_workbook, sheet_rows

from ..errors import BookingError

#: In bytes, of each file.
LARGEST_FILE = 1024 * 1024
#: In characters, of the text of a list: a form carries it back, and may be no larger than a megabyte.
LONGEST_LIST = 200_000
#: Lines of a list that name somebody.
MOST_LINES = 500
TOO_MANY = _("At most 500 people at once: share the list out.")
#: Rows of a workbook that are read, empty ones too.
MOST_ROWS = 1500
#: In characters, of each cell as it is shown again: what follows is cut off.
LONGEST_CELL = 300
#: In characters, of each cell as it is read: patterns look at each of them.
LONGEST_READ = 600
#: What stands in the head of a column, folded; the first column that has one of these is it.
HEADS = {
    "name": frozenset(
        [
            "nom",
            "nom complet",
            "nom et prenom",
            "prenom et nom",
            "personne",
            "name",
            "full name",
            "person",
            "naam",
            "volledige naam",
            "persoon",
        ]
    ),
    "first_name": frozenset(["prenom", "first name", "firstname", "given name", "voornaam"]),
    "email": frozenset(
        [
            "adresse",
            "adresse mail",
            "adresse e mail",
            "adresse email",
            "adresse electronique",
            "courriel",
            "mail",
            "mel",
            "e mail",
            "email",
            "address",
            "e mail address",
            "email address",
            "mail address",
            "adres",
            "mailadres",
            "e mailadres",
            "emailadres",
        ]
    ),
    "kind": frozenset(
        [
            "formule",
            "type",
            "adhesion",
            "formule d adhesion",
            "type d adhesion",
            "kind",
            "membership",
            "kind of membership",
            "plan",
            "soort",
            "lidmaatschap",
            "lidmaatschapsformule",
        ]
    ),
    "language": frozenset(["langue", "language", "lang", "taal"]),
}
#: Something meant as an address, right or wrong.
LIKE_AN_ADDRESS = re.compile(r"\S*@\S*")
BRACKETED = re.compile(r"(?P<name>[^<>]*)<\s*(?P<email>[^<>]*)\s*>")
SEPARATORS = "\t;,"
#: What no keyboard writes, but for tabs and line ends.
CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Line:
    """One person of a list, as typed. `number` is that of the line, from 1; `kind` and `language` are words,
    blank where the list says nothing."""

    number: int
    email: str
    name: str = ""
    kind: str = ""
    language: str = ""
    is_too_long: bool = False


def text_of(content: bytes) -> str:
    """Return the text of an uploaded list, which its person can then correct: the rows of a workbook with tabs between
    the cells, any other file as it is. Raises BookingError `too_large`, `too_many`, `too_long`, `unreadable`."""
    if len(content) > LARGEST_FILE:
        raise BookingError("too_large", _("This file is larger than 1 MB."))
    try:
        if is_workbook(content):
            rows = sheet_rows(content, most_rows=MOST_ROWS)
            text = "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
        else:
            text = table_text(content)
        if "\x00" in text:
            raise ValueError("This is no text.")
    except TooManyRowsError as error:
        raise BookingError("too_many", TOO_MANY) from error
    except ValueError as error:
        message = _("This file cannot be read. Save it as CSV, or copy the lines into the field.")
        raise BookingError("unreadable", message) from error
    if len(text) > LONGEST_LIST:
        message = _(
            "This list is too long: keep the name, the address, the kind and the language of 500 people at most."
        )
        raise BookingError("too_long", message)
    return CONTROL.sub(" ", text)


def read_lines(text: str, *, kinds: frozenset[str] = frozenset()) -> list[Line]:
    """Return the people that a list names. `kinds` are the folded names by which a cell is known as a kind where the
    list has no heads.

    Raises BookingError `too_many`, `unreadable`."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        raise BookingError("unreadable", _("This list cannot be read: check its quotation marks.")) from error
    columns = _columns(rows[0][1]) if rows else None
    if columns:
        lines = [_by_columns(number, cells, columns) for number, cells in rows[1:]]
    else:
        lines = [line for number, cells in rows for line in _by_content(number, cells, kinds)]
    if len(lines) > MOST_LINES:
        raise BookingError("too_many", TOO_MANY)
    return lines


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return the number and the cells of each line that is not empty. A quotation mark that nobody closes ends with its
    line, so that one slip does not swallow the lines below."""
    separator = _separator(text)
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(f" \t{SEPARATORS}\u00a0"):
            continue
        cells = next(csv.reader(StringIO(line), delimiter=separator, skipinitialspace=True), [])
        yield number, [" ".join(without_direction(cell[:LONGEST_READ]).split()) for cell in cells]


def _separator(text: str) -> str:
    """Return the separator that most lines have."""
    lines = [line for line in text.split("\n") if line.strip()][:60]
    return max(SEPARATORS, key=lambda sign: sum(sign in line for line in lines))


def _columns(cells: list[str]) -> dict[str, int] | None:
    """Return {meaning: number of the column} for a line of heads; None for any other: it has no column of addresses, or
    an address stands in it."""
    if any("@" in cell for cell in cells):
        return None
    heads = [fold(cell) for cell in cells]
    found: dict[str, int] = {}
    for what, words in HEADS.items():
        place = next((number for number, head in enumerate(heads) if head in words), None)
        if place is not None:
            found[what] = place
    return found if "email" in found else None


def _by_columns(number: int, cells: list[str], columns: dict[str, int]) -> Line:
    named = {what: cells[place] if place < len(cells) else "" for what, place in columns.items()}
    email, name = named["email"], f"{named.get('first_name', '')} {named.get('name', '')}".strip()
    if found := BRACKETED.fullmatch(email):
        email, name = found["email"], name or found["name"]
    return _line(number, email, name, named.get("kind", ""), named.get("language", ""))


def _by_content(number: int, cells: list[str], kinds: frozenset[str]) -> Iterator[Line]:
    """Tell the cells apart by what they hold: the address, a kind, a language; the others are the name, or a kind that
    nobody knows."""
    places = [place for place, cell in enumerate(cells) if "@" in cell]
    if len(places) > 1:  # Several people on one line, as in the head of a mail.
        start = 0
        for place in places:
            yield from _by_content(number, cells[start : place + 1], kinds)
            start = place + 1
        return
    email, name, kind, language = "", [], "", ""
    for cell in cells:
        if "@" in cell and not email:
            email, before = _address_and_name(cell)
            name += [before] if before else []
        elif cell and not kind and fold(cell) in kinds:
            kind = cell
        elif cell and not language and language_of(cell):
            language = cell
        elif cell and (not email or not name):
            name.append(cell)
        elif cell:
            kind = kind or cell
    yield _line(number, email, " ".join(name), kind, language)


def _address_and_name(cell: str) -> tuple[str, str]:
    """Return the address of a cell, and the name beside it: « Marie <marie@givet.example> », « Marie marie@… »."""
    if found := BRACKETED.fullmatch(cell):
        return found["email"].strip(), found["name"].strip(" \"'")
    if " " in cell and (address := LIKE_AN_ADDRESS.search(cell)):
        return address[0].strip("<>()"), cell.replace(address[0], " ").strip(" \"'()")
    return cell, ""


def _line(number: int, email: str, name: str, kind: str, language: str) -> Line:
    cells = (email.removeprefix("mailto:"), name, kind, language)
    is_too_long = any(len(cell) > LONGEST_CELL for cell in cells)
    return Line(number, *(cell[:LONGEST_CELL] for cell in cells), is_too_long=is_too_long)


def language_of(word: str) -> str:
    """Return the code of the language that a word names, in any language of the site; blank for none."""
    return _languages().get(fold(word), "")


@cache
def _languages() -> dict[str, str]:
    named = {}
    for code in CODES:
        info = get_language_info(code)
        names = {code, info["name"], info["name_local"]}
        for reader in CODES:
            with override(reader):
                names.add(gettext(info["name"]))
        named |= {fold(name): code for name in names}
    return named
