"""The pages of the spaces: to look around, to book, and to book again and again."""

from .bookings import booking, booking_cancel, booking_ics, booking_move, door
from .choosing import book, wait, wait_join, wait_leave
from .recurring import repeat, series, series_cancel, series_extend, series_ics, series_retry
from .visiting import contact, find, network_map, rooms, scene, spaces, tour

__all__ = [
    "book",
    "booking",
    "booking_cancel",
    "booking_ics",
    "booking_move",
    "contact",
    "door",
    "find",
    "network_map",
    "repeat",
    "rooms",
    "scene",
    "series",
    "series_cancel",
    "series_extend",
    "series_ics",
    "series_retry",
    "spaces",
    "tour",
    "wait",
    "wait_join",
    "wait_leave",
]
