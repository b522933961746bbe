"""The table of personal data: one line for each column that holds, or may hold, something of a person.

Each app declares its lines in its module `personal_data` and adds them in `AppConfig.ready`. A line says whose the rows
are and how they are found, what the export tells of them and what erasing does. The export, the erasure and
docs/privacy.md follow this table, and `tests/test_personal_data.py` fails for a column of text that has no line.

Beside the lines stand the ties: the columns by which a row refers to a person, and what merging two accounts of one
person does with each (`hacktiv.merging`). `tests/test_ties.py` fails for such a column without a tie.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import CASCADE, SET_NULL, F, Field, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import IRegex
from django.utils.functional import cached_property

#: A filter that finds nothing.
NOBODY = Q(pk__in=[])
#: In letters: shorter names stand in too many other words to be looked for.
SHORTEST_NAME = 3
#: In PostgreSQL's notation: an address is found whole, not as the end or the beginning of a longer one.
BEFORE_ADDRESS = "(^|[^[:alnum:]._%+-])"
WHITESPACE = "[[:space:]]+"
AFTER_ADDRESS = r"($|[^[:alnum:].-]|\.($|[^[:alnum:]]))"


class HeldAddress(NamedTuple):
    """An address in lower case that a person has, or had until they gave it up; somebody else had it before `since`."""

    address: str
    since: datetime | None = None
    until: datetime | None = None

    def had_at(self, moment: datetime) -> bool:
        """Return whether the person had the address at a moment."""
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)

    def of_their_time(self, *made: str, within: timedelta = timedelta()) -> Q:
        """Return the filter for the rows that are the person's by the columns that tell when a row was made, the
        earliest of them, or were made `within` so long after the address was given up."""
        found = Q()
        if self.until:
            found &= _any_before(made, self.until + within)
        if self.since:
            found &= ~_any_before(made, self.since + within)
        return found


def _any_before(columns: Iterable[str], moment: datetime) -> Q:
    found = NOBODY
    for column in columns:
        found |= Q(**{f"{column}__lt": moment})
    return found


@dataclass(frozen=True)
class Person:
    """A person whose rows are looked for: those of an account, and those under addresses that are known to be theirs.

    `held` are the addresses that they have, confirmed, and those that they had: of what was made under one, only what
    is of their time is theirs. `typed` were typed in for the account and never confirmed, so that guests' rows under
    them may be somebody else's. `names` are those under which words may speak of the person.
    """

    user: Any = None
    held: frozenset[HeldAddress] = frozenset()
    typed: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def addresses(self) -> frozenset[str]:
        """Return the addresses that the person has or had."""
        return frozenset(held.address for held in self.held)

    @property
    def present(self) -> frozenset[str]:
        """Return the addresses that the person has today."""
        return frozenset(held.address for held in self.held if held.until is None)

    def under(self, *names: str) -> "Person":
        """Return the same person with further names, without those that are too short to be looked for."""
        known = {" ".join(name.split()) for name in (*self.names, *names)}
        return replace(self, names=frozenset(n for n in known if len(n) >= SHORTEST_NAME))

    def mentioned_in(self, *columns: str, made: str = "", within: timedelta = timedelta()) -> Q:
        """Return the filter for rows in whose columns an address or a whole name of the person stands.

        `made` is the column that tells when a row was made: one with an address is the person's where it is of their
        time, or was made `within` so long after. Without one, any is."""
        found = NOBODY
        for held in sorted(self.held, key=str):
            of_their_time = held.of_their_time(made, within=within) if made else Q()
            found |= _stands_in(columns, _pattern_of(held.address)) & of_their_time
        for address in sorted(self.typed):
            found |= _stands_in(columns, _pattern_of(address))
        for name in sorted(self.names):
            found |= _stands_in(columns, rf"\m{WHITESPACE.join(map(re.escape, name.split()))}\M")
        return found


def _pattern_of(address: str) -> str:
    return BEFORE_ADDRESS + re.escape(address) + AFTER_ADDRESS


def _stands_in(columns: Iterable[str], pattern: str) -> Q:
    found = NOBODY
    for column in columns:
        found |= Q(IRegex(Cast(F(column), TextField()), pattern))
    return found


@dataclass(frozen=True)
class Found:
    """A way to find a person's rows: in words, and as a filter."""

    words: str
    filter: Callable[[Person], Q]

    def __or__(self, other: "Found") -> "Found":
        return Found(f"{self.words}, {other.words}", lambda person: self.filter(person) | other.filter(person))

    def which(self, words: str, condition: Q) -> "Found":
        """Keep those of the rows that meet a condition."""
        return Found(f"{self.words}, {words}", lambda person: self.filter(person) & condition)

    def __call__(self, person: Person) -> Q:
        return self.filter(person)


