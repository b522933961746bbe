"""Let the people of a partner take back that their part is done."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...enums import ContributionState, VersionState
from ...errors import ReportingError
from ...models import Contribution, Partner, Period
from ..rules import is_given_back_since_closing
from .contributions import check_is_of, locked_part


@transaction.atomic
def take_done_back(*, partner: Partner, period: Period, by: User) -> Contribution:
    """Open a part that is done again, until the report is closed; of an open part nothing changes.

    A part that had been given back is so again: its word still stands.
    Raises ReportingError: `not_yours` for who is not of the partner today, `closed`, `gone`."""
    check_is_of(partner, by)
    contribution = locked_part(partner=partner, period=period)
    if contribution.state != ContributionState.DONE:
        return contribution
    was_given_back = contribution.given_back_at is not None
    contribution.state = ContributionState.GIVEN_BACK if was_given_back else ContributionState.IN_WORK
    told = {VersionState.CLOSING, VersionState.CLOSED}
    states = told.intersection(period.versions.filter(state__in=told).values_list("state", flat=True))
    if VersionState.CLOSING in states or (states and not is_given_back_since_closing(contribution)):
        raise ReportingError(
            "closed", _("The report of this half-year is closed. Tell the coordination what is to be corrected.")
        )
    contribution.done_at, contribution.done_by, contribution.changed_at = None, None, timezone.now()
    contribution.save(update_fields=["state", "done_at", "done_by", "changed_at"])
    return contribution
