"""Write memberships: ask, decide, pause, change, renew, end; choose a home space among them."""

from .asking import ask_membership, give_membership, withdraw_request
from .common import check_state
from .deciding import approve_membership, refuse_membership
from .homes import choose_home_space, set_home_space
from .life import (
    change_kind,
    end_membership,
    end_past_memberships,
    pause_membership,
    renew_membership,
    resume_membership,
    wish_renewal,
)
from .notes import correct_note, delete_note, write_note
from .reminding import remind_of_ends, remind_of_requests

__all__ = [
    "approve_membership",
    "ask_membership",
    "change_kind",
    "check_state",
    "choose_home_space",
    "correct_note",
    "delete_note",
    "end_membership",
    "end_past_memberships",
    "give_membership",
    "pause_membership",
    "refuse_membership",
    "remind_of_ends",
    "remind_of_requests",
    "renew_membership",
    "resume_membership",
    "set_home_space",
    "wish_renewal",
    "withdraw_request",
    "write_note",
]
