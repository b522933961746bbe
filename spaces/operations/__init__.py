"""The only multi-step writes of the spaces. Each locks the resource's row first, and only then looks what is free."""

from .bookings import book, cancel_booking, confirm_booking, leave_wait, move_booking, refuse_booking, wait_for
from .closures import close, reopen
from .contact import send_message
from .doors import renew_door_code, withdraw_door_code
from .holds import hold, move_hold, release_hold
from .memberships import set_home_space
from .presence import check_in, release_missed, tend_waits
from .units import set_units

__all__ = [
    "book",
    "cancel_booking",
    "check_in",
    "close",
    "confirm_booking",
    "hold",
    "leave_wait",
    "move_booking",
    "move_hold",
    "refuse_booking",
    "release_hold",
    "release_missed",
    "renew_door_code",
    "reopen",
    "send_message",
    "set_home_space",
    "set_units",
    "tend_waits",
    "wait_for",
    "withdraw_door_code",
]
