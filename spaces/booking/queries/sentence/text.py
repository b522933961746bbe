"""The text of a sentence: made plain, taken from bit by bit, and what is left of it as it was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import combinations

from hacktiv.common.text import UNSPLIT

from .spelling import STOPWORDS

#: Stands in the text for what was understood: no rule reads across it.
TAKEN = " | "


class Text:
    """A plain text of which each rule takes what it understands. `rest` is what is left, `unfiltered` has the phrases
    that were understood and filter nothing."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.rest = f" {plain} "
        self.unfiltered: list[str] = []

    def take(self, pattern: str, use: Callable[[re.Match[str]], bool | None] = bool) -> re.Match[str] | None:
        """Take the first part of the text that fits, and return it. `use` is given it first; False says that the part
        is nonsense, and is left."""
        found = re.search(rf"(?<![\w|])(?:{pattern})(?!\w)", self.rest)
        if found is None or use(found) is False:
            return None
        self.rest = self.rest[: found.start()] + TAKEN + self.rest[found.end() :]
        return found

    def set_aside(self, found: re.Match[str]) -> None:
        """Note that this part filters nothing."""
        self.unfiltered.append(found[0].strip())

    def rewrite(self, pattern: str, written: str | Callable[[re.Match[str]], str]) -> None:
        self.rest = re.sub(pattern, written, self.rest)

    @property
    def words_left(self) -> list[str]:
        return [word for word in self.rest.replace("|", " ").split() if word not in STOPWORDS]


def plain_text(text: str) -> str:
    """Return the text in small letters without accents; signs are left where they belong to an hour or a date, and
    commas each as a word."""
    split = unicodedata.normalize("NFKD", text.casefold().translate(UNSPLIT))
    plain = "".join(sign for sign in split if not unicodedata.combining(sign))
    plain = re.sub(r"\b(\d{4})-(\d\d?)-(\d\d?)\b", r"\3/\2/\1", plain)
    plain = re.sub(r"\b(\d\d?)[-.](\d\d?)[-.](\d{4})\b", r"\1/\2/\3", plain)
    plain = re.sub(r"[‐-―]", "-", plain)
    plain = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", plain)
    plain = re.sub(r"(?<=\d)\s*-\s*(?=\d)|(?<=\dh|\du|am|pm)\s*-\s*(?=\d)|(?<=h\d\d)\s*-\s*(?=\d)", " a ", plain)
    plain = re.sub(r"(?<![\d\s])\s*[/&+;]\s*(?![\d\s])", ",", plain)
    plain = re.sub(r"[^\w:/.,\s]|(?<!\d)[:/.]|[:/.](?!\d)|_", " ", plain)
    return " ".join(plain.replace(",", " , ").split())


def as_typed(left: list[str], phrases: list[str], text: str) -> list[str]:
    """Return the words that are left, and the phrases that filter nothing, as they were typed and in that order; words
    that a hyphen joins stay together."""
    typed = [(word, plain_text(word[0]).split()) for word in re.finditer(r"[^\W_][\w.:/-]*", text)]
    runs: dict[int, int] = {}
    found: list[str] = []
    for phrase in phrases:
        spans = _runs(phrase.split(), typed)
        runs |= spans[:1]
        found += [] if spans else [phrase]
    until = 0
    for at, (word, parts) in enumerate(typed):
        if at in runs:
            until = runs[at]
            found.append(text[word.start() : typed[until - 1][0].end()])
        elif at >= until and parts and all(part in left for part in parts):
            found.append(word[0])
            left = [one for one in left if one not in parts]
    return [*found, *dict.fromkeys(left)]


def _runs(phrase: list[str], typed: list[tuple[re.Match[str], list[str]]]) -> list[tuple[int, int]]:
    """Return where the phrase stands among the words that were typed, as (first, after the last)."""
    spans = []
    for first, last in combinations(range(len(typed) + 1), 2):
        if last - first <= len(phrase) and [part for _word, parts in typed[first:last] for part in parts] == phrase:
            spans.append((first, last))
    return spans
