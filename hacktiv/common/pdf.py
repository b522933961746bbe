"""PDF files made by Typst, tagged for screen readers.

Texts that people wrote reach Typst as data and are only shown as text. We bring the fonts, also of other scripts than
ours; a character that they lack, such as an emoji, is shown as □.
"""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from .colours import tokens
from .text import without_direction

TYPESETTING = Path(__file__).with_name("typesetting.py")
#: Seconds after which a PDF is given up; the longest report takes a few.
SECONDS_FOR_A_PDF = 60
FONTS = Path(__file__).resolve().parent / "fonts"
#: Families of the fonts, the first one first: each script is shown in the first that has it.
FAMILIES = ["Source Sans 3", *(f"Noto Sans {path.stem[8:-8]}" for path in sorted(FONTS.glob("NotoSans*-Regular.ttf")))]
EMBLEM = settings.BASE_DIR / "static" / "img" / "eu.svg"
LACKING = "□"
#: A word of more characters stands on one line, which PDF/A refuses where it is very long: it is divided into pieces.
LONG_WORD = re.compile(r"\S{500,}")
PIECE = re.compile(r"\S{60}(?=\S)")
#: A line may end here, and nothing is seen.
MAY_END = "\u200b"


class PdfError(Exception):
    """Typst did not make a PDF; the message is what it said."""


def tagged_pdf(template, data, *, files=None, standard="a-2a"):
    """Return the PDF that a Typst template makes of `data`, declaring PDF/UA-1 and PDF/A.

    The template finds the emblem as eu.svg, `files` (name: text or bytes) by name, the colours of the light theme
    as sys.inputs.colours and the families of the fonts as sys.inputs.fonts. Raise PdfError where Typst refuses."""
    options = {
        "font_paths": [str(FONTS)],
        "ignore_system_fonts": True,
        "format": "pdf",
        "pdf_standards": [standard, "ua-1"],
        "sys_inputs": {
            "data": json.dumps(_all_showable(data), ensure_ascii=False),
            "colours": json.dumps(tokens("light")),
            "fonts": json.dumps(FAMILIES),
        },
    }
    with TemporaryDirectory() as folder:
        for name, content in {
            "main.typ": template.read_bytes(),
            "eu.svg": EMBLEM.read_bytes(),
            **(files or {}),
        }.items():
            Path(folder, name).write_bytes(content.encode() if isinstance(content, str) else content)
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(TYPESETTING), folder],
                input=json.dumps(options).encode(),
                capture_output=True,
                timeout=SECONDS_FOR_A_PDF,
            )
        except subprocess.TimeoutExpired as error:
            raise PdfError(f"Typst took longer than {SECONDS_FOR_A_PDF} seconds.") from error
    if done.returncode:
        raise PdfError(done.stderr.decode(errors="replace").strip())
    return done.stdout


def showable(text):
    """Return the text with □ for each character that the fonts lack, and without signs that turn its direction."""
    return _lacking().sub(LACKING, without_direction(text))


def _all_showable(data):
    """Return data with each of its texts as the fonts show it, and its endless words divisible. JSON would hide a
    control character in an escape."""
    if isinstance(data, str):
        return LONG_WORD.sub(lambda word: PIECE.sub(rf"\g<0>{MAY_END}", word[0]), showable(data))
    if isinstance(data, dict):
        return {name: _all_showable(part) for name, part in data.items()}
    return [_all_showable(part) for part in data] if isinstance(data, list | tuple) else data


@cache
def _lacking():
    """Return the pattern of all characters that the fonts cannot show, but for line ends and tabs."""
    ranges = ["\\n\\r\\t"]
    for line in (FONTS / "coverage.txt").read_text().split():
        first, last = line.split("-")
        ranges.append(f"\\U{int(first, 16):08x}-\\U{int(last, 16):08x}")
    return re.compile(f"[^{''.join(ranges)}]")
