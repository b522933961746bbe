"""Load the rows of the network, and never overwrite or bring back what somebody changed or deleted.

For each row a `LoadedRow` keeps the digest of the data it was made of, and what the row held right after. When the data
changes, only rows that still hold exactly that are written again, and the default of each field that is loaded for the
first time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from hacktiv.common.datafiles import DataFileError
from reporting.models import LoadedRow

from .catalogues import load_event_types, load_membership_kinds, load_room_features, load_skills
from .rows import Known, Ref, Row

#: An arbitrary number, of a lock in PostgreSQL: two loaders at once wait for each other.
_LOCK = 5_420_304


@dataclass
class Outcome:
    """The result of a load, by row key. `kept` rows were made or changed by people and differ from the data."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        return Counter({name: len(keys) for name, keys in vars(self).items()})


@transaction.atomic
def load(rows: Iterable[Row]) -> Outcome:
    """Load the catalogues and the rows, all or nothing. Rows must follow those they refer to.

    Raises DataFileError, with the key of the row, where the database refuses one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    load_event_types()
    load_skills()
    load_room_features()
    load_membership_kinds()
    loader = _Loader()
    for row in rows:
        try:
            loader.load(row)
        except (DataError, IntegrityError) as error:
            raise DataFileError(f"{row.key}: the database refuses it: {str(error).splitlines()[0]}") from error
    loader.finish()
    return loader.outcome


class _Loader:
    def __init__(self) -> None:
        self.outcome = Outcome()
        self.loaded = {record.key: record for record in LoadedRow.objects.all()}
        self.found: dict[str, Model] = {}
        self.catalogues: dict[type[Model], dict[str, Model]] = {}
        self.new: list[LoadedRow] = []

    def load(self, row: Row) -> None:
        digest = _digest(row)
        record = self.loaded.get(row.key)
        if record is None:
            self._first(row, digest)
        elif record.digest == digest:
            self.outcome.unchanged.append(row.key)
        else:
            self._again(row, digest, record)

    def _first(self, row: Row, digest: str) -> None:
        try:
            values, many = self._resolved(row)
        except _Missing:
            self.outcome.orphaned.append(row.key)
            return
        found = row.model._default_manager.filter(**{name: values[name] for name in row.find}).first()
        if found is not None:
            # Somebody made it by hand: it is theirs, and rows that refer to it may.
            self.found[row.key] = found
            self.outcome.kept.append(row.key)
            return
        instance = row.model._default_manager.create(**values)
        _set(instance, many)
        self._remember(row, instance, digest)
        self.outcome.added.append(row.key)

    def _again(self, row: Row, digest: str, record: LoadedRow) -> None:
        instance = row.model._default_manager.filter(pk=record.row).first()
        if instance is None:
            self.outcome.deleted.append(row.key)
            return
        if _snapshot(instance, record.values) != record.values:
            self.outcome.kept.append(row.key)
            return
        try:
            values, many = self._resolved(row)
        except _Missing:
            self.outcome.orphaned.append(row.key)
            return
        supplied = {name: value for name, value in {**values, **many}.items() if name not in record.values}
        if any(_was_filled_in(instance, name, value) for name, value in supplied.items()):
            self.outcome.kept.append(row.key)
            return
        for name, value in values.items():
            setattr(instance, name, value)
        instance.save(update_fields=list(values))
        _set(instance, many)
        self._remember(row, instance, digest)
        self.outcome.updated.append(row.key)

    def _resolved(self, row: Row):
        """Return the values and many-to-many sets, with rows for references. Raises _Missing where one is gone."""
        values = {name: self._target(row, name, value) for name, value in row.values.items()}
        many = {name: [self._row_of(ref) for ref in refs] for name, refs in row.many.items()}
        return values, many

    def _target(self, row: Row, name: str, value):
        if isinstance(value, Known):
            if value.model not in self.catalogues:
                self.catalogues[value.model] = {entry.slug: entry for entry in value.model._default_manager.all()}
            if value.slug not in self.catalogues[value.model]:
                raise _Missing(value.slug)
            return self.catalogues[value.model][value.slug]
        return self._row_of(value) if isinstance(value, Ref) else value

    def _row_of(self, ref: Ref) -> Model:
        if ref.key not in self.found:
            record = self.loaded.get(ref.key)
            found = apps.get_model(record.model)._default_manager.filter(pk=record.row).first() if record else None
            if found is None:
                raise _Missing(ref.key)
            self.found[ref.key] = found
        return self.found[ref.key]

    def _remember(self, row: Row, instance: Model, digest: str) -> None:
        # Read back: the database rounds and normalises.
        instance = row.model._default_manager.get(pk=instance.pk)
        self.found[row.key] = instance
        record = self.loaded.get(row.key) or LoadedRow(key=row.key)
        record.model = row.model._meta.label_lower
        record.row = str(instance.pk)
        record.values = _snapshot(instance, [*row.values, *row.many])
        record.digest = digest
        record.loaded_at = timezone.now()
        if record.pk:
            record.save()
        else:
            self.new.append(record)

    def finish(self) -> None:
        LoadedRow.objects.bulk_create(self.new)


class _Missing(LookupError):
    """A row that this one refers to is not there (any more)."""


def _set(instance: Model, many: dict[str, list[Model]]) -> None:
    for name, rows in many.items():
        getattr(instance, name).set(rows)


def _was_filled_in(instance: Model, name: str, value) -> bool:
    """Return whether a field that was never loaded holds neither its default nor what is loaded now."""
    model_field = instance._meta.get_field(name)
    if model_field.many_to_many:
        held = set(getattr(instance, name).all())
        return bool(held) and held != set(value)
    held = getattr(instance, name)
    return held not in (None, "", model_field.get_default(), value)


def _snapshot(instance: Model, names: Iterable[str]) -> dict:
    """Return what the row holds now in these fields, as JSON keeps it."""
    held = {}
    for name in names:
        model_field = instance._meta.get_field(name)
        if model_field.many_to_many:
            held[name] = sorted(str(pk) for pk in getattr(instance, name).values_list("pk", flat=True))
        else:
            held[name] = model_field.value_from_object(instance)
    return json.loads(json.dumps(held, cls=DjangoJSONEncoder))


def _digest(row: Row) -> str:
    def plain(value):
        if isinstance(value, Ref):
            return {"ref": value.key}
        if isinstance(value, Known):
            return {"known": value.slug}
        return value

    content = {
        "values": {name: plain(value) for name, value in row.values.items()},
        "many": {name: [ref.key for ref in refs] for name, refs in row.many.items()},
    }
    return sha256(json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()
