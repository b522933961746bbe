"""Understand a search in words: « un endroit calme à Charleville jeudi de 9 h à 12 h pour 4 ».

French, Dutch and English are read at once, with the words of `vocabulary`. Each rule takes what it understands out of
the text; the words that are left and say something are returned as they were typed, so that the page can tell that they
filter nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cached_property
from itertools import chain

from django.utils import timezone

from hacktiv.common.text import UNSPLIT

from ...enums import ResourceKind
from . import vocabulary as words

#: In hours: the length of a wish that names a beginning alone.
USUAL_LENGTH = timedelta(hours=2)
#: The hours of a day of which nothing is said, as `search_defaults` of the form.
USUAL_START, USUAL_END = time(9), time(12)
#: Hours of the day: nobody is at work before the first; « à 2 h » is in the afternoon. Nothing ends after the last.
EARLIEST, LATEST = 7, 22
#: A misspelt word is read as a known one that is so alike (0 to 1), if both have so many letters.
ALIKE, LEAST_LETTERS = 0.8, 5
#: Stands in the text for what was understood: no rule reads across it.
TAKEN = " | "


@dataclass(frozen=True)
class Names:
    """The names of the network, folded: of places, with the words for the field « where », and of features, with
    their slugs."""

    places: Mapping[str, str]
    features: Mapping[str, str]

    @cached_property
    def longest_first(self) -> list[str]:
        """The names of the places, those of most words and letters first."""
        return sorted(self.places, key=lambda name: (-len(name.split()), -len(name)))

    @cached_property
    def known_words(self) -> list[str]:
        """The words as which a misspelt one may be read."""
        phrases = chain(
            *words.WEEKDAYS.values(),
            *words.MONTHS.values(),
            *words.RELATIVE_DAYS.values(),
            *words.PARTS.values(),
            *words.KINDS.values(),
            *(phrases for slug, phrases in words.FEATURES.items() if slug in self.features.values()),
            self.features,
            self.places,
        )
        known = {word for phrase in phrases for word in re.findall(r"\w+", re.sub(r"\w\?|\(.*?\)", "", phrase))}
        return sorted(word for word in known if len(word) >= LEAST_LETTERS)


@dataclass
class Understood:
    """The fields of a search (`SearchForm`) that a sentence names, as strings, its features, and the words left."""

    fields: dict[str, str] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    by_week: bool = False
    unknown: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fields or self.features or self.by_week)


def understand(text: str, names: Names, *, now: datetime) -> Understood:
    """Read a sentence at the moment `now`. A misspelt word is tried once more as the known word most like it."""
    plain = _plain(text)
    sentence = _Sentence(plain, names, now)
    mended = {word: near[0] for word in sentence.left if (near := _most_alike(word, names))}
    if mended:
        plain = " ".join(mended.get(word, word) for word in plain.split())
        sentence = _Sentence(plain, names, now)
    return Understood(
        sentence.fields(), list(dict.fromkeys(sentence.features)), sentence.by_week, _as_typed(sentence.left, text)
    )


def _plain(text: str) -> str:
    """Return the text in small letters without accents; signs are left where they belong to an hour or a date."""
    split = unicodedata.normalize("NFKD", text.casefold().translate(UNSPLIT))
    plain = "".join(sign for sign in split if not unicodedata.combining(sign))
    plain = re.sub(r"\b(\d{4})-(\d\d?)-(\d\d?)\b", r"\3/\2/\1", plain)
    plain = re.sub(r"\b(\d\d?)[-.](\d\d?)[-.](\d{4})\b", r"\1/\2/\3", plain)
    plain = re.sub(r"[‐-―]", "-", plain)
    plain = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", plain)
    plain = re.sub(r"(?<=\d)\s*-\s*(?=\d)|(?<=\dh|\du|am|pm)\s*-\s*(?=\d)|(?<=h\d\d)\s*-\s*(?=\d)", " a ", plain)
    plain = re.sub(r"[^\w:/.\s]|(?<!\d)[:/.]|[:/.](?!\d)|_", " ", plain)
    return " ".join(plain.split())


def _as_typed(left: list[str], text: str) -> list[str]:
    """Return the words that are left as they were typed; those that a hyphen joins stay together."""
    typed = []
    for word in re.findall(r"[\w.:/-]+", text):
        parts = _plain(word).split()
        if parts and all(part in left for part in parts):
            typed.append(word)
            left = [one for one in left if one not in parts]
    return [*typed, *dict.fromkeys(left)]


def _most_alike(word: str, names: Names) -> list[str]:
    return get_close_matches(word, names.known_words, 1, ALIKE) if len(word) >= LEAST_LETTERS else []


def _any(phrases: Iterable[str]) -> str:
    return f"(?:{'|'.join(phrases)})"


def _numbered(table: Mapping[int, Iterable[str]]) -> dict[str, int]:
    return {phrase: number for number, phrases in table.items() for phrase in phrases}


_WEEKDAYS, _MONTHS = _numbered(words.WEEKDAYS), _numbered(words.MONTHS)
_NUMBERS, _RELATIVE = _numbered(words.NUMBERS), _numbered(words.RELATIVE_DAYS)
_PARTS = {phrase: hours for hours, phrases in words.PARTS.items() for phrase in phrases}
_WEEKDAY = _any(_WEEKDAYS)
_MONTH = _any(sorted(_MONTHS, key=len, reverse=True))
_PART = _any(sorted(_PARTS, key=len, reverse=True))
_UNIT = rf"(?:{words.HOURS})\b"
_NO_OTHER_NOON = "".join(f"(?<!{letters})" for letters in words.BEFORE_ANOTHER_NOON)
_NOT_PEOPLE = rf"(?!\s*(?:{words.PEOPLE}|{words.SEATS}|{words.COLLEAGUES})\b)"


def _an_hour(name: str, *, may_be_bare: bool = False) -> str:
    """Return the pattern of an hour with a sign that it is one (« 9 h 30 », "9:30", "9.30 uur", "2 pm", « midi »), or
    with `may_be_bare` of a mere number too. Its groups begin with `name`; `_hour` reads them."""
    minutes = rf"(?:[:.]|h|u)\s?(?P<{name}m>[0-5]\d)(?:\s?{_UNIT})?"
    signed = rf"(?P<{name}h>\d{{1,2}})\s?(?:{minutes}|{_UNIT}|(?=(?:am|pm)\b))\s?(?P<{name}half>am|pm)?\b"
    bare = rf"|(?P<{name}n>\d{{1,2}})\b(?![:/.])" if may_be_bare else ""
    return rf"(?:{signed}|{_NO_OTHER_NOON}(?P<{name}noon>{words.NOON}){bare})"


class _Sentence:
    """One reading of a text. The rules stand in the order in which they take from it: what is surest, first."""

    def __init__(self, plain: str, names: Names, now: datetime) -> None:
        self.text, self.names = f" {plain} ", names
        self.now = timezone.localtime(now)
        self.today = self.now.date()
        self.day: date | None = None
        self.weekday: int | None = None
        self.weeks, self.is_next = 0, False
        self.by_week = False
        self.part: tuple[time, time] | None = None
        self.start: time | None = None
        self.end: time | None = None
        self.length: timedelta | None = None
        self.people = 0
        self.where = self.side = self.kind = self.sort = ""
        self.features: list[str] = []
        for rule in (self._dates, self._numbers, self._hours, self._days, self._group, self._things, self._places):
            rule()
        self.left = [word for word in self.text.replace("|", " ").split() if word not in words.STOPWORDS]

    def _take(self, pattern: str, use: Callable[[re.Match[str]], bool | None] = bool) -> re.Match[str] | None:
        """Take the first part of the text that fits, and return it. `use` is given it first; False says that the part
        is nonsense, and is left."""
        found = re.search(rf"(?<![\w|])(?:{pattern})(?!\w)", self.text)
        if found is None or use(found) is False:
            return None
        self.text = self.text[: found.start()] + TAKEN + self.text[found.end() :]
        return found

    # --- days ---

    def _dates(self) -> None:
        before, ordinal = rf"(?:(?:{words.BEFORE_A_DATE}) )?", rf"(?:{words.ORDINALS})?"
        year = r"(?: (?P<y>20\d\d))?"
        weekday = rf"{before}(?:{_WEEKDAY} )?{before}"
        self._take(rf"{before}(?P<d>\d\d?)/(?P<m>\d\d?)(?:/(?P<y>\d{{2,4}}))?", self._on_date)
        of = rf"(?: (?:{words.BEFORE_A_MONTH}))?"
        if self.day is None:
            self._take(rf"{weekday}(?P<d>\d\d?){ordinal}{of} (?P<m>{_MONTH}){year}", self._on_date)
        if self.day is None:
            month_first = rf"{weekday}(?P<m>{_MONTH}) (?:(?:{words.BEFORE_AN_ORDINAL}) )?(?P<d>\d\d?){ordinal}{year}"
            self._take(rf"{month_first}(?! ?{_UNIT}|:)", self._on_date)
        no_hour = rf"(?!\s?{_UNIT}|[:./]| ?(?:am|pm)"
        if self.day is None:
            alone = rf"(?:{_WEEKDAY} )?(?:{words.BEFORE_A_NUMBER}) (?P<d>\d\d?){ordinal}{no_hour})"
            self._take(alone, self._on_day_of_month)
        if self.day is None:
            self._take(rf"{_WEEKDAY} (?P<d>\d\d?){no_hour}| (?:{words.RANGE}|-) )", self._on_day_of_month)

    def _on_date(self, found: re.Match[str]) -> bool:
        month = found["m"]
        return self._set_day(found["d"], int(month) if month.isdecimal() else _MONTHS[month], found["y"])

    def _set_day(self, day: str, month: int, year: str | None) -> bool:
        """Set a day, if there is one of that number; without its year the next one of that date."""
        given = int(year) + (2000 if int(year) < 100 else 0) if year else None
        try:
            self.day = date(given or self.today.year, month, int(day))
            if given is None and self.day < self.today:
                self.day = self.day.replace(year=self.today.year + 1)
        except ValueError:
            self.day = None
        return self.day is not None

    def _on_day_of_month(self, found: re.Match[str]) -> bool:
        """Set the next day of this number: of this month or the first later month that has it."""
        number = int(found["d"])
        days = (self.today + timedelta(days=away) for away in range(62))
        self.day = next((day for day in days if day.day == number), None)
        return self.day is not None

    def _days(self) -> None:
        for joined, part in words.JOINED_PARTS.items():
            if found := self._take(rf"(?P<w>{_WEEKDAY}|{words.JOINED_DAYS}){joined}"):
                self._on(found["w"], part)
        for phrase, part in words.TODAYS_PARTS.items():
            if self._take(phrase):
                self.part = _PARTS[part]
                self._in_days(0)
        later = {words.OF_NEXT_WEEK: self._on_weekday_of_next_week, words.A_WEEK_LATER: self._on_weekday_a_week_later}
        for phrases, use in later.items():
            self._take(rf"(?P<w>{_WEEKDAY}) (?:{phrases})|(?:{phrases}) (?P<v>{_WEEKDAY})", use)
        weekday = rf"(?:(?P<v>{words.NEXT}) )?(?P<w>{_WEEKDAY})s?(?P<n> (?:{words.NEXT_AFTER}))?"
        self._take(rf"(?:(?:{words.BEFORE_A_WEEKDAY}) )?{weekday}", self._on_weekday)
        for phrase, away in _RELATIVE.items():
            if self.day is None and self.weekday is None and self._take(phrase):
                self._in_days(away)
        many = rf"(?P<n>\d\d?) (?:(?P<days>{words.DAYS})|{words.WEEKS})"
        self._take(rf"(?:{words.IN_SO_MANY}) {many}", self._in_so_many)
        if self._take(words.IN_A_WEEK):
            self._in_days(7)
        before = rf"(?:(?:{words.BEFORE_A_WEEKEND}) )?(?:(?:{words.NEXT_WEEKEND}) )?"
        self._take(rf"{before}(?:{words.WEEKEND})", self._on_saturday)
        if self._take(rf"(?:(?:{words.BEFORE_A_WEEK}) )?(?:{words.NEXT_WEEK})"):
            self._in_week(7)
        if self._take(words.THIS_WEEK):
            self._in_week(0)
        self._take(rf"(?:{words.BEFORE_A_PART})?(?P<p>{_PART})", self._in_part)

    def _on(self, day: str, part: str) -> None:
        self.part = _PARTS[part]
        if day in _WEEKDAYS:
            self.weekday = _WEEKDAYS[day]
        else:
            self._in_days(_RELATIVE[day])

    def _on_weekday_of_next_week(self, found: re.Match[str]) -> None:
        self.weekday = _WEEKDAYS[found["w"] or found["v"]]
        self._in_days(7 - self.today.weekday() + self.weekday)

    def _on_weekday_a_week_later(self, found: re.Match[str]) -> None:
        """Set the day a week after the coming weekday of this name."""
        self.weekday = _WEEKDAYS[found["w"] or found["v"]]
        self._in_days((self.weekday - self.today.weekday()) % 7 + 7)

    def _on_weekday(self, found: re.Match[str]) -> None:
        self.weekday = _WEEKDAYS[found["w"]]
        self.is_next = bool(found["n"] or found["v"])

    def _in_so_many(self, found: re.Match[str]) -> None:
        self._in_days(int(found["n"]) * (1 if found["days"] else 7))

    def _in_days(self, away: int) -> None:
        self.day = self.day or self.today + timedelta(days=away)

    def _on_saturday(self, _found: re.Match[str]) -> None:
        self._in_days((5 - self.today.weekday()) % 7)

    def _in_week(self, away: int) -> None:
        self.by_week = True
        self._in_days(away - self.today.weekday() if away else 0)

    def _in_part(self, found: re.Match[str]) -> None:
        self.part = self.part or _PARTS[found["p"]]

    # --- numbers and hours ---

    def _numbers(self) -> None:
        """Write numbers as digits: « pour quatre ». « Onze » is eleven in French and « our » in Dutch."""
        for phrase in sorted(_NUMBERS, key=len, reverse=True):
            before = r"(?<!\d )" if phrase in words.NOT_AFTER_A_DIGIT else ""
            self.text = re.sub(rf"\b{before}{phrase}\b(?! ?\d)", str(_NUMBERS[phrase]), self.text)
        self.text = re.sub(rf"\b{words.ELEVEN}(?= (?:{words.PEOPLE}|{words.AFTER_ELEVEN})\b)", "11", self.text)
        self.text = re.sub(rf"\b(?:{words.HALF_AN_HOUR})\b", "30 min", self.text)
        half_before = rf"\b(?:{words.HALF_BEFORE}) (\d\d?)\b"
        self.text = re.sub(half_before, lambda found: f"{int(found[1]) - 1}h30", self.text)

    def _hours(self) -> None:
        first, second = _an_hour("a", may_be_bare=True), _an_hour("b", may_be_bare=True)
        whole = rf"(?:(?:{words.BETWEEN}) )?{first} ?(?:{words.TO}) ?{second}{_NOT_PEOPLE}"
        if self._take(whole, self._from_to):
            self._take_length()
            return
        sure, no_noon = _an_hour("a"), rf"(?!{words.NOON})"
        self._take_length()
        if found := self._take(rf"(?:{words.FROM}) {sure}"):
            self.start = _hour(found, "a")
        if found := self._take(rf"(?:{words.UNTIL}) {sure}"):
            self.end = _hour(found, "a")
        if self.start is None:
            self._take(rf"(?:{words.AT}) {no_noon}{sure}", self._at)
        if self.start is None:
            self._take(rf"{no_noon}{sure}", self._at)
        if self.start is None:
            self._take(rf"(?:{words.AT_A_NUMBER}) (?P<an>\d{{1,2}})(?![\d:/.]){_NOT_PEOPLE}", self._at)

    def _take_length(self) -> None:
        unit = rf"(?:{words.HOURS_LONG}|(?P<min>{words.MINUTES_LONG}))\b"
        number = rf"(?P<n>[1-8]|\d\d(?= ?(?:{words.MINUTES_LONG})))"
        after = rf"(?: ?(?P<m>\d\d))?(?: (?:{words.LONG}))?(?! (?:{words.RANGE})\b)"
        self._take(rf"(?:{words.LASTING}) {number} ?(?:{unit}|(?:{words.HOURS_LONG_AFTER})\b){after}", self._lasting)
        if self.length is None:
            alone = rf"(?<!\ba )(?<!\bat )(?P<n>[1-5]|30|45|90) (?:{unit}|{words.AN_HOUR_LONG})(?P<m>(?!))?"
            self._take(alone, self._lasting)
        if self.length is None and self._take(rf"(?:(?:{words.BEFORE_AN_HOUR}) )?(?:{words.AN_HOUR})"):
            self._so_long(60)

    def _lasting(self, found: re.Match[str]) -> None:
        self._so_long(int(found["n"]) * (1 if found["min"] else 60) + int(found["m"] or 0))

    def _so_long(self, minutes: int) -> None:
        self.length = timedelta(minutes=minutes) if 0 < minutes <= 24 * 60 else None

    def _from_to(self, found: re.Match[str]) -> bool:
        start, end = _hour(found, "a", of="b"), _hour(found, "b")
        if start and end and end <= start and end.hour < 12:
            end = end.replace(hour=end.hour + 12)
        if not (start and end and start < end):
            return False
        self.start, self.end = start, end
        return True

    def _at(self, found: re.Match[str]) -> bool:
        self.start = _hour(found, "a")
        return self.start is not None

    # --- for whom, what and where ---

    def _group(self) -> None:
        number = r"(?P<n>\d{1,3})"
        so_many = rf"(?:(?:{words.FOR_SO_MANY}) )?{number}"
        patterns = (
            rf"{so_many} (?:(?:{words.BEFORE_PEOPLE}) )?(?:{words.PEOPLE})",
            rf"{so_many}(?= (?:{words.SEATS})\b)",
            rf"(?:{words.GROUPS}) {number}",
            rf"(?:{words.FOR_A_NUMBER}) {number}",
        )
        self._take(rf"(?:(?:{words.FOR}) )?\d{{1,3}} (?:{words.OR}) {number} (?:{words.PEOPLE})", self._so_many)
        self._take(rf"(?:{words.MEETING}) (?:{words.MEETING_OF}) {number}", self._meeting_of)
        if found := self._take(rf"(?:{words.WITH}) {number} (?:{words.COLLEAGUES})"):
            self._so_many(found, also=1)
        for pattern in patterns:
            if not self.people:
                self._take(pattern, self._so_many)
        if not self.people and self._take(words.ALONE):
            self.people = 1
        self._take(rf"(?:{words.AMONG}) (?:{words.COLLEAGUES})")

    def _meeting_of(self, found: re.Match[str]) -> None:
        self.kind = str(ResourceKind.MEETING_ROOM.value)
        self._so_many(found)

    def _so_many(self, found: re.Match[str], also: int = 0) -> None:
        self.people = max(1, min(int(found["n"]) + also, 200))

    def _things(self) -> None:
        # « Bureau fermé » before « ferme à clé », and that before the space that is called « La Ferme ».
        self._take_kind(ResourceKind.OFFICE)
        slugs = set(self.names.features.values())
        for slug, phrases in words.FEATURES.items():
            if slug in slugs:
                while self._take(_any(phrases)):
                    self.features.append(slug)
        for called, slug in self.names.features.items():
            if self._take(re.escape(called)):
                self.features.append(slug)
        if self._take(words.NEAREST):
            self.sort = "time"
        # A place called « Coworking E420 » is looked for before a kind of place.
        self._take_place(least_words=2)
        for kind in words.KINDS:
            if not self.kind:
                self._take_kind(kind)
        for side, phrases in words.SIDES.items():
            if self._take(rf"(?:(?:{words.BEFORE_A_SIDE}) )?{_any(phrases)}"):
                self.side = str(side.value)

    def _take_kind(self, kind: ResourceKind) -> None:
        for phrase in words.KINDS[kind]:
            if not self.kind and self._take(phrase):
                self.kind = str(kind.value)

    def _places(self) -> None:
        self._take_place(least_words=1)

    def _take_place(self, least_words: int) -> None:
        for called in self.names.longest_first:
            if self.where or len(called.split()) < least_words:
                return
            pattern = rf"(?:(?P<near>{words.NEAR}) )?(?:(?:{words.BEFORE_A_PLACE}) )?{re.escape(called)}"
            if called in self.text and (found := self._take(pattern)):
                self.where = self.names.places[called]
                self.sort = "time" if found["near"] else self.sort

    # --- the fields ---

    def fields(self) -> dict[str, str]:
        """Return the fields that were named, as the form sends them."""
        day, hours = self._day(), self._stretch()
        if day == self.today and not hours:
            hours = _rest_of(self.now)
        found = {
            "where": self.where,
            "side": self.side,
            "kind": self.kind,
            "people": str(self.people or ""),
            "day": f"{day:%Y-%m-%d}" if day else "",
            "start": f"{hours[0]:%H:%M}" if hours else "",
            "end": f"{hours[1]:%H:%M}" if hours else "",
            "sort": self.sort,
        }
        return {name: value for name, value in found.items() if value}

    def _day(self) -> date | None:
        if self.day is not None or self.weekday is None:
            return self.day
        away = (self.weekday - self.today.weekday()) % 7
        hours = self._stretch() or (USUAL_START, USUAL_END)
        if away == 0 and (self.is_next or hours[0] <= self.now.time()):
            away = 7
        return self.today + timedelta(days=away)

    def _stretch(self) -> tuple[time, time] | None:
        """Return the wished hours; what is not said follows from the part of the day, and from the length."""
        if not (self.start or self.end or self.part or self.length):
            return None
        first, last = self.part or (USUAL_START, USUAL_END)
        start, end = self.start, self.end
        if start is None and end is not None and self.length:
            start = _later(end, -self.length)
        if start is None:
            start = first if end is None or first < end else min(USUAL_START, _later(end, -USUAL_LENGTH))
        if end is None and self.length:
            end = _later(start, self.length)
        if end is None:
            end = last if self.start is None or (self.part and start < last) else _later(start, USUAL_LENGTH)
        return (start, end) if start < end else None


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


def _rest_of(now: datetime) -> tuple[time, time] | None:
    """Return three hours from the next half hour on, as long as the evening allows; None late in the evening."""
    start = max(_later(now.time(), timedelta(minutes=30 - now.minute % 30)), USUAL_START)
    end = min(_later(start, timedelta(hours=3)), time(LATEST))
    return (start, end) if start < end else None
