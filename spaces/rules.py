"""What a booking must satisfy. Each rule is one predicate over a `Wish`, with its own code and its own words.

Nothing here reads the database: the operation hands over what it has read under its lock.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common.errors import OperationError

from .enums import BookingStatus
from .hours import instant, is_within, local_day, stretches_of
from .models import OpeningHours, Resource

#: Who arrives at five past may still book from the full hour.
GRACE = timedelta(minutes=15)


class BookingError(OperationError):
    """A write in `spaces` was refused. `in_the_way` lists what stands against it, where that helps to decide."""

    def __init__(self, code, message, in_the_way=()):
        super().__init__(code, message)
        self.in_the_way = list(in_the_way)


@dataclass(frozen=True)
class Wish:
    """A booking that somebody would like: `by_manager` when a manager enters it for somebody."""

    resource: Resource
    start: datetime
    end: datetime
    now: datetime
    hours: list[OpeningHours] = field(default_factory=list)
    by_manager: bool = False

    def __post_init__(self):
        object.__setattr__(self, "start", instant(self.start))
        object.__setattr__(self, "end", instant(self.end))

    @property
    def minutes(self):
        return (self.end - self.start).total_seconds() / 60


def duration(minutes):
    """« 30 min », « 2 h », « 1 h 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return format_lazy(_("{minutes} min"), minutes=rest)
    if not rest:
        return format_lazy(_("{hours} h"), hours=hours)
    return format_lazy(_("{hours} h {minutes}"), hours=hours, minutes=f"{rest:02d}")


def ends_after_it_begins(wish):
    return wish.end > wish.start


def is_bookable(wish):
    return wish.resource.is_bookable and wish.resource.space.is_published


def hours_are_known(wish):
    return bool(wish.hours)


def is_not_in_the_past(wish):
    """A manager may still enter what is going on now."""
    return wish.end > wish.now if wish.by_manager else wish.start >= wish.now - GRACE


def is_within_opening_hours(wish):
    """All of it inside one stretch of one day."""
    return is_within(stretches_of(wish.hours, local_day(wish.start)), wish.start, wish.end)


def is_long_enough(wish):
    return wish.by_manager or wish.minutes >= wish.resource.min_minutes


def is_short_enough(wish):
    return wish.by_manager or wish.minutes <= wish.resource.max_minutes


def is_near_enough(wish):
    last = local_day(wish.now) + timedelta(days=wish.resource.max_days_ahead)
    return wish.by_manager or local_day(wish.start) <= last


RULES = (
    (ends_after_it_begins, "not_in_order", lambda wish: _("The end comes after the beginning.")),
    (
        is_bookable,
        "not_bookable",
        lambda wish: format_lazy(_("{resource} cannot be booked online."), resource=wish.resource.name),
    ),
    (
        hours_are_known,
        "hours_unknown",
        lambda wish: format_lazy(
            _("{space} has not published its opening hours yet, so nothing can be booked there."),
            space=wish.resource.space.name,
        ),
    ),
    (is_not_in_the_past, "in_the_past", lambda wish: _("This time has passed. Choose a later one.")),
    (
        is_near_enough,
        "too_far",
        lambda wish: format_lazy(
            _("{resource} can be booked up to {days} days ahead."),
            resource=wish.resource.name,
            days=wish.resource.max_days_ahead,
        ),
    ),
    (
        is_within_opening_hours,
        "outside_hours",
        lambda wish: format_lazy(_("{space} is not open all that time."), space=wish.resource.space.name),
    ),
    (
        is_long_enough,
        "too_short",
        lambda wish: format_lazy(
            _("The shortest booking here is {duration}."), duration=duration(wish.resource.min_minutes)
        ),
    ),
    (
        is_short_enough,
        "too_long",
        lambda wish: format_lazy(
            _("The longest booking here is {duration}."), duration=duration(wish.resource.max_minutes)
        ),
    ),
)


def check(wish):
    """Raise BookingError for the first rule that the wish breaks."""
    for holds, code, message in RULES:
        if not holds(wish):
            raise BookingError(code, message(wish))


def is_allowed(wish):
    """Whether the wish breaks no rule."""
    return all(holds(wish) for holds, _code, _message in RULES)


def can_be_cancelled(booking, now, *, by_manager=False):
    """A member cancels until the booking begins, a manager until it ends."""
    return booking.is_live and now < (booking.period.upper if by_manager else booking.period.lower)


def can_be_decided(booking, now):
    return booking.status == BookingStatus.REQUESTED and now < booking.period.upper
