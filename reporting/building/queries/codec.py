"""Turn a report into plain data, as a version keeps it, and back.

Its long lists stand apart (`annexes.py`): in the plain data they are as in the report until they are kept, and then a
reference to where.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

from .annexes import CHUNK, Annex, Reference, kept_rows
from .content import Figure, Report

#: Format of a payload. From 2 on deviations, states and partners have keys; from 3 on there are crossings, from 4 on
#: shared travel; from 5 on what was previously reported is what closed reports told; from 6 on there
#: are the programme's indicators.
PAYLOAD_FORMAT = 6


#: Types of which a value is plain data already. A long list is kept apart.
AS_THEY_ARE = frozenset({str, int, bool, float, type(None), Annex})


def to_payload(report: Report) -> dict[str, Any]:
    """Return a report as plain data for JSON, with the number of its format."""
    return {"format": PAYLOAD_FORMAT, "report": _plain(report)}


def from_payload(payload: dict[str, Any]) -> Report:
    """Return the report kept in `payload`. Fields that the report got later take their default."""
    report: Report = _typed(Report, payload["report"])
    return replace(report, crossings=_bare(report.crossings), travel=_bare(report.travel))


def _bare(figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """Return supplementary figures without the keys of what they count, which older payloads told twice."""
    return tuple(replace(figure, actions=()) for figure in figures)


def without_annexes(payload: dict[str, Any], keep: Callable[[Annex[Any]], Reference]) -> dict[str, Any]:
    """Return a payload that has a reference to each long list in its place; `keep` keeps the list."""
    report = payload["report"]
    references = {name: _plain(keep(part)) for name, part in report.items() if isinstance(part, Annex)}
    return {**payload, "report": {**report, **references}}


def annexes_in(payload: dict[str, Any] | None) -> list[str]:
    """Return the keys of the lists that are kept beside a payload."""
    parts = payload["report"].values() if payload else ()
    return [part["annex"] for part in parts if isinstance(part, dict) and "annex" in part]


def annex(kind: type, chunks: Sequence[str], length: int, digest: str, identities: str) -> Sequence[Any]:
    """Return a list of parts of this kind that was read as rows of JSON: within the report if it is short."""
    if length <= CHUNK:
        return tuple(parts_of(kind, chunks))
    return Annex(length, digest, partial(parts_of, kind, chunks), chunks, identities=identities)


def parts_of(kind: type, chunks: Iterable[str]) -> Iterator[Any]:
    """Read the parts of a list from its rows of JSON."""
    return (_typed(kind, row) for chunk in chunks for row in json.loads(chunk))


def chunks_of(parts: Sequence[Any]) -> list[str]:
    """Return parts as rows of JSON, in chunks."""
    return [json.dumps(_plain(parts[start : start + CHUNK])) for start in range(0, len(parts), CHUNK)]


def plain_part(part: Any) -> Any:
    """Return a part of a report, or several, as plain data for JSON."""
    return _plain(part)


def part_of(kind: Any, data: Any) -> Any:
    """Return a part of a report, or several (`tuple[Figure, ...]`), from the plain data that a payload keeps of it."""
    return _typed(kind, data)


def _plain(thing: Any) -> Any:
    kind = type(thing)
    if kind in AS_THEY_ARE:
        return thing
    if is_dataclass(kind):
        return {name: _plain(getattr(thing, name)) for name in _names(kind)}
    if isinstance(thing, tuple | list):
        return [_plain(part) for part in thing]
    if isinstance(thing, dict):
        return {str(key): _plain(part) for key, part in thing.items()}
    if isinstance(thing, date):
        return thing.isoformat()
    return str(thing) if isinstance(thing, Decimal) else thing


@cache
def _names(kind: type) -> list[str]:
    return [part.name for part in fields(kind)]


def _typed(kind: Any, data: Any) -> Any:
    return _reader(kind)(data)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return the function that reads a value of a type from plain data. None stays None."""
    if isinstance(kind, types.UnionType):
        return _reader(next(part for part in typing.get_args(kind) if part is not types.NoneType))
    if isinstance(kind, type) and is_dataclass(kind):
        return _reader_of_dataclass(kind)
    if typing.get_origin(kind) in (tuple, Sequence):
        return partial(_list, typing.get_args(kind)[0])
    if kind in (date, datetime):
        return lambda data: None if data is None else kind.fromisoformat(data)
    if kind is Decimal:
        return lambda data: None if data is None else Decimal(data)
    return _as_it_is


def _reader_of_dataclass(kind: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    names = _names(kind)
    read = {name: reader for name in names if (reader := _reader(hints[name])) is not _as_it_is}

    def made(data: Any) -> Any:
        if data is None:
            return None
        told = {name: data[name] for name in names if name in data}
        for name in read.keys() & told.keys():
            told[name] = read[name](told[name])
        return kind(**told)

    return made


def _list(kind: type, data: Any) -> Any:
    if data is None or isinstance(data, Annex):
        return data
    if isinstance(data, dict):
        return _kept(kind, _typed(Reference, data))
    return tuple(map(_reader(kind), data))


def _as_it_is(data: Any) -> Any:
    return data


def _kept(kind: type, reference: Reference) -> Annex[Any]:
    return Annex(
        reference.length,
        reference.digest,
        lambda: (_typed(kind, row) for row in kept_rows(reference)),
        identities=reference.identities,
    )
