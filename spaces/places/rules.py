"""Tell when a space is open, and say in words how a resource is booked."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..enums import StartInterval
from ..models import OpeningHours, Resource, Space
from ..timing.hours import Stretch, local_day, stretches_of
from ..timing.public_holidays import holiday_on

#: For so many years back the use of the rooms is told, and the days that are over keep their hours and units.
YEARS_OF_USE = 10


def duration(minutes: int) -> Promise:
    """Say a duration: « 30 min », « 2 h », « 1 h 30 », « 3 days » (whole days from two on)."""
    if minutes >= 2880 and not minutes % 1440:
        days = minutes // 1440
        return format_lazy(ngettext_lazy("{count} day", "{count} days", days), count=days)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return format_lazy(_("{minutes} min"), minutes=rest)
    if not rest:
        return format_lazy(_("{hours} h"), hours=hours)
    return format_lazy(_("{hours} h {minutes}"), hours=hours, minutes=f"{rest:02d}")


def holiday_of(space: Space, day: date) -> Promise | None:
    """Return the name of the public holiday for which the space is closed on that day, or None."""
    return holiday_on(space.country, day) if space.closes_on_public_holidays else None


def opening_of(space: Space, hours: Iterable[OpeningHours], day: date) -> list[Stretch]:
    """Return the stretches of `day` in which the space is open: none on a public holiday that it keeps. Closures do not
    count."""
    return [] if holiday_of(space, day) else stretches_of(hours, day)


def changes_hands_in(space: Space, hours: Iterable[OpeningHours], start: datetime, end: datetime) -> bool:
    """Return True if the space is open both when a loan is taken over and when it is brought back."""
    taken, back = (opening_of(space, hours, local_day(moment)) for moment in (start, end))
    return any(open_.start <= start < open_.end for open_ in taken) and any(
        open_.start < end <= open_.end for open_ in back
    )


def limits_of(resource: Resource) -> list[Promise]:
    """Say in words the rules that bind a member who books the resource, beyond the opening hours."""
    shortest, longest = duration(resource.min_minutes), duration(resource.max_minutes)
    said: list[Promise] = [
        format_lazy(_("for {shortest} to {longest}"), shortest=shortest, longest=longest)
        if resource.min_minutes < resource.max_minutes
        else format_lazy(_("for {duration}"), duration=shortest),
        format_lazy(_("begins {interval}"), interval=StartInterval(resource.start_interval_minutes).label),
    ]
    if resource.min_notice_minutes:
        said.append(format_lazy(_("at least {duration} ahead"), duration=duration(resource.min_notice_minutes)))
    if resource.travels:
        notice = duration(resource.transfer_notice_hours * 60)
        said.append(format_lazy(_("at least {duration} ahead if it must be brought first"), duration=notice))
    if resource.max_days_ahead:
        days = ngettext_lazy("up to {count} day ahead", "up to {count} days ahead", resource.max_days_ahead)
        said.append(format_lazy(days, count=resource.max_days_ahead))
    else:
        said.append(_("on the same day only"))
    cap = resource.max_open_bookings
    if cap:
        count = ngettext_lazy("{count} booking at a time by member", "{count} bookings at a time by member", cap)
        said.append(format_lazy(count, count=cap))
    return said
