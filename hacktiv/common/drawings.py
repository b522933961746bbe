"""Our own drawings (icons, emblems), read from static/img and set into the page so that they take its colours."""

import re
from functools import cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

_INNER = re.compile(r"<svg[^>]*viewBox=\"([^\"]+)\"[^>]*>(.*)</svg>", re.DOTALL)


@cache
def drawing(folder, name):
    """The view box and the inner markup of static/img/FOLDER/NAME.svg. An unknown name is a KeyError."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise KeyError(name)
    path = settings.BASE_DIR / "static" / "img" / folder / f"{name}.svg"
    if not path.is_file():
        raise KeyError(name)
    found = _INNER.search(path.read_text(encoding="utf-8"))
    return found[1], re.sub(r">\s+<", "><", found[2].strip())


def svg(folder, name, css, label=""):
    """The drawing as an element of a page: decoration unless it has a label. An unknown name is a KeyError."""
    box, inner = drawing(folder, name)
    inner = mark_safe(inner)  # noqa: S308 - our own file
    if label:
        return format_html('<svg class="{}" viewBox="{}" role="img" aria-label="{}">{}</svg>', css, box, label, inner)
    return format_html('<svg class="{}" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>', css, box, inner)
