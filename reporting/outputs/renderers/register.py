"""The columns of annex A on the people of an action and on who stands behind it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hacktiv.common.bounds import Bounds

from ...building.queries.breakdowns import NOT_SAID
from ...building.queries.content import Action
from . import labels

#: The sides in the register's columns of their own; whoever lives elsewhere is « other ».
SIDES = ("BE", "FR", "other", NOT_SAID)
#: The attributes that have one cell each in the register.
ATTRIBUTES = ("gender", "age_band", "status")


def people_columns() -> list[str]:
    """Return the titles of the columns on where the participants live, and on what else they said of themselves."""
    sides = [pgettext("breakdown", "did not say") if side == NOT_SAID else labels.residence(side) for side in SIDES]
    words, residence = _("%(attribute)s: %(value)s"), labels.ATTRIBUTE_NAMES["residence"]
    others = [str(labels.ATTRIBUTE_NAMES[attribute]) for attribute in ATTRIBUTES]
    return [*(words % {"attribute": residence, "value": side} for side in sides), *others]


def people(action: Action) -> list[str]:
    """Return the cells of these columns."""
    return [*(_of(action, "residence", side) for side in SIDES), *(_cells(action, name) for name in ATTRIBUTES)]


def checked_by(action: Action) -> str:
    """Write as which roles the evidence of an action was checked; empty where none was."""
    roles = dict.fromkeys(labels.by_role(item.checked_by_role) for item in action.evidence if item.checked)
    return ", ".join(filter(None, roles))


def _of(action: Action, attribute: str, value: str) -> str:
    """Return how many participations have this value; 0 where a list names all and none has it."""
    found = [row.bounds for row in action.people if row.by == attribute and row.value == value]
    if found:
        return str(found[0])
    return "0" if action.people else str(labels.NOT_PROVIDED)


def _cells(action: Action, attribute: str) -> str:
    return ", ".join(
        _("%(value)s: %(number)s") % {"value": name, "number": labels.bounds(bounds)}
        for row in action.people
        if row.by == attribute
        for name, bounds in labels.cells(row)
        if bounds != Bounds.exactly(0)
    )
