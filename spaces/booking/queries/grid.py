"""Read the clicks on the grid of a day's hours: which hours are chosen by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ...timing.hours import Stretch, at_local
from .free import ResourceDay


class Choice(NamedTuple):
    """The hours that are chosen, if any, and if the next click says which hour is the last (`is_last`).

    `wished` are the hours that the person chose themselves, which the day may not have; None where the page chose.
    Where those in the fields are none (`is_faulty`), nothing is chosen in their place.
    """

    hours: Stretch | None
    is_last: bool = False
    wished: Stretch | None = None
    is_faulty: bool = False


def stretch_of(day: date, start: str | None, end: str | None) -> Stretch | None:
    """Return the stretch between two hours as they are sent (« 09:30 »); None for anything else, or out of order."""
    try:
        hours = [at_local(day, datetime.strptime(hour or "", "%H:%M").time()) for hour in (start, end)]  # noqa: DTZ007
    except ValueError:
        return None
    return Stretch(*hours) if hours[0] < hours[1] else None


def wished_in(sent: Mapping[str, str], before: Mapping[str, str]) -> str:
    """Return the hours that the person chose themselves, as they are sent (« 09:00 17:00 »); "" where the page chose.

    They are those of the fields where these say something else than `before`, or where nothing says which they are.
    """
    hours = " ".join(sent.get(name) or "" for name in ("start", "end")).strip()
    is_changed = any(sent.get(name, before[name]) != before[name] for name in ("start", "end") if name in before)
    return hours if is_changed else sent.get("wished", hours)


def wished_on(day: date, wished: str) -> Stretch | None:
    """Return the hours of `wished_in` on that day; None for anything else."""
    start, _space, end = wished.partition(" ")
    return stretch_of(day, start, end)


def next_choice(plan: ResourceDay, sent: Mapping[str, str], before: Mapping[str, str]) -> Choice:
    """Return the hours that the page shows next, after a click on the grid or another change of its fields.

    `sent` are the fields, `before` their values that the page had summed up. A click (`pick`) becomes hours, and the
    end follows the beginning. On another day the hours are those that the person wished, or the nearest ones of that
    day; where the person wished none, the first free ones. A day without hours leaves them as they are, for the next
    day that is looked at. Hours that a manager typed stay as they are, open or not, unless another day or resource is
    chosen. An end before its beginning stays too, and so does what is no hour, for the person to see and change.
    """
    hours = stretch_of(plan.day, sent.get("start"), sent.get("end"))
    wished = wished_on(plan.day, wished_in(sent, before))
    if not plan.starts_ahead:
        return Choice(hours, wished=wished, is_faulty=not hours)
    was = stretch_of(plan.day, before.get("start"), before.get("end"))
    is_new_day = any(sent.get(name) != before.get(name) for name in ("resource", "day"))
    shown = hours if plan.by_manager and not is_new_day else wished or hours
    choice = Choice(shown, sent.get("picking") == "last" and not is_new_day, wished)
    if pick := sent.get("pick"):
        choice = _picked(plan, choice._replace(hours=hours), pick)
    elif was and _end_follows(sent, before):
        moved = _moved_along(plan, sent.get("start"), was)
        choice = Choice(moved, wished=moved)
    if not (hours or choice.hours) and _says_something(plan, sent):
        return Choice(None, is_faulty=True)
    hours, wished = choice.hours, choice.wished
    if plan.by_manager:
        is_kept = hours and (not is_new_day or plan.is_open(*hours))
    else:
        is_kept = hours and plan.is_open(*hours) and (not is_new_day or plan.begins_at(hours.start))
    if is_kept:
        return choice
    return Choice(nearest(plan, wished) if wished else plan.first_free(), wished=wished)


def _end_follows(sent: Mapping[str, str], before: Mapping[str, str]) -> bool:
    """Tell if the beginning is what was changed, so that the end goes along."""
    starts, ends = sent.get("start", ""), sent.get("end", "")
    is_past_the_end = starts != before["start"] and ends == before["end"] and ends <= starts
    return sent.get("look") == "start" or is_past_the_end


def _says_something(plan: ResourceDay, sent: Mapping[str, str]) -> bool:
    """Tell if somebody wrote hours: a manager types them, of which one may be empty; a list has both or none."""
    return (any if plan.by_manager else all)(sent.get(name) for name in ("start", "end"))


def nearest(plan: ResourceDay, wished: Stretch) -> Stretch:
    """Return the hours of the day that are nearest to those wished, free or taken: as long where the space is open so
    long, else the longest ones. The day has a slot at which a booking may begin."""
    length = wished.end - wished.start
    fitting = []
    for slot in plan.starts_ahead:
        closes = next(stretch.end for stretch in plan.stretches if stretch.start <= slot.start < stretch.end)
        fitting.append(Stretch(slot.start, min(slot.start + length, closes)))
    return max(fitting, key=lambda one: (one.end - one.start, -abs(one.start - wished.start)))


def _picked(plan: ResourceDay, choice: Choice, pick: str) -> Choice:
    """Return the choice after a press on an hour (« 09:30 ») or on a whole stretch (« 09:30 12:00 »)."""
    hour, _space, last = pick.partition(" ")
    clicked = stretch_of(plan.day, hour, last or "23:59")
    if clicked is None:
        return choice
    choice = Choice(clicked) if last else after_click(plan, choice, clicked.start)
    return choice._replace(wished=choice.hours)


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
