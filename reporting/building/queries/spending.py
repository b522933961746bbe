"""Tell what partners spent: before this half-year as closed reports told it, in it, and in total so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from ...enums import PartnerRole
from ...models import Partner, Period, Project, Spending
from ...models.spending import AMOUNTS
from ...plan.rules import NOTHING_SPENT, Amount, one, summed
from .content import SpendingPart
from .content_parts import Spent
from .previously import Previously

#: The spending of partners, by the keys of the partner and of the half-year.
Rows = Mapping[tuple[int, int], Spending]
#: What one report tells of the spending of partners, by key.
Told = Mapping[str, SpendingPart]


def spending_rows(project: Project) -> Rows:
    """Return all spending of the project's partners. One query."""
    return {(row.partner_id, row.period_id): row for row in Spending.objects.filter(project=project)}


def spending_parts(
    partners: Iterable[Partner], rows: Rows, periods: list[Period], period: Period, previously: Previously | None = None
) -> tuple[SpendingPart, ...]:
    """Return what each partner with a budget spent, and what closed reports told of one who left; what nobody told is
    unknown.

    `periods` are the project's, in order. Without `previously`, what was before is what the records say."""
    before = [other for other in periods if other.starts_on < period.starts_on]
    paid = [partner for partner in partners if partner.role != PartnerRole.ASSOCIATED]
    told = {other.pk: _told_in(other, previously) for other in before}
    here = tuple(
        SpendingPart(
            key=_key(partner),
            partner=partner.name,
            previous=_together(_reported(partner, other, rows, told[other.pk]) for other in before),
            current=_spent(rows.get((partner.pk, period.pk))),
            total=_together(_spent(rows.get((partner.pk, other.pk))) for other in (*before, period)),
            budget=partner.total,
        )
        for partner in paid
    )
    return (*here, *_left(told.values(), {part.key for part in here}))


def _key(partner: Partner) -> str:
    return f"spending:{partner.pk}"


def _told_in(period: Period, previously: Previously | None) -> Told:
    """Return what the closed report of a half-year told of each partner; nothing if it told no spending."""
    report = previously.report_of(period) if previously else None
    return {part.key: part for part in report.spending} if report else {}


def _reported(partner: Partner, period: Period, rows: Rows, told: Told) -> Spent:
    """Return what the closed report of a half-year told of a partner: nothing of one whom it lacks. Where none told any
    spending, return what the records say."""
    if not told:
        return _spent(rows.get((partner.pk, period.pk)))
    part = told.get(_key(partner))
    return part.current if part else _spent(None)


def _left(told: Iterable[Told], here: Collection[str]) -> Iterator[SpendingPart]:
    """Yield what was reported of partners who have no budget any more: their part of the sums stays."""
    reported = list(told)
    gone = {key: part for parts in reported for key, part in parts.items() if key not in here}
    for key, part in gone.items():
        parts = [parts[key].current for parts in reported if key in parts]
        if any(amount.known is not None for spent in parts for amount in _amounts(spent)):
            yield replace(
                part,
                previous=_together(parts),
                current=_spent(None),
                total=_spent(None),
                budget=NOTHING_SPENT,
            )


def _amounts(spent: Spent) -> list[Amount]:
    return [getattr(spent, name) for name in AMOUNTS]


def _spent(row: Spending | None) -> Spent:
    return Spent(*(one(getattr(row, name) if row else None) for name in AMOUNTS))


def _together(parts: Iterable[Spent]) -> Spent:
    found = list(parts)
    return Spent(*(summed(getattr(part, name) for part in found) for name in AMOUNTS))


def all_together(parts: Iterable[SpendingPart]) -> SpendingPart:
    """Return the sums over the partners."""
    found = list(parts)
    budgets = [part.budget for part in found]
    whole = summed(map(one, budgets))
    return SpendingPart(
        key="spending",
        partner="",
        previous=_together(part.previous for part in found),
        current=_together(part.current for part in found),
        total=_together(part.total for part in found),
        budget=whole.exact,
    )
