"""Tell the roles that a merging does not carry over, whichever table of dated roles they stand in."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import ForeignKey, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from members.models import DatedRole, NetworkRole, User
from spaces.models import SpaceRole


class Lost(NamedTuple):
    """The table of a role, its code (blank where the table has one role only), and the key of where it is held."""

    model: type[DatedRole]
    role: str
    place: str

    @property
    def code(self) -> str:
        """Write `role` of the network, `role:key` of a space, or `role:key:table`."""
        parts = [self.role, *([self.place] if self.place else [])]
        return ":".join(parts if self.model in (NetworkRole, SpaceRole) else [*parts, self.model._meta.label])

    @classmethod
    def of(cls, code: str) -> "Lost":
        role, _colon, rest = code.partition(":")
        place, _colon, label = rest.partition(":")
        if label:
            return cls(apps.get_model(label), role, place)
        return cls(SpaceRole if place else NetworkRole, role, place)


def lost_roles(gone: User) -> list[str]:
    """Return the codes of the roles that the account holds today or later, in every table."""
    codes = []
    for model in sorted(_tables(), key=lambda model: model._meta.label):
        place = _place_of(model)
        rows: QuerySet[Any] = model._default_manager.filter(**{"user": gone})
        for row in rows.exclude(until__lte=timezone.localdate()).order_by("pk"):
            key = str(getattr(row, place.attname)) if place else ""
            codes.append(Lost(model, getattr(row, "role", ""), key).code)
    return list(dict.fromkeys(codes))


def roles_in_words(codes: Iterable[str]) -> list[str]:
    """Return the roles in the active language: « Manager, La Ferme ». One query a table."""
    roles = [Lost.of(code) for code in codes]
    keys: dict[type[DatedRole], set[str]] = defaultdict(set)
    for role in roles:
        if role.place:
            keys[role.model].add(role.place)
    places = {model: _held_at(model, found) for model, found in keys.items()}
    return [_in_words(role, places) for role in roles]


def _in_words(lost: Lost, places: dict[type[DatedRole], dict[str, str]]) -> str:
    fields = {field.name: field for field in lost.model._meta.concrete_fields}
    choices = dict(fields["role"].flatchoices) if "role" in fields else {}
    label = capfirst(str(choices.get(lost.role, lost.role or lost.model._meta.verbose_name)))
    return f"{label}, {places[lost.model].get(lost.place, lost.place)}" if lost.place else label


def _held_at(model: type[DatedRole], keys: set[str]) -> dict[str, str]:
    place = _place_of(model)
    rows = place.related_model._default_manager.in_bulk(keys) if place else {}
    return {str(key): str(row) for key, row in rows.items()}


def _place_of(model: type[DatedRole]) -> "ForeignKey[Any, Any] | None":
    """Return the column of the space, the organisation or the partner; None for a role in the network."""
    links = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    return next((field for field in links if field.related_model is not User), None)


def _tables() -> list[type[DatedRole]]:
    return [model for model in apps.get_models() if issubclass(model, DatedRole)]
