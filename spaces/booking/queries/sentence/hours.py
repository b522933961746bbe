"""Read the hours that a sentence names, and how long the stay is to last."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from . import vocabulary as words
from .patterns import NO_OTHER_NOON, NOT_PEOPLE, UNIT
from .text import Text

#: In hours: the length of a wish that names a beginning alone.
USUAL_LENGTH = timedelta(hours=2)
#: The hours of a day of which nothing is said, as `search_defaults` of the form.
USUAL_START, USUAL_END = time(9), time(12)
#: Hours of the day: nobody is at work before the first; « à 2 h » is in the afternoon. Nothing ends after the last.
EARLIEST, LATEST = 7, 22


class HourReader:
    """Takes from a text what it says of the hours: from when, until when, how long."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.start: time | None = None
        self.end: time | None = None
        self.length: timedelta | None = None

    def stretch(self, part: tuple[time, time] | None) -> tuple[time, time] | None:
        """Return the wished hours, as they were said even where the end comes first; the others follow from the part
        of the day, and from the length."""
        if not (self.start or self.end or part or self.length):
            return None
        first, last = part or (USUAL_START, USUAL_END)
        start, end = self.start, self.end
        if start is None and end is not None and self.length:
            start = _later(end, -self.length)
        if start is None:
            start = first if end is None or first < end else min(USUAL_START, _later(end, -USUAL_LENGTH))
        if end is None and self.length:
            end = _later(start, self.length)
        if end is None:
            end = last if self.start is None or (part and start < last) else _later(start, USUAL_LENGTH)
        return (start, end) if start < end or (self.start and self.end) else None

    def read(self) -> None:
        """Read « de 9 h à 12 h », « 9-12 », « à partir de 10 h », « 2 heures »."""
        first, second = _an_hour("a", may_be_bare=True), _an_hour("b", may_be_bare=True)
        whole = rf"(?P<between>(?:{words.BETWEEN}) )?{first} ?(?:{words.TO}) ?{second}{NOT_PEOPLE}"
        if self.text.take(whole, self._from_to):
            self._take_length()
            return
        if self.text.take(rf"(?:(?:{words.BETWEEN}) )?{_an_hour('a')} ?/? ?{_an_hour('b')}", self._side_by_side):
            return
        sure, no_noon = _an_hour("a"), rf"(?!{words.NOON})"
        self._take_length()
        self.text.take(rf"(?:{words.FROM}) {sure}", self._at)
        self.text.take(rf"(?:{words.UNTIL}) {sure}", self._until)
        if self.start is None:
            self.text.take(rf"(?:{words.AT}) {no_noon}{sure}", self._at)
        if self.start is None:
            self.text.take(rf"{no_noon}{sure}", self._at)
        if self.start is None:
            self.text.take(rf"(?:{words.AT_A_NUMBER}) (?P<an>\d{{1,2}})(?![\d:/.]){NOT_PEOPLE}", self._at)

    def _take_length(self) -> None:
        unit = rf"(?:{words.HOURS_LONG}|(?P<min>{words.MINUTES_LONG}))\b"
        number = rf"(?P<n>[1-8]|\d\d(?= ?(?:{words.MINUTES_LONG})))"
        after = rf"(?: ?(?P<m>\d\d))?(?: (?:{words.LONG}))?(?! (?:{words.RANGE})\b)"
        self.text.take(
            rf"(?:{words.LASTING}) {number} ?(?:{unit}|(?:{words.HOURS_LONG_AFTER})\b){after}", self._lasting
        )
        if self.length is None:
            alone = rf"(?<!\ba )(?<!\bat )(?P<n>[1-5]|30|45|90) (?:{unit}|{words.AN_HOUR_LONG})(?P<m>(?!))?"
            self.text.take(alone, self._lasting)
        if self.length is None and self.text.take(rf"(?:(?:{words.BEFORE_AN_HOUR}) )?(?:{words.AN_HOUR})"):
            self._so_long(60)

    def _lasting(self, found: re.Match[str]) -> None:
        self._so_long(int(found["n"]) * (1 if found["min"] else 60) + int(found["m"] or 0))

    def _so_long(self, minutes: int) -> None:
        self.length = timedelta(minutes=minutes) if 0 < minutes <= 24 * 60 else None

    def _from_to(self, found: re.Match[str]) -> bool:
        """Set both hours. In the order of the clock of 24 hours the second may come before the first, which the form
        refuses; with mere numbers and with am or pm it is in the afternoon: "9-5", "2pm to 8"."""
        start, end = _hour(found, "a", of="b"), _hour(found, "b")
        if not (start and end):
            return False
        on_24 = [name for name in "ab" if found[f"{name}h"] and not found[f"{name}half"]]
        if (
            end <= start
            and end.hour < 12
            and found["bhalf"] != "am"
            and (not on_24 or _number(found, "a") < _number(found, "b"))
        ):
            end = end.replace(hour=end.hour + 12)
        if end <= start and not found["between"] and (found["an"] or found["bn"]):
            return False
        self.start, self.end = start, end
        return True

    def _side_by_side(self, found: re.Match[str]) -> bool:
        """Set two hours that follow each other without a word between: « 8h30 12h »."""
        start, end = _hour(found, "a", of="b"), _hour(found, "b")
        if not (start and end and start < end):
            return False
        self.start, self.end = start, end
        return True

    def _at(self, found: re.Match[str]) -> bool:
        self.start = _hour(found, "a")
        return self.start is not None

    def _until(self, found: re.Match[str]) -> bool:
        self.end = _hour(found, "a")
        return self.end is not None


