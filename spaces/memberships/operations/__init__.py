"""Write memberships: ask, decide, pause, change, renew, end, stay; choose a home space among them."""

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
    take_back_end,
    wish_renewal,
)
from .reminding import remind_of_ends, remind_of_requests

__all__ = [
    "approve_membership",
    "ask_membership",
    "change_kind",
    "check_state",
    "choose_home_space",
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
    "take_back_end",
    "wish_renewal",
    "withdraw_request",
]
