"""The words around the programme's indicators, in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from members.enums import Country

from ...building.queries.content import IndicatorPart, MembersPart, MilestonePart, OutputPart
from ...building.queries.indicators import PILOT_ACTIONS
from ...enums import MilestoneState
from ...indicators.catalogue import IndicatorType
from .labels import NOT_PROVIDED, long_day, number, percent, percent_at_most

#: Where the coordinator has chosen no indicator, or no target.
TO_BE_CHOSEN = gettext_lazy("to be chosen by the coordination")


def note(one: IndicatorPart | IndicatorType) -> str:
    """Say that the name of an indicator is to be confirmed, if it is."""
    return _("name to be confirmed") if one.to_be_confirmed else ""


def translation_note(indicators: Iterable[IndicatorPart | IndicatorType]) -> str:
    """Say that the reader's language has some of these names in our own translation, if it has."""
    ours = any(get_language() in one.ours and not one.to_be_confirmed for one in indicators)
    return _("The names are our translation of the official ones, which are in English.") if ours else ""


def aim(amount: int | None) -> str:
    """Write a baseline or a target, or that it is for the coordinator to choose."""
    return str(TO_BE_CHOSEN) if amount is None else number(amount)


def share_of_target(part: IndicatorPart) -> str:
    """Write how much of the target is reached so far: « 45 % », « at least 45 % », or that no target is chosen."""
    if part.target is None:
        return str(TO_BE_CHOSEN)
    total = part.total.bounds
    if not part.target or total.is_unknown:
        return str(NOT_PROVIDED)
    lower = percent(Decimal(total.floor) / part.target)
    if total.is_exact:
        return lower
    if total.upper is None:
        return _("at least %(lower)s") % {"lower": lower}
    upper = percent_at_most(Decimal(total.upper) / part.target)
    return lower if lower == upper else _("%(lower)s to %(upper)s") % {"lower": lower, "upper": upper}


def milestone(part: MilestonePart) -> str:
    """Write a milestone: « 40 by 31 December 2021: reached »."""
    return _("%(value)s by %(day)s: %(state)s") % {
        "value": number(part.value),
        "day": long_day(part.date),
        "state": milestone_state(part),
    }


def milestone_state(part: MilestonePart) -> str:
    return str(MilestoneState(part.state).label)


def output_state(part: OutputPart) -> str:
    """Say whether an output counts, and if not what it lacks."""
    if part.counts:
        return pgettext("output", "counts")
    if part.finished_on is None:
        return _("not finished yet")
    return _("not implemented yet") if part.code == PILOT_ACTIONS else _("without a formal agreement")


def members_of(part: MembersPart) -> str:
    """Name whose members they are: those of a space, or all of one side."""
    if part.space:
        return _("Members of %(space)s") % {"space": part.space}
    return _("Members in %(country)s") % {"country": Country(part.side).label}


def members(part: MembersPart) -> str:
    """Write the members of a space or a side on a day."""
    value = str(NOT_PROVIDED) if part.value is None else number(part.value)
    return _("%(value)s on %(day)s") % {"value": value, "day": long_day(part.date)}