def _an_hour(name: str, *, may_be_bare: bool = False) -> str:
    """Return the pattern of an hour with a sign that it is one (« 9 h 30 », "9:30", "9.30 uur", "2 pm", « midi »), or
    with `may_be_bare` of a mere number too. Its groups begin with `name`; `_hour` reads them."""
    minutes = rf"(?:[:.]|h|u)\s?(?P<{name}m>[0-5]\d)(?:\s?{UNIT})?"
    signed = rf"(?P<{name}h>\d{{1,2}})\s?(?:{minutes}|{UNIT}|(?=(?:am|pm)\b))\s?(?P<{name}half>am|pm)?\b"
    bare = rf"|(?P<{name}n>\d{{1,2}})\b(?![:/.])" if may_be_bare else ""
    return rf"(?:{signed}|{NO_OTHER_NOON}(?P<{name}noon>{words.NOON}){bare})"


def _number(found: re.Match[str], name: str) -> int:
    """Return the number of an hour as it was written."""
    return int(found[f"{name}h"] or found[f"{name}n"] or 12)


def _hour(found: re.Match[str], name: str, of: str = "") -> time | None:
    """Return the hour of this part of a match. A half of the day that only the second of two hours names counts for
    both: "2-4pm"."""
    parts = found.groupdict()
    if parts.get(f"{name}noon"):
        return time(12)
    number = int(parts.get(f"{name}h") or parts.get(f"{name}n") or 0)
    half = parts.get(f"{name}half") or (
        parts.get(f"{of}half") if of and number <= int(parts.get(f"{of}h") or 0) else None
    )
    if half == "pm" and number < 12:
        number += 12
    elif half == "am" and number == 12:
        number = 0
    elif not half and number < EARLIEST:
        number += 12
    return time(number, int(parts.get(f"{name}m") or 0)) if number < 24 else None


def _later(moment: time, length: timedelta) -> time:
    """Return the time of day after `length`, within one day."""
    minutes = moment.hour * 60 + moment.minute + round(length.total_seconds() / 60)
    return time(*divmod(max(0, min(minutes, 24 * 60 - 1)), 60))


def rest_of(now: datetime) -> tuple[time, time] | None:
    """Return three hours from the next half hour on, as long as the evening allows; None late in the evening."""
    start = max(_later(now.time(), timedelta(minutes=30 - now.minute % 30)), USUAL_START)
    end = min(_later(start, timedelta(hours=3)), time(LATEST))
    return (start, end) if start < end else None
