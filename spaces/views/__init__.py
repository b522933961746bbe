"""The pages of the spaces: to look around, to book, and to book again and again."""

from .bookings import booking, booking_cancel, booking_ics, booking_move, door
from .choosing import book, wait, wait_join, wait_leave
from .lending import equipment, lend, loan_move
from .practice import (
    document_change,
    document_delete,
    document_file,
    document_share,
    notice,
    notice_change,
    notice_close,
    notice_new,
    notices,
    practice,
)
from .recurring import repeat, series, series_cancel, series_extend, series_ics, series_retry
from .visiting import contact, find, network_map, rooms, scene, spaces, tour

__all__ = [
    "book",
    "booking",
    "booking_cancel",
    "booking_ics",
    "booking_move",
    "contact",
    "document_change",
    "document_delete",
    "document_file",
    "document_share",
    "door",
    "equipment",
    "find",
    "lend",
    "loan_move",
    "network_map",
    "notice",
    "notice_change",
    "notice_close",
    "notice_new",
    "notices",
    "practice",
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
