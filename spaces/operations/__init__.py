"""The only multi-step writes of the spaces. Each locks the resource's row first, and only then looks what is free."""

from .bookings import book, cancel_booking, confirm_booking, move_booking, refuse_booking
from .closures import close, reopen
from .contact import send_message
from .holds import hold, move_hold, release_hold
from .memberships import set_home_space
from .pictures import draw_due, draw_renditions
from .units import set_units

__all__ = [
    "book",
    "cancel_booking",
    "close",
    "confirm_booking",
    "draw_due",
    "draw_renditions",
    "hold",
    "move_booking",
    "move_hold",
    "refuse_booking",
    "release_hold",
    "reopen",
    "send_message",
    "set_home_space",
    "set_units",
]
