"""Read the words of a search, and compare texts without accents, capitals and punctuation."""

import re
import unicodedata

#: Letters that Unicode does not split into a plain letter and an accent.
UNSPLIT = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})

#: Number of words that a search reads. It ignores the rest, so that a long text makes no heavy query.
MOST_WORDS = 6


def searched_words(text: str) -> list[str]:
    """Return the first words of what somebody typed into a search, at most MOST_WORDS."""
    return text.split()[:MOST_WORDS]


def fold(text: str) -> str:
    """Return the text in lower case without accents: its words and numbers, joined by single spaces."""
    split = unicodedata.normalize("NFKD", text.casefold().translate(UNSPLIT))
    plain = "".join(sign for sign in split if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())
