"""Write memberships: ask, invite, decide, pause, change, renew, end, stay; choose a home space among them."""

from .agreements import change_agreement, check_change, end_person, make_agreement, more_leave, name_person
from .asking import ask_membership, give_membership, withdraw_request
from .common import check_state
from .deciding import approve_membership, refuse_membership
from .homes import choose_home_space, set_home_space
from .inviting import (
    Wish,
    accept,
    decline,
    forget_invitations,
    invite,
    invite_own_people,
    invite_several,
    previewed,
    send_again,
    take_back,
)
from .joining import join_homes, join_memberships
from .kinds import change_kind, refuse_kind, take_back_wish, wish_kind
from .life import (
    end_beyond_agreement,
    end_membership,
    end_past_memberships,
    pause_membership,
    renew_membership,
    resume_membership,
    take_back_end,
    wish_renewal,
)
from .notes import correct_note, delete_note, write_note
from .reminding import remind_of_ends, remind_of_requests

__all__ = [
    "Wish",
    "accept",
    "approve_membership",
    "ask_membership",
    "change_agreement",
    "change_kind",
    "check_change",
    "check_state",
    "choose_home_space",
    "correct_note",
    "decline",
    "delete_note",
    "end_beyond_agreement",
    "end_membership",
    "end_past_memberships",
    "end_person",
    "forget_invitations",
    "give_membership",
    "invite",
    "invite_own_people",
    "invite_several",
    "join_homes",
    "join_memberships",
    "make_agreement",
    "more_leave",
    "name_person",
    "pause_membership",
    "previewed",
    "refuse_kind",
    "refuse_membership",
    "remind_of_ends",
    "remind_of_requests",
    "renew_membership",
    "resume_membership",
    "send_again",
    "set_home_space",
    "take_back",
    "take_back_end",
    "take_back_wish",
    "wish_kind",
    "wish_renewal",
    "withdraw_request",
    "write_note",
]