def of_account(path: str) -> Found:
    """Find the rows whose foreign key `path` is the person's account."""
    return Found("account", lambda person: Q(**{path: person.user}) if person.user else NOBODY)


def of_address(path: str, *made: str, within: timedelta = timedelta()) -> Found:
    """Find the rows whose column `path` holds one of the person's addresses, whatever the capitals, and which are of
    the time in which they had it.

    `made` are the columns that tell when a row was made, the earliest of them; `within` as in `of_their_time`."""

    def under_addresses(person: Person) -> Q:
        found = NOBODY
        for held in sorted(person.held, key=str):
            found |= Q(**{f"{path}__iexact": held.address}) & held.of_their_time(*made, within=within)
        return found

    return Found("address", under_addresses)


class Fate(Enum):
    """The end of a column of a person when they are erased."""

    DELETED = "row deleted"
    EMPTIED = "emptied"
    KEPT = "kept"
    BY_HAND = "by hand"
    NOTHING = "nothing of a person"


@dataclass(frozen=True)
class Line:
    """Columns of one model that are treated alike. A translated column is named once, without its language.

    `exported` names the part of the export that tells the columns. `why` says why they are kept, or why nobody is found
    by them. `empty` is the value, or the expression, that takes the place of an emptied one.
    """

    model: str
    columns: tuple[str, ...]
    fate: Fate
    found: Found | None = None
    exported: str = ""
    why: str = ""
    empty: Any = ""

    @cached_property
    def rows(self) -> QuerySet[Model]:
        return apps.get_model(self.model)._base_manager.all()

    def of(self, person: Person) -> QuerySet[Model]:
        """Return the person's rows."""
        return self.rows.filter(self.found(person)).order_by("pk") if self.found else self.rows.none()


def deleted(model: str, columns: str, *, found: Found, exported: str = "", why: str = "") -> Line:
    """Return a line of rows that are deleted with the person."""
    return Line(model, tuple(columns.split()), Fate.DELETED, found, exported, why)


def emptied(model: str, columns: str, *, found: Found, exported: str = "", why: str = "", empty: Any = "") -> Line:
    """Return a line of columns that are emptied; the rows stay, for figures and for what others need of them."""
    return Line(model, tuple(columns.split()), Fate.EMPTIED, found, exported, why, empty)


def kept(model: str, columns: str, *, why: str, found: Found | None = None, exported: str = "") -> Line:
    """Return a line of columns of a person that stay, with the reason and until when."""
    return Line(model, tuple(columns.split()), Fate.KEPT, found, exported, why)


def by_hand(model: str, columns: str, *, why: str) -> Line:
    """Return a line of words that may name a person and that nothing ties to them: `manage.py erase_person` tells
    where an address or a name stands in them, and staff corrects it."""
    return Line(model, tuple(columns.split()), Fate.BY_HAND, why=why)


def nothing(model: str, columns: str, *, why: str) -> Line:
    """Return a line of columns that hold nothing of a person, with the reason."""
    return Line(model, tuple(columns.split()), Fate.NOTHING, why=why)


