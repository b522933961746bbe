"""Read the clicks on the grid of a day's hours: which hours are chosen by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ...timing.hours import Stretch, at_local
from .free import ResourceDay


class Choice(NamedTuple):
    """The hours that are chosen, if any, and if the next click says which hour is the last (`is_last`)."""

    hours: Stretch | None
    is_last: bool = False


def stretch_of(day: date, start: str | None, end: str | None) -> Stretch | None:
    """Return the stretch between two hours as they are sent (« 09:30 »); None for anything else, or out of order."""
    try:
        hours = [at_local(day, datetime.strptime(hour or "", "%H:%M").time()) for hour in (start, end)]  # noqa: DTZ007
    except ValueError:
        return None
    return Stretch(*hours) if hours[0] < hours[1] else None


def next_choice(plan: ResourceDay, sent: Mapping[str, str], before: Mapping[str, str]) -> Choice:
    """Return the hours that the page shows next, after a click on the grid or another change of its fields.

    `sent` are the fields, `before` their values that the page had summed up. A click (`pick`) becomes hours, the end
    follows the beginning, and hours that this day does not have give way to the first free ones. A day without hours
    leaves them as they are, for the next day that is looked at. Hours that a manager typed stay as they are, open or
    not, unless another day or resource is chosen.
    """
    hours = stretch_of(plan.day, sent.get("start"), sent.get("end"))
    if not plan.starts_ahead:
        return Choice(hours)
    was = stretch_of(plan.day, before.get("start"), before.get("end"))
    is_new_day = any(sent.get(name) != before.get(name) for name in ("resource", "day"))
    choice = Choice(hours, sent.get("picking") == "last" and not is_new_day)
    if pick := sent.get("pick"):
        choice = _picked(plan, choice, pick)
    elif was and (sent.get("look") == "start" or not hours):
        choice = Choice(_moved_along(plan, sent.get("start"), was))
    hours = choice.hours
    if plan.by_manager:
        is_kept = hours and (not is_new_day or plan.is_open(*hours))
    else:
        is_kept = hours and plan.is_open(*hours) and (not is_new_day or plan.begins_at(hours.start))
    return choice if is_kept else Choice(plan.first_free())


def _picked(plan: ResourceDay, choice: Choice, pick: str) -> Choice:
    """Return the choice after a press on an hour (« 09:30 ») or on a whole stretch (« 09:30 12:00 »)."""
    hour, _space, last = pick.partition(" ")
    clicked = stretch_of(plan.day, hour, last or "23:59")
    if clicked is None:
        return choice
    return Choice(clicked) if last else after_click(plan, choice, clicked.start)


def after_click(plan: ResourceDay, choice: Choice, hour: datetime) -> Choice:
    """Return the choice after a click on the slot that begins at `hour`.

    The first click takes the slot, or the shortest booking from there, the last one all up to its slot. A last click
    before the first one, or past what is taken, begins anew.
    """
    slot = next((slot for slot in plan.slots_ahead if slot.start == hour), None)
    if slot is None:
        return choice
    hours = choice.hours
    if choice.is_last and hours and hours.start <= slot.start and plan.is_free(hours.start, slot.end):
        return Choice(Stretch(hours.start, max(hours.end, slot.end) if hours.start == slot.start else slot.end))
    usual = max(slot.end, slot.start + timedelta(minutes=plan.resource.min_minutes))
    end = slot.end if plan.by_manager and not plan.is_free(slot.start, usual) else usual
    return Choice(Stretch(slot.start, end), is_last=True)


def _moved_along(plan: ResourceDay, start: str | None, was: Stretch) -> Stretch | None:
    """Return the stretch `was` from another beginning on, within what the day is open; None where it cannot begin.

    For a manager it begins at any hour of the day.
    """
    begins = stretch_of(plan.day, start, "23:59")
    if begins is None:
        return None
    wished = begins.start + (was.end - was.start)
    if plan.by_manager:
        return Stretch(begins.start, min(wished, begins.end))
    ends = [end for end, _free in plan.ends_ahead if end > begins.start and plan.is_open(begins.start, end)]
    return Stretch(begins.start, min(ends, key=lambda end: abs(end - wished))) if ends else None
