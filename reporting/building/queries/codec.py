"""Turn a report into plain data, as a version keeps it, and back."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from .content import Report

#: Format of a payload. From 2 on deviations, states and partners have keys; from 3 on there are crossings, from 4 on
#: shared travel; from 5 on what was previously reported is what closed reports told; from 6 on there
#: are the programme's indicators.
PAYLOAD_FORMAT = 6


def to_payload(report: Report) -> dict[str, Any]:
    """Return a report as plain data for JSON, with the number of its format."""
    return {"format": PAYLOAD_FORMAT, "report": _plain(report)}


def from_payload(payload: dict[str, Any]) -> Report:
    """Return the report kept in `payload`. Fields that the report got later take their default."""
    return _typed(Report, payload["report"])


def plain_part(part: Any) -> Any:
    """Return a part of a report, or several, as plain data for JSON."""
    return _plain(part)


def part_of(kind: Any, data: Any) -> Any:
    """Return a part of a report, or several (`tuple[Figure, ...]`), from the plain data that a payload keeps of it."""
    return _typed(kind, data)


def _plain(thing: Any) -> Any:
    if is_dataclass(thing):
        return {part.name: _plain(getattr(thing, part.name)) for part in fields(thing)}
    if isinstance(thing, dict):
        return {str(key): _plain(part) for key, part in thing.items()}
    if isinstance(thing, tuple | list):
        return [_plain(part) for part in thing]
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, Decimal):
        return str(thing)
    return thing


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _typed(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    if isinstance(kind, types.UnionType):
        return _typed(next(part for part in typing.get_args(kind) if part is not types.NoneType), data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(
            **{part.name: _typed(hints[part.name], data[part.name]) for part in fields(kind) if part.name in data}
        )
    if typing.get_origin(kind) is tuple:
        return tuple(_typed(typing.get_args(kind)[0], part) for part in data)
    if kind in (date, datetime):
        return kind.fromisoformat(data)
    if kind is Decimal:
        return Decimal(data)
    return data
