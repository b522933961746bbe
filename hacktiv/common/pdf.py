"""PDF files made by Typst, tagged for screen readers.

What people wrote reaches Typst as data and is only ever shown as text. The fonts are ours; a character that they
lack, such as an emoji, is shown as □.
"""

import json
import re
from functools import cache
from pathlib import Path

import typst
from django.conf import settings

from .colours import tokens

FONTS = Path(__file__).resolve().parent / "fonts"
EMBLEM = settings.BASE_DIR / "static" / "img" / "eu.svg"
LACKING = "□"


def tagged_pdf(template, data, *, files=None, standard="a-2a"):
    """The PDF that a Typst template makes of `data`, declaring PDF/UA-1 and PDF/A; the emblem is at hand as eu.svg, the
    colours of the light theme as sys.inputs.colours.
    """
    return typst.compile(
        {"main.typ": template.read_bytes(), "eu.svg": EMBLEM.read_bytes(), **(files or {})},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[standard, "ua-1"],
        sys_inputs={
            "data": showable(json.dumps(data, ensure_ascii=False)),
            "colours": json.dumps(tokens("light")),
        },
    )


def showable(text):
    return _lacking().sub(LACKING, text)


@cache
def _lacking():
    """Whatever the fonts cannot show."""
    ranges = []
    for line in (FONTS / "coverage.txt").read_text().split():
        first, last = line.split("-")
        ranges.append(f"\\U{int(first, 16):08x}-\\U{int(last, 16):08x}")
    return re.compile(f"[^{''.join(ranges)}]")
