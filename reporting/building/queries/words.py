"""The texts that people wrote, kept in all their languages."""

from __future__ import annotations

from django.utils.translation import get_language

from hacktiv.common.languages import READING_ORDER
from hacktiv.common.text import plain_lines

#: A text by language; a missing language is read in the next of READING_ORDER.
Words = dict[str, str]


def read(words: Words) -> str:
    """Return the text in the active language, or in the first of READING_ORDER that has it. Its lines end with a line
    feed alone, also in reports that kept what a browser sent."""
    return plain_lines(words.get(_language_read(words), ""))


def other_language(words: Words) -> str:
    """Return the language of the text that `read` returns, where it is not the active one; else a blank."""
    language = _language_read(words)
    return "" if language == get_language() else language


def _language_read(words: Words) -> str:
    """Return the language in which a text is read: the active one, or the first that has it; blank: none has."""
    return next((code for code in (get_language() or "", *READING_ORDER) if words.get(code)), "")
