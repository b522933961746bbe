"""Check data against the published schema of the export: as much of JSON Schema as that file uses, and no more."""

import json
import re

from django.conf import settings

SCHEMA = json.loads((settings.BASE_DIR / "docs" / "report.schema.json").read_text())

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}
#: Words that say something about a schema and check nothing.
SAY_NOTHING = {"$schema", "$defs", "title", "description", "format"}


def problems(data, schema=SCHEMA, at="report"):
    """Yield what in `data` the schema does not allow. Raises KeyError for a word of JSON Schema unknown here."""
    for word, wanted in schema.items():
        if word not in SAY_NOTHING:
            yield from CHECKS[word](data, wanted, schema, at)


def _type(data, wanted, schema, at):
    kinds = [wanted] if isinstance(wanted, str) else wanted
    is_number = isinstance(data, bool) and "boolean" not in kinds
    if is_number or not isinstance(data, tuple(TYPES[kind] for kind in kinds)):
        yield f"{at} is {data!r}, not {wanted}"


def _reference(data, wanted, schema, at):
    return problems(data, SCHEMA["$defs"][wanted.removeprefix("#/$defs/")], at)


def _any_of(data, wanted, schema, at):
    if all(list(problems(data, one, at)) for one in wanted):
        yield f"{at} is {data!r}, none of what it may be"


def _enum(data, wanted, schema, at):
    if data not in wanted:
        yield f"{at} is {data!r}, none of {wanted}"


def _pattern(data, wanted, schema, at):
    if isinstance(data, str) and not re.search(wanted, data):
        yield f"{at} is {data!r}, not like {wanted}"


def _minimum(data, wanted, schema, at):
    if isinstance(data, int) and data < wanted:
        yield f"{at} is {data!r}, below {wanted}"


def _items(data, wanted, schema, at):
    for number, item in enumerate(data if isinstance(data, list) else ()):
        yield from problems(item, wanted, f"{at}[{number}]")


def _properties(data, wanted, schema, at):
    for name, value in (data if isinstance(data, dict) else {}).items():
        if name in wanted:
            yield from problems(value, wanted[name], f"{at}.{name}")


def _required(data, wanted, schema, at):
    for name in set(wanted) - set(data if isinstance(data, dict) else wanted):
        yield f"{at} lacks {name}"


def _additional(data, wanted, schema, at):
    others = set(data if isinstance(data, dict) else {}) - set(schema.get("properties", {}))
    for name in sorted(others):
        if wanted is False:
            yield f"{at} has {name}, which no schema describes"
        else:
            yield from problems(data[name], wanted, f"{at}.{name}")


CHECKS = {
    "type": _type,
    "$ref": _reference,
    "anyOf": _any_of,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _minimum,
    "items": _items,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional,
}
