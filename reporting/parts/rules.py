"""Decide what may be done with a partner's part, and when its people are reminded of it."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from ..enums import ContributionState, VersionState
from ..errors import ReportingError
from ..models import Contribution, ProposedAction

#: The days before the date on which a partner is reminded.
REMINDED_BEFORE = (14, 7, 1)
#: A partner that is late is reminded within so many days after the date.
REMINDED_LATE = 30
LATE = "late"


def refusal_to_tell(contribution: Contribution, closing: VersionState | None) -> ReportingError | None:
    """Return why a partner no longer changes its part: it is done, the report is being closed, or it is closed and
    nobody gave the part back since. `closing` is `closing_of` its half-year."""
    if contribution.state == ContributionState.DONE:
        return ReportingError(
            "done", _("This part is marked as done. To change it, ask the coordination to give it back.")
        )
    if closing == VersionState.CLOSING:
        return ReportingError(
            "closing", _("The report of this half-year is being closed: what it tells is fixed. Try again in a moment.")
        )
    if closing == VersionState.CLOSED and not is_given_back_since_closing(contribution):
        return ReportingError(
            "closed", _("The report of this half-year is closed. Tell the coordination what is to be corrected.")
        )
    return None


def is_given_back_since_closing(contribution: Contribution) -> bool:
    """Return whether a part was given back after the newest report was closed, for a correction."""
    given_back_at, closed_at = contribution.given_back_at, contribution.period.closed_at
    is_given_back = contribution.state == ContributionState.GIVEN_BACK
    return bool(is_given_back and closed_at and given_back_at and given_back_at > closed_at)


def proposal_seen(proposal: ProposedAction) -> str:
    """Return a fingerprint of what a proposal tells, for a form to say what its page showed."""
    told = (proposal.title, proposal.earliest, proposal.latest, proposal.place, proposal.organisers, proposal.note)
    return sha256("\0".join(map(str, told)).encode()).hexdigest()[:32]


def refusal_to_ask(contribution: Contribution, closing: VersionState | None) -> ReportingError | None:
    """Return why a partner is not asked for its part: it could not tell it."""
    if contribution.state == ContributionState.DONE:
        return ReportingError("done", _("This partner has told its part already."))
    if closing == VersionState.CLOSING:
        return ReportingError("closing", _("The report of this half-year is being closed. Try again in a moment."))
    if refusal_to_tell(contribution, closing):
        return ReportingError("closed", _("The report of this half-year is closed: this partner can tell nothing."))
    return None


def put_in_place(text: str, before: str, block: str) -> tuple[str, bool]:
    """Put a block of paragraphs into a text: in place of the block `before` where that stands unchanged, else at the
    end. Return the text, and whether nothing of `before` is left."""
    stands = f"\n\n{text}\n\n".find(f"\n\n{before}\n\n") if before else -1
    if stands < 0:
        return "\n\n".join(part for part in (text, block) if part), not before
    parts = (text[:stands], block, text[stands + len(before) :])
    return "\n\n".join(part.strip("\n") for part in parts if part.strip("\n")), True


def reminder_due(until: date, today: date) -> str:
    """Return which reminder is due on a day: "14", "7", "1", "late", or "" for none.

    A night that was missed is made up for: between 14 and 8 days before, the reminder of 14 days is due."""
    left = (until - today).days
    if left < 0:
        return LATE if -left <= REMINDED_LATE else ""
    return next((str(days) for days in reversed(REMINDED_BEFORE) if left <= days), "")
