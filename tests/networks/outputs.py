"""Read the figures of a report back from its page and from each of its files, and tell which of them disagree."""

import csv
import io
import json
import re
from html import unescape

import openpyxl
import pypdf
from django.utils import translation

from reporting.building.queries.versions import current_report
from reporting.outputs.renderers.formats import FORMATS

LANGUAGE = "en"
UNKNOWN = "not provided"
#: The titles of the columns of a figure, in words and in numbers.
COLUMNS = ("Previously reported", "This half-year", "Total so far")
NUMBERS = tuple(
    f"{when}, at {bound}" for when in ("Previously", "This half-year", "Total") for bound in ("least", "most")
)
#: So far behind the name of a figure its three counts stand, in the text of a PDF and of a page.
REACH = 500


def disagreeing(client, period):
    """Yield what the page, the CSV file, the workbook and the PDF say otherwise than the JSON file."""
    with translation.override(LANGUAGE):
        files = {kind: FORMATS[kind].render(current_report(period)) for kind in FORMATS}
        address = period.get_absolute_url()
    data = json.loads(files["json"])
    tables = {"csv": _csv_rows(files["csv"]), "xlsx": _sheet_rows(files["xlsx"])}
    texts = {"pdf": _pdf_text(files["pdf"]), "page": _page_text(client.get(address))}
    for figure in (*data["figures"], *data["indicators"], *data["supplementary_figures"]):
        for kind, rows in tables.items():
            yield from _in_table(kind, rows, figure)
        for kind, text in texts.items():
            yield from _in_text(kind, text, figure)
    for kind, rows in tables.items():
        yield from _parts_in_table(kind, rows, data)
    for action in data["actions"]:
        yield from (f"{kind} lacks {action['title']}" for kind, text in texts.items() if action["title"] not in text)


def in_words(count):
    """Return a count as an English reader sees it."""
    lower, upper = count["lower"], count["upper"]
    if lower is None and upper is None:
        return UNKNOWN
    if lower == upper:
        return str(lower)
    if upper is None:
        return f"at least {lower}"
    return f"{lower} to {upper}" if lower else f"at most {upper}"


def _counts(figure):
    return [figure[when] for when in ("previous", "current", "total")]


def _in_table(kind, rows, figure):
    """Yield where the row of a figure says another count, in words or in its two columns of numbers."""
    number = next((place for place, row in enumerate(rows) if row[:1] == [figure["code"]]), None)
    said = [in_words(count) for count in _counts(figure)]
    bounds = [_cell(bound) for count in _counts(figure) for bound in (count["lower"], count["upper"])]
    if number is None:
        yield f"{kind}: no {figure['code']}"
        return
    head = next(row for row in reversed(rows[:number]) if COLUMNS[0] in row)
    told = [rows[number][head.index(title)] for title in (*COLUMNS, *NUMBERS)]
    if told != [*said, *bounds]:
        yield f"{kind}: {figure['code']} {told}, in JSON {said} {bounds}"


def _in_text(kind, text, figure):
    """Yield the figure if its name is nowhere followed by its three counts, in their order.

    Hyphens are not compared: a line breaks inside a word with one that the word does not have."""
    name, text = _plain(figure["name"]).replace("-", ""), text.replace("-", "")
    said = r"\b.*?\b".join(re.escape(in_words(count)) for count in _counts(figure))
    for found in re.finditer(re.escape(name), text):
        if re.search(rf"\b{said}\b", text[found.end() : found.end() + REACH]):
            return
    yield f"{kind}: {figure['code']}, in JSON {[in_words(count) for count in _counts(figure)]}"


def _parts_in_table(kind, rows, data):
    """Yield the annexes and corrections of which a table has others than the JSON file."""
    told = sorted((_cell(row["lower"]), _cell(row["upper"])) for row in data["breakdowns"] if row["value"] != "unknown")
    shown = [tuple(row[3:5]) for row in _section(rows, ["By", "Value", "How many"])]
    for bounds in set(told):
        if shown.count(bounds) < told.count(bounds):
            yield f"{kind}: breakdowns {shown}, in JSON {told}"
    corrected = _section(rows, ["Report", "Entry", "What"])
    if len(corrected) != len(data["corrections"]):
        yield f"{kind}: {len(corrected)} corrections, in JSON {len(data['corrections'])}"
    titles = {row[1] for row in _section(rows, ["When", "Action", "Type"])}
    if titles != {action["title"] for action in data["actions"]}:
        yield f"{kind}: actions {titles}"


def _section(rows, head):
    """Return the rows below the head of a table, to the empty row that ends it."""
    for number, row in enumerate(rows):
        if row[: len(head)] == head:
            below = rows[number + 1 :]
            end = next((place for place, line in enumerate(below) if not any(line)), len(below))
            return [line for line in below[:end] if line[0] != "Nothing to report."]
    return []


def _cell(bound):
    return UNKNOWN if bound is None else str(bound)


def _csv_rows(content):
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    return [list(map(_plain, row)) for row in rows]


def _sheet_rows(content):
    """Return the rows of all sheets one after the other, an empty one between."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = []
    for sheet in book.worksheets:
        rows += [[_plain("" if cell is None else cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        rows.append([])
    return rows


def _pdf_text(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return _plain(" ".join(page.extract_text() for page in pages))


def _page_text(page):
    assert page.status_code == 200
    return _plain(unescape(re.sub(r"<[^>]+>", " ", page.text)))


def _plain(text):
    """Return a text in which every space is one ordinary space, with words that a line broke at a hyphen whole."""
    return " ".join(str(text).split()).replace("- ", "-")
