"""Check files that are kept as they came. Their content decides what they are, not their name."""

import csv
import hashlib
import re
from io import StringIO
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from .errors import OperationError
from .pictures import PictureRefused, open_picture
from .spreadsheets import table_text

#: Size of the largest accepted file, in bytes.
LARGEST_FILE = 20 * 1024 * 1024
#: The first bytes of a file, by extension. A CSV file is plain text and has none.
SIGNATURES = {".pdf": b"%PDF-", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}
#: The end mark of a PDF stands within so many last bytes: careless programs add something behind it.
PDF_END_WITHIN = 2048
#: Control characters, and signs by which a browser takes a text for a web page. Spaces are passed over once (`*+`):
#: else a hundred thousand of them after a bracket would take minutes.
NOT_PLAIN_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f]|<\s*+(?:/\s*+)?(?:!doctype|\?xml|html|head|body|script|style|svg|iframe|img|object|embed|form)\b",
    re.IGNORECASE,
)
#: In the `accept` of a field for such a file.
ACCEPT = "application/pdf,image/jpeg,image/png,text/csv,.pdf,.jpg,.jpeg,.png,.csv"
NOT_TAKEN = _("Only PDF, JPEG, PNG and CSV files are taken, and this is none of them.")
NO_TABLE = _("This CSV file is no table of plain text: save it again from your spreadsheet.")
PICTURE_UNREADABLE = _("This picture cannot be opened: it is damaged or incomplete.")
PICTURE_TOO_COSTLY = _("This picture takes too much memory or time to be opened: save it anew, smaller, and send that.")


class FileRefused(OperationError):
    """The file is none of the accepted kinds."""


def extension_of(file):
    """Return the extension of a file's name in lower case, with its dot."""
    return PurePath(file.name).suffix.lower()


def inspect(file):
    """Check that a file opens and is what its name says; return its SHA-256. Read in pieces and rewound afterwards.

    Raises FileRefused: `too_large`, `empty`, `not_taken`, `unreadable`.
    """
    if file.size > LARGEST_FILE:
        raise FileRefused("too_large", _("This file is larger than 20 MB."))
    if not file.size:
        raise FileRefused("empty", _("This file is empty."))
    extension = extension_of(file)
    if extension not in CHECKS:
        raise FileRefused("not_taken", NOT_TAKEN)
    file.seek(0)
    if not file.read(8).startswith(SIGNATURES.get(extension, b"")):
        raise FileRefused("not_taken", NOT_TAKEN)
    CHECKS[extension](file)
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _check_pdf(file):
    """Check that a PDF is whole, up to its last line."""
    file.seek(max(0, file.size - PDF_END_WITHIN))
    if b"%%EOF" not in file.read():
        raise FileRefused("unreadable", _("This PDF cannot be opened: it is damaged or incomplete."))


def _check_picture(file):
    """Check a whole picture: decode a JPEG at an eighth of its size, verify the checksums of a PNG."""
    file.seek(0)
    try:
        # No limit to its pixels: scanned plans have many, and they are not shown.
        open_picture("check", file.read(), formats=["JPEG", "PNG"], most_pixels=None)
    except PictureRefused as error:
        message = PICTURE_TOO_COSTLY if error.code == "too_costly" else PICTURE_UNREADABLE
        raise FileRefused("unreadable", message) from error


def _check_table(file):
    """Check that a CSV file is rows of text, in any encoding of spreadsheets and video tools, and no web page."""
    file.seek(0)
    content = file.read()
    try:
        text = table_text(content)
        if NOT_PLAIN_TEXT.search(text):
            raise ValueError("no plain text")
        first_line = text.partition("\n")[0]
        delimiter = max(";,\t", key=first_line.count)
        rows = sum(any(row) for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (ValueError, csv.Error) as error:
        raise FileRefused("unreadable", NO_TABLE) from error
    if not rows:
        raise FileRefused("unreadable", NO_TABLE)


#: The check of a file's content, by extension.
CHECKS = {
    ".pdf": _check_pdf,
    ".jpg": _check_picture,
    ".jpeg": _check_picture,
    ".png": _check_picture,
    ".csv": _check_table,
}
