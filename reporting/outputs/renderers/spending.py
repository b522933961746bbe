"""The table of what partners spent: a row for each partner and kind of amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ...building.queries.content import Report, SpendingPart
from ...building.queries.spending import all_together
from ...models.spending import AMOUNTS
from ...plan.rules import Amount
from . import labels
from .cells import NOTHING, Cell, Column, Share, Table

AMOUNT_NAMES = {
    "claimed": pgettext_lazy("spending", "Claimed"),
    "approved": pgettext_lazy("spending", "Approved"),
    "erdf": pgettext_lazy("spending", "ERDF"),
}
SPENDING_NOTE = gettext_lazy(
    "“At least”: some of the amounts are not known. What nobody told reads “not provided”, never 0. The share is that"
    " of the claimed total in the budget of the partner."
)


def amount(value: Amount) -> str:
    """Write an amount; « at least » where a part of the sum is unknown."""
    if value.known is None or value.is_whole:
        return labels.euros(value.known)
    return _("at least %(lower)s") % {"lower": labels.euros(value.known)}


@dataclass(frozen=True)
class Line:
    """One kind of amount of one partner. `share` is that of the budget, for what was claimed; `tells_share` says
    whether it is known."""

    partner: str
    name: str
    previous: Amount
    current: Amount
    total: Amount
    share: Cell
    tells_share: bool


def lines(report: Report) -> Iterator[Line]:
    """Yield the lines of each partner, then those of all of them."""
    whole = all_together(report.spending)
    for part in (*report.spending, *([whole] if len(report.spending) > 1 else [])):
        for kind in AMOUNTS:
            yield Line(
                partner=part.partner or _("All partners"),
                name=str(AMOUNT_NAMES[kind]),
                previous=getattr(part.previous, kind),
                current=getattr(part.current, kind),
                total=getattr(part.total, kind),
                share=_share(part) if kind == "claimed" else NOTHING,
                tells_share=kind == "claimed" and part.total.claimed.known is not None and bool(part.budget),
            )


def spending(report: Report) -> Table:
    columns = (
        Column(_("Partner"), width=4),
        Column(_("Amount"), width=2),
        Column(_("Previously reported"), "amount"),
        Column(_("This half-year"), "amount"),
        Column(_("Total so far"), "amount"),
        Column(_("Share of the budget"), "share"),
    )
    rows = tuple(
        (line.partner, line.name, _cell(line.previous), _cell(line.current), _cell(line.total), line.share)
        for line in lines(report)
    )
    return Table("spending", _("Spending by partner"), columns, rows, str(SPENDING_NOTE))


def _cell(value: Amount) -> Cell:
    return amount(value) if value.exact is None else value.exact


def _share(part: SpendingPart) -> Cell:
    claimed = part.total.claimed
    if claimed.known is None or not part.budget:
        return str(labels.NOT_PROVIDED)
    found = Share(Decimal(claimed.known / part.budget))
    return found if claimed.is_whole else _("at least %(lower)s") % {"lower": str(found)}
