"""Understand a search in words: « un endroit calme à Charleville jeudi de 9 h à 12 h pour 4 ».

French, Dutch and English are read at once, with the words of `vocabulary`. Each rule takes what it understands out of
the text; the words that are left and say something are returned as they were typed, so that the page can tell that they
filter nothing. So is what is not wanted (« pas à Chimay »), of which the search has no filter. A wish that makes no
sense (a day past, an end before the beginning, 500 people) becomes the fields as it was said: the form says what is
wrong with them.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache, cached_property, partial
from itertools import chain, combinations

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
#: In days: a weekday with the number of a day (« vendredi 8 ») is looked for so far ahead, if the next one disagrees.
NUMBERED_WITHIN = 92
#: In places: so many may be named, of which any would do.
MOST_PLACES = 5
#: Between the places in the field « where ».
COMMA = ", "
#: `Understood.remarks`: the weekday and the date disagree, the week that is named is over, of the month that is named
#: only the beginning is read, and there is no such date.
OTHER_WEEKDAY, WEEK_OVER, WHOLE_MONTH, NO_SUCH_DAY = "weekday", "week", "month", "no-day"


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
    remarks on the day (`OTHER_WEEKDAY` and the others)."""

    fields: dict[str, str] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    by_week: bool = False
    unknown: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fields or self.features or self.by_week or self.remarks)


def understand(text: str, names: Names, *, now: datetime) -> Understood:
    """Read a sentence at the moment `now`. A misspelt word is tried once more as the known word most like it."""
    plain = _plain(text)
    sentence = _Sentence(plain, names, now)
    mended = {word: near[0] for word in sentence.left if (near := _most_alike(word, names))}
    if mended:
        plain = " ".join(mended.get(word, word) for word in plain.split())
        sentence = _Sentence(plain, names, now)
    return Understood(
        fields=sentence.fields(),
        features=list(dict.fromkeys(sentence.features)),
        by_week=sentence.by_week,
        unknown=_as_typed(sentence.left, sentence.unfiltered, text),
        remarks=sentence.remarks(),
    )


def parts_of_where(where: str) -> tuple[str, ...]:
    """Return the places that the field « where » names, each once: the parts between its commas and between words such
    as « ou »."""
    parts = re.split(rf"\s*[,;]\s*|\s+(?:{words.BETWEEN_PLACES})\s+", where, flags=re.IGNORECASE)
    return tuple(dict.fromkeys(part for part in map(str.strip, parts) if part))


def _plain(text: str) -> str:
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


def _without_commas(plain: str, names: Names) -> str:
    """Return the text with a word such as « ou » in the place of each comma between two places, and no other commas."""
    if named := [re.escape(name) for name in names.longest_first if name in plain]:
        place, joining = _any(named), words.BETWEEN_PLACES.partition("|")[0]
        after = rf"(?=(?:(?:{words.BEFORE_ANOTHER_PLACE}) )?{place}(?!\w))"
        plain = re.sub(rf"(?<!\w)({place})(?: ,)+ {after}", rf"\1 {joining} ", plain)
    return " ".join(plain.replace(",", " ").split())


def _as_typed(left: list[str], phrases: list[str], text: str) -> list[str]:
    """Return the words that are left, and the phrases that filter nothing, as they were typed and in that order; words
    that a hyphen joins stay together."""
    typed = [(word, _plain(word[0]).split()) for word in re.finditer(r"[^\W_][\w.:/-]*", text)]
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


def _most_alike(word: str, names: Names) -> list[str]:
    if len(word) < LEAST_LETTERS or word in words.WELL_SPELT:
        return []
    return get_close_matches(word, names.known_words, 1, ALIKE)


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
_PAST = _numbered(words.PAST_DAYS)
_MONTH_DAY = rf"\d\d?(?:{words.ORDINALS})?(?: (?:{words.BEFORE_A_MONTH}))? {_MONTH}"
_DAY = rf"{_any((_WEEKDAY, _any(_RELATIVE)))}s?(?: {_MONTH_DAY})?(?: (?:{words.BEFORE_A_PART})?{_PART})?"
_LASTING = (
    rf"(?:\d{{1,3}} ?(?:{words.HOURS_LONG}|{words.MINUTES_LONG}|{words.HOURS_LONG_AFTER})\b(?: ?\d\d)?|{words.AN_HOUR})"
)
_NO_PROPOSAL = "".join(f"(?<!{letters})" for letters in words.BEFORE_A_PROPOSAL)
_NO_OTHER_NOON = "".join(f"(?<!{letters})" for letters in words.BEFORE_ANOTHER_NOON)
_NOT_PEOPLE = rf"(?!\s*(?:{words.PEOPLE}|{words.SEATS}|{words.COLLEAGUES})\b)"


