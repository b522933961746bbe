"""Write the occupancy of units: book, move and cancel, wait, close a space, hold a room."""

from .bookings import BookingRequest, book, is_of, whom
from .changes import cancel_booking, change_booking, confirm_booking, is_out, refuse_booking, take_over
from .closures import change_closure, close, reopen
from .doors import renew_door_code, withdraw_door_code
from .forgetting import forget_guest
from .holds import hold, hold_all, release_all
from .joining import join_bookings
from .locks import lock_resources
from .mail import not_told_of
from .presence import check_in, release_missed, undo_check_in, undo_no_show
from .series import MOST_DAYS, SeriesRequest, book_series, cancel_series, extend_series, retry_occurrence
from .units import set_units
from .waits import leave_wait, tend_waits, wait_for

__all__ = [
    "MOST_DAYS",
    "BookingRequest",
    "SeriesRequest",
    "book",
    "book_series",
    "cancel_booking",
    "cancel_series",
    "change_booking",
    "change_closure",
    "check_in",
    "close",
    "confirm_booking",
    "extend_series",
    "forget_guest",
    "hold",
    "hold_all",
    "is_of",
    "is_out",
    "join_bookings",
    "leave_wait",
    "lock_resources",
    "not_told_of",
    "refuse_booking",
    "release_all",
    "release_missed",
    "renew_door_code",
    "reopen",
    "retry_occurrence",
    "set_units",
    "take_over",
    "tend_waits",
    "undo_check_in",
    "undo_no_show",
    "wait_for",
    "whom",
    "withdraw_door_code",
]
