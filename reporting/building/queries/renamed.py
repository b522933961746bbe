"""Name in two reports alike what is the same: another name of a space or an organisation corrects nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from spaces.models import Space

from .breakdowns import NOT_SAID
from .content import Action, BreakdownRow, CoachingPart, Report

Part = TypeVar("Part", Action, CoachingPart)

HOME_SPACE = "home_space"


def named_alike(then: Report, now: Report) -> tuple[Report, Report]:
    """Return two reports of a half-year of which the second names home spaces and organisers as the first does.

    What is told apart by a key is the same under another name; where the first kept none, it is known by its name."""
    before, after = _home_spaces_alike(then.breakdowns, now.breakdowns)
    known: dict[str, Action | CoachingPart] = {action.key: action for action in then.actions}
    known |= {coaching.key: coaching for coaching in then.coaching}
    return replace(then, breakdowns=before), replace(
        now,
        breakdowns=after,
        actions=tuple(_organised_alike(part, known.get(part.key)) for part in now.actions),
        coaching=tuple(_organised_alike(part, known.get(part.key)) for part in now.coaching),
    )


def _organised_alike(part: Part, other: Action | CoachingPart | None) -> Part:
    if other is None or not part.organiser_keys or part.organiser_keys != other.organiser_keys:
        return part
    return part if part.organisers == other.organisers else replace(part, organisers=other.organisers)


def _home_spaces_alike(
    then: Iterable[BreakdownRow], now: Iterable[BreakdownRow]
) -> tuple[tuple[BreakdownRow, ...], tuple[BreakdownRow, ...]]:
    then, now = tuple(then), tuple(now)
    if [row for row in then if _is_home(row)] == [row for row in now if _is_home(row)]:
        return then, now
    keyed = _with_keys(then, now)
    names = {row.space_key: row.value for row in keyed if _is_home(row)}
    now = _as_one(now, {row.value for row in keyed if _is_home(row) and row.space_key is None})
    named = [replace(row, value=names.get(row.space_key, row.value)) if _is_home(row) else row for row in now]
    return _in_order(keyed), _in_order(named)


def _is_home(row: BreakdownRow) -> bool:
    return row.by == HOME_SPACE and (row.space_key is not None or row.value != NOT_SAID)


def _in_order(rows: Iterable[BreakdownRow]) -> tuple[BreakdownRow, ...]:
    """Return the rows with those of home spaces at the end, by name."""
    rows = list(rows)
    homes = sorted((row for row in rows if _is_home(row)), key=lambda row: (row.value, row.space_key or 0))
    return (*(row for row in rows if not _is_home(row)), *homes)


def _as_one(rows: Iterable[BreakdownRow], names: Collection[str]) -> list[BreakdownRow]:
    """Return rows with one alone, without a key, for all home spaces of one of these names: so older reports told."""
    found: list[BreakdownRow] = []
    summed: dict[str, BreakdownRow] = {}
    for row in rows:
        if not (_is_home(row) and row.value in names):
            found.append(row)
        elif row.value in summed:
            summed[row.value] = replace(summed[row.value], bounds=summed[row.value].bounds + row.bounds)
        else:
            summed[row.value] = replace(row, space_key=None)
    return [*found, *summed.values()]


def _with_keys(then: Iterable[BreakdownRow], now: Iterable[BreakdownRow]) -> list[BreakdownRow]:
    """Return rows with the keys of the home spaces that were kept without: of the space of that name, if one alone has
    it; else, where no space has it, of the one that has as many today and that no other row names."""
    rows = list(then)
    if all(row.space_key is not None for row in rows if _is_home(row)):
        return rows
    spaces = list(Space.objects.values_list("name", "pk"))
    alike = Counter(name for name, _key in spaces)
    named = {name: key for name, key in spaces if alike[name] == 1}
    rows = [
        replace(row, space_key=named.get(row.value)) if _is_home(row) and row.space_key is None else row for row in rows
    ]
    taken = {row.space_key for row in rows}
    left = [row for row in now if _is_home(row) and row.space_key not in taken]
    lost = [row for row in rows if _is_home(row) and row.space_key is None and row.value not in alike]
    for row in lost:
        fits = [other for other in left if other.bounds == row.bounds]
        if len(fits) == 1 and sum(other.bounds == row.bounds for other in lost) == 1:
            rows[rows.index(row)] = replace(row, space_key=fits[0].space_key)
    return rows
