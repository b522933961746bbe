from .accounts import (
    complete_sign_up,
    erase_account,
    forget_ended_sessions,
    forget_unconfirmed,
    forget_unconfirmed_of,
    keep_earlier_address,
    note_sign_up,
    open_anew,
    remove_second_factor,
)
from .addresses import (
    ask_address_change,
    complete_address_changes,
    confirm_new_address,
    confirm_old_address,
    give_up_old_address,
)
from .confirming import declare_guests, lock_to_confirm
from .stopping import Stopped, stop_address_change

__all__ = [
    "Stopped",
    "ask_address_change",
    "complete_address_changes",
    "complete_sign_up",
    "confirm_new_address",
    "confirm_old_address",
    "declare_guests",
    "erase_account",
    "forget_ended_sessions",
    "forget_unconfirmed",
    "forget_unconfirmed_of",
    "give_up_old_address",
    "keep_earlier_address",
    "lock_to_confirm",
    "note_sign_up",
    "open_anew",
    "remove_second_factor",
    "stop_address_change",
]
