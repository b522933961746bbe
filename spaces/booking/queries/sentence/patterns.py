"""Patterns that the rules of a sentence share, put together of the words of `vocabulary`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain

from . import vocabulary as words


def any_of(phrases: Iterable[str]) -> str:
    """Return the pattern of any of these."""
    return f"(?:{'|'.join(phrases)})"


def numbered(table: Mapping[int, Iterable[str]]) -> dict[str, int]:
    """Return the number that each phrase of the table stands for."""
    return {phrase: number for number, phrases in table.items() for phrase in phrases}


WEEKDAYS, MONTHS = numbered(words.WEEKDAYS), numbered(words.MONTHS)
NUMBERS, RELATIVE_DAYS = numbered(words.NUMBERS), numbered(words.RELATIVE_DAYS)
PARTS = {phrase: hours for hours, phrases in words.PARTS.items() for phrase in phrases}
WEEKDAY = any_of(WEEKDAYS)
MONTH = any_of(sorted(MONTHS, key=len, reverse=True))
PART = any_of(sorted(PARTS, key=len, reverse=True))
UNIT = rf"(?:{words.HOURS})\b"
PAST_DAYS = numbered(words.PAST_DAYS)
MONTH_DAY = rf"\d\d?(?:{words.ORDINALS})?(?: (?:{words.BEFORE_A_MONTH}))? {MONTH}"
DAY = rf"{any_of((WEEKDAY, any_of(RELATIVE_DAYS)))}s?(?: {MONTH_DAY})?(?: (?:{words.BEFORE_A_PART})?{PART})?"
LASTING = (
    rf"(?:\d{{1,3}} ?(?:{words.HOURS_LONG}|{words.MINUTES_LONG}|{words.HOURS_LONG_AFTER})\b(?: ?\d\d)?|{words.AN_HOUR})"
)
NO_PROPOSAL = "".join(f"(?<!{letters})" for letters in words.BEFORE_A_PROPOSAL)
NO_OTHER_NOON = "".join(f"(?<!{letters})" for letters in words.BEFORE_ANOTHER_NOON)
NOT_PEOPLE = rf"(?!\s*(?:{words.PEOPLE}|{words.SEATS}|{words.COLLEAGUES})\b)"


@cache
def may_be_excluded() -> re.Pattern[str]:
    """Return the pattern of the words that are no names, compiled once, as there are many."""
    phrases = chain(*words.FEATURES.values(), *words.KINDS.values(), *words.SIDES.values(), PARTS)
    listed = sorted([*phrases, DAY, MONTH_DAY], key=len, reverse=True)
    return re.compile(rf"(?<!\w){any_of(listed)}(?!\w)")
