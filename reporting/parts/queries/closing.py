"""Add to the checks of closing that partners are not done with their parts."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy, ngettext

from ...closing.rules import Check, Facts
from ...enums import Level
from .telling import partners_not_done


def _not_done(facts: Facts) -> Iterable[str]:
    """Return the partners that are awaited: a half-year without a date awaits none."""
    if facts.period.partners_until is None:
        return []
    return [partner.name for partner in partners_not_done(facts.period)]


PARTNERS_NOT_DONE = Check(
    "partners_not_done",
    Level.REASON,
    _not_done,
    lambda number: (
        ngettext(
            "%(number)d partner is not done with its part.",
            "%(number)d partners are not done with their parts.",
            number,
        )
        % {"number": number}
    ),
    mended_at="reporting:parts",
    mending=gettext_lazy("Parts of the partners"),
)
