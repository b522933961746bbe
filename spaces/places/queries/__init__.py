"""Read the content of a space's page, and when the space is open."""

from .opening import (
    Holiday,
    OpeningState,
    bookings_shut_out,
    holidays_ahead,
    spaces_with_state,
    state_now,
    with_opening,
)
from .pages import SpecialDays, WeekdayHours, page_of, photos_of, scene_of, special_days, week_of

__all__ = [
    "Holiday",
    "OpeningState",
    "SpecialDays",
    "WeekdayHours",
    "bookings_shut_out",
    "holidays_ahead",
    "page_of",
    "photos_of",
    "scene_of",
    "spaces_with_state",
    "special_days",
    "state_now",
    "week_of",
    "with_opening",
]
