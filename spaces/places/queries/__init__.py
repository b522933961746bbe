"""Read the content of a space's page, and when the space is open."""

from .opening import (
    Holiday,
    OpeningState,
    bookings_shut_out,
    holidays_ahead,
    published_space,
    spaces_with_state,
    state_now,
    states_hold_until,
    with_opening,
)
from .pages import SpecialDays, WeekdayHours, facts_of, page_of, scene_of, special_days, week_of
from .presence import WhoIsHere, who_is_here

__all__ = [
    "Holiday",
    "OpeningState",
    "SpecialDays",
    "WeekdayHours",
    "WhoIsHere",
    "bookings_shut_out",
    "facts_of",
    "holidays_ahead",
    "page_of",
    "published_space",
    "scene_of",
    "spaces_with_state",
    "special_days",
    "state_now",
    "states_hold_until",
    "week_of",
    "who_is_here",
    "with_opening",
]
