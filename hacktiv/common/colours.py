"""The colours of static/css/tokens.css, for what reads no style sheet: mails, PDF files, spreadsheets, codes."""

import re
from functools import cache

from django.conf import settings

TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"
DARK = re.compile(r"@variant dark \{(.*?)\}", re.DOTALL)
PRINT = re.compile(r"@media print \{.*", re.DOTALL)


def colour(name, theme="light"):
    """Return the colour `name` of the light or the dark theme as it is written. An unknown name is a KeyError."""
    return tokens(theme)[name]


@cache
def tokens(theme):
    """Return every colour of a theme by its name, the two dashes left out."""
    text = PRINT.sub("", TOKENS.read_text(encoding="utf-8"))
    light = _declared(DARK.sub("", text))
    return {"light": light, "dark": light | _declared(DARK.search(text)[1])}[theme]


def _declared(text):
    return dict(re.findall(r"--([\w-]+): ([^;]+);", text))
