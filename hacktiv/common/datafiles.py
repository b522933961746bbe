"""Read TOML files that people correct by hand into dataclasses, and say precisely what is wrong in them.

The dataclass is the form of the file: a field without a default must be there, and a key without a field is refused.
Texts stand in each of the languages that the file names at its head (`languages = ["fr", "nl"]`), or once where they
read the same in all of them. A form that fills rows of a model (`fills`) takes its limits from the fields of the model.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, NewType, TypeVar, get_args, get_origin, get_type_hints

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import translation

from .bounds import Bounds
from .languages import column

T = TypeVar("T")

#: The default of a field that a file may leave out: nothing is said of it.
LEFT_OUT: Any = object()
#: What a file writes where the answer is that there is none.
NONE = "none"
#: A name in an address: letters, digits and hyphens.
Slug = NewType("Slug", str)

_SLUG = re.compile("[a-z0-9]+(-[a-z0-9]+)*", re.IGNORECASE | re.ASCII)
#: The whole numbers that a column of the database holds.
_WHOLE_NUMBERS = range(-(2**31), 2**31)
#: The years in which a day of a file can lie.
_YEARS = range(1800, 2200)
#: By form: the fields of models that each key fills.
_FILLED: dict[type, dict[str, list[models.Field[Any, Any]]]] = {}


class DataFileError(Exception):
    """A data file that cannot be loaded. The message names the file, the table and the key, for who corrects it."""


def fills(model: type[models.Model], without: tuple[str, ...] = (), **columns: str) -> Callable[[type[T]], type[T]]:
    """Mark a form whose values fill rows of this model: each key the field of its name.

    `columns` are the keys with a field of another name; the keys in `without` fill none as they are written.
    """

    def mark(form: type[T]) -> type[T]:
        filled = _FILLED.setdefault(form, {})
        for key in fields(form):
            if key.name in columns:
                filled.setdefault(key.name, []).append(model._meta.get_field(columns[key.name]))
            elif key.name not in (*filled, *without) and (found := _field_or_none(model, key.name)):
                filled[key.name] = [found]
        return form

    return mark


class Text(dict[str, str]):
    """One text by language code."""

    def columns(self, field: str) -> dict[str, str]:
        """Return the text as the columns of a translated field, one for each language"""
        return {column(field, language): text for language, text in self.items()}


@dataclass(frozen=True)
class OneOf:
    """In an annotation: the value is one of the names of this kind, given to `read`, such as the slug of a space."""

    kind: str


@dataclass(frozen=True)
class _Place:
    """The place of a value in a file."""

    file: str
    table: str = ""
    key: str = ""

    def inside(self, key: str) -> _Place:
        return _Place(self.file, self.table, f"{self.key}.{key}" if self.key else key)

    def in_table(self, name: str) -> _Place:
        return _Place(self.file, f"{self.table}, {name}" if self.table else name)

    def error(self, problem: str) -> DataFileError:
        return DataFileError(": ".join(filter(None, [self.file, self.table, self.key, problem])))


@dataclass(frozen=True)
class _Reader:
    languages: tuple[str, ...]
    names: Mapping[str, Collection[str]]

    def value(self, kind: Any, found: Any, place: _Place) -> Any:
        """Return what was found as the kind of the annotation. Raises DataFileError."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._named(arguments[1], self.value(arguments[0], found, place), place)
        if origin is UnionType:
            return None if found == NONE else self.value(arguments[0], found, place)
        if origin is tuple:
            return self._list(arguments[0], found, place)
        if kind is Text:
            return self._text(found, place)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self._choice(kind, found, place)
        if is_dataclass(kind) and kind is not Bounds:
            return self.table(kind, found, place)
        return _PLAIN[kind](found, place)

    def table(self, form: Any, found: Any, place: _Place) -> Any:
        """Return a table as the dataclass that is its form."""
        if not isinstance(found, dict):
            raise place.error("must be a table")
        kinds = get_type_hints(form, include_extras=True)
        known = {field.name: field for field in fields(form)}
        for key in found:
            if key not in known:
                raise place.error(f"unknown key “{key}”{_or_rather(key, known)}")
        values = {}
        for name, field in known.items():
            if name in found:
                values[name] = self._field(kinds[name], found[name], name, place)
            elif _is_required(field):
                raise place.error(f"the key “{name}” is missing")
        for name, value in values.items():
            for column_filled in _FILLED.get(form, {}).get(name, ()):
                _refuse_what_does_not_fit(column_filled, value, place.inside(name))
        try:
            return form(**values)
        except ValueError as error:
            raise place.error(str(error)) from error

    def _field(self, kind: Any, found: Any, name: str, place: _Place) -> Any:
        """A table and a list of tables become part of the place; any other key is the key itself."""
        if get_origin(kind) is tuple and is_dataclass(get_args(kind)[0]):
            if not isinstance(found, list):
                raise place.inside(name).error(f"must be tables under [[{name}]]")
            (form, *_rest) = get_args(kind)
            return tuple(
                self.table(form, row, place.in_table(_row_name(name, number, row)))
                for number, row in enumerate(found, start=1)
            )
        if is_dataclass(kind) and kind is not Bounds:
            return self.table(kind, found, place.in_table(f"[{name}]"))
        return self.value(kind, found, place.inside(name))

    def _named(self, marker: OneOf, value: str, place: _Place) -> str:
        if value not in self.names[marker.kind]:
            raise place.error(f"there is no {marker.kind} “{value}”{_or_rather(value, self.names[marker.kind])}")
        return value

    def _list(self, kind: Any, found: Any, place: _Place) -> tuple[Any, ...]:
        if not isinstance(found, list):
            raise place.error("must be a list, between [ and ]")
        return tuple(
            self.value(kind, value, _Place(place.file, place.table, f"{place.key} no. {number}"))
            for number, value in enumerate(found, start=1)
        )

    def _text(self, found: Any, place: _Place) -> Text:
        if not self.languages:
            raise place.error("the head of the file must name the languages of its texts")
        if isinstance(found, str):
            return Text(dict.fromkeys(self.languages, _string(found, place)))
        if not isinstance(found, dict):
            raise place.error("must be a text in each language")
        for language in found:
            if language not in self.languages:
                raise place.error(f"unknown language “{language}”; the file names {', '.join(self.languages)}")
        for language in self.languages:
            if language not in found:
                raise place.error(f"the text in the language “{language}” is missing")
        return Text((language, _string(found[language], place.inside(language))) for language in self.languages)

    def _choice(self, kind: type[Enum], found: Any, place: _Place) -> Any:
        values = [member.value for member in kind]
        if found not in values:
            raise place.error(f"“{found}” is none of {', '.join(map(str, values))}")
        return kind(found)


