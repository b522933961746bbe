"""Write what a partner spent in a half-year."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.core.rules import coordinates
from members.models import User

from ...core.operations import check_coordinates
from ...core.rules import MOVED
from ...enums import PartnerRole
from ...errors import ReportingError
from ...models import Partner, Period, Spending
from ...models.spending import AMOUNTS, ASSOCIATED_SPENDS_NOTHING, amount_above
from ..queries import spending_seen
from .contributions import locked_part, part_to_tell


@transaction.atomic
def write_spending(
    *, partner: Partner, period: Period, amounts: Mapping[str, Decimal | None], seen: str, by: User
) -> Spending | None:
    """Save the amounts of a partner in a half-year; unknown ones are None. Return None where nothing is known at all.

    Who coordinates writes them for every partner at any time, the partner's people for their own while its part is
    open. `seen` is `spending_seen` of what the page showed. Raises ReportingError: `associated`, `moved`, `negative`,
    `approved` and `erdf` (more than what it is a part of), `not_yours`, `done`, `closed`, `gone`."""
    if partner.role == PartnerRole.ASSOCIATED:
        raise ReportingError("associated", ASSOCIATED_SPENDS_NOTHING)
    if any(amount is not None and amount < 0 for amount in amounts.values()):
        raise ReportingError("negative", _("An amount is not less than 0."))
    if coordinates(by):
        check_coordinates(by)
        locked_part(partner=partner, period=period)
    else:
        part_to_tell(partner=partner, period=period, by=by)
    row = Spending.objects.select_for_update().filter(partner=partner, period=period).first()
    if spending_seen(row) != seen:
        raise ReportingError("moved", MOVED)
    row = row or Spending(project_id=period.project_id, partner=partner, period=period)
    for name in AMOUNTS:
        if name in amounts:
            setattr(row, name, amounts[name])
    above = amount_above({name: getattr(row, name) for name in AMOUNTS})
    if above:
        raise ReportingError(*above)
    if all(getattr(row, name) is None for name in AMOUNTS):
        if row.pk:
            row.delete()
        return None
    row.save()
    return row
