"""The measures of a printed sheet of the workbook: columns wide enough, rows high enough, and what goes on which page.

A row of a spreadsheet is so high at most, and its cells show no more than that: a longer text goes on in rows below.
Heights are reckoned with narrow lines, so that there is rather some space left than a line cut.
"""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from hacktiv.common.spreadsheets import LONGEST_CELL, NARROWEST, divided

from .cells import Cell, Table, written

#: In characters: what a column takes at most, by the number of columns that it has beside it.
WIDEST = ((2, 110), (4, 60), (8, 40))
WIDEST_OF_MANY = 26
#: In characters: the button of the filter beside a name, the margin of a cell, and what the end of a line may lack.
BUTTON, MARGIN, WORD = 3, 2, 3
LINE_OF_A_NAME = 13
#: By how much a capital is wider than a digit, and a line of many letters narrower than one of digits.
OF_A_CAPITAL, NARROWER = 0.3, 1.1
#: Texts up to so many characters are divided into lines word by word, longer ones reckoned.
SHORT = 200
#: The height of a line, and the lines of the highest row: a page has place for it below the title of a sheet, and
#: spreadsheets show 409 points at most.
LINE, MOST_LINES = 15, 20
#: The width of a character and the size of an A4 page, across and without its margins, in pixels.
CHARACTER, PAGE_WIDTH, PAGE_HEIGHT = 7, 1040, 660
#: The smallest print that people read without effort; the width of the words above and below a table, in characters.
LEAST_SCALE, WIDTH_OF_WORDS = 0.62, 100


def widest(columns: int) -> int:
    """Return how many characters a column of so many takes at most."""
    return next((most for up_to, most in WIDEST if columns <= up_to), WIDEST_OF_MANY)


def widths(table: Table) -> list[int]:
    """Return the widths of the columns, in characters. The names of columns are written in several lines, and those
    that are printed are together as wide as the words above and below need."""
    most = widest(sum(not column.raw for column in table.columns))
    needed = [
        max(
            min(most, max(map(_longest_line, (written(row[number]) for row in table.rows)), default=0) + MARGIN),
            min(most, _for_name(column.title)),
            NARROWEST,
        )
        for number, column in enumerate(table.columns)
    ]
    wider = max(1, WIDTH_OF_WORDS / sum(needed[: printed(table)]))
    return [math.ceil(width * wider) if number < printed(table) else width for number, width in enumerate(needed)]


def printed(table: Table) -> int:
    """Return how many columns are printed: all but those at the end that only serve to calculate."""
    return 1 + max(number for number, column in enumerate(table.columns) if not column.raw)


def _for_name(name: str) -> int:
    """Return the width for the name of a column: its longest word, and two lines if these are not wide."""
    return max(max(map(len, name.split()), default=0), min(LINE_OF_A_NAME, math.ceil(len(name) / 2) + 1)) + BUTTON


def _longest_line(text: str) -> int:
    return _breadth(text) if "\n" not in text else max(map(_breadth, text.split("\n")))


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes at most in a column of so many characters."""
    if "\n" not in text and _breadth(text) <= width - MARGIN:
        return 1
    return sum(_lines_of_one(line, max(1, int(width) - MARGIN)) for line in text.split("\n"))


def _lines_of_one(line: str, fit: int) -> int:
    breadth = _breadth(line)
    if 0 < len(line) <= SHORT:
        return max(1, len(textwrap.wrap(line, max(1, fit * len(line) // breadth))))
    return max(1, math.ceil(breadth / _fit(fit)))


def _fit(fit: float) -> int:
    """Return how many characters stand on a line of a long text at least: most are narrower than a digit."""
    return max(1, int(fit * NARROWER) - WORD)


def _breadth(text: str) -> int:
    """Return how wide a text is, in digits: capitals are wider, and signs of East Asia twice as wide."""
    wide = 0 if text.isascii() else sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide + math.ceil(OF_A_CAPITAL * sum(map(str.isupper, text)))


def pieces(text: str, width: float) -> list[str]:
    """Return a text in pieces that a cell of this width shows whole. Put together they are the text."""
    if len(text) <= LONGEST_CELL and lines(text, width) <= MOST_LINES:
        return [text]
    longest = min(LONGEST_CELL, _fit(max(1, width - MARGIN)) * MOST_LINES)
    found, taken = [""], 0
    for line in text.splitlines(keepends=True):
        for part in divided(line, longest if _breadth(line) < 1.5 * len(line) else longest // 2):
            high = lines(part.rstrip("\n"), width)
            if found[-1] and taken + high > MOST_LINES:
                found.append("")
                taken = 0
            found[-1] += part
            taken += high
    return found


def continued(row: Sequence[Cell], widths: Sequence[float]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows that hold a row: several, one below the other, where a text is longer than a cell shows."""
    columns = [
        pieces(cell, width) if isinstance(cell, str) else [cell] for cell, width in zip(row, widths, strict=True)
    ]
    return zip_longest(*columns, fillvalue="")


@dataclass
class Paper:
    """The pages that a sheet is printed on, from its columns: how small, on how many beside each other, and how far
    down what was written so far reaches."""

    #: The pages beside each other.
    across: int
    scale: float
    #: The height of the names of the columns, which each page repeats, in points.
    head: float = LINE
    used: float = 0

    @property
    def height(self) -> float:
        """Return the height of a page, in points as the sheet counts them."""
        return PAGE_HEIGHT * 0.75 / self.scale

    def add(self, height: float) -> None:
        """Go down by a row; one that does not fit stands on the next page, below the repeated names."""
        self.used += height
        if self.used > self.height:
            self.used = self.head + height

    @property
    def left(self) -> float:
        return self.height - self.used

    @property
    def rows_left(self) -> int:
        """Return how many rows to leave empty, so that what follows stands on the next page."""
        return math.ceil(self.left / LINE) + 1


def paper(widths: Sequence[float]) -> Paper:
    """Return the pages for printed columns of these widths."""
    pixels = sum(width * CHARACTER + 5 for width in widths)
    across = max(1, math.ceil(pixels * LEAST_SCALE / PAGE_WIDTH))
    return Paper(across, min(1, PAGE_WIDTH * across / pixels))