def read(path: Path, form: type[T], names: Mapping[str, Collection[str]] | None = None) -> T:
    """Read a file into the dataclass `form`; `names` are those that its `OneOf` fields may use, by kind.

    Raises DataFileError for whatever the form does not allow.
    """
    place = _Place(str(path.relative_to(settings.BASE_DIR)) if path.is_relative_to(settings.BASE_DIR) else str(path))
    text = _decoded(path.read_bytes(), place)
    try:
        found = tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:
        line = re.search(r"line (\d+)", str(error))
        raise _at_line(int(line[1]) if line else 0, text, place).error(str(error)) from error
    languages = _Reader((), {}).value(tuple[str, ...], found.pop("languages", []), place.inside("languages"))
    for language in languages:
        if language not in dict(settings.LANGUAGES):
            raise place.inside("languages").error(f"the platform does not speak “{language}”")
    return _Reader(languages, names or {}).table(form, found, place)


def refuse_doubles(rows: Iterable[Any], key: str) -> None:
    """Raise ValueError where two of these tables say the same of this key."""
    seen = set()
    for row in rows:
        value = getattr(row, key)
        if value in seen:
            raise ValueError(f"two tables have the {key} “{value}”")
        seen.add(value)


def _decoded(content: bytes, place: _Place) -> str:
    """Return the text of a file in UTF-8, with or without the mark that some editors put at its head."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        where = _at_line(number, error.object.decode("utf-8", "replace"), place)
        raise where.error(f"line {number} is not in UTF-8; save the file in this encoding") from error


def _at_line(number: int, text: str, place: _Place) -> _Place:
    """Return the table and the key of a line."""
    before = text.split("\n")[:number]
    table = next((row.strip() for row in reversed(before) if row.startswith("[")), "")
    key = before[-1].partition("=")[0].strip() if before and "=" in before[-1] else ""
    return _Place(place.file, table, key)


def _field_or_none(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    """Return the field that holds plain values under this name, or None."""
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return None if found.is_relation or not isinstance(found, models.Field) else found


def _refuse_what_does_not_fit(field: models.Field[Any, Any], value: Any, place: _Place) -> None:
    """Raise DataFileError where the field of the model does not take the value."""
    if value is LEFT_OUT or isinstance(value, tuple):
        return
    if isinstance(value, Text):
        for language, text in value.items():
            _refuse_what_does_not_fit(field, text, place.inside(language))
        return
    for part in (value.floor, value.upper) if isinstance(value, Bounds) else (value,):
        if part is None:
            continue
        try:
            with translation.override(None):
                field.clean(part, None)
        except ValidationError as error:
            with translation.override(None):
                raise place.error(" ".join(error.messages)) from error


def _row_name(name: str, number: int, row: Any) -> str:
    """Return the name of one of several tables: its number, and what it says of itself."""
    own = next((row[key] for key in ("slug", "key", "label", "name") if isinstance(row.get(key), str)), "")
    return f"[[{name}]] no. {number}" + (f" ({own})" if own else "")


def _or_rather(name: str, known: Collection[str]) -> str:
    close = get_close_matches(str(name), list(known), n=1)
    return f"; is it “{close[0]}”?" if close else f"; there are: {', '.join(sorted(known))}"


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _string(found: Any, place: _Place) -> str:
    if not isinstance(found, str):
        raise place.error("must be a text, between quotation marks")
    if "\0" in found:
        raise place.error("the character \\u0000 cannot stand in a text")
    return found


def _slug(found: Any, place: _Place) -> str:
    if not _SLUG.fullmatch(_string(found, place)):
        raise place.error(f"“{found}” must be letters without accents, digits and hyphens, such as “la-ferme”")
    return str(found)


def _truth(found: Any, place: _Place) -> bool:
    if not isinstance(found, bool):
        raise place.error("must be true or false")
    return found


def _whole(found: Any, place: _Place) -> int:
    if not isinstance(found, int) or isinstance(found, bool):
        raise place.error("must be a whole number")
    if found not in _WHOLE_NUMBERS:
        raise place.error(f"{found} is too large; it must lie between {_WHOLE_NUMBERS[0]} and {_WHOLE_NUMBERS[-1]}")
    return found


def _decimal(found: Any, place: _Place) -> Decimal:
    if not isinstance(found, int | Decimal) or isinstance(found, bool):
        raise place.error("must be a number, such as 12.50")
    number = Decimal(found)
    if not number.is_finite():
        raise place.error("must be a number, such as 12.50")
    return number


def _date(found: Any, place: _Place) -> date:
    if not isinstance(found, date) or isinstance(found, datetime):
        raise place.error("must be a date without quotation marks, such as 2020-03-04")
    if found.year not in _YEARS:
        raise place.error(f"{found} must lie in the years {_YEARS[0]} to {_YEARS[-1]}")
    return found


def _time(found: Any, place: _Place) -> time:
    try:
        return time.fromisoformat(found)
    except (TypeError, ValueError):
        raise place.error("must be a time of day, such as “12:15”") from None


def _bounds(found: Any, place: _Place) -> Bounds:
    """Read `13` as exactly 13, and `{ at_least = 15 }`, `{ at_least = 15, at_most = 28 }` as what they say."""
    if isinstance(found, dict):
        for key in found:
            if key not in ("at_least", "at_most"):
                raise place.error(f"unknown key “{key}”; there are: at_least, at_most")
        limits = [_whole(found[key], place.inside(key)) if key in found else None for key in ("at_least", "at_most")]
    else:
        limits = [_whole(found, place)] * 2
    try:
        return Bounds(*limits)
    except ValueError as error:
        raise place.error(str(error)) from error


_PLAIN: dict[Any, Callable[[Any, _Place], Any]] = {
    str: _string,
    Slug: _slug,
    bool: _truth,
    int: _whole,
    Decimal: _decimal,
    date: _date,
    time: _time,
    Bounds: _bounds,
}