@cache
def _may_be_excluded() -> re.Pattern[str]:
    """Return the pattern of the words that are no names, compiled once, as there are many."""
    phrases = chain(*words.FEATURES.values(), *words.KINDS.values(), *words.SIDES.values(), _PARTS)
    listed = sorted([*phrases, _DAY, _MONTH_DAY], key=len, reverse=True)
    return re.compile(rf"(?<!\w){_any(listed)}(?!\w)")


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
        self.plain, self.names = _without_commas(plain, names), names
        self.text = f" {self.plain} "
        self.now = timezone.localtime(now)
        self.today = self.now.date()
        self.day: date | None = None
        self.weekday: int | None = None
        self.is_next = self.is_this_week = self.is_month = self.by_week = self.is_no_day = False
        self.part: tuple[time, time] | None = None
        self.start: time | None = None
        self.end: time | None = None
        self.length: timedelta | None = None
        self.people: int | None = None
        self.side = self.kind = self.sort = ""
        self.features: list[str] = []
        self.called: list[str] = []
        self.unfiltered: list[str] = []
        for rule in (
            self._exclusions,
            self._dates,
            self._numbers,
            self._way,
            self._hours,
            self._days,
            self._group,
            self._amid,
            self._things,
            self._places,
        ):
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

    # --- what filters nothing ---

    def _exclusions(self) -> None:
        """Take out what is not wanted, lest it be wanted: « pas à Chimay ». « Pas avant 10 h » says from when on."""
        self._take(words.AMID_TWO, self._is_unfiltered)
        for phrases, opposite in ((words.NOT_BEFORE, words.FROM), (words.NOT_AFTER, words.UNTIL)):
            self.text = re.sub(rf"\b(?:{phrases})\b", opposite.partition("|")[0], self.text)
        if not re.search(rf"\b(?:{words.EXCEPT}|{words.WITHOUT})\b", self.text):
            return
        known = _any(self._known_phrases())
        between = rf"(?:(?:{words.AFTER_EXCLUDING}) )*"
        thing = rf"{between}(?:{known}|\w+)"
        for before, joining in ((words.EXCEPT, f"{words.NOR}|{words.AND}"), (words.WITHOUT, words.NOR)):
            further = rf"(?: (?:{joining}) {between}{known}(?!\w))*"
            excluded = rf"{_NO_PROPOSAL}(?!(?:{words.NOT_EXCLUDING})\b)(?:{before}) {thing}(?!\w){further}"
            while self._take(excluded, self._is_unfiltered):
                pass

    def _known_phrases(self) -> list[str]:
        """Return what the text may exclude, the longest first, so that « bureau privé » goes before « bureau »."""
        named = [name for name in (*self.names.places, *self.names.features) if name in self.text]
        listed = [found[0] for found in _may_be_excluded().finditer(self.text)]
        return sorted(map(re.escape, [*named, *listed, TAKEN]), key=len, reverse=True)

    def _is_unfiltered(self, found: re.Match[str]) -> None:
        self.unfiltered.append(found[0].strip())

    def _way(self) -> None:
        """Read « à moins de 30 minutes de Revin » as near Revin: the search has no filter for the time of the way."""
        called = _any(re.escape(name) for name in self.names.longest_first if name in self.text)
        to_there = rf"(?= (?:{words.FROM_A_PLACE}) {called}(?!\w))"
        way = rf"(?:(?:{words.WITHIN}) )?{_LASTING}(?: (?:{words.A_WAY}))?"
        if self._take(rf"{way}{to_there}", self._is_unfiltered):
            self.sort = "time"
        self._take(rf"(?:{words.AT_MOST}) {_LASTING}", self._is_unfiltered)

    # --- days ---

    def _dates(self) -> None:
        before, ordinal = rf"(?:(?:{words.BEFORE_A_DATE}) )?", rf"(?:{words.ORDINALS})?"
        year = r"(?: (?P<y>20\d\d))?"
        weekday = rf"{before}(?:(?P<w>{_WEEKDAY}) )?{before}"
        self._take(rf"{weekday}(?P<d>\d\d?)/(?P<m>\d\d?)(?:/(?P<y>\d{{2,4}}))?", self._on_date)
        of = rf"(?: (?:{words.BEFORE_A_MONTH}))?"
        if self._has_no_date:
            self._take(rf"{weekday}(?P<d>\d\d?){ordinal}{of} (?P<m>{_MONTH}){year}", self._on_date)
        if self._has_no_date:
            month_first = rf"{weekday}(?P<m>{_MONTH}) (?:(?:{words.BEFORE_AN_ORDINAL}) )?(?P<d>\d\d?){ordinal}{year}"
            self._take(rf"{month_first}(?! ?{_UNIT}|:)", self._on_date)
        no_hour = rf"(?!\s?{_UNIT}|[:./]| ?(?:am|pm)"
        if self._has_no_date:
            alone = rf"(?:(?P<w>{_WEEKDAY}) )?(?:{words.BEFORE_A_NUMBER}) (?P<d>\d\d?){ordinal}{no_hour})"
            self._take(alone, self._on_day_of_month)
        if self._has_no_date:
            self._take(rf"(?P<w>{_WEEKDAY}) (?P<d>\d\d?){no_hour}| (?:{words.RANGE}|-) )", self._on_day_of_month)

    @property
    def _has_no_date(self) -> bool:
        return self.day is None and not self.is_no_day

    def _on_date(self, found: re.Match[str]) -> bool:
        month = found["m"]
        self.weekday = _WEEKDAYS[found["w"]] if found["w"] else None
        number = int(month) if month.isdecimal() else _MONTHS[month]
        if not (1 <= number <= 12 and 1 <= int(found["d"]) <= 31):
            self.weekday = None
            return False
        if not self._set_day(found["d"], number, found["y"]):
            self.is_no_day, self.weekday = True, None
            self._is_unfiltered(found)
        return True

    def _set_day(self, day: str, month: int, year: str | None) -> bool:
        """Set a day, if there is one of that number; without its year the next one of that date, unless the weekday
        says that it is past."""
        given = int(year) + (2000 if int(year) < 100 else 0) if year else None
        for each in [given] if given else [self.today.year, self.today.year + 1]:
            if int(day) <= monthrange(each, month)[1]:
                found = date(each, month, int(day))
                if given or found >= self.today or found.weekday() == self.weekday:
                    self.day = found
                    return True
        return False

    def _on_day_of_month(self, found: re.Match[str]) -> bool:
        """Set the next day of this number, of this month or the first later month that has it. With a weekday, the
        next one that falls on it (« vendredi 8 »), unless that is further than `NUMBERED_WITHIN`."""
        days = [self.today + timedelta(days=away) for away in range(NUMBERED_WITHIN)]
        numbered = [day for day in days if day.day == int(found["d"])]
        self.weekday = _WEEKDAYS[found["w"]] if numbered and found["w"] else None
        agreeing = [day for day in numbered if self.weekday in {None, day.weekday()}]
        self.day = next(iter(agreeing or numbered), None)
        return self.day is not None

    def _days(self) -> None:
        for joined, part in words.JOINED_PARTS.items():
            if found := self._take(rf"(?P<w>{_WEEKDAY}|{words.JOINED_DAYS}){joined}"):
                self._on(found["w"], part)
        for phrase, part in words.TODAYS_PARTS.items():
            if self._take(phrase):
                self.part = _PARTS[part]
                self._in_days(0)
        many = rf"(?P<n>\d\d?) (?:(?P<days>{words.DAYS})|{words.WEEKS})"
        for phrase, away in _RELATIVE.items():
            self._take(rf"{phrase} (?:{words.IN_SO_MANY}) {many}", partial(self._in_so_many, after=away))
            self._take(rf"{phrase} (?:{words.A_WEEK_LATER}|{words.WEEK_AFTER_A_DAY})", partial(self._after, away + 7))
            self._take(rf"{phrase} (?:{words.TWO_WEEKS_LATER})", partial(self._after, away + 14))
        later: dict[str, Callable[[re.Match[str]], None]] = {
            words.OF_NEXT_WEEK: self._on_weekday_of_next_week,
            words.A_WEEK_LATER: partial(self._on_weekday_later, weeks=1),
            words.TWO_WEEKS_LATER: partial(self._on_weekday_later, weeks=2),
        }
        for phrases, use in later.items():
            self._take(rf"(?P<w>{_WEEKDAY}) (?:{phrases})|(?:{phrases}) (?P<v>{_WEEKDAY})", use)
        self._past_days()
        weekday = rf"(?:(?P<v>{words.NEXT}) )?(?P<w>{_WEEKDAY})s?(?P<n> (?:{words.NEXT_AFTER}))?"
        self._take(rf"(?:(?:{words.BEFORE_A_WEEKDAY}) )?{weekday}", self._on_weekday)
        for phrase, away in _RELATIVE.items():
            if self.day is None and self.weekday is None and self._take(phrase):
                self._in_days(away)
        self._take(rf"(?:{words.IN_SO_MANY}) {many}", self._in_so_many)
        self._take(rf"(?:{words.IN_SO_MANY}) (?:(?P<n>\d\d?)|{words.A_MONTH}) (?:{words.MONTHS_LONG})", self._in_months)
        if self._take(words.IN_A_WEEK):
            self._in_weeks(1)
        if self._take(words.IN_A_FORTNIGHT):
            self._in_weeks(2)
        before = rf"(?:(?:{words.BEFORE_A_WEEKEND}) )?(?:(?:{words.NEXT_WEEKEND}) )?"
        self._take(rf"{before}(?:{words.WEEKEND})", self._on_saturday)
        self._whole_month()
        if self._take(rf"(?:(?:{words.BEFORE_A_WEEK}) )?(?:{words.NEXT_WEEK})"):
            self._in_week(1)
        if self._take(words.THIS_WEEK):
            self._in_week(0)
        self._take(rf"(?:{words.BEFORE_A_PART})?(?P<p>{_PART})", self._in_part)

    def _past_days(self) -> None:
        """Set a day that is past: the form says so. « Hier » is "here" in Dutch."""
        for phrase, away in _PAST.items():
            is_here = phrase == words.HERE_IN_DUTCH and re.search(rf"\b(?:{words.DUTCH})\b", self.plain)
            if not is_here and self._take(phrase):
                self._in_days(away)
        self._take(rf"(?:{words.LAST}) (?P<w>{_WEEKDAY})|(?P<v>{_WEEKDAY}) (?:{words.LAST_AFTER})", self._on_last)
        if self._take(words.LAST_WEEK):
            self._in_week(-1)
        many = rf"(?P<n>\d\d?) (?:(?P<days>{words.DAYS})|{words.WEEKS})"
        self._take(rf"(?:{words.AGO_BEFORE}) {many}", self._so_many_ago)
        self._take(rf"{many} (?:{words.AGO_AFTER})", self._so_many_ago)

    def _on_last(self, found: re.Match[str]) -> None:
        self.weekday = _WEEKDAYS[found["w"] or found["v"]]
        self._in_days(-((self.today.weekday() - self.weekday - 1) % 7 + 1))

    def _so_many_ago(self, found: re.Match[str]) -> None:
        self._in_days(-int(found["n"]) * (1 if found["days"] else 7))

    def _on(self, day: str, part: str) -> None:
        self.part = _PARTS[part]
        if day in _WEEKDAYS:
            self.weekday = _WEEKDAYS[day]
        else:
            self._in_days(_RELATIVE[day])

    def _on_weekday_of_next_week(self, found: re.Match[str]) -> None:
        self.weekday = _WEEKDAYS[found["w"] or found["v"]]
        self._in_days(7 - self.today.weekday() + self.weekday)

    def _on_weekday_later(self, found: re.Match[str], weeks: int) -> None:
        self.weekday = _WEEKDAYS[found["w"] or found["v"]]
        self._in_weeks(weeks)

    def _on_weekday(self, found: re.Match[str]) -> bool:
        """Set the weekday; a second one beside a day that has its own is left."""
        if self.day is not None and self.weekday is not None:
            return False
        self.weekday = _WEEKDAYS[found["w"]]
        self.is_next = bool(found["n"] or found["v"])
        return True

    def _in_so_many(self, found: re.Match[str], *, after: int = 0) -> None:
        """Set the day so many days or weeks from today, or from `after` days later."""
        number = int(found["n"])
        weeks = words.DAYS_THAT_ARE_WEEKS.get(number) if found["days"] else number
        if after or not weeks or (self.weekday is None and found["days"]):
            self._in_days(after + number * (1 if found["days"] else 7))
        else:
            self._in_weeks(weeks)

    def _after(self, away: int, _found: re.Match[str]) -> None:
        self._in_days(away)

    def _in_months(self, found: re.Match[str]) -> None:
        """Set the same day so many months later, or the last one of a shorter month."""
        months = self.today.month - 1 + int(found["n"] or 1)
        year, month = self.today.year + months // 12, months % 12 + 1
        last = min(self.today.day, monthrange(year, month)[1])
        self._in_days((date(year, month, last) - self.today).days)

    def _whole_month(self) -> None:
        for away, phrases in ((1, words.NEXT_MONTH), (0, words.THIS_MONTH)):
            if self._take(rf"(?:(?:{words.BEFORE_THE_MONTH}) )?(?:{phrases})"):
                self._from_beginning_of(away)
        if found := self._take(rf"(?:{words.BEFORE_A_WHOLE_MONTH}) (?P<m>{_MONTH})"):
            self._from_beginning_of((_MONTHS[found["m"]] - self.today.month) % 12)

    def _from_beginning_of(self, away: int) -> None:
        """Set the first weekday that is named, or a day of the first whole week, of the month so many months from this
        one, and of this month what is left. The number of a day that was named is one of that month."""
        years, month = divmod(self.today.month - 1 + away, 12)
        year, month = self.today.year + years, month + 1
        if self.day is not None:
            if self.weekday is None and self.day.day <= monthrange(year, month)[1]:
                self.day = date(year, month, self.day.day)
            return
        first = max(date(year, month, 1), self.today)
        sought = range(3 if away else 5) if self.weekday is None else [self.weekday]
        self.day = next(day for day in (first + timedelta(days=n) for n in range(7)) if day.weekday() in sought)
        self.by_week = self.weekday is None
        self.is_month = True

    def _in_weeks(self, weeks: int) -> None:
        """Set the day so many weeks after the coming weekday that is named, or after today: « jeudi dans 15 jours »."""
        coming = 0 if self.weekday is None else (self.weekday - self.today.weekday()) % 7
        self._in_days(coming + 7 * weeks)

    def _in_days(self, away: int) -> None:
        self.day = self.day or self.today + timedelta(days=away)

    def _on_saturday(self, _found: re.Match[str]) -> None:
        is_sunday = self.weekday == 6
        self._in_days((5 - self.today.weekday()) % 7 + is_sunday)

    def _in_week(self, weeks: int) -> None:
        """Search by week: the one of the day that is named, or so many weeks from this one."""
        self.by_week = True
        if weeks or self.weekday is not None:
            self._in_days(7 * weeks - self.today.weekday() + (self.weekday or 0))
        else:
            self.is_this_week = True

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
        whole = rf"(?P<between>(?:{words.BETWEEN}) )?{first} ?(?:{words.TO}) ?{second}{_NOT_PEOPLE}"
        if self._take(whole, self._from_to):
            self._take_length()
            return
        if self._take(rf"(?:(?:{words.BETWEEN}) )?{_an_hour('a')} ?/? ?{_an_hour('b')}", self._side_by_side):
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

    # --- for whom, what and where ---

    def _group(self) -> None:
        number = r"(?P<n>\d{1,3})"
        so_many = rf"(?:(?:{words.FOR_SO_MANY}) )?{number}"
        patterns = (
            rf"(?:(?:{words.FOR_SO_MANY}) )?(?P<n>\d{{1,6}}) (?:(?:{words.BEFORE_PEOPLE}) )?(?:{words.PEOPLE})",
            rf"{so_many}(?= (?:{words.SEATS})\b)",
            rf"(?:{words.GROUPS}) {number}",
            rf"(?:{words.FOR_A_NUMBER}) {number}",
        )
        self._take(rf"(?:(?:{words.FOR}) )?\d{{1,3}} (?:{words.OR}) {number} (?:{words.PEOPLE})", self._so_many)
        self._take(rf"(?:{words.MEETING}) (?:{words.MEETING_OF}) {number}", self._meeting_of)
        if found := self._take(rf"(?:{words.WITH}) {number} (?:{words.COLLEAGUES})"):
            self._so_many(found, also=1)
        for pattern in patterns:
            if self.people is None:
                self._take(pattern, self._so_many)
        if self.people is None and self._take(words.ALONE):
            self.people = 1
        self._take(rf"(?:{words.AMONG}) (?:{words.COLLEAGUES})")

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

    def _amid(self) -> None:
        """Read « entre Chimay et Couvin » as near either of them."""
        if named := [re.escape(name) for name in self.names.longest_first if name in self.text]:
            place = rf"(?:(?:{words.BEFORE_ANOTHER_PLACE}) )?{_any(named)}"
            if self._take(rf"(?:{words.AMID})(?= {place} (?:{words.BETWEEN_PLACES}) {place}(?!\w))"):
                self.sort = "time"

    def _places(self) -> None:
        self._take_place(least_words=1)

    def _take_place(self, least_words: int) -> None:
        for called in self.names.longest_first:
            if self.called or len(called.split()) < least_words:
                return
            pattern = rf"(?:(?P<near>{words.NEAR}) )?(?:(?:{words.BEFORE_A_PLACE}) )?{re.escape(called)}"
            if called in self.text and (found := self._take(pattern)):
                self.called.append(called)
                self.sort = "time" if found["near"] else self.sort
                while len(self.where) < MOST_PLACES and self._take_another_place():
                    pass

    def _take_another_place(self) -> bool:
        """Take the next place that would do as well, beside « ou »: « Chimay ou Mariembourg »."""
        joined, at = f"(?:{words.BETWEEN_PLACES})", f"(?:{words.BEFORE_ANOTHER_PLACE})"
        before, beside = rf"(?:(?P<near>{words.NEAR}) )?(?:{at} )?", rf"(?: {at})?(?= +{re.escape(TAKEN.strip())})"
        named = [called for called in self.names.longest_first if called in self.text]
        for pattern in (rf"{before}{{}} {joined}{beside}", rf"{joined} {before}{{}}"):
            for called in sorted(named, key=self.plain.find):
                if found := self._take(pattern.format(re.escape(called))):
                    self.called.append(called)
                    self.sort = "time" if found["near"] else self.sort
                    return True
        return False

    @property
    def where(self) -> list[str]:
        """The places that were named, in the order of the text."""
        in_order = sorted(self.called, key=self.plain.find)
        return list(dict.fromkeys(self.names.places[called] for called in in_order))

    # --- the fields ---

    def fields(self) -> dict[str, str]:
        """Return the fields that were named, as the form sends them."""
        day, hours = self._day(), self._stretch()
        if day == self.today and not hours and not self.by_week:
            hours = _rest_of(self.now)
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
        """Return what to say of the day that was read."""
        disagrees = self.day is not None and self.weekday not in {None, self.day.weekday()}
        over = self.is_this_week and self.day is None and self._week_is_over
        found = {OTHER_WEEKDAY: disagrees, WEEK_OVER: over, WHOLE_MONTH: self.is_month, NO_SUCH_DAY: self.is_no_day}
        return [remark for remark, is_said in found.items() if is_said]

    @property
    def _week_is_over(self) -> bool:
        start, _end = self._stretch() or (USUAL_START, USUAL_END)
        return self.today.weekday() == 6 and start <= self.now.time()

    def _day(self) -> date | None:
        if self.day is None and self.is_this_week:
            return self.today + timedelta(days=self._week_is_over)
        if self.day is not None or self.weekday is None:
            return self.day
        away = (self.weekday - self.today.weekday()) % 7
        hours = self._stretch() or (USUAL_START, USUAL_END)
        if away == 0 and (self.is_next or hours[0] <= self.now.time()):
            away = 7
        return self.today + timedelta(days=away)

    def _stretch(self) -> tuple[time, time] | None:
        """Return the wished hours, as they were said even where the end comes first; the others follow from the part
        of the day, and from the length."""
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
        return (start, end) if start < end or (self.start and self.end) else None


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


def _rest_of(now: datetime) -> tuple[time, time] | None:
    """Return three hours from the next half hour on, as long as the evening allows; None late in the evening."""
    start = max(_later(now.time(), timedelta(minutes=30 - now.minute % 30)), USUAL_START)
    end = min(_later(start, timedelta(hours=3)), time(LATEST))
    return (start, end) if start < end else None
