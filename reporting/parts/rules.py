"""Decide what may be done with a partner's part, and when its people are reminded of it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from ..enums import ContributionState
from ..errors import ReportingError
from ..models import Contribution

#: The days before the date on which a partner is reminded.
REMINDED_BEFORE = (14, 7, 1)
#: A partner that is late is reminded within so many days after the date.
REMINDED_LATE = 30
LATE = "late"


def refusal_to_tell(contribution: Contribution, is_closed: bool) -> ReportingError | None:
    """Return why a partner no longer changes its part: it is done, or the report is closed and nobody gave it back
    since."""
    if contribution.state == ContributionState.DONE:
        return ReportingError(
            "done", _("This part is marked as done. To change it, ask the coordination to give it back.")
        )
    if is_closed and not is_given_back_since_closing(contribution):
        return ReportingError(
            "closed", _("The report of this half-year is closed. Tell the coordination what is to be corrected.")
        )
    return None


def is_given_back_since_closing(contribution: Contribution) -> bool:
    """Return whether a part was given back after the newest report was closed, for a correction."""
    given_back_at, closed_at = contribution.given_back_at, contribution.period.closed_at
    is_given_back = contribution.state == ContributionState.GIVEN_BACK
    return bool(is_given_back and closed_at and given_back_at and given_back_at > closed_at)


def reminder_due(until: date, today: date) -> str:
    """Return which reminder is due on a day: "14", "7", "1", "late", or "" for none.

    A night that was missed is made up for: between 14 and 8 days before, the reminder of 14 days is due."""
    left = (until - today).days
    if left < 0:
        return LATE if -left <= REMINDED_LATE else ""
    return next((str(days) for days in reversed(REMINDED_BEFORE) if left <= days), "")
