"""The only multi-step writes of the app. Each one locks the event's row first, and is one transaction."""

from ._shared import about
from .afterwards import answer_survey, forget_outcomes, set_survey, tell_outcome
from .attendance import (
    add_walk_in,
    declare_count,
    mark_attendance,
    mark_list_complete,
    set_attendance,
    unmark_attendance,
)
from .contents import add_material, add_photo, add_speaker, draw_photos, remove_contents
from .door import check_in, check_in_oneself
from .edits import follow_edit, whereabouts_of
from .making import copy_event, free_slug
from .messages import follow_rules_of_type, messages_ahead, schedule_messages, set_message_rules
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
from .series import Outcome, cancel_from, carry_over, extend_series, publish_from, repeat_event, switch_online_all
from .topics import accept_topic, decline_topic, propose_topic, withdraw_topic

__all__ = [
    "OnlinePerson",
    "Outcome",
    "about",
    "accept_offer",
    "accept_topic",
    "add_material",
    "add_photo",
    "add_proof",
    "add_speaker",
    "add_walk_in",
    "answer_survey",
    "cancel_event",
    "cancel_from",
    "cancel_registration",
    "carry_over",
    "change_capacity",
    "change_way",
    "check_in",
    "check_in_oneself",
    "check_proof",
    "confirm_guest",
    "copy_event",
    "decide_joint",
    "declare_count",
    "decline_topic",
    "draw_photos",
    "extend_series",
    "follow_edit",
    "follow_rules_of_type",
    "forget_outcomes",
    "forget_unconfirmed_guests",
    "free_slug",
    "hold_room",
    "import_online_list",
    "mark_attendance",
    "mark_held",
    "mark_list_complete",
    "member_of",
    "messages_ahead",
    "move_event",
    "participant_number_of",
    "promote",
    "propose_topic",
    "publish",
    "publish_from",
    "register",
    "register_guest",
    "register_person",
    "remove_contents",
    "repeat_event",
    "schedule_messages",
    "set_attendance",
    "set_message_rules",
    "set_survey",
    "switch_online",
    "switch_online_all",
    "tell_outcome",
    "tend_lines",
    "unmark_attendance",
    "whereabouts_of",
    "withdraw_topic",
]
