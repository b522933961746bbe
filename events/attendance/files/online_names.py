"""Read a person's name as a video tool writes it, and compare names."""

import re

from hacktiv.common.text import fold

from .online_words import NAMELESS, ORGANISERS, PRONOUNS, REMARKS

#: What stands in brackets, round, square or of full width; the last may be cut off before it is closed.
BRACKETS = re.compile(r"[(\[（［【]([^)\]）］】]*)(?:[)\]）］】]|$)")


def key_of(name: str) -> str:
    """Return a name in the form for comparing: without accents, case, words in brackets and order of words."""
    return " ".join(sorted(fold(BRACKETS.sub(" ", name)).split()))


def read_name(written):
    """Return (name, remarks of the tool, other words in brackets). Brackets after a device's name hold the name."""
    pieces = [piece for words in BRACKETS.findall(written) for piece in re.split(r"[,;]", words)]
    remarks = {fold(piece) for piece in pieces} & (REMARKS | ORGANISERS)
    others = [
        words
        for words in BRACKETS.findall(written)
        if {fold(piece) for piece in re.split(r"[,;]", words)} - REMARKS - ORGANISERS - {""}
        and not set(fold(words).split()) <= PRONOUNS
        and not is_nameless(words)
        and not words.strip().isdigit()
    ]
    name = " ".join(BRACKETS.sub(" ", written).split())
    if others and (not name or is_nameless(name)):
        name = " ".join(others.pop(0).split())
    return name, remarks, others


def is_nameless(name):
    """Return True for a device (« iPhone 12 », « SM-A515F ») or nobody in particular (« Zoom user »)."""
    words = fold(name).split()
    return any(word in NAMELESS for word in words) and all(
        word in NAMELESS or len(word) == 1 or any(sign.isdigit() for sign in word) for word in words
    )
