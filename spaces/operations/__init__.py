"""The only multi-step writes of the spaces. Each locks the resource's row first, and only then looks what is free."""

from .bookings import BookingRequest, book
from .changes import cancel_booking, confirm_booking, is_out, move_booking, refuse_booking
from .closures import close, reopen
from .contact import send_message
from .doors import renew_door_code, withdraw_door_code
from .holds import hold, move_hold, release_hold
from .loans import bring, hand_over, settle_closures, take_back
from .locks import lock_resources
from .memberships import set_home_space
from .pictures import draw_due, draw_renditions
from .practice import answer_notice, close_notice, delete_document, save_document
from .presence import check_in, release_missed, undo_check_in, undo_no_show
from .series import book_series, cancel_series, extend_series, retry_occurrence
from .units import set_units
from .visits import record_visit
from .vouchers import redeem_voucher
from .waits import leave_wait, tend_waits, wait_for

__all__ = [
    "BookingRequest",
    "answer_notice",
    "book",
    "book_series",
    "bring",
    "cancel_booking",
    "cancel_series",
    "check_in",
    "close",
    "close_notice",
    "confirm_booking",
    "delete_document",
    "draw_due",
    "draw_renditions",
    "extend_series",
    "hand_over",
    "hold",
    "is_out",
    "leave_wait",
    "lock_resources",
    "move_booking",
    "move_hold",
    "record_visit",
    "redeem_voucher",
    "refuse_booking",
    "release_hold",
    "release_missed",
    "renew_door_code",
    "reopen",
    "retry_occurrence",
    "save_document",
    "send_message",
    "set_home_space",
    "set_units",
    "settle_closures",
    "take_back",
    "tend_waits",
    "undo_check_in",
    "undo_no_show",
    "wait_for",
    "withdraw_door_code",
]
