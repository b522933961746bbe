"""The only multi-step writes of the app. Each one locks the event's row first, and is one transaction."""

from .attendance import add_walk_in, declare_count, mark_attendance, mark_list_complete, unmark_attendance
from .proofs import add_proof, check_proof
from .registrations import (
    cancel_registration,
    confirm_guest,
    forget_unconfirmed_guests,
    participant_number_of,
    register,
    register_guest,
    schedule_reminders,
)
from .schedule import cancel_event, change_capacity, hold_room, mark_held, move_event, publish

__all__ = [
    "add_proof",
    "add_walk_in",
    "cancel_event",
    "cancel_registration",
    "change_capacity",
    "check_proof",
    "confirm_guest",
    "declare_count",
    "forget_unconfirmed_guests",
    "hold_room",
    "mark_attendance",
    "mark_held",
    "mark_list_complete",
    "move_event",
    "participant_number_of",
    "publish",
    "register",
    "register_guest",
    "schedule_reminders",
    "unmark_attendance",
]
