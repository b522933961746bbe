"""Add to the checks of closing what partners told and nobody answered, and those that are not done."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from ...building.queries.content import read
from ...closing.rules import Check, Facts, Line
from ...enums import Level, ProposalState
from ...models import ProposedAction
from .telling import partners_not_done, told_parts


def _not_done(facts: Facts) -> Iterable[str]:
    """Return the partners that are awaited: a half-year without a date awaits none."""
    if facts.period.partners_until is None:
        return []
    return [partner.name for partner in partners_not_done(facts.period)]


def _contested(facts: Facts) -> Iterable[Line]:
    """Return the actions whose counts a partner contests, by what it says of them as they are now."""
    for told in told_parts(facts.period, facts.period.project.partners.order_by("order", "pk")):
        for own in (*told.actions, *told.elsewhere):
            if own.is_contested and own.said:
                yield Line(f"{read(own.action.title)} – {told.partner.name}: {own.said.word}", own.action.slug)


def _proposed(facts: Facts) -> Iterable[Line]:
    """Return the actions that partners propose and on which nobody decided."""
    period = facts.period
    waiting = ProposedAction.objects.filter(contribution__period=period, state=ProposalState.WAITING)
    for row in waiting.select_related("contribution__partner"):
        address = reverse("reporting:proposal", args=[period.project.slug, period.label, row.pk])
        yield Line(f"{row.title} – {row.contribution.partner.name}", address=address)


COUNTS_CONTESTED = Check(
    "counts_contested",
    Level.REASON,
    _contested,
    lambda number: (
        ngettext(
            "A partner says that the counts of %(number)d action are not right.",
            "Partners say that the counts of %(number)d actions are not right.",
            number,
        )
        % {"number": number}
    ),
    mended_at="reporting:parts",
    mending=gettext_lazy("Parts of the partners"),
)
PROPOSALS_WAITING = Check(
    "proposals_waiting",
    Level.REASON,
    _proposed,
    lambda number: (
        ngettext(
            "%(number)d action that a partner proposes waits for your answer.",
            "%(number)d actions that partners propose wait for your answer.",
            number,
        )
        % {"number": number}
    ),
    mended_at="reporting:parts",
    mending=gettext_lazy("Parts of the partners"),
)
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
#: The checks of this capability, in their order.
CHECKS_OF_PARTS = (COUNTS_CONTESTED, PROPOSALS_WAITING, PARTNERS_NOT_DONE)
