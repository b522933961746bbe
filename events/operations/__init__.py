"""The only multi-step writes of the app. Each one locks the event's row first, and is one transaction."""

from .attendance import (
    add_walk_in,
    declare_count,
    mark_attendance,
    mark_list_complete,
    set_attendance,
    unmark_attendance,
)
from .door import check_in, check_in_oneself
from .online_lists import OnlinePerson, import_online_list
from .proofs import add_proof, check_proof
from .registrations import (
    accept_offer,
    cancel_registration,
    change_way,
    confirm_guest,
    forget_unconfirmed_guests,
    member_of,
    participant_number_of,
    promote,
    register,
    register_guest,
    register_person,
    schedule_reminders,
    tend_lines,
)
from .schedule import (
    cancel_event,
    change_capacity,
    decide_joint,
    hold_room,
    mark_held,
    move_event,
    publish,
    switch_online,
)

__all__ = [
    "OnlinePerson",
    "accept_offer",
    "add_proof",
    "add_walk_in",
    "cancel_event",
    "cancel_registration",
    "change_capacity",
    "change_way",
    "check_in",
    "check_in_oneself",
    "check_proof",
    "confirm_guest",
    "decide_joint",
    "declare_count",
    "forget_unconfirmed_guests",
    "hold_room",
    "import_online_list",
    "mark_attendance",
    "mark_held",
    "mark_list_complete",
    "member_of",
    "move_event",
    "participant_number_of",
    "promote",
    "publish",
    "register",
    "register_guest",
    "register_person",
    "schedule_reminders",
    "set_attendance",
    "switch_online",
    "tend_lines",
    "unmark_attendance",
]
