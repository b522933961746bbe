"""Understand a search in words: « un endroit calme à Charleville jeudi de 9 h à 12 h pour 4 ».

French, Dutch and English are read at once, with the words of `vocabulary`. Each rule takes what it understands out of
the text; the words that are left and say something are returned as they were typed, so that the page can tell that they
filter nothing. So is what is not wanted (« pas à Chimay »), of which the search has no filter. A wish that makes no
sense (a day past, an end before the beginning, 500 people) becomes the fields as it was said: the form says what is
wrong with them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from difflib import get_close_matches
from functools import cached_property
from itertools import chain

from django.utils import timezone

from ....enums import ResourceKind
from . import vocabulary as words
from .days import DayReader
from .hours import USUAL_END, USUAL_START, HourReader, rest_of
from .patterns import LASTING, NO_PROPOSAL, NUMBERS, UNIT, any_of, may_be_excluded
from .spelling import WELL_SPELT
from .text import TAKEN, Text, as_typed, plain_text

#: A misspelt word is read as a known one that is so alike (0 to 1), if both have so many letters.
ALIKE, LEAST_LETTERS = 0.8, 5
#: In places: so many may be named, of which any would do.
MOST_PLACES = 5
#: Between the places in the field « where ».
COMMA = ", "


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
    """The fields of a search (`SearchForm`) that a sentence names, as strings, its features, the words left, and
    remarks on the day (`days.OTHER_WEEKDAY` and the others)."""

    fields: dict[str, str] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    by_week: bool = False
    unknown: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fields or self.features or self.by_week or self.remarks)


def understand(text: str, names: Names, *, now: datetime) -> Understood:
    """Read a sentence at the moment `now`. A misspelt word is tried once more as the known word most like it."""
    plain = plain_text(text)
    sentence = _Sentence(plain, names, now)
    mended = {word: near[0] for word in sentence.text.words_left if (near := _most_alike(word, names))}
    if mended:
        plain = " ".join(mended.get(word, word) for word in plain.split())
        sentence = _Sentence(plain, names, now)
    return Understood(
        fields=sentence.fields(),
        features=list(dict.fromkeys(sentence.features)),
        by_week=sentence.by_week,
        unknown=as_typed(sentence.text.words_left, sentence.text.unfiltered, text),
        remarks=sentence.remarks(),
    )


def parts_of_where(where: str) -> tuple[str, ...]:
    """Return the places that the field « where » names, each once: the parts between its commas and between words such
    as « ou »."""
    parts = re.split(rf"\s*[,;]\s*|\s+(?:{words.BETWEEN_PLACES})\s+", where, flags=re.IGNORECASE)
    return tuple(dict.fromkeys(part for part in map(str.strip, parts) if part))


def _without_commas(plain: str, names: Names) -> str:
    """Return the text with a word such as « ou » in the place of each comma between two places, and no other commas."""
    if named := [re.escape(name) for name in names.longest_first if name in plain]:
        place, joining = any_of(named), words.BETWEEN_PLACES.partition("|")[0]
        after = rf"(?=(?:(?:{words.BEFORE_ANOTHER_PLACE}) )?{place}(?!\w))"
        plain = re.sub(rf"(?<!\w)({place})(?: ,)+ {after}", rf"\1 {joining} ", plain)
    return " ".join(plain.replace(",", " ").split())


def _most_alike(word: str, names: Names) -> list[str]:
    if len(word) < LEAST_LETTERS or word in WELL_SPELT:
        return []
    return get_close_matches(word, names.known_words, 1, ALIKE)


class _Sentence:
    """One reading of a text. The rules stand in the order in which they take from it: what is surest, first."""

    def __init__(self, plain: str, names: Names, now: datetime) -> None:
        self.names = names
        self.text = Text(_without_commas(plain, names))
        self.now = timezone.localtime(now)
        self.days, self.hours = DayReader(self.text, self.now), HourReader(self.text)
        self.people: int | None = None
        self.side = self.kind = self.sort = ""
        self.features: list[str] = []
        self.called: list[str] = []
        for rule in (
            self._exclusions,
            self.days.read_dates,
            self._numbers,
            self._way,
            self.hours.read,
            self.days.read_days,
            self._group,
            self._amid,
            self._things,
            self._places,
        ):
            rule()

    # --- what filters nothing ---

    def _exclusions(self) -> None:
        """Take out what is not wanted, lest it be wanted: « pas à Chimay ». « Pas avant 10 h » says from when on."""
        self.text.take(words.AMID_TWO, self.text.set_aside)
        for phrases, opposite in ((words.NOT_BEFORE, words.FROM), (words.NOT_AFTER, words.UNTIL)):
            self.text.rewrite(rf"\b(?:{phrases})\b", opposite.partition("|")[0])
        if not re.search(rf"\b(?:{words.EXCEPT}|{words.WITHOUT})\b", self.text.rest):
            return
        known = any_of(self._known_phrases())
        between = rf"(?:(?:{words.AFTER_EXCLUDING}) )*"
        thing = rf"{between}(?:{known}|\w+)"
        for before, joining in ((words.EXCEPT, f"{words.NOR}|{words.AND}"), (words.WITHOUT, words.NOR)):
            further = rf"(?: (?:{joining}) {between}{known}(?!\w))*"
            excluded = rf"{NO_PROPOSAL}(?!(?:{words.NOT_EXCLUDING})\b)(?:{before}) {thing}(?!\w){further}"
            while self.text.take(excluded, self.text.set_aside):
                pass

    def _known_phrases(self) -> list[str]:
        """Return what the text may exclude, the longest first, so that « bureau privé » goes before « bureau »."""
        named = [name for name in (*self.names.places, *self.names.features) if name in self.text.rest]
        listed = [found[0] for found in may_be_excluded().finditer(self.text.rest)]
        return sorted(map(re.escape, [*named, *listed, TAKEN]), key=len, reverse=True)

    def _way(self) -> None:
        """Read « à moins de 30 minutes de Revin » as near Revin: the search has no filter for the time of the way."""
        called = any_of(re.escape(name) for name in self.names.longest_first if name in self.text.rest)
        to_there = rf"(?= (?:{words.FROM_A_PLACE}) {called}(?!\w))"
        way = rf"(?:(?:{words.WITHIN}) )?{LASTING}(?: (?:{words.A_WAY}))?"
        if self.text.take(rf"{way}{to_there}", self.text.set_aside):
            self.sort = "time"
        self.text.take(rf"(?:{words.AT_MOST}) {LASTING}", self.text.set_aside)

    # --- numbers ---

    def _numbers(self) -> None:
        """Write numbers as digits: « pour quatre ». « Onze » is eleven in French and « our » in Dutch."""
        for phrase in sorted(NUMBERS, key=len, reverse=True):
            before = r"(?<!\d )" if phrase in words.NOT_AFTER_A_DIGIT else ""
            self.text.rewrite(rf"\b{before}{phrase}\b(?! ?\d)", str(NUMBERS[phrase]))
        self.text.rewrite(rf"\b{words.ELEVEN}(?= (?:{words.PEOPLE}|{words.AFTER_ELEVEN})\b)", "11")
        self.text.rewrite(rf"\b(?:{words.HALF_AN_HOUR})\b", "30 min")
        half_before = rf"\b(?:{words.HALF_BEFORE}) (\d\d?)\b"
        self.text.rewrite(half_before, lambda found: f"{int(found[1]) - 1}h30")

    # --- for whom, what and where ---

    def _group(self) -> None:
        number = r"(?P<n>\d{1,3})"
        so_many = rf"(?:(?:{words.FOR_SO_MANY}) )?{number}"
        patterns = (
            rf"(?:(?:{words.FOR_SO_MANY}) )?(?P<n>\d{{1,6}}) (?:(?:{words.BEFORE_PEOPLE}) )?(?:{words.PEOPLE})",
            rf"{so_many}(?= (?:{words.SEATS})\b)",
            rf"(?:{words.GROUPS}) {number}",
            rf"(?:{words.FOR_A_NUMBER}) {number}(?! ?{UNIT})",
        )
        self.text.take(rf"(?:(?:{words.FOR}) )?\d{{1,3}} (?:{words.OR}) {number} (?:{words.PEOPLE})", self._so_many)
        self.text.take(rf"(?:{words.MEETING}) (?:{words.MEETING_OF}) {number}", self._meeting_of)
        if found := self.text.take(rf"(?:{words.WITH}) {number} (?:{words.COLLEAGUES})"):
            self._so_many(found, also=1)
        for pattern in patterns:
            if self.people is None:
                self.text.take(pattern, self._so_many)
        if self.people is None and self.text.take(words.ALONE):
            self.people = 1
        self.text.take(rf"(?:{words.AMONG}) (?:{words.COLLEAGUES})")

    def _meeting_of(self, found: re.Match[str]) -> None:
        self.kind = str(ResourceKind.MEETING_ROOM.value)
        self._so_many(found)

    def _so_many(self, found: re.Match[str], also: int = 0) -> None:
        self.people = int(found["n"]) + also

    def _things(self) -> None:
        # « Bureau fermé » before « ferme à clé », and that before the space that is called « La Ferme ».
        self._take_kind(ResourceKind.OFFICE)
        slugs = set(self.names.features.values())
        for slug, phrases in words.FEATURES.items():
            if slug in slugs:
                while self.text.take(any_of(phrases)):
                    self.features.append(slug)
        for called, slug in self.names.features.items():
            if self.text.take(re.escape(called)):
                self.features.append(slug)
        if self.text.take(words.NEAREST):
            self.sort = "time"
        # A place called « Coworking E420 » is looked for before a kind of place.
        self._take_place(least_words=2)
        for kind in words.KINDS:
            if not self.kind:
                self._take_kind(kind)
        for side, phrases in words.SIDES.items():
            if self.text.take(rf"(?:(?:{words.BEFORE_A_SIDE}) )?{any_of(phrases)}"):
                self.side = str(side.value)

    def _take_kind(self, kind: ResourceKind) -> None:
        for phrase in words.KINDS[kind]:
            if not self.kind and self.text.take(phrase):
                self.kind = str(kind.value)

    def _amid(self) -> None:
        """Read « entre Chimay et Couvin » as near either of them."""
        if named := [re.escape(name) for name in self.names.longest_first if name in self.text.rest]:
            place = rf"(?:(?:{words.BEFORE_ANOTHER_PLACE}) )?{any_of(named)}"
            if self.text.take(rf"(?:{words.AMID})(?= {place} (?:{words.BETWEEN_PLACES}) {place}(?!\w))"):
                self.sort = "time"

    def _places(self) -> None:
        self._take_place(least_words=1)

    def _take_place(self, least_words: int) -> None:
        for called in self.names.longest_first:
            if self.called or len(called.split()) < least_words:
                return
            pattern = rf"(?:(?P<near>{words.NEAR}) )?(?:(?:{words.BEFORE_A_PLACE}) )?{re.escape(called)}"
            if called in self.text.rest and (found := self.text.take(pattern)):
                self.called.append(called)
                self.sort = "time" if found["near"] else self.sort
                while len(self.where) < MOST_PLACES and self._take_another_place():
                    pass

    def _take_another_place(self) -> bool:
        """Take the next place that would do as well, beside « ou »: « Chimay ou Mariembourg »."""
        joined, at = f"(?:{words.BETWEEN_PLACES})", f"(?:{words.BEFORE_ANOTHER_PLACE})"
        before, beside = rf"(?:(?P<near>{words.NEAR}) )?(?:{at} )?", rf"(?: {at})?(?= +{re.escape(TAKEN.strip())})"
        named = [called for called in self.names.longest_first if called in self.text.rest]
        for pattern in (rf"{before}{{}} {joined}{beside}", rf"{joined} {before}{{}}"):
            for called in sorted(named, key=self.text.plain.find):
                if found := self.text.take(pattern.format(re.escape(called))):
                    self.called.append(called)
                    self.sort = "time" if found["near"] else self.sort
                    return True
        return False

    @property
    def where(self) -> list[str]:
        """The places that were named, in the order of the text."""
        in_order = sorted(self.called, key=self.text.plain.find)
        return list(dict.fromkeys(self.names.places[called] for called in in_order))

    # --- the fields ---

    @property
    def by_week(self) -> bool:
        return self.days.by_week

    @property
    def _stretch(self) -> tuple[time, time] | None:
        return self.hours.stretch(self.days.part)

    @property
    def _starts(self) -> time:
        return (self._stretch or (USUAL_START, USUAL_END))[0]

    def fields(self) -> dict[str, str]:
        """Return the fields that were named, as the form sends them."""
        day, hours = self.days.wished(self._starts), self._stretch
        if day == self.now.date() and not hours and not self.by_week:
            hours = rest_of(self.now)
        found = {
            "where": COMMA.join(place.replace(",", " ") for place in self.where),
            "side": self.side,
            "kind": self.kind,
            "people": "" if self.people is None else str(self.people),
            "day": f"{day:%Y-%m-%d}" if day else "",
            "start": f"{hours[0]:%H:%M}" if hours else "",
            "end": f"{hours[1]:%H:%M}" if hours else "",
            "sort": self.sort,
        }
        return {name: value for name, value in found.items() if value}

    def remarks(self) -> list[str]:
        return self.days.remarks(self._starts)
