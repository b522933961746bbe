"""The words of crossings of the border and of shared cars."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.enums import Direction
from hacktiv.common.dates import day as written_day
from members.enums import Country

from ...building.queries.content import CrossingPart, TravelPart, read
from . import labels

CROSSINGS_NOTE = gettext_lazy(
    "Supplementary: part of no indicator of the programme, and added to no figure above. They are the whole network’s: "
    "one person in one space across the border on one day is one crossing. At least so many, since nobody knows who "
    "came without checking in."
)


TRAVEL_NOTE = gettext_lazy(
    "Supplementary: part of no indicator of the programme, and added to no figure above. They are the whole network’s: "
    "of held events, the cars on which driver and passengers agreed on this platform and that nobody took back. People "
    "are counted with the driver, once in each car; kilometres are those that passengers travelled. Declared, and at "
    "least so many, since people also share cars unseen."
)


def shared_car(part: TravelPart) -> str:
    """Write a shared car: « 27/11/2026, BE → FR, 3 personnes, 120 km »."""
    words = _("%(day)s, %(way)s, %(people)s people, %(kilometres)s km")
    return words % {
        "day": labels.day(part.day),
        "way": travelled(part),
        "people": part.people,
        "kilometres": labels.number(part.kilometres),
    }


def travelled(part: TravelPart) -> str:
    """Write the sides of a journey: « BE → FR »; only the first if the event took place on no single side."""
    return f"{part.from_side} → {part.to_side}" if part.to_side else part.from_side


def direction(part: TravelPart) -> str:
    return str(Direction(part.direction).label)


def way(part: CrossingPart) -> str:
    """Write the two spaces of a crossing: « La Ferme → Rimbaud'Tech ». A home space that is gone is written as its
    country.
    """
    return f"{part.home or Country(part.home_side).label} → {part.space}"


def shown_by(part: CrossingPart) -> str:
    """Write the evidence of a crossing: the check-in with its hour, the event, or both.

    A check-in that was noted on a later day is written with that day: its hour is not when the person came."""
    shown = []
    if part.checked_in_at:
        moment = timezone.localtime(part.checked_in_at)
        at = time_format(moment, "H:i")
        if moment.date() == part.day:
            shown.append(_("checked in at %(time)s") % {"time": at})
        else:
            noted = {"day": written_day(moment, weekday=False, year=True), "time": at}
            shown.append(_("presence noted on %(day)s at %(time)s") % noted)
    if part.event:
        shown.append(_("present at “%(event)s”") % {"event": read(part.event)})
    return ", ".join(shown) or _("visit on record")