class Merging(Enum):
    """The fates of a column that refers to the account that goes, when two accounts of one person are merged."""

    MOVED = "goes to the account that stays"
    JOINED = "goes to the account that stays; what both have becomes one"
    FILLED = "that of the account that stays, filled where it is empty"
    DROPPED = "deleted: what the account that stays has holds"
    EMPTIED = "link emptied"
    KEPT = "stays as it is"


@dataclass(frozen=True)
class Tie:
    """Columns by which the rows of one model refer to a person: an account, an address, a participant number, or a row
    that two accounts may both have. Columns that an account describes itself by have a tie too.

    `exported` names the part of the export that tells the rows; without one `why` says why they are not told."""

    model: str
    columns: tuple[str, ...]
    merging: Merging
    exported: str = ""
    why: str = ""

    @cached_property
    def rows(self) -> QuerySet[Model]:
        return apps.get_model(self.model)._base_manager.all()

    @cached_property
    def fields(self) -> "list[Field[Any, Any]]":
        return [self.rows.model._meta.get_field(column) for column in self.columns]  # type: ignore[misc]

    @property
    def erasing(self) -> str:
        """Return in words what erasing the person does with the columns: what the database says of them."""
        ends = {getattr(field.remote_field, "on_delete", None) for field in self.fields if field.remote_field}
        words = {CASCADE: "row deleted", SET_NULL: "link emptied"}
        return ", ".join(sorted(words[end] for end in ends)) if ends else "as its line says"


def tied(model: str, columns: str, merging: Merging, *, exported: str = "", why: str = "") -> Tie:
    """Return a tie of columns that are named in one string."""
    return Tie(model, tuple(columns.split()), merging, exported, why)


_lines: dict[str, list[Line]] = {}
_ties: dict[str, list[Tie]] = {}


def declare(app: str, *lines: Line, ties: Iterable[Tie] = ()) -> None:
    """Take the lines and the ties of an app into the table."""
    _lines[app] = list(lines)
    _ties[app] = list(ties)


def all_ties() -> Iterator[Tie]:
    """Return all ties, each app's together."""
    for ties in _ties.values():
        yield from ties


def table() -> Iterator[Line]:
    """Return all lines, each app's together."""
    for lines in _lines.values():
        yield from lines


def rows_of(model: type[Model], person: Person) -> QuerySet[Any]:
    """Return the rows of a model that the table says are the person's own: those that the export tells."""
    found = NOBODY
    for line in table():
        if line.model == model._meta.label and line.found and line.exported:
            found |= line.found(person)
    return model._default_manager.filter(found)


def stored_columns(model: type[Model], name: str) -> list[str]:
    """Return the columns of the database that hold a column of the table: of a translated one, one a language."""
    translated = [field.name for field in model._meta.concrete_fields if translated_name(field) == name != field.name]
    return translated or [name]


def translated_name(field: Any) -> str:
    """Return the name of a field without its language."""
    return getattr(field, "translated_field", field).name


def documented() -> str:
    """Return the table for docs/privacy.md, without the columns that hold nothing of a person."""
    rows = ["| columns | found by | export | erasing | why |", "|---|---|---|---|---|"]
    for line in table():
        if line.fate is Fate.NOTHING:
            continue
        by_words = "an address or a name in its words" if line.fate is Fate.BY_HAND else "–"
        words = line.found.words if line.found else by_words
        cells = [
            f"{line.model}: {', '.join(line.columns)}",
            words,
            line.exported or "–",
            line.fate.value,
            line.why or "–",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def documented_ties() -> str:
    """Return the table of ties for docs/privacy.md."""
    rows = ["| refers to a person by | export | erasing | merging | why |", "|---|---|---|---|---|"]
    for tie in all_ties():
        cells = [
            f"{tie.model}: {', '.join(tie.columns)}",
            tie.exported or "–",
            tie.erasing,
            tie.merging.value,
            tie.why or "–",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
