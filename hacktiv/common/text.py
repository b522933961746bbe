"""Read the words of a search, and compare texts without accents, capitals and punctuation."""

import re
import unicodedata

#: Letters that Unicode does not split into a plain letter and an accent.
UNSPLIT = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})

#: Signs that turn the direction of what follows, unseen: a name with one would turn the words around it too. Scripts
#: that are written from right to left need none.
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

#: Number of words that a search reads. It ignores the rest, so that a long text makes no heavy query.
MOST_WORDS = 6


def searched_words(text: str) -> list[str]:
    """Return the first words of what somebody typed into a search, at most MOST_WORDS."""
    return text.split()[:MOST_WORDS]


def plain_lines(text: str) -> str:
    """Return the text with each line ended by a line feed alone, whatever a browser or another system sent."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def without_direction(text: str) -> str:
    """Return the text without the signs that turn its direction."""
    return DIRECTION.sub("", text)


#: Accents and points of Latin, Greek and Cyrillic, of Hebrew and of Arabic. Other scripts write sounds by such marks.
ACCENTS = re.compile(
    r"[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)


def fold(text: str) -> str:
    """Return the text in lower case without accents: its words and numbers, joined by single spaces."""
    split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold().translate(UNSPLIT))
    plain = "".join(_folded(sign) for sign in ACCENTS.sub("", split))
    return " ".join(plain.split())


def _folded(sign):
    """Return a letter, mark or number as it is, nothing for a sign that is not seen, and a space for all others."""
    category = unicodedata.category(sign)
    return sign if category[0] in "LMN" else "" if category == "Cf" else " "
