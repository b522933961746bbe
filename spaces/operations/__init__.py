"""The only multi-step writes of the spaces. Each locks the resource's row first, and only then looks what is free."""

from .bookings import book, cancel_booking, confirm_booking, move_booking, refuse_booking
from .closures import close, reopen
from .contact import send_message
from .holds import hold, move_hold, release_hold
from .memberships import set_home_space
from .pictures import draw_due, draw_renditions
from .series import book_series, cancel_series, extend_series, retry_occurrence
from .units import set_units
from .visits import record_visit

__all__ = [
    "book",
    "book_series",
    "cancel_booking",
    "cancel_series",
    "close",
    "confirm_booking",
    "draw_due",
    "draw_renditions",
    "extend_series",
    "hold",
    "move_booking",
    "move_hold",
    "record_visit",
    "refuse_booking",
    "release_hold",
    "reopen",
    "retry_occurrence",
    "send_message",
    "set_home_space",
    "set_units",
]
