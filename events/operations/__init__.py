"""The only multi-step writes of the app. Each one locks the event's row first, and is one transaction."""

from .attendance import (
    add_walk_in,
    declare_count,
    mark_attendance,
    mark_list_complete,
    set_attendance,
    unmark_attendance,
)
from .proofs import add_proof, check_proof
from .registrations import (
    cancel_registration,
    confirm_guest,
    forget_unconfirmed_guests,
    member_of,
    participant_number_of,
    register,
    register_guest,
    register_person,
    schedule_reminders,
)
from .schedule import cancel_event, change_capacity, decide_joint, hold_room, mark_held, move_event, publish

__all__ = [
    "add_proof",
    "add_walk_in",
    "cancel_event",
    "cancel_registration",
    "change_capacity",
    "check_proof",
    "confirm_guest",
    "decide_joint",
    "declare_count",
    "forget_unconfirmed_guests",
    "hold_room",
    "mark_attendance",
    "mark_held",
    "mark_list_complete",
    "member_of",
    "move_event",
    "participant_number_of",
    "publish",
    "register",
    "register_guest",
    "register_person",
    "schedule_reminders",
    "set_attendance",
    "unmark_attendance",
]
