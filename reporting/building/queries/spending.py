"""Tell what partners spent: before this half-year as closed reports told it, in it, and in total so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...enums import PartnerRole
from ...models import Partner, Period, Project, Spending
from ...models.spending import AMOUNTS
from ...plan.rules import one, summed
from .content import SpendingPart, Spent
from .previously import Previously

#: The spending of partners, by the keys of the partner and of the half-year.
Rows = Mapping[tuple[int, int], Spending]


def spending_rows(project: Project) -> Rows:
    """Return all spending of the project's partners. One query."""
    return {(row.partner_id, row.period_id): row for row in Spending.objects.filter(project=project)}


def spending_parts(
    partners: Iterable[Partner], rows: Rows, periods: list[Period], period: Period, previously: Previously | None = None
) -> tuple[SpendingPart, ...]:
    """Return what each partner with a budget spent; what nobody told is unknown.

    `periods` are the project's, in order. Without `previously`, what was before is what the records say."""
    before = [other for other in periods if other.starts_on < period.starts_on]
    paid = [partner for partner in partners if partner.role != PartnerRole.ASSOCIATED]
    return tuple(
        SpendingPart(
            key=f"spending:{partner.pk}",
            partner=partner.name,
            previous=_together(_reported(partner, other, rows, previously) for other in before),
            current=_spent(rows.get((partner.pk, period.pk))),
            total=_together(_spent(rows.get((partner.pk, other.pk))) for other in (*before, period)),
            budget=partner.total,
        )
        for partner in paid
    )


def _reported(partner: Partner, period: Period, rows: Rows, previously: Previously | None) -> Spent:
    """Return what the closed report of a half-year told of a partner; else what the records say."""
    report = previously.report_of(period) if previously else None
    told = {part.key: part for part in report.spending} if report else {}
    part = told.get(f"spending:{partner.pk}")
    return part.current if part else _spent(rows.get((partner.pk, period.pk)))


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
